"""Making an archive: one look at the database, then the keys and files that were there by then."""

from __future__ import annotations

import hashlib
import os
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cli.archives.manifest import CHUNK, MANIFEST, Manifest
from cli.archives.rows import dump, kind_of
from cli.setup.house import HOUSE
from engine.composition import House
from engine.dossiers.models import Attachment, Document
from engine.dossiers.scans import IntakeScan
from engine.queries.heads import heads_of
from engine.tables import metadata
from engine.work import SYSTEM, Reading


def version() -> str:
    """The version of this house."""
    return str(tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"])


def write_archive(house: House, path: Path) -> tuple[Manifest, str]:
    """Write everything of an installation into one new file; (manifest, its SHA-256). FileExistsError when it is there.

    A row names a file only after the file is in the store, so files are copied after the look at the database.
    """
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=4) as archive:
                manifest = _fill(house, archive)
                content = manifest.to_json()
                archive.writestr(MANIFEST, content)
            target.flush()
            os.fsync(target.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    return manifest, hashlib.sha256(content).hexdigest()


def _fill(house: House, archive: zipfile.ZipFile) -> Manifest:
    with house.reading(actor=SYSTEM) as look:
        manifest = _write_rows(look, archive)
        wanted = _files_named(look)
    # Keys before files: what the signer remembers of a signature under way needs the file that was put away before it.
    keys = house.settings.keys
    for path in sorted(path for path in keys.rglob("*") if path.is_file()):
        name = f"keys/{path.relative_to(keys).as_posix()}"
        manifest.members[name] = list(_add(archive, name, [path.read_bytes()]))
    for sha256 in sorted(house.ports.storage.iter()):
        with house.ports.storage.open(sha256) as source:
            size, digest = _add(archive, f"files/{sha256[:2]}/{sha256}", iter(lambda: source.read(CHUNK), b""))
        manifest.members[f"files/{sha256[:2]}/{sha256}"] = [size, digest]
        if digest != sha256:
            raise ValueError(f"the stored file {sha256} no longer has the content its name says")
        wanted.discard(sha256)
    manifest.missing = sorted(wanted)
    return manifest


def _write_rows(look: Reading, archive: zipfile.ZipFile) -> Manifest:
    heads = heads_of(look.session)
    connection = look.session.connection()
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    manifest = Manifest(version(), str(revision), look.now.isoformat(), connection.dialect.name)
    manifest.heads = {chain: [seq, head.hex()] for chain, (seq, head) in sorted(heads.items())}
    for table in metadata.sorted_tables:
        count = 0

        def counted(lines: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal count
            for line in lines:
                count += 1
                yield line

        name = f"database/{table.name}.jsonl"
        manifest.members[name] = list(_add(archive, name, counted(dump(connection, table))))
        manifest.tables[table.name] = {
            "rows": count,
            "columns": [[column.name, kind_of(column)] for column in table.columns],
        }
    return manifest


def _files_named(look: Reading) -> set[str]:
    """Every file some row of this look speaks of."""
    named: set[Any] = set(look.session.scalars(sa.select(Document.sha256)))
    named |= set(look.session.scalars(sa.select(IntakeScan.sha256).where(IntakeScan.sha256 != "")))
    return named | set(look.session.scalars(sa.select(Attachment.sha256).where(Attachment.removed_at.is_(None))))


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()

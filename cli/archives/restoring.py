"""Bringing an archive back into an empty place: everything is checked first, and once more when it is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from cli.archives.manifest import MANIFEST, BadArchive, Manifest, check_members, chunks, read_manifest
from cli.archives.rows import load
from cli.schema import migrate
from engine.composition import build_house
from engine.db import open_database
from engine.journal import verify
from engine.queries.heads import heads_of
from engine.settings import Settings
from engine.work import SYSTEM


class NotEmpty(Exception):
    """There is something already where the archive should go; the text says what."""


def open_archive(path: Path, *, digest: str = "") -> tuple[zipfile.ZipFile, Manifest]:
    """An archive that was read from end to end and is whole; refuses (BadArchive) any other, nothing written yet."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadArchive(f"{path} cannot be read as an archive: {error}.") from error
    try:
        manifest = read_manifest(archive)
        if digest and hashlib.sha256(archive.read(MANIFEST)).hexdigest() != digest.lower():
            raise BadArchive("The archive's manifest does not have the SHA-256 that was given.")
        check_members(archive, manifest)
    except BaseException:
        archive.close()
        raise
    return archive, manifest


def check_empty(settings: Settings) -> None:
    """Refuse (NotEmpty) a data folder with keys or files, and a database with rows."""
    for folder in (settings.keys, settings.files):
        if folder.exists() and any(path.is_file() for path in folder.rglob("*")):
            raise NotEmpty(f"{folder} is not empty")
    engine = open_database(settings.database_url)
    try:
        with engine.connect() as connection:
            for name in sa.inspect(connection).get_table_names():
                table = sa.table(name)
                if (
                    name != "alembic_version"
                    and connection.execute(sa.select(sa.literal(1)).select_from(table)).first()
                ):
                    raise NotEmpty(f"the database already has rows (table {name})")
    finally:
        engine.dispose()


def restore(archive: zipfile.ZipFile, manifest: Manifest, settings: Settings) -> None:
    """Put files, keys and rows in place and bring the schema to this version; refuses (BadArchive) what does not hold.

    Rows come last and in one transaction: whatever interrupts this, there is never half a database; a refusal leaves
    the place as empty as it was.
    """
    room = shutil.disk_usage(settings.data).free
    if sum(size for size, _ in manifest.members.values()) * 2 > room:
        raise BadArchive("There is not enough room on the disk for what is in the archive.")
    for name in manifest.members:
        if not name.startswith("database/"):
            _place(archive, name, settings.data / name)
    try:
        _load(archive, manifest, settings)
    except BaseException:
        migrate(settings.database_url, to="base")
        for name in manifest.members:
            if not name.startswith("database/"):
                (settings.data / name).unlink(missing_ok=True)
        raise


def _load(archive: zipfile.ZipFile, manifest: Manifest, settings: Settings) -> None:
    migrate(settings.database_url, to="base")
    migrate(settings.database_url, to=manifest.revision)
    house = build_house(settings)
    try:
        with house.unit_of_work(actor=SYSTEM) as work:
            connection = work.session.connection()
            for table, says in manifest.tables.items():
                columns = [(name, kind) for name, kind in says["columns"]]
                count = load(connection, table, columns, _lines(archive, f"database/{table}.jsonl"))
                if count != says["rows"]:
                    raise BadArchive(f"The archive has {count} rows of {table}; its manifest says {says['rows']}.")
        migrate(settings.database_url)
        with house.reading(actor=SYSTEM) as look:
            heads = heads_of(look.session)
            faults = list(verify(look.session, heads))
        if faults:
            first = faults[0]
            raise BadArchive(f"The journal does not hold: {first.chain}, act {first.seq}, {first.problem}.")
        if {chain: [seq, head.hex()] for chain, (seq, head) in heads.items()} != manifest.heads:
            raise BadArchive("The heads of the journal are not those the manifest says.")
    finally:
        house.database.dispose()


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as source:
        yield from source


def _place(archive: zipfile.ZipFile, name: str, place: Path) -> None:
    """Write one file beside its place, flush it to disk, then let it appear."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_name(f".{place.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        for chunk in chunks(archive, name):
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    part.replace(place)

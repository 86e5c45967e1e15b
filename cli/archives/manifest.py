"""What an archive says about itself, and the checks by which a broken or hostile one is refused before it is opened."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20
NAMES = re.compile(
    r"database/[a-z_]{1,60}\.jsonl|files/([0-9a-f]{2})/\1[0-9a-f]{62}|keys/(?:[A-Za-z0-9_%:+=-][A-Za-z0-9_.%:+=-]*/){0,4}"
    r"[A-Za-z0-9_%:+=-][A-Za-z0-9_.%:+=-]*"
)
"""The only names that may stand in an archive: nothing that leads out of its folder, nothing hidden."""


class BadArchive(Exception):
    """The archive is not restored; the text says to a person why."""


@dataclass
class Manifest:
    """Everything that must be true of an archive: each member's size and SHA-256, rows per table, heads of journals."""

    version: str
    revision: str
    made_at: str
    dialect: str
    format: int = FORMAT
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    heads: dict[str, list[Any]] = field(default_factory=dict)
    members: dict[str, list[Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=False).encode()

    @property
    def rows(self) -> int:
        return sum(int(table["rows"]) for table in self.tables.values())

    def count(self, folder: str) -> int:
        return sum(name.startswith(f"{folder}/") for name in self.members)


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The manifest of an archive whose list of members agrees with it; refuses (BadArchive) anything odd."""
    try:
        with archive.open(MANIFEST) as source:
            manifest = Manifest(**json.loads(source.read(256 * 2**20)))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise BadArchive("This is no archive made by ./motcua backup: it has no readable manifest.") from error
    if manifest.format != FORMAT:
        raise BadArchive(f"The archive has format {manifest.format}; this version reads format {FORMAT}.")
    found = {}
    for info in archive.infolist():
        if info.filename == MANIFEST:
            continue
        if info.filename in found or not NAMES.fullmatch(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
            raise BadArchive(f"The archive holds a name it must not hold: {info.filename!r}.")
        found[info.filename] = info.file_size
    if found != {name: size for name, (size, _) in manifest.members.items()}:
        raise BadArchive("What is in the archive is not what its manifest says.")
    if set(manifest.tables) != {name[9:-6] for name in found if name.startswith("database/")}:
        raise BadArchive("The tables in the archive are not those its manifest names.")
    return manifest


def check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read every member once and compare it with the manifest; refuses (BadArchive) the first that differs."""
    for name, (size, digest) in manifest.members.items():
        seen, length = hashlib.sha256(), 0
        try:
            for chunk in chunks(archive, name):
                seen.update(chunk)
                length += len(chunk)
                if length > size:
                    break
        except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
            raise BadArchive(f"The archive is damaged at {name}.") from error
        if (length, seen.hexdigest()) != (size, digest):
            raise BadArchive(f"{name} in the archive is not what the manifest says.")
        if name.startswith("files/") and not name.endswith(digest):
            raise BadArchive(f"{name} does not have the content its name says.")


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A member piece by piece."""
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            yield chunk

"""Write database, files and keys together into one archive, while the house may be open.

One format for SQLite and PostgreSQL: rows as lines of JSON, read in one look, so that an office can move from one to
the other by backup and restore. The archive holds personal data and keys: keep it as you keep the data folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the archive goes; the installation comes from --data or MOTCUA_DATA, and DATABASE_URL, as everywhere."""
    parser.add_argument("file", type=Path, help="the archive to write; a file that is there already is never replaced")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """Write the archive; 0 when everything is in it, 1 when a file is missing from the store, 2 when it was refused."""
    from cli.archives.place import settings_of
    from cli.archives.writing import write_archive
    from engine.composition import build_house

    if args.file.exists():
        print(f"motcua: {args.file} is there already; choose another name.", file=sys.stderr)
        return 2
    settings = settings_of(args.data)
    if settings.is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        print(f"motcua: there is nothing to back up in {settings.data}.", file=sys.stderr)
        return 2
    house = build_house(settings)
    try:
        manifest, digest = write_archive(house, args.file)
    finally:
        house.database.dispose()
    print(
        f"{args.file}: {manifest.rows} rows of {len(manifest.tables)} tables, {manifest.count('files')} files, "
        f"{manifest.count('keys')} files of keys, {len(manifest.heads)} journals\nSHA-256 of its manifest: {digest}\n"
        "The archive holds personal data and signing keys: keep it as safe as the data folder."
    )
    for sha256 in manifest.missing:
        print(f"motcua: a row names the file {sha256}, but the store does not have it.", file=sys.stderr)
    return 1 if manifest.missing else 0

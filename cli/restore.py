"""Bring an archive made by backup into an empty data folder and an empty database, and check that it is all there.

A damaged, shortened or altered archive is refused before anything is written. Nothing that exists is ever replaced:
to restore over an installation, move its data folder away first (and give an empty database, on PostgreSQL).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NEEDS = ("packages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The archive, where it goes, and what is known of it from elsewhere."""
    parser.add_argument("file", type=Path, help="an archive made by ./motcua backup")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")
    parser.add_argument(
        "--digest", default="", metavar="SHA256", help="the manifest's SHA-256 that backup printed, if you kept it"
    )


def run(args: argparse.Namespace) -> int:
    """Check, place, load, check again; 0 when everything is there, 2 when the archive or the place was refused."""
    from cli.archives.manifest import BadArchive
    from cli.archives.place import settings_of
    from cli.archives.restoring import NotEmpty, check_empty, open_archive, restore
    from cli.serving.premises import Refused, hold

    try:
        archive, manifest = open_archive(args.file, digest=args.digest)
        with archive:
            settings = settings_of(args.data)
            with hold(settings.data, "restore"):
                check_empty(settings)
                restore(archive, manifest, settings)
    except (BadArchive, Refused) as refusal:
        print(f"motcua: {refusal}", file=sys.stderr)
        return 2
    except NotEmpty as refusal:
        print(
            f"motcua: an archive is restored into an empty place only, and {refusal}.\n"
            "Choose another data folder with --data (and, on PostgreSQL, an empty database), or move this one away.",
            file=sys.stderr,
        )
        return 2
    print(
        f"{settings.data}: {manifest.rows} rows of {len(manifest.tables)} tables, {manifest.count('files')} files and "
        f"{manifest.count('keys')} files of keys are back as of {manifest.made_at} (version {manifest.version}, "
        f"schema {manifest.revision}).\nCounts, digests and the {len(manifest.heads)} heads of the journal agree."
    )
    for sha256 in manifest.missing:
        print(f"motcua: the file {sha256} was missing when the archive was made.", file=sys.stderr)
    return 0

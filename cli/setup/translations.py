"""Compile translation catalogues (.po) to what the pages read (.mo); the prepared Python runs it with their paths."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside its .po, aside first and renamed, so that a reader never sees half of one."""
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parts[-3])
    beside = source.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("wb") as stream:
        write_mo(stream, catalogue)
    beside.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))

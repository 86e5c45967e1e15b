"""The code of a result drawn into the place kept for it on the paper: a QR of filled squares, sharp at any size."""

from __future__ import annotations

import segno
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from segno import consts

QUIET = 2
"""White modules around the squares; the paper around the place is white as well."""


def qr_of(text: str) -> segno.QRCode:
    """A QR (ISO/IEC 18004, error correction M) in which what follows the "#" takes 5.5 bits a letter instead of 8."""
    address, mark, rest = text.partition("#")
    parts = [(address + mark, consts.MODE_BYTE)]
    if rest:
        parts.append((rest, consts.MODE_ALPHANUMERIC))
    return segno.make(parts, error="m", micro=False)  # type: ignore[arg-type]  # takes parts, says so nowhere


def appearance(writer: BasePdfFileWriter, text: str, *, width: float, height: float) -> generic.IndirectObject:
    """The QR as large as fits into a place of this size (points), in the middle of it, on white."""
    rows = [list(row) for row in qr_of(text).matrix]
    modules = len(rows) + 2 * QUIET
    side = min(width, height)
    left, top = (width - side) / 2, (height + side) / 2
    scale = side / modules
    lines = [
        f"1 g 0 0 {width:.3f} {height:.3f} re f 0 g",
        f"q {scale:.6f} 0 0 {-scale:.6f} {left:.3f} {top:.3f} cm",
    ]
    for y, row in enumerate(rows):
        lines += [f"{start + QUIET} {y + QUIET} {length} 1 re" for start, length in _runs(row)]
    lines.append("f Q")
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data="\n".join(lines).encode("ascii"),
    )
    stream.compress()
    return writer.add_object(stream)


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Where dark squares stand side by side: start and length."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs

"""What each signature of a file is and covers, as bytes that other programs can be given."""

from __future__ import annotations

import io
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader


@dataclass(frozen=True)
class Part:
    """One signature or archive time stamp: its CMS (DER), the bytes it covers, and the room kept for it in the file."""

    field: str
    archive: bool
    der: bytes
    covered: bytes
    room: tuple[int, int]


def parts(pdf: bytes) -> tuple[Part, ...]:
    """The signatures and archive time stamps of a file in their order; says nothing of whether they hold.

    Raises what the reader raises for a file that cannot be read.
    """
    found = []
    for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        start, first, rest, length = (int(edge) for edge in one.byte_range)
        covered = pdf[start : start + first] + pdf[rest : rest + length]
        archive = one.sig_object_type == "/DocTimeStamp"
        found.append(Part(one.field_name, archive, bytes(one.pkcs7_content), covered, (start + first, rest)))
    return tuple(found)

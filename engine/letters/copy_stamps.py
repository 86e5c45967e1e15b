"""What the agency's signature on an electronic copy looks like: upright black text of 10 points, no image."""

from __future__ import annotations

from datetime import datetime

from engine.letters.scan_stamps import corner_words
from engine.letters.stamps import iso_moment
from signing.boxes import Box


def copy_stamp(printed: str, agency: str, *, signed_at: datetime, box: Box, sample: bool = False) -> bytes:
    """Kind of copy, agency and moment (ISO 8601, Viet Nam), as a transparent one-page PDF of the size of `box`.

    Decree 30/2020/NĐ-CP, Annex I: at the upper right of page 1, the agency's name in ordinary letters.
    """
    kind = f"{printed}{' (MẪU)' if sample else ''}"
    lines = (kind, agency, f"Thời gian ký: {iso_moment(signed_at)}")
    return corner_words(lines, width=box.width, height=box.height)

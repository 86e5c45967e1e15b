"""What the signature of whoever scanned a paper looks like on it: three lines of black text, no image."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from weasyprint import HTML

from engine.letters.markup import plain
from engine.letters.resources import PRESS, OnlyInline, house_fonts

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SIZE = 10
"""Points: what Decree 30/2020 asks of the words on an electronic copy; nothing known of a scan's."""
WIDTH, HEIGHT = 250.0, 37.0
"""Of the words, in points: as high as the margin of a paper leaves room for."""
FULL = 50
"""Letters that fit on a line; a longer line is written smaller."""


def scan_stamp(name: str, office: str, *, signed_at: datetime, sample: bool = False) -> bytes:
    """Who scanned the paper, for which office and when (ISO 8601, Viet Nam), as a transparent one-page PDF."""
    local = signed_at.astimezone(_ZONE).replace(microsecond=0)
    who = f"Bản số hóa{' MẪU' if sample else ''}, người số hóa: {plain(name)}"
    return corner_words((who, plain(office), f"Thời gian ký: {local:%d/%m/%Y %H:%M:%S} {local.isoformat()[-6:]}"))


@lru_cache(maxsize=64)
def corner_words(lines: tuple[str, ...], *, width: float = WIDTH, height: float = HEIGHT) -> bytes:
    """Lines of upright black letters against the right edge of a transparent page of that size (points)."""
    fonts, faces = house_fonts()
    full = FULL * width / WIDTH
    words = "".join(
        f'<p style="font-size:{min(SIZE, SIZE * full / len(line)):.2f}pt">{escape(line)}</p>' for line in lines
    )
    page = (
        f"<!DOCTYPE html><style>@page {{ size: {width}pt {height}pt; margin: 0 }}"
        " html { font-family: 'House latin','House vietnamese','House latin-ext' } body { margin: 0 }"
        " p { margin: 0; line-height: 12pt; height: 12pt; text-align: right; color: #000;"
        f" white-space: nowrap; overflow: hidden }}</style><body>{words}"
    )
    html = HTML(string=page, url_fetcher=OnlyInline())
    with PRESS:
        pdf: bytes = html.write_pdf(stylesheets=[faces], font_config=fonts, pdf_identifier=b"0" * 16)
    return pdf

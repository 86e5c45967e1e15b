"""What a signature looks like on paper, as small PDFs: the leader's blue hand, the agency's red round seal.

Decree 30/2020/NĐ-CP, Annex I, section II, items 7 and 8: the hand, blue, between title and name; the seal, red, of its
real size, over about a third of the hand on its left; agency and moment (ISO 8601 with the zone) in words. A hand or a
seal is the image its holder brought. The sample office's are drawn and say MẪU; an office without an image gets words
only, for a drawn hand or seal would pretend to be somebody's.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from weasyprint import HTML

from engine.letters.drawn import BLUE, FAMILIES, RED, hand, seal, text_of
from engine.letters.resources import PRESS, OnlyInline, house_fonts
from engine.letters.seals import diameter
from signing.boxes import Box

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_MM = 72 / 25.4
THIRD = 1 / 3
"""How much of the hand's width the seal covers, on its left."""
_NOTE = 6.5 * _MM
"""Room of two lines of a note under a hand."""
_DRAWN = (0.85, 0.42)
"""A drawn hand's width as a part of its place, and its height as a part of its width."""


def iso_moment(moment: datetime) -> str:
    """A moment as the decree wants it printed: ISO 8601 in Vietnamese time with its zone, to the second."""
    return moment.astimezone(_ZONE).replace(microsecond=0).isoformat()


def hand_place(box: Box, *, sample: bool = False, size: tuple[int, int] | None = None) -> Box:
    """Where in `box` the hand itself comes to stand: an image of `size` (pixels), the sample's drawing, or words."""
    if size is None and not sample:
        return box
    foot = _NOTE if sample else 0.0
    if size is None:
        width = box.width * _DRAWN[0]
        height = min(width * _DRAWN[1], box.height - foot)
    else:
        scale = min(box.width / size[0], (box.height - foot) / size[1])
        width, height = size[0] * scale, size[1] * scale
    left = box.x1 + (box.width - width) / 2
    low = box.y1 + foot + (box.height - foot - height) / 2
    return replace(box, x1=round(left, 3), y1=round(low, 3), x2=round(left + width, 3), y2=round(low + height, 3))


def person_stamp(
    name: str,
    *,
    signed_at: datetime,
    box: Box,
    sample: bool = False,
    image: bytes | None = None,
    size: tuple[int, int] | None = None,
) -> bytes:
    """The signer's hand as a one-page PDF of the size of `box`; `image` (PNG of `size` pixels) is their own.

    Without one a signer is named in words; the sample's hand is drawn from the name and says MẪU.
    """
    place = hand_place(box, sample=sample, size=size)
    if image is not None:
        shown = _image(image, box, place)
    elif sample:
        shown = _drawing(hand(name, place.width, place.height), f"0 0 {place.width:.2f} {place.height:.2f}", box, place)
    else:
        # The seal comes over the left third; words stand right of it.
        words = f"Ký bởi: {text_of(name)}<br>Thời gian ký:<br>{iso_moment(signed_at)}"
        shown = f'<p class="note words" style="top:{box.height * 0.3:.2f}pt;left:35%;right:0;color:{BLUE}">{words}</p>'
    note = f"Chữ ký MẪU<br>{iso_moment(signed_at)}" if sample else ""
    foot = f'<p class="note" style="bottom:0;left:{THIRD:.2%};right:0;color:{BLUE}">{note}</p>' if note else ""
    return _page(box, shown + foot, with_image=image is not None)


def agency_stamp(
    agency: str,
    *,
    place: str,
    signed_at: datetime,
    box: Box,
    hand: Box | None = None,
    across_mm: int | None = None,
    sample: bool = False,
    image: bytes | None = None,
) -> bytes:
    """The agency's seal over the left third of `hand` (see `hand_place`), agency and moment at the foot of `box`.

    `image` (PNG) is the office's own seal, printed `across_mm` wide. Without one an office is named in a red frame; the
    sample's seal is drawn and says MẪU.
    """
    shown, framed = "", ""
    if image is not None or sample:
        where = _seal_place(box, hand, (across_mm or diameter("ward", signed_at.astimezone(_ZONE).date())) * _MM)
        if image is not None:
            shown = _image(image, box, where)
        else:
            shown = _drawing(seal(agency, place, "MẪU"), "-100 -100 200 200", box, where)
    else:
        framed = f"border:0.75pt solid {RED};padding:2pt 6pt"
    words = (
        f"{'Ký bởi' if framed else 'Cơ quan'}: {text_of(agency)}{' (MẪU)' if sample else ''}"
        f"<br>Thời gian ký: {iso_moment(signed_at)}"
    )
    smaller = ";font-size:7pt" if len(agency) > 100 else ""
    foot = f'<div class="foot"><p class="frame" style="{framed}{smaller}">{words}</p></div>'
    return _page(box, shown + foot, with_image=image is not None)


def _seal_place(box: Box, hand: Box | None, size: float) -> Box:
    """A square of the seal's size whose right edge stands a third into the hand, level with it, within `box`."""
    right = hand.x1 + hand.width * THIRD if hand is not None else box.x1 + size
    middle = (hand.y1 + hand.y2) / 2 if hand is not None else box.y2 - size / 2
    left = min(max(right - size, box.x1), box.x2 - size)
    top = max(min(middle + size / 2, box.y2), box.y1 + size)
    return replace(box, x1=left, x2=left + size, y1=top - size, y2=top)


def _style(box: Box, place: Box) -> str:
    return (
        f"left:{place.x1 - box.x1:.2f}pt;top:{box.y2 - place.y2:.2f}pt;"
        f"width:{place.width:.2f}pt;height:{place.height:.2f}pt"
    )


def _drawing(content: str, view: str, box: Box, place: Box) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" style="{_style(box, place)}">{content}</svg>'


def _image(png: bytes, box: Box, place: Box) -> str:
    return f'<img style="{_style(box, place)}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _page(box: Box, content: str, *, with_image: bool) -> bytes:
    """One transparent page with nothing but this on it; images are too large to be kept for the next one."""
    width, height = round(box.width, 3), round(box.height, 3)
    return _printed(width, height, content) if with_image else _kept(width, height, content)


@lru_cache(maxsize=64)
def _kept(width: float, height: float, content: str) -> bytes:
    return _printed(width, height, content)


def _printed(width: float, height: float, content: str) -> bytes:
    fonts, faces = house_fonts()
    page = (
        f"<!DOCTYPE html><style>@page {{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"
        f" html {{ font-family: {FAMILIES} }} body {{ margin: 0 }} svg, img {{ position: absolute }}"
        " .note { position: absolute; margin: 0; text-align: center; font-size: 7.5pt; line-height: 1.15 }"
        " .words { text-align: left; font-size: 7.5pt; line-height: 1.3 }"
        " .foot { position: absolute; bottom: 0; left: 5mm; right: 5mm; text-align: center }"
        " .frame { display: inline-block; margin: 0; font-size: 8pt; line-height: 1.15; color: #000 }"
        f"</style><body>{content}"
    )
    html = HTML(string=page, url_fetcher=OnlyInline())
    with PRESS:
        pdf: bytes = html.write_pdf(stylesheets=[faces], font_config=fonts, pdf_identifier=b"0" * 16)
    return pdf

"""What a signature looks like on paper, as small PDFs: the leader's blue hand, the agency's red round seal."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from lxml import etree
from weasyprint import HTML

from engine.letters.markup import plain
from engine.letters.resources import PRESS, OnlyInline, house_fonts
from signing.boxes import Box

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BLUE, RED = "#1d3fa8", "#d0202a"
_MM = 72 / 25.4
# Advance widths of capitals in thousandths of an em, enough to space letters on a ring.
_NARROW, _WIDE, _USUAL, _SPACE = 390, 920, 690, 280
# No blanks after the commas: the drawing library takes them for part of the name.
_FAMILIES = "'House latin','House vietnamese','House latin-ext'"


def person_stamp(name: str, *, signed_at: datetime, box: Box, sample: bool = False) -> bytes:
    """The signer's blue hand with the moment under it, a one-page PDF of the size of `box`.

    The hand is drawn from the name, always the same for the same name; a scanned hand is not kept by this house.
    """
    width, height = box.width, box.height
    # The seal comes over the left third later; what is to be read stands right of it.
    note = f"{'Chữ ký MẪU' if sample else 'Đã ký số'}<br>{_moment(signed_at)}"
    return _page(
        width,
        height,
        _drawing(_hand(name, width, height), f"0 0 {width:.2f} {height:.2f}", width, height)
        + f'<p class="note" style="bottom:0;left:33%;right:0;color:{BLUE}">{note}</p>',
    )


def agency_stamp(agency: str, *, place: str, signed_at: datetime, box: Box, sample: bool = False) -> bytes:
    """The agency's round seal (35 mm, red, transparent) at the upper left of `box`, agency and moment at its foot."""
    size = min(35 * _MM, box.height, box.width)
    seal = _seal(agency, place, "MẪU" if sample else "")
    return _page(
        box.width,
        box.height,
        _drawing(seal, "-100 -100 200 200", size, size)
        + f'<p class="note" style="bottom:0;left:0;right:0;color:#000">Cơ quan: {_text(agency)}'
        f"{' (MẪU)' if sample else ''}<br>Thời gian ký: {_moment(signed_at)}</p>",
    )


def _drawing(content: str, view: str, width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" style="width:{width:.2f}pt;height:{height:.2f}pt">'
        f"{content}</svg>"
    )


def _moment(moment: datetime) -> str:
    local = moment.astimezone(_ZONE).replace(microsecond=0)
    return local.strftime("%d/%m/%Y %H:%M:%S ") + local.isoformat()[-6:]


def _text(text: str) -> str:
    holder = etree.Element("p")
    holder.text = plain(text)
    return etree.tostring(holder, encoding="unicode")[3:-4]


def _hand(name: str, width: float, height: float) -> str:
    """A pen line that goes up and down as the name's letters say, and a flourish under it."""
    dice = hashlib.sha256(plain(name).encode()).digest()
    top, middle = height * 0.12, height * 0.42
    step = width * 0.72 / 11
    at, path = width * 0.12, f"M{width * 0.12:.1f} {middle:.1f}"
    for turn in range(11):
        rise = (0.35 + dice[turn] / 255 * 0.65) * (middle - top) * (1.0 if turn % 3 == 0 else 0.45)
        lean = step * (0.4 + dice[turn + 11] / 255)
        path += (
            f" C{at + lean * 0.2:.1f} {middle - rise:.1f} {at + lean:.1f} {middle - rise:.1f}"
            f" {at + step:.1f} {middle + (dice[turn] % 7 - 3) * 0.6:.1f}"
        )
        at += step
    path += (
        f" C{at + 8:.1f} {middle - 14:.1f} {at + 14:.1f} {middle + 10:.1f} {at - 30:.1f} {middle + 11:.1f}"
        f" S{width * 0.2:.1f} {middle + 13:.1f} {width * 0.34:.1f} {middle + 7:.1f}"
    )
    return f'<path d="{path}" fill="none" stroke="{BLUE}" stroke-width="1.5" stroke-linecap="round"/>'


def _seal(agency: str, place: str, mark: str) -> str:
    star = " ".join(
        f"{radius * math.sin(math.pi * corner / 5):.2f},{-radius * math.cos(math.pi * corner / 5):.2f}"
        for corner in range(10)
        for radius in [20.0 if corner % 2 == 0 else 8.0]
    )
    rings = "".join(
        f'<circle r="{radius}" fill="none" stroke="{RED}" stroke-width="{line}"/>'
        for radius, line in ((97, 3.2), (92, 0.9), (58, 1.6))
    )
    letters = _on_ring(agency.upper(), radius=69, size=18, around=0.0, spread=250)
    letters += _on_ring(place.upper(), radius=81.5, size=15, around=math.pi, spread=100, inward=True)
    centre = f'<polygon points="{star}" fill="{RED}" transform="translate(0 {-20 if mark else 0})"/>'
    if mark:
        centre += _letter_row(mark, size=30, below=30)
    return rings + letters + centre


def _letter_row(text: str, *, size: float, below: float) -> str:
    return (
        f'<text x="0" y="{below}" text-anchor="middle" font-size="{size}" font-weight="700" fill="{RED}"'
        f' font-family="{_FAMILIES}">{_text(text)}</text>'
    )


def _on_ring(text: str, *, radius: float, size: float, around: float, spread: float, inward: bool = False) -> str:
    """Letters set one by one on a circle, centred on the angle `around` (0 is the top), within `spread` degrees."""
    widths = [_width(letter) * size / 1000 * 1.08 for letter in text]
    room = math.radians(spread) * radius
    if sum(widths) > room:
        squeeze = room / sum(widths)
        size, widths = size * squeeze, [width * squeeze for width in widths]
    direction = -1 if inward else 1
    angle = around - direction * sum(widths) / radius / 2
    drawn = []
    for letter, width in zip(text, widths, strict=True):
        middle = angle + direction * width / radius / 2
        angle += direction * width / radius
        if letter == " ":
            continue
        x, y = radius * math.sin(middle), -radius * math.cos(middle)
        turn = math.degrees(middle) + (180 if inward else 0)
        drawn.append(
            f'<text transform="translate({x:.2f} {y:.2f}) rotate({turn:.2f})" text-anchor="middle"'
            f' font-size="{size:.2f}" font-weight="700" fill="{RED}" font-family="{_FAMILIES}">{_text(letter)}</text>'
        )
    return "".join(drawn)


def _width(letter: str) -> int:
    if letter == " ":
        return _SPACE
    if letter in "MWƯ":
        return _WIDE
    return _NARROW if letter in "IÍÌỈĨỊJ.,-'" else _USUAL


@lru_cache(maxsize=256)
def _page(width: float, height: float, content: str) -> bytes:
    """One transparent page with nothing but this on it."""
    fonts, faces = house_fonts()
    page = (
        f"<!DOCTYPE html><style>@page {{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"
        f" html {{ font-family: {_FAMILIES} }} body {{ margin: 0 }} svg {{ position: absolute; left: 0; top: 0 }}"
        " .note { position: absolute; margin: 0; text-align: center; font-size: 7.5pt; line-height: 1.15 }"
        f"</style><body>{content}"
    )
    html = HTML(string=page, url_fetcher=OnlyInline())
    with PRESS:
        pdf: bytes = html.write_pdf(stylesheets=[faces], font_config=fonts, pdf_identifier=b"0" * 16)
    return pdf

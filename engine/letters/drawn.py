"""What stands for a hand and a seal where nobody is real: drawn for the sample office, and never for another."""

from __future__ import annotations

import hashlib
import math

from lxml import etree

from engine.letters.markup import plain

BLUE, RED = "#1d3fa8", "#d0202a"
# No blanks after the commas: the drawing library takes them for part of the name.
FAMILIES = "'House latin','House vietnamese','House latin-ext'"
# Advance widths of capitals in thousandths of an em, enough to space letters on a ring.
_NARROW, _WIDE, _USUAL, _SPACE = 390, 920, 690, 280
_TURNS, _LINE = 11, 1.5
Point = tuple[float, float]


def text_of(text: str) -> str:
    """Words as they may stand in markup."""
    holder = etree.Element("p")
    holder.text = plain(text)
    return etree.tostring(holder, encoding="unicode")[3:-4]


def hand(name: str, width: float, height: float) -> str:
    """A pen line that goes up and down as the name's letters say, and a flourish under it; it fills width and height.

    The same for the same name at any time.
    """
    curves = _pen(hashlib.sha256(plain(name).encode()).digest())
    line = [point for curve in curves for point in _along(curve)]
    left, top = min(x for x, _y in line), min(y for _x, y in line)
    across = (width - _LINE) / (max(x for x, _y in line) - left)
    down = (height - _LINE) / (max(y for _x, y in line) - top)

    def put(point: Point) -> str:
        return f"{(point[0] - left) * across + _LINE / 2:.2f} {(point[1] - top) * down + _LINE / 2:.2f}"

    path = f"M{put(curves[0][0])}" + "".join(f" C{put(one)} {put(two)} {put(end)}" for _from, one, two, end in curves)
    return f'<path d="{path}" fill="none" stroke="{BLUE}" stroke-width="{_LINE}" stroke-linecap="round"/>'


def _pen(dice: bytes) -> list[tuple[Point, Point, Point, Point]]:
    """The Bézier curves of the line, in units of a turn."""
    at: Point = (0.0, 0.0)
    curves = []
    for turn in range(_TURNS):
        rise = (0.35 + dice[turn] / 255 * 0.65) * (3.0 if turn % 3 == 0 else 1.35)
        lean = 0.4 + dice[turn + _TURNS] / 255
        end = (turn + 1.0, (dice[turn] % 7 - 3) * 0.08)
        curves.append((at, (turn + lean * 0.2, -rise), (turn + lean, -rise), end))
        at = end
    under = (_TURNS * 0.55, 1.5)
    curves.append((at, (at[0] + 1.0, at[1] - 1.8), (at[0] + 1.6, 1.4), under))
    curves.append((under, (under[0] - 4.0, 1.6), (0.6, 1.8), (2.2, 1.0)))
    return curves


def _along(curve: tuple[Point, Point, Point, Point]) -> list[Point]:
    def mix(axis: int, t: float) -> float:
        a, b, c, d = (point[axis] for point in curve)
        return a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3

    return [(mix(0, step / 24), mix(1, step / 24)) for step in range(25)]


def seal(agency: str, place: str, mark: str) -> str:
    """A round seal with the agency on its ring, the place below and `mark` under the star, within ±100 units."""
    star = " ".join(
        f"{radius * math.sin(math.pi * corner / 5):.2f},{-radius * math.cos(math.pi * corner / 5):.2f}"
        for corner in range(10)
        for radius in [20.0 if corner % 2 == 0 else 8.0]
    )
    rings = "".join(
        f'<circle r="{radius}" fill="none" stroke="{RED}" stroke-width="{line}"/>'
        for radius, line in ((98.4, 3.2), (92, 0.9), (58, 1.6))
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
        f' font-family="{FAMILIES}">{text_of(text)}</text>'
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
            f' font-size="{size:.2f}" font-weight="700" fill="{RED}" font-family="{FAMILIES}">{text_of(letter)}</text>'
        )
    return "".join(drawn)


def _width(letter: str) -> int:
    if letter == " ":
        return _SPACE
    if letter in "MWƯ":
        return _WIDE
    return _NARROW if letter in "IÍÌỈĨỊJ.,-'" else _USUAL

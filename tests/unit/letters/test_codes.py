"""Codes that machines read: Code 128 read back bar by bar, QR handed to a known library."""

from __future__ import annotations

import re

import pytest

from engine.letters.errors import LetterError
from engine.letters.pdf import render
from engine.letters.qr import barcode_svg, qr_svg

from .conftest import NOW


def widths(svg: str) -> list[int]:
    """Bars and spaces by turns, as a reader's laser meets them."""
    bars = [(int(at), int(width)) for at, width in re.findall(r"M(\d+) 0h(\d+)v", svg)]
    found = []
    for (at, width), (following, _) in zip(bars, [*bars[1:], (0, 0)], strict=True):
        found += [width, following - at - width]
    return found[:-1]


def test_the_bars_of_a_known_code() -> None:
    # "PJJ123C" in set B is the worked example of many manuals: check value 54.
    found = widths(barcode_svg("PJJ123C"))
    symbols = ["".join(map(str, found[at : at + 6])) for at in range(0, len(found) - 7, 6)]
    assert symbols[0] == "211214"
    assert symbols[1] == "313121"
    assert symbols[-1] == "311321" == symbols[len("PJJ123C") + 1]
    assert found[-7:] == [2, 3, 3, 1, 1, 1, 2]


def test_every_symbol_is_eleven_modules_wide() -> None:
    found = widths(barcode_svg("".join(map(chr, range(32, 112)))))
    assert all(sum(found[at : at + 6]) == 11 for at in range(0, len(found) - 7, 6))


@pytest.mark.parametrize("text", ["", "Đức", "x" * 81, "a\nb"])
def test_what_bars_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Code 128"):
        barcode_svg(text)


def test_a_letter_with_such_a_code_is_refused_in_words() -> None:
    with pytest.raises(LetterError, match="mã vạch"):
        render('<p data-barcode="Đức"/>', sample=True, now=NOW)
    with pytest.raises(LetterError, match="QR"):
        render(f'<p data-qr="{"x" * 4000}"/>', sample=True, now=NOW)


def test_a_qr_code_is_one_drawing_without_a_size_of_its_own() -> None:
    svg = qr_svg("https://motcua.example.vn/tra-cuu/H29-260205-0012")
    assert svg.startswith("<svg")
    assert "viewBox" in svg
    assert "width=" not in svg.split(">")[0]

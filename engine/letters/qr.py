"""Codes that machines read off paper: QR for telephones, Code 128 for the reader at the counter."""

from __future__ import annotations

import io

import segno

# ISO/IEC 15417, table 1: widths of bar, space, bar, … for each value, START B at 104, STOP at 106.
_BARS = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
    122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
    322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
    112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
    331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
    112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
    124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
    411311 113141 114131 311141 411131 211412 211214 211232 2331112
    """.split()  # noqa: SIM905
_START_B, _STOP = 104, 106


def qr_svg(text: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as an inline SVG element without fixed size."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, nl=False
    )
    return out.getvalue().decode("utf-8")


def barcode_svg(text: str) -> str:
    """A Code 128 (set B) bar code as an inline SVG element; only ASCII 32-126, otherwise ValueError."""
    if not text or len(text) > 80 or not all(32 <= ord(letter) <= 126 for letter in text):
        raise ValueError("Code 128 takes 1 to 80 ASCII characters")
    values = [_START_B, *(ord(letter) - 32 for letter in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], start=1))) % 103
    at, bars = 10, []
    for value in [*values, check, _STOP]:
        for index, width in enumerate(map(int, _BARS[value])):
            if index % 2 == 0:
                bars.append(f"M{at} 0h{width}v40h-{width}z")
            at += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at + 10} 40" preserveAspectRatio="none">'
        f'<path d="{"".join(bars)}"/></svg>'
    )

"""The only things a letter may draw on: the house's Tinos and style sheets, and small pictures given inline."""

from __future__ import annotations

import base64
import binascii
import io
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image
from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

ROOM = Path(__file__).resolve().parent
FONTS = ROOM.parent.parent / "node_modules" / "@fontsource" / "tinos" / "files"
PIECES = ("latin", "vietnamese", "latin-ext")
MAX_PICTURE_BYTES = 512 * 1024
MAX_PIXELS = 4_000_000
SHEET = "house-sheet:"
"""How a page that goes before a letter is called inside it, followed by its number from 0; a letter cannot write it."""
# The fonts are shared by all letters of a process, and Pango lets one thread at a time use them.
PRESS = threading.RLock()


class OnlyInline(URLFetcher):
    """Refuses every address but a small PNG or JPEG written into the letter itself."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        head, _, body = url.partition(",")
        if head not in ("data:image/png;base64", "data:image/jpeg;base64") or len(body) > MAX_PICTURE_BYTES:
            raise ValueError("only small inline pictures are allowed in a letter")
        try:
            picture = base64.b64decode(body, validate=True)
            with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
                width, height = opened.size
        except (binascii.Error, OSError, Image.DecompressionBombError) as broken:
            raise ValueError("not a picture") from broken
        if width * height > MAX_PIXELS:
            raise ValueError("the picture has too many pixels")
        return URLFetcherResponse(url, picture, {"Content-Type": head[5:-7]})


class WithSheets(OnlyInline):
    """Gives a letter the pages that go before it, besides what is written into it."""

    def __init__(self, sheets: Sequence[bytes]) -> None:
        super().__init__()
        self._sheets = {f"{SHEET}{number}": sheet for number, sheet in enumerate(sheets)}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        sheet = self._sheets.get(url)
        if sheet is None:
            return super().fetch(url, headers)
        return URLFetcherResponse(url, sheet, {"Content-Type": "image/jpeg"})


class OnlyHouseFonts(URLFetcher):
    """Gives the style sheets of this house their fonts, and nothing else to anybody."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        allowed = {f"house:{_font_file(*face)}" for face in _faces()}
        if url not in allowed:
            raise ValueError("only the fonts of the house")
        return URLFetcherResponse(
            url, (FONTS / url.removeprefix("house:")).read_bytes(), {"Content-Type": "font/woff2"}
        )


def house_fonts() -> tuple[FontConfiguration, CSS]:
    """The fonts, loaded once for this process."""
    with PRESS:
        return _loaded_fonts()


@lru_cache(maxsize=1)
def _loaded_fonts() -> tuple[FontConfiguration, CSS]:
    missing = [name for face in _faces() if not (FONTS / (name := _font_file(*face))).exists()]
    if missing:
        raise FileNotFoundError(f"letters need the font files of @fontsource/tinos: {FONTS / missing[0]}")
    configuration = FontConfiguration()
    rules = "\n".join(_font_face(*face) for face in _faces())
    # Each piece is a family of its own: several pieces in one family come out as garbage.
    return configuration, CSS(string=rules, font_config=configuration, url_fetcher=OnlyHouseFonts())


@lru_cache(maxsize=16)
def style(name: str) -> CSS:
    """A style sheet of engine/letters/layouts, read once."""
    text = (ROOM / "layouts" / f"{name}.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=house_fonts()[0], url_fetcher=OnlyHouseFonts())


def _faces() -> list[tuple[str, int, str]]:
    return [(piece, weight, slope) for piece in PIECES for weight in (400, 700) for slope in ("normal", "italic")]


def _font_file(piece: str, weight: int, slope: str) -> str:
    return f"tinos-{piece}-{weight}-{slope}.woff2"


def _font_face(piece: str, weight: int, slope: str) -> str:
    return (
        f"@font-face {{ font-family: 'House {piece}'; font-weight: {weight}; font-style: {slope};"
        f" src: url('house:{_font_file(piece, weight, slope)}') format('woff2'); }}"
    )

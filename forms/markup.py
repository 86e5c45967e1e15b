"""Texts of a form turned into safe HTML: paragraphs, headings, lists, bold, italics and links; the rest is shown."""

import re
from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any

from forms.templates import Piece, fill_in
from forms.texts import plain

# Values are private-use characters until the text is marked up, so that what a person typed never becomes markup.
_OPEN, _CLOSE = "\ue000", "\ue001"
_VALUE = re.compile(f"{_OPEN}([0-9]{{1,6}}){_CLOSE}")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,1000})\*\*")
_ITALIC = re.compile(r"(?<![\w*])[*_]([^*_\n]{1,1000})[*_](?![\w*])")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#)[^\s\\]*", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-*+]|[0-9]{1,3}[.)])\s+")
_SHAPES = (
    ("blank", re.compile(r"\s*")),
    ("rule", re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")),
    ("heading", re.compile(r"\s*#{1,6} .*")),
    ("bullets", re.compile(r"\s*[-*+]\s+\S.*")),
    ("numbers", re.compile(r"\s*[0-9]{1,3}[.)]\s+\S.*")),
)
_LISTS = {"bullets": ("ul", "bullet"), "numbers": ("ol", "number")}


def _shape_of(line: str) -> str:
    return next((name for name, shape in _SHAPES if shape.fullmatch(line)), "paragraph")


def to_html(pieces: tuple[Piece, ...], value_of: Callable[[str], Any]) -> str:
    """The HTML of a templated text; its headings begin at h2, its links go to http(s), mail, telephone or this site."""
    values: list[str] = []

    def show(value: Any) -> str:
        values.append(plain(value))
        return f"{_OPEN}{len(values) - 1}{_CLOSE}"

    clean = tuple(_without_marks(piece) for piece in pieces)
    return _Writer(values).blocks(fill_in(clean, value_of, show))


def _without_marks(piece: Piece) -> Piece:
    text = piece.text.replace(_OPEN, "").replace(_CLOSE, "")
    within = piece.pieces and tuple(_without_marks(inner) for inner in piece.pieces)
    return Piece(text, piece.expression, within)


class _Writer:
    def __init__(self, values: list[str]) -> None:
        self._values = values

    def blocks(self, text: str) -> str:
        runs = groupby(text.replace("\r\n", "\n").split("\n"), key=_shape_of)
        return "\n".join(self._block(shape, list(lines)) for shape, lines in runs if shape != "blank")

    def _block(self, shape: str, lines: list[str]) -> str:
        if shape == "rule":
            return '<hr class="govuk-section-break govuk-section-break--m govuk-section-break--visible">'
        if shape == "heading":
            return "\n".join(self._heading(line.strip()) for line in lines)
        if shape in _LISTS:
            tag, kind = _LISTS[shape]
            items = "".join(f"<li>{self._inline(_ITEM.sub('', line))}</li>" for line in lines)
            return f'<{tag} class="govuk-list govuk-list--{kind}">{items}</{tag}>'
        return f'<p class="govuk-body">{"<br>".join(self._inline(line.strip()) for line in lines)}</p>'

    def _heading(self, line: str) -> str:
        marks, _, words = line.partition(" ")
        tag = f"h{min(max(len(marks), 2), 4)}"
        size = "m" if len(marks) < 3 else "s"
        return f'<{tag} class="govuk-heading-{size}">{self._inline(words.strip())}</{tag}>'

    def _inline(self, text: str) -> str:
        parts: list[str] = []
        place = 0
        for match in _LINK.finditer(text):
            parts.append(self._emphasis(text[place : match.start()]))
            address = _VALUE.sub(lambda value: self._values[int(value[1])], match[2])
            words = self._emphasis(match[1])
            parts.append(
                f'<a class="govuk-link" href="{escape(address)}">{words}</a>'
                if _SAFE_LINK.fullmatch(address)
                else words
            )
            place = match.end()
        parts.append(self._emphasis(text[place:]))
        return "".join(parts)

    def _emphasis(self, text: str) -> str:
        html = _BOLD.sub(r"<strong>\1</strong>", escape(text))
        html = _ITALIC.sub(r"<em>\1</em>", html)
        return _VALUE.sub(lambda value: escape(self._values[int(value[1])]).replace("\n", "<br>"), html)

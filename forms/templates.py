"""Texts with FEEL in them: `{{ name }}` and `{{#if condition}} … {{/if}}`, as form-js' templating has them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_LENGTH = 20_000
MAX_DEPTH = 10


class BadTemplate(ValueError):
    """A templated text whose `{{#if}}` is never closed, or that uses a block we do not have."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, the value of an expression, or pieces shown when an expression is true."""

    text: str = ""
    expression: str | None = None
    pieces: tuple["Piece", ...] | None = None


def read_template(text: str) -> tuple[Piece, ...]:
    """Divide a text into its pieces; a text that starts with "=" is one expression. Raises BadTemplate."""
    if text.startswith("="):
        return (Piece(expression=text[1:].strip()),)
    if len(text) > MAX_LENGTH:
        raise BadTemplate(text[:20])
    return _pieces(_tokens(text), 0, depth=0)[0]


def _tokens(text: str) -> list[str]:
    """Plain text (even places) and the insides of tags (odd places), by turns."""
    tokens: list[str] = []
    place = 0
    while (start := text.find("{{", place)) >= 0 and (end := text.find("}}", start)) >= 0:
        tokens += [text[place:start], text[start + 2 : end]]
        place = end + 2
    return [*tokens, text[place:]]


def _pieces(tokens: list[str], place: int, *, depth: int) -> tuple[tuple[Piece, ...], int]:
    pieces: list[Piece] = []
    if depth > MAX_DEPTH:
        raise BadTemplate("{{#if}}")
    while place < len(tokens):
        token = tokens[place]
        if place % 2 == 0:
            if token:
                pieces.append(Piece(text=token))
        elif token.strip() in ("/if", "/loop"):
            if not depth or token.strip() == "/loop":
                raise BadTemplate(token)
            return tuple(pieces), place + 1
        elif token.lstrip().startswith("#"):
            condition = token.strip()
            if not condition.startswith("#if "):
                raise BadTemplate(token)
            within, place = _pieces(tokens, place + 1, depth=depth + 1)
            pieces.append(Piece(expression=condition[4:].strip(), pieces=within))
            continue
        else:
            pieces.append(Piece(expression=token.strip().removeprefix("=").strip()))
        place += 1
    if depth:
        raise BadTemplate("{{#if}}")
    return tuple(pieces), place


def expressions_in(pieces: tuple[Piece, ...]) -> list[str]:
    """Every expression of a template, in reading order."""
    found: list[str] = []
    for piece in pieces:
        if piece.expression:
            found.append(piece.expression)
        found.extend(expressions_in(piece.pieces or ()))
    return found


def fill_in(pieces: tuple[Piece, ...], value_of: Callable[[str], Any], show: Callable[[Any], str]) -> str:
    """The text with every expression replaced by its shown value."""
    parts: list[str] = []
    for piece in pieces:
        if piece.expression is None:
            parts.append(piece.text)
        elif piece.pieces is None:
            parts.append(show(value_of(piece.expression)))
        elif value_of(piece.expression) is True:
            parts.append(fill_in(piece.pieces, value_of, show))
    return "".join(parts)

"""Sentences of the pure rooms: Vietnamese as they stand, and sayable in another language by whoever shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DEEPEST = 6
"""Sentences within sentences that are kept apart; what lies deeper is kept as finished Vietnamese text."""


class Sentence(str):
    """A Vietnamese sentence that keeps its msgid and what fills its %(name)s places.

    As a text it is the finished Vietnamese sentence. A value that is a Sentence itself is said in the same language.
    Write the msgid as a plain literal, so that its translation is asked for (`web.ui.catalogues`).
    """

    msgid: str
    params: Mapping[str, object]

    def __new__(cls, msgid: str, /, **params: object) -> Sentence:
        made = super().__new__(cls, msgid % params if params else msgid)
        made.msgid = msgid
        made.params = params
        return made

    @classmethod
    def of(cls, text: str) -> Sentence:
        """A sentence from elsewhere (a library's own words) as it stands."""
        return text if isinstance(text, Sentence) else cls(text)

    def said(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language that `translate` (msgid → text) speaks."""
        values = {name: said(value, translate) for name, value in self.params.items()}
        pattern = translate(self.msgid)
        return pattern % values if values else pattern


def said(text: object, translate: Callable[[str], str]) -> object:
    """Anything that may be a sentence in another language; a plain text of the model's author stays as it is."""
    return text.said(translate) if isinstance(text, Sentence) else text


def packed(params: Mapping[str, object], depth: int = 0) -> dict[str, Any]:
    """Parameters of a sentence as plain data: texts and numbers as they are, sentences by msgid and parameters."""
    return {name: _packed(value, depth) for name, value in params.items()}


def _packed(value: object, depth: int) -> Any:
    if isinstance(value, Sentence) and depth < DEEPEST:
        return {"msgid": value.msgid, "params": packed(value.params, depth + 1)}
    return value if isinstance(value, bool | int) else str(value)


def unpacked(msgid: str, params: Mapping[str, Any]) -> Sentence:
    """The sentence that `packed` was given the parameters of; places nobody fills any more are left as they are."""
    found = {name: _unpacked(value) for name, value in params.items()}
    try:
        return Sentence(msgid, **found)
    except (KeyError, TypeError, ValueError):  # another version wrote other places
        return Sentence(msgid)


def _unpacked(value: Any) -> object:
    if isinstance(value, Mapping) and "msgid" in value:
        return unpacked(str(value["msgid"]), value.get("params", {}))
    return value

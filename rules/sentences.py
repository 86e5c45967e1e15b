"""Sentences of the pure rooms: Vietnamese as they stand, and sayable in another language by whoever shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping


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

"""What this room says when it will not sign."""

from __future__ import annotations

from typing import Any

from rules.sentences import Sentence


def N_(text: str) -> str:
    """Mark a text that is said elsewhere, so that its English is asked for."""
    return text


class SigningRefused(Exception):
    """The paper was not signed or filled; `message` says why, `code` in one stable word.

    `message` is a Vietnamese text that pages say in the reader's language; `params` fill its %(name)s places.
    """

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        self.code = code
        self.message = message if isinstance(message, Sentence) else Sentence(message, **params)
        super().__init__(str(self.message))

    @property
    def params(self) -> dict[str, Any]:
        """What fills the places of `message`, whose pattern is `message.msgid`."""
        return dict(self.message.params)


class PerhapsSigned(SigningRefused):
    """A key was asked and nobody knows whether it signed: for this act it may be asked for the very same only."""

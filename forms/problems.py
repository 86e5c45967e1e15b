"""What is wrong with an answer, said so that its author knows what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unreadable(ValueError):
    """An answer that is not what the question asks for; carries the message (a msgid) and its parameters."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


@dataclass(frozen=True)
class FieldError:
    """One answer to be corrected.

    `path` is the input's name (`members.0.full_name`), `label` the question as shown, `message` a Vietnamese msgid with
    `%(name)s` places filled from `params` (always with `label`, the question as it reads inside a sentence).
    """

    path: str
    label: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message in Vietnamese, filled in."""
        return self.message % self.params

    @property
    def href(self) -> str:
        """Where a link of the error summary jumps to."""
        return "#" + input_id(self.path)


def input_id(path: str) -> str:
    """The HTML id of the input that answers a path."""
    return "f-" + path.replace(".", "-")


class TooMuch(ValueError):
    """Answers beyond what any person types: too many fields, rows or characters. The message is a Vietnamese msgid."""

"""Refusals in words: what went wrong and what to do, as a Vietnamese message id with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark a text that is said elsewhere, so that its English is asked for."""
    return text


@dataclass(frozen=True)
class FieldProblem:
    """One field that needs another value; `path` is the form's own path ("owner.phone")."""

    path: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)


class Refusal(Exception):
    """The act was not done; `message` is a Vietnamese message id with %(name)s places filled from `params`."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **params: Any) -> None:
        if code and "%(code)s" in message:  # the sentence speaks of a code of its own, which is no kind of refusal
            params["code"], code = code, None
        self.message = message
        self.params = params
        if code:
            self.code = code
        super().__init__(message % params if params else message)


class NotSignedIn(Refusal):
    """The caller is nobody yet."""

    status = 401
    code = "not_signed_in"


class Forbidden(Refusal):
    """The caller may not do this here: role, unit or object does not fit."""

    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or the caller must not learn that there is."""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    """Somebody else, or the same person a moment ago, was faster; nothing was done twice."""

    status = 409
    code = "conflict"


class TooLarge(Refusal):
    """The file or the request is larger than the limit that was said first."""

    status = 413
    code = "too_large"


class Invalid(Refusal):
    """What was entered cannot be taken as it is; `problems` names each field."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, problems: Sequence[FieldProblem] = (), **params: Any) -> None:
        self.problems = tuple(problems)
        super().__init__(message, **params)


class Unlawful(Invalid):
    """What the law in force does not allow at this moment; a person's act that leads there is not done at all."""

    code = "unlawful"


class Unavailable(Refusal):
    """Something the act needs is not there at the moment; trying again later may help."""

    status = 503
    code = "unavailable"


class Altered(Conflict):
    """A published version is not what was published any more; nothing runs by it until an operator has put it right."""

    code = "altered"

    def __init__(self, procedure: str, version: int) -> None:
        super().__init__(
            "Phiên bản %(version)s của thủ tục %(procedure)s không còn đúng như khi công bố nên không được dùng. "
            "Hãy báo người vận hành khôi phục từ bản sao lưu.",
            version=version,
            procedure=procedure,
        )

"""A rating as a form sends it, for every room whose people rate."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from engine.dossiers.satisfaction import CRITERIA


@dataclass(frozen=True)
class Sent:
    """What was ticked and written: 0 where no score was chosen; criteria left out were not answered."""

    score: int
    criteria: dict[str, int]
    words: str


def sent_rating() -> Sent:
    """The rating in the form of this request."""
    given = {key: request.form.get(f"criterion-{key}", type=int) for key in CRITERIA}
    return Sent(
        request.form.get("score", 0, type=int),
        {key: points for key, points in given.items() if points is not None},
        request.form.get("words", ""),
    )

"""Incidents: how one is written down as a sentence, and how it is read again to be said in any language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.cases.models import Incident
from engine.db import new_id
from rules.sentences import Sentence

LONGEST = 2_000
DEEPEST = 6
"""Sentences within sentences that are kept; what lies deeper is kept as finished Vietnamese text."""


def trouble(
    case_id: UUID, kind: str, said: str, *, now: datetime, token: str = "", element_id: str = "", name: str = ""
) -> Incident:
    """A new open incident; of a Sentence its msgid and parameters are kept beside the finished text."""
    whole = isinstance(said, Sentence) and len(said) <= LONGEST
    return Incident(
        id=new_id(),
        case_id=case_id,
        token=token,
        element_id=element_id,
        name=name,
        kind=kind,
        message=str(said)[:LONGEST],
        msgid=said.msgid if whole and isinstance(said, Sentence) else "",
        params=packed(said.params) if whole and isinstance(said, Sentence) else {},
        opened_at=now,
    )


def words_of(incident: Incident) -> Sentence:
    """What an incident says, sayable in another language where its sentence was kept."""
    if not incident.msgid:
        return Sentence.of(incident.message)
    return _sentence(incident.msgid, incident.params)


def packed(params: Mapping[str, object], depth: int = 0) -> dict[str, Any]:
    """Parameters of a sentence as they are kept: texts and numbers as they are, sentences by their msgid."""
    return {name: _packed(value, depth) for name, value in params.items()}


def _packed(value: object, depth: int) -> Any:
    if isinstance(value, Sentence) and depth < DEEPEST:
        return {"msgid": value.msgid, "params": packed(value.params, depth + 1)}
    return value if isinstance(value, bool | int) else str(value)


def _sentence(msgid: str, params: Mapping[str, Any]) -> Sentence:
    found = {name: _unpacked(value) for name, value in params.items()}
    try:
        return Sentence(msgid, **found)
    except (KeyError, TypeError, ValueError):  # a version that has gone wrote other places
        return Sentence(msgid)


def _unpacked(value: Any) -> object:
    if isinstance(value, Mapping) and "msgid" in value:
        return _sentence(str(value["msgid"]), value.get("params", {}))
    return value

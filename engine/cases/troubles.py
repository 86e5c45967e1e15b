"""Writing an incident down as a sentence, so that it can be said in any language."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.cases.models import Incident
from engine.db import new_id
from rules.sentences import Sentence, packed

LONGEST = 2_000


def trouble(
    case_id: UUID, kind: str, said: str, *, now: datetime, token: str = "", element_id: str = "", name: str = ""
) -> Incident:
    """A new open incident; of a Sentence its msgid and parameters are kept beside the finished text."""
    kept = said if isinstance(said, Sentence) and len(said) <= LONGEST else None
    return Incident(
        id=new_id(),
        case_id=case_id,
        token=token,
        element_id=element_id,
        name=name,
        kind=kind,
        message=str(said)[:LONGEST],
        msgid=kept.msgid if kept is not None else "",
        params=packed(kept.params) if kept is not None else {},
        opened_at=now,
    )

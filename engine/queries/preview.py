"""What completing a task would set in motion: the drawing walked ahead on a copy, nothing done and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.cases.models import Case
from engine.dossiers.models import Document
from engine.errors import Refusal
from engine.procedures.published import open_bundle
from engine.queries.tasks import task_for
from engine.work import Reading

FARTHEST = 40
STOP_AT = frozenset({"register.ask", "fee.request"})
"""Service tasks whose answer decides the way on: the walk ahead ends there."""


@dataclass(frozen=True)
class Effect:
    """One thing the house will do by itself, in the words of the drawing; `value` is its deciding header."""

    type: str
    name: str
    value: str = ""


@dataclass(frozen=True)
class NextTask:
    """Whose turn it is afterwards."""

    name: str
    place: str
    role: str


@dataclass(frozen=True)
class Preview:
    """The effects in their order, who is next, whether the applicant has the word then, and the paper concerned."""

    effects: tuple[Effect, ...]
    next: tuple[NextTask, ...]
    waits_for: tuple[str, ...]
    ended: bool
    document: Document | None
    trial: bool = False

    def has(self, task_type: str) -> bool:
        """Whether a service task of this type is among the effects."""
        return any(effect.type == task_type for effect in self.effects)

    @property
    def statuses(self) -> frozenset[str]:
        """The statuses the dossier will take ("refused", "supplement", …)."""
        return frozenset(effect.value for effect in self.effects if effect.type == "dossier.status")


def preview(read: Reading, task_id: UUID, variables: Mapping[str, Any]) -> Preview:
    """Walk ahead from a task of the actor's with these clean answers, up to the next person, wait or outside answer."""
    task = task_for(read, task_id)
    case = read.session.get_one(Case, task.case_id)
    definition = open_bundle(read.session, case.bundle_id).definition
    effects: list[Effect] = []
    opened: dict[str, Waiting] = {}
    before = {one.token for one in door.look(definition, case.state, now=read.now).waiting}
    advance: Advance | None = None
    document: Document | None = None
    token, given = task.token, dict(variables)
    for _ in range(FARTHEST):
        try:
            state = advance.state if advance else case.state
            advance = door.complete(definition, state, token, given, now=read.now)
        except Refusal:
            break
        opened = {one.token: one for one in advance.waiting if one.token not in before}
        call = next((one for one in opened.values() if one.kind == "call"), None)
        if call is None:
            break
        effects.append(_effect(call))
        document = document or _document(read, case, call)
        if call.type in STOP_AT:
            break
        token, given = call.token, {}
    return Preview(
        effects=tuple(effects),
        next=tuple(_next(one) for one in opened.values() if one.kind == "user"),
        waits_for=tuple(one.name for one in opened.values() if one.kind == "message"),
        ended=bool(advance and advance.ended),
        document=document,
        trial=case.trial,
    )


def _effect(call: Waiting) -> Effect:
    headers = call.headers
    value = headers.get("status") or headers.get("letter") or headers.get("notice") or headers.get("register") or ""
    return Effect(call.type, call.name, value)


def _next(asked: Waiting) -> NextTask:
    place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
    return NextTask(asked.name, place, role)


def _document(read: Reading, case: Case, call: Waiting) -> Document | None:
    """The paper a signature or a seal is asked for, as it lies in the store now."""
    if call.type not in {"document.sign", "document.seal"}:
        return None
    value = {**case.variables, **call.inputs}.get(call.headers.get("document", ""))
    found = read.session.get(Document, UUID(str(value))) if value else None
    return found if found is not None and found.case_id == case.id else None

"""Who gave a case to whom, and when: told from the moments of its steps and calls, pure.

Nothing of its own is kept for it. An act happens at one moment: the steps it closes, the calls it asks for and the
steps it opens carry that moment. A step that opens when a call is done was therefore handed over by whoever's act
asked for that call. Where no act of a person is found at the start of it, the giver is outside: the applicant or time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from engine.deadlines.judging import Judged, judged

ASIDE = "apology"
"""Steps of the letter of apology are handled beside the dossier and hand nothing over: their ids begin so."""
INITIAL = "initial"
"""The term of a step in which a head checks a draft and initials it (ký nháy)."""


@dataclass(frozen=True)
class Step:
    """One stop of a case at a desk; `person_id` is who did it or has it, `by_instant` how its time is judged."""

    id: UUID
    element_id: str
    name: str
    office_id: UUID | None
    role: str
    person_id: UUID | None
    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    status: str
    due_at: datetime | None = None
    by_instant: bool = False
    initials: bool = False
    outcome: str = ""

    @property
    def aside(self) -> bool:
        """Whether it stands beside the way of the dossier."""
        return self.element_id.startswith(ASIDE)


@dataclass(frozen=True)
class Asked:
    """A call to a worker: the act that asked for it, and when its answer let the case go on."""

    asked_at: datetime
    finished_at: datetime | None


Outside = Literal["applicant", "time", "end", ""]


@dataclass(frozen=True)
class HandOver:
    """One passing from desk to desk; where `giver` or `receiver` is None, `outside` says who stands there.

    `result` holds the giver's time against the moment the step was due: "" where it had no time of its own.
    """

    giver: Step | None
    receiver: Step | None
    outside: Outside
    given_at: datetime
    result: Judged | Literal[""]


@dataclass(frozen=True)
class Moments:
    """When the applicant acted and was written to, and when the case was over; as far as it has come."""

    filed: tuple[datetime, ...]
    asked_back: tuple[datetime, ...] = ()
    ended: datetime | None = None


def hand_overs(steps: Sequence[Step], calls: Sequence[Asked], moments: Moments) -> list[HandOver]:
    """All passings of a case in their order; steps of one desk that follow each other are one stop.

    A step that was closed and led nowhere by itself (a branch that waits for the others) handed over to the step that
    opened next.
    """
    way = sorted((step for step in steps if not step.aside), key=lambda one: (one.opened_at, one.id))
    origin = _origins(way, calls)
    found: list[HandOver] = []
    led = set()
    for step in way:
        giver, moment = origin(step.opened_at, step)
        if giver is None:
            outside: Outside = "applicant" if moment in moments.filed else "time"
            found.append(HandOver(None, step, outside, moment, ""))
            continue
        led.add(giver.id)
        if not _same_desk(giver, step):
            found.append(_passed(giver, step))
    for step in way:
        if step.closed_at is not None and step.id not in led and step.status == "done":
            found.append(_went(step, way, origin, moments))
    return sorted(found, key=_order)


def _order(one: HandOver) -> tuple[datetime, bool, datetime]:
    """By the moment; of one moment what came from outside first, then what was received first."""
    received_at = one.receiver.opened_at if one.receiver is not None else one.given_at
    return one.given_at, one.giver is not None, received_at


def _same_desk(giver: Step, receiver: Step) -> bool:
    """Whether the next step lies on the same desk; one nobody took yet lies on that of its role in its office."""
    same = (giver.office_id, giver.role) == (receiver.office_id, receiver.role)
    return same and receiver.person_id in {None, giver.person_id}


def _passed(giver: Step, receiver: Step | None, outside: Outside = "") -> HandOver:
    given_at = giver.closed_at or giver.opened_at
    result = judged(given_at, giver.due_at, by_instant=giver.by_instant) if giver.due_at is not None else ""
    return HandOver(giver, receiver, outside, given_at, result)


Origin = Callable[[datetime, Step | None], tuple[Step | None, datetime]]


def _origins(way: Sequence[Step], calls: Sequence[Asked]) -> Origin:
    """Finds by whose act something happened: (the step it closed or None, the moment of the act)."""

    def origin(moment: datetime, but: Step | None) -> tuple[Step | None, datetime]:
        asked = list(calls)
        while True:
            closed = [one for one in way if one.closed_at == moment and one.status == "done" and one is not but]
            if closed:
                return max(closed, key=lambda one: (one.opened_at, one.id)), moment
            call = next((one for one in asked if one.finished_at == moment), None)
            if call is None:
                return None, moment
            asked.remove(call)
            moment = call.asked_at

    return origin


def _went(step: Step, way: Sequence[Step], origin: Origin, moments: Moments) -> HandOver:
    """Where a step led that opened none by itself: to the applicant, to the end, or into a join."""
    if any(origin(moment, None)[0] is step for moment in moments.asked_back):
        return _passed(step, None, "applicant")
    if moments.ended is not None and origin(moments.ended, None)[0] is step:
        return _passed(step, None, "end")
    closed = step.closed_at or step.opened_at
    later = next((one for one in way if one.opened_at > closed), None)
    return _passed(step, later)

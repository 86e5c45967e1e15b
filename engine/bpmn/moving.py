"""Moving a running case to another drawing: all that is live in it finds its place there, or it is said why not.

Pure: definitions and a saved state in, a new state out; nothing here knows a database. The place of a live token is
looked for by the mapping the caller gives, then by the same element id, always in the same sub-process or called
process. What still stands with the same definition keeps what it had (a timer its moment, a message its key, a task
its form and groups); what is drawn otherwise is worked out anew; what is new begins now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.bpmn.case import Case
from engine.bpmn.definition import Definition
from engine.bpmn.expressions import Trouble
from engine.bpmn.moving_joins import deadlocks, wake_joins
from engine.bpmn.moving_places import Mover
from engine.bpmn.saved import Saved
from engine.bpmn.state import restore, save
from engine.bpmn.waiting import waiting_of
from rules.sentences import Sentence


@dataclass(frozen=True)
class Way:
    """The place one live token of a case finds in the new drawing.

    `kind` is what it waits for (as `Waiting.kind`), else "inside" (an activity that goes on inside, a loop), "joining",
    "incident" or "flow". `how` is "stays" (the same element), "renamed" (another element, the same wait) or "goes on"
    (its task vanishes and it arrives at `new`).
    """

    token: str
    kind: str
    old: str
    old_name: str
    new: str
    new_name: str
    how: Literal["stays", "renamed", "goes on"]


@dataclass(frozen=True)
class Objection:
    """Why a case cannot move; a `passing` one is over by itself, so the case can move later."""

    message: Sentence
    element_id: str
    passing: bool = False


@dataclass(frozen=True)
class Moving:
    """What moving one case comes to.

    `begun` are waits only the new drawing has, `ended` those that vanish with the old one (timers, messages, signals;
    vanished tasks are `ways`). `advance` (its state is of the new definition) is None when there is any objection.
    """

    ways: tuple[Way, ...]
    begun: tuple[Waiting, ...]
    ended: tuple[Waiting, ...]
    warnings: tuple[Sentence, ...]
    objections: tuple[Objection, ...]
    advance: Advance | None


def move(
    old: Definition, new: Definition, state: Saved, *, process_id: str, mapping: Mapping[str, str], now: datetime
) -> Moving:
    """Move a case to a new definition, where `process_id` is its main process; `mapping` is old id → new id.

    Ids are those of elements, or of called processes; `process:element` where two processes share an id. Raises
    StateUnreadable when the state does not fit the old definition.
    """
    before = restore(old, state, now=now)
    waited = waiting_of(before)
    after = Case(new, process_id, now=now)
    mover = Mover(before, after, mapping)
    try:
        mover.place_everything()
    except Trouble as trouble:  # an expression of the new drawing that cannot be calculated for this case
        mover.object(_uncalculable(trouble), "")
    if not mover.objections:
        mover.arrive()
        for message, element in deadlocks(before, after, mapping):
            mover.object(message, element)
    objections = tuple(Objection(*one) for one in mover.objections)
    ways = tuple(Way(*one) for one in mover.ways)
    if objections:
        return Moving(ways, (), (), tuple(mover.warnings), objections, None)
    known = {t.id for t in before.index.values() if "incident" in t.notes}
    wake_joins(after)
    after.carry_on()
    stopped = [t for t in after.index.values() if "incident" in t.notes and t.id not in known]
    if stopped:
        late = tuple(Objection(_stops(token), token.task_spec.element.id) for token in stopped)
        return Moving(ways, (), (), tuple(mover.warnings), late, None)
    advance = _advance(new, after, waited, now)
    tasks = {"user", "call", "enabled"}
    ended = tuple(w for w in waited if w.token in advance.closed and w.kind not in tasks)
    begun = tuple(w for w in advance.opened if w.kind not in tasks)
    return Moving(ways, begun, ended, tuple(mover.warnings), (), advance)


def _advance(new: Definition, after: Case, waited: tuple[Waiting, ...], now: datetime) -> Advance:
    """How far the case came by being moved, read back from its saved state: what cannot be read is never kept."""
    seen = door.look(new, save(after), now=now)
    earlier, later = {w.token for w in waited}, {w.token for w in seen.waiting}
    return replace(
        seen,
        opened=tuple(w for w in seen.waiting if w.token not in earlier),
        closed=tuple(w.token for w in waited if w.token not in later),
        passed=tuple(after.passed),
        signals=tuple(after.signals),
        moved=True,
    )


def _uncalculable(trouble: Trouble) -> Sentence:
    return Sentence("Bản mới có chỗ không tính được với dữ liệu của hồ sơ: %(why)s", why=trouble.message)


def _stops(token: object) -> Sentence:
    node, told = token.task_spec, token.notes["incident"]["message"]  # type: ignore[attr-defined]
    return Sentence(
        "Chuyển sang bản mới thì hồ sơ sẽ đứng lại ở «%(step)s»: %(why)s",
        step=node.element.name or node.element.id,
        why=told,
    )

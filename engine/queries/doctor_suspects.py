"""Where the watchdog has to look: cases that may stand still, found by indexes and sets, never by loading what is well.

Each question costs by what is wrong, by what was done lately, or by a slice of fixed size; none by how many cases
there are. Whether a suspect does stand still, the doctor says (`engine.queries.doctor.diagnose`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from engine.accounts.holders import in_post
from engine.accounts.models import ROLES, Mandate, Person
from engine.cases.calls import calls_under_way
from engine.cases.models import Call, Case, Clock, Incident, Subscription, Task, Timer
from engine.clock import legal_date
from engine.dossiers.models import Document, Dossier, RawFiling, SupplementRequest
from engine.journal import Entry
from engine.outbox import Job
from engine.queries.doctor_findings import PATIENCE
from engine.queries.doctor_waits import HOUSE_MESSAGES
from engine.work import Reading

Fresh = Callable[[Any], ColumnElement[bool]]

MOST = 500
"""Suspects of one kind in one round; the next round brings the rest, as a trouble that is known is no suspect."""
LATELY = 20_000
"""Cases touched since the last round of which one round asks whether they wait for anything at all."""
SLICE = 5_000
"""Open cases, touched or not, of which it asks the same: what slipped through is found within a day or so."""
SAMPLE = 50
"""Cases of the slice that are looked at from every side although nothing speaks against them."""


def suspects(read: Reading, *, since: datetime | None, cursor: str, watched: Iterable[str]) -> tuple[list[UUID], str]:
    """(cases to look at, where the next round's slice begins); `since` is when the watchdog last looked.

    Cases with an open incident of the `watched` kinds are not among them: `watched_cases` gives those.
    """
    fresh = _unknown(tuple(watched))
    found: list[UUID] = []
    for ask in (_free_tasks, _absent, _late_moments, _lost_calls, _deliveries):
        found += ask(read, fresh)
    found += _failed_jobs(read)
    slice_ids, following = _slice(read, cursor)
    lately = _lately(read, since) if since is not None else []
    for some in (lately, slice_ids):
        found += _waiting_for_nothing(read, some) + _paused_for_nothing(read, some) + _unsent_messages(read, some)
    found += slice_ids[:SAMPLE]
    return list(dict.fromkeys(found)), following


def _unknown(watched: tuple[str, ...]) -> Fresh:
    """The condition that the case of a column has no open incident of these kinds yet."""

    def fresh(case_id: Any) -> ColumnElement[bool]:
        known = select(Incident.id).where(
            Incident.case_id == case_id, Incident.resolved_at.is_(None), Incident.kind.in_(watched)
        )
        return ~exists(known)

    return fresh


def watched_cases(read: Reading, kinds: Iterable[str]) -> list[UUID]:
    """Cases with an open incident of these kinds, which may have healed."""
    rows = read.session.scalars(
        select(Incident.case_id)
        .where(Incident.resolved_at.is_(None), Incident.kind.in_(tuple(kinds)))
        .order_by(Incident.opened_at)
        .limit(4 * MOST)
    )
    return list(dict.fromkeys(rows))


def _free_tasks(read: Reading, fresh: Fresh) -> list[UUID]:
    """Tasks on a common list whose role nobody holds in that office today.

    The offices are stepped through in the index of free tasks, one probe each; then one probe for each role.
    """
    free = (Task.status == "open") & Task.assignee_id.is_(None)
    first = select(Task.office_id).where(free, Task.office_id.is_not(None)).order_by(Task.office_id).limit(1)
    offices = select(first.scalar_subquery().label("office_id")).cte("offices_asked", recursive=True)
    following = (
        select(Task.office_id)
        .where(free, Task.office_id > offices.c.office_id)
        .order_by(Task.office_id)
        .limit(1)
        .correlate(offices)
        .scalar_subquery()
    )
    offices = offices.union_all(select(following).where(offices.c.office_id.is_not(None)))
    roles = union_all(*(select(literal(role).label("role")) for role in (*ROLES, ""))).subquery()
    held = (
        select(Mandate.id)
        .join(Person, Person.id == Mandate.person_id)
        .where(
            Mandate.office_id == offices.c.office_id,
            Mandate.role == roles.c.role,
            in_post(legal_date(read.now)),
            Person.active,
        )
        .correlate(offices, roles)
    )
    one = (
        select(Task.id)
        .where(free, Task.office_id == offices.c.office_id, Task.role == roles.c.role)
        .limit(1)
        .correlate(offices, roles)
        .scalar_subquery()
    )  # a probe of the index for each pair; as EXISTS it would be planned as a join of all tasks
    unheld = select(offices.c.office_id, roles.c.role, one.label("one")).join_from(offices, roles, literal(True))
    pairs = unheld.where(offices.c.office_id.is_not(None), ~exists(held)).subquery()
    found: list[UUID] = []
    for office_id, role in read.session.execute(
        select(pairs.c.office_id, pairs.c.role).where(pairs.c.one.is_not(None))
    ):
        waiting = select(Task.case_id).where(free, Task.office_id == office_id, Task.role == role, fresh(Task.case_id))
        found += read.session.scalars(waiting.limit(MOST))
        if len(found) >= MOST:
            break
    nowhere = select(Task.case_id).where(free, Task.office_id.is_(None), fresh(Task.case_id)).limit(MOST)
    return [*found, *read.session.scalars(nowhere)]


def _absent(read: Reading, fresh: Fresh) -> list[UUID]:
    """Tasks in the hands of somebody whose account is closed, or one of whose posts has ended."""
    today = legal_date(read.now)
    gone = select(Person.id).where(Person.active.is_(False), Person.kind == "official")
    ended = select(Mandate.person_id).where(Mandate.valid_to.is_not(None), Mandate.valid_to < today)
    people = set(read.session.scalars(gone)) | set(read.session.scalars(ended))
    held = select(Mandate.id).where(
        Mandate.person_id == Task.assignee_id,
        Mandate.office_id == Task.office_id,
        Mandate.role == Task.role,
        in_post(today),
    )
    found: list[UUID] = []
    for some in _portions(sorted(people)):
        found += read.session.scalars(
            select(Task.case_id)
            .join(Person, Person.id == Task.assignee_id)
            .where(
                Task.status == "open",
                Task.assignee_id.in_(some),
                or_(~Person.active, ~exists(held)),
                fresh(Task.case_id),
            )
            .limit(MOST)
        )
    return found[:MOST]


def _late_moments(read: Reading, fresh: Fresh) -> list[UUID]:
    before = read.now - PATIENCE
    timers = select(Timer.case_id).where(Timer.status == "waiting", Timer.due_at < before, fresh(Timer.case_id))
    clocks = select(Clock.case_id).where(Clock.status == "running", Clock.next_at < before, fresh(Clock.case_id))
    return [*read.session.scalars(timers.limit(MOST)), *read.session.scalars(clocks.limit(MOST))]


def _failed_jobs(read: Reading) -> list[UUID]:
    """Cases about which a job was given up; calls and notices have lists of their own."""
    failed = select(Job.args).where(Job.status == "failed", Job.kind.in_(("TellSignal", "RedraftDocument")))
    args = list(read.session.scalars(failed.limit(MOST)))
    papers = [UUID(str(one["document"])) for one in args if "document" in one]
    of_papers = select(Document.case_id).where(Document.id.in_(papers), Document.case_id.is_not(None))
    return [
        *(UUID(str(one["case"])) for one in args if "case" in one),
        *(case_id for case_id in read.session.scalars(of_papers) if case_id is not None),
    ]


def _lost_calls(read: Reading, fresh: Fresh) -> list[UUID]:
    """Calls that wait for a while and that no job carries out."""
    waiting = read.session.execute(
        select(Call.id, Call.case_id)
        .where(Call.status.in_(("waiting", "attempting")), Call.asked_at < read.now - PATIENCE, fresh(Call.case_id))
        .order_by(Call.asked_at)
        .limit(4 * MOST)
    ).all()
    if not waiting:
        return []
    busy = calls_under_way(read.session)
    return [case_id for call_id, case_id in waiting if call_id not in busy][:MOST]


def _deliveries(read: Reading, fresh: Fresh) -> list[UUID]:
    """What other systems sent for a dossier that is there already, refused and kept."""
    return list(
        read.session.scalars(
            select(Dossier.case_id)
            .join(
                RawFiling,
                (RawFiling.channel == Dossier.channel) & (RawFiling.external_code == Dossier.external_code),
            )
            .where(RawFiling.status == "refused", fresh(Dossier.case_id))
            .limit(MOST)
        )
    )


def _unsent_messages(read: Reading, cases: list[UUID]) -> list[UUID]:
    """Cases that wait for a message no part of the house sends, and for no person or moment besides."""
    found: list[UUID] = []
    for some in _portions(cases):
        heard = select(Subscription.case_id, Subscription.message).where(
            Subscription.case_id.in_(some), Subscription.kind == "message", ~_open_task(), ~_open_timer()
        )
        found += [one for one, message in read.session.execute(heard) if not HOUSE_MESSAGES.fullmatch(message)]
    return found[:MOST]


def _open_task() -> Any:
    return exists(select(Task.id).where(Task.case_id == Subscription.case_id, Task.status == "open"))


def _open_timer() -> Any:
    return exists(select(Timer.id).where(Timer.case_id == Subscription.case_id, Timer.status == "waiting"))


def _slice(read: Reading, cursor: str) -> tuple[list[UUID], str]:
    """The next open cases by their ids, and where to go on; from the beginning again after the last."""
    cases = select(Case.id).where(Case.ended_at.is_(None)).order_by(Case.id).limit(SLICE)
    ids = list(read.session.scalars(cases.where(Case.id > UUID(cursor)) if cursor else cases))
    return ids, str(ids[-1]) if len(ids) == SLICE else ""


def _lately(read: Reading, since: datetime) -> list[UUID]:
    """The cases in which something was done since the watchdog last looked."""
    chains = select(Entry.chain).where(Entry.at >= since - timedelta(minutes=1), Entry.chain.like("case:%"))
    return [UUID(chain.removeprefix("case:")) for chain in read.session.scalars(chains.distinct().limit(LATELY))]


def _waiting_for_nothing(read: Reading, cases: list[UUID]) -> list[UUID]:
    """Open cases without task, timer, subscription, call or incident."""
    of = [
        select(Task.id).where(Task.case_id == Case.id, Task.status == "open"),
        select(Timer.id).where(Timer.case_id == Case.id, Timer.status == "waiting"),
        select(Subscription.id).where(Subscription.case_id == Case.id),
        select(Call.id).where(Call.case_id == Case.id, Call.status.not_in(("done", "gone"))),
        select(Incident.id).where(Incident.case_id == Case.id, Incident.resolved_at.is_(None)),
    ]
    found: list[UUID] = []
    for some in _portions(cases):
        found += read.session.scalars(
            select(Case.id).where(Case.id.in_(some), Case.ended_at.is_(None), *(~exists(one) for one in of))
        )
    return found[:MOST]


def _paused_for_nothing(read: Reading, cases: list[UUID]) -> list[UUID]:
    """Cases whose term stands still although no supplement is asked for and nobody has a task."""
    asked = aliased(SupplementRequest)
    waits = select(asked.id).where(
        asked.case_id == Clock.case_id, asked.answered_at.is_(None), asked.closed_at.is_(None)
    )
    task = select(Task.id).where(Task.case_id == Clock.case_id, Task.status == "open")
    found: list[UUID] = []
    for some in _portions(cases):
        found += read.session.scalars(
            select(Clock.case_id).where(
                Clock.case_id.in_(some), Clock.status == "paused", ~exists(waits), ~exists(task)
            )
        )
    return found[:MOST]


def _portions(ids: list[UUID], size: int = 1_000) -> Iterable[list[UUID]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))

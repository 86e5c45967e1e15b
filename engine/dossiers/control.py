"""The control sheet of a dossier (form 06): its hand-overs from desk to desk, and its papers from hand to hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.models import Office, Person
from engine.cases.calendars import calendar_for
from engine.cases.handovers import INITIAL, Asked, HandOver, Moments, Step, hand_overs
from engine.cases.models import Call, Case, Task, Transfer
from engine.clock import legal_date, legal_time
from engine.db import new_id
from engine.deadlines.judging import Judged
from engine.dossiers.custody import HandoverLine, HandoverSlip
from engine.dossiers.models import Dossier, SupplementRequest
from engine.journal import Entry
from engine.procedures.published import open_bundle
from processes.procedure import Limits

HOURLY = ("hours", "same_day")
MOVED = "moved to another unit"
AGREED = "approve"
"""The decision of a head who initials a draft instead of giving it back."""


@dataclass(frozen=True)
class Side:
    """Who gives or receives: the office and the person, each "" where unknown; `at` is when they did."""

    office: str = ""
    person: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One hand-over. `outside` says who stands where an office is missing: applicant, time or end.

    `result` is early, on_time, late or "" (the step had no time of its own); `due_at` what it was held against, by the
    moment where `by_instant`. `initialled` says that the giver initialled the draft (ký nháy), `moved` that the unit
    handed the whole dossier to another one.
    """

    giver: Side
    receiver: Side
    outside: str
    step: str
    result: Judged | str
    due_at: datetime | None
    by_instant: bool
    initialled: bool
    moved: bool = False


@dataclass(frozen=True)
class PaperRow:
    """The papers of the dossier from one hand to the other: given, received, missing, found or taken_back."""

    slip: str
    giver: Side
    receiver: Side
    status: str
    papers: str
    note: str


@dataclass(frozen=True)
class ControlSheet:
    """All there is to print on form 06."""

    case_id: UUID
    code: str
    title: str
    owner: str
    receiving: str
    superior: str
    place: str
    handling: str
    received_at: datetime | None
    promised_on: date | None
    judged: str
    trial: bool
    rows: tuple[Row, ...]
    papers: tuple[PaperRow, ...]


def sheet_of(session: Session, dossier: Dossier) -> ControlSheet:
    """The control sheet of one dossier as it stands."""
    case = session.get_one(Case, dossier.case_id)
    steps = _steps(session, case, dossier)
    calls = session.execute(select(Call.asked_at, Call.finished_at).where(Call.case_id == case.id)).all()
    passed = hand_overs(steps, [Asked(*row) for row in calls], _moments(session, case, dossier))
    slips = session.execute(
        select(HandoverLine, HandoverSlip)
        .join(HandoverSlip, HandoverSlip.id == HandoverLine.slip_id)
        .where(HandoverLine.case_id == case.id)
        .order_by(HandoverSlip.given_at, HandoverSlip.id)
    ).all()
    offices = [dossier.receiving_id, dossier.handling_id]
    offices += [one.office_id for one in steps if one.office_id]
    offices += [office for _, slip in slips for office in (slip.from_id, slip.to_id)]
    people = [one.person_id for one in steps] + [slip.given_by for _, slip in slips]
    names = Names(session, offices, people + [line.answered_by for line, _ in slips])
    receiving = session.get_one(Office, dossier.receiving_id)
    return ControlSheet(
        case_id=case.id,
        code=dossier.code or dossier.filing_code,
        title=dossier.procedure_name,
        owner=dossier.owner_name,
        receiving=receiving.name,
        superior=receiving.superior,
        place=receiving.place,
        handling=names.office(dossier.handling_id),
        received_at=dossier.accepted_at,
        promised_on=dossier.promised_on,
        judged=dossier.judged,
        trial=case.trial,
        rows=tuple(_row(one, names) for one in passed),
        papers=tuple(_paper_row(line, slip, names) for line, slip in slips),
    )


class Names:
    """What offices and people are called, asked once for a whole sheet."""

    def __init__(self, session: Session, offices: Iterable[UUID | None], people: Iterable[UUID | None]) -> None:
        """Look them up."""
        wanted, whom = {one for one in offices if one}, {one for one in people if one}
        found = session.execute(select(Office.id, Office.name).where(Office.id.in_(wanted)))
        self._offices = {row[0]: row[1] for row in found}
        persons = session.execute(select(Person.id, Person.full_name).where(Person.id.in_(whom)))
        self._people = {row[0]: row[1] for row in persons}

    def office(self, office_id: UUID | None) -> str:
        """An office's name, "" for none."""
        return self._offices.get(office_id, "") if office_id else ""

    def person(self, person_id: UUID | None) -> str:
        """A person's name, "" for none."""
        return self._people.get(person_id, "") if person_id else ""


def _row(passed: HandOver, names: Names) -> Row:
    giver, receiver = passed.giver, passed.receiver
    return Row(
        giver=Side(names.office(giver.office_id), names.person(giver.person_id), passed.given_at)
        if giver
        else Side(at=passed.given_at),
        receiver=_receiver(receiver, names),
        outside=passed.outside,
        step=giver.name if giver else "",
        result=passed.result,
        due_at=giver.due_at if giver else None,
        by_instant=bool(giver and giver.by_instant),
        initialled=bool(giver and giver.initials),
        moved=bool(giver and giver.outcome == MOVED),
    )


def _receiver(step: Step | None, names: Names) -> Side:
    """Who received, and as a person only once somebody has taken it."""
    if step is None:
        return Side()
    person = names.person(step.person_id) if step.taken_at is not None else ""
    return Side(names.office(step.office_id), person, step.taken_at)


def _paper_row(line: HandoverLine, slip: HandoverSlip, names: Names) -> PaperRow:
    return PaperRow(
        slip=slip.number,
        giver=Side(names.office(slip.from_id), names.person(slip.given_by), slip.given_at),
        receiver=Side(names.office(slip.to_id), names.person(line.answered_by), line.answered_at),
        status=line.status,
        papers=line.papers,
        note=line.note,
    )


def _steps(session: Session, case: Case, dossier: Dossier) -> list[Step]:
    """The stops of a dossier; one that was accepted without a task of checking begins with its reception."""
    limits = open_bundle(session, case.bundle_id).procedure.limits
    tasks = session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.opened_at, Task.id)).all()
    handed = session.scalars(
        select(Transfer).where(Transfer.case_id == case.id).order_by(Transfer.moved_at.desc())
    ).all()
    steps = _laid_on_other_desks([_step(task, limits) for task in tasks], handed)
    if dossier.accepted_at is not None and all(one.opened_at >= dossier.accepted_at for one in steps):
        steps.insert(0, _reception(session, case, dossier, limits))
    return steps


def _laid_on_other_desks(steps: list[Step], handed: Sequence[Transfer]) -> list[Step]:
    """Steps that were open while their unit handed the dossier to another one, each as two; the last one first."""
    for one in handed:
        parted = []
        for step in steps:
            closed = step.closed_at
            if step.office_id != one.to_id or step.opened_at >= one.moved_at or (closed and closed <= one.moved_at):
                parted.append(step)
                continue
            parted.append(
                replace(
                    step,
                    id=new_id(),
                    office_id=one.from_id,
                    person_id=one.moved_by,
                    closed_at=one.moved_at,
                    status="done",
                    due_at=None,
                    initials=False,
                    outcome=MOVED,
                )
            )
            parted.append(replace(step, opened_at=one.moved_at))
        steps = parted
    return steps


def _step(task: Task, limits: Limits) -> Step:
    term = task.properties.get("term", "")
    limit = limits.step(task.element_id, term)
    return Step(
        id=task.id,
        element_id=task.element_id,
        name=task.name,
        office_id=task.office_id,
        role=task.role,
        person_id=task.closed_by or task.assignee_id,
        opened_at=task.opened_at,
        taken_at=task.claimed_at or task.closed_at,
        closed_at=task.closed_at,
        status=task.status,
        due_at=task.due_at,
        by_instant=limit is not None and limit.unit in HOURLY,
        initials=term == INITIAL and task.outcome == AGREED,
        outcome=task.outcome,
    )


def _reception(session: Session, case: Case, dossier: Dossier, limits: Limits) -> Step:
    """The counter's own stop: to be handed over the same day, after the hour of the last hand-over the next one."""
    accepted_at = dossier.accepted_at or dossier.submitted_at
    actor = session.scalar(
        select(Entry.actor).where(Entry.chain == case.chain, Entry.verb == "dossier.accepted").order_by(Entry.seq)
    )
    kind, _, name = (actor or "").partition(":")
    calendar, day = calendar_for(session, dossier.receiving_id), legal_date(accepted_at)
    cut_off = limits.transfer_cut_off
    if cut_off is not None and legal_time(accepted_at).time() > cut_off:
        day = calendar.on_or_after(day + timedelta(days=1))
    return Step(
        id=new_id(),
        element_id="",
        name="Tiếp nhận",
        office_id=dossier.receiving_id,
        role="counter_clerk",
        person_id=UUID(name) if kind == "official" and name else None,
        opened_at=dossier.submitted_at,
        taken_at=dossier.submitted_at,
        closed_at=accepted_at,
        status="done",
        due_at=calendar.closing(calendar.on_or_after(day)),
    )


def _moments(session: Session, case: Case, dossier: Dossier) -> Moments:
    rows: Sequence[SupplementRequest] = session.scalars(
        select(SupplementRequest).where(SupplementRequest.case_id == case.id)
    ).all()
    answered = [one.answered_at for one in rows if one.answered_at is not None]
    return Moments(
        filed=(dossier.submitted_at, *answered),
        asked_back=tuple(one.requested_at for one in rows),
        ended=case.ended_at,
    )

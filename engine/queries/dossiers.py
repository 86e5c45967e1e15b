"""One dossier as people see it: the case page of an office, the tracking page of a citizen, lists to look through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.accounts.models import Office, Person
from engine.cases.clocks import calendar_under, reckoning_of
from engine.cases.models import Case, Clock, Incident, Passage, Task
from engine.deadlines.limits import Span
from engine.deadlines.standing import Standing, standing
from engine.dossiers.models import (
    Apology,
    Attachment,
    Component,
    Document,
    Dossier,
    SupplementRequest,
)
from engine.dossiers.withdrawals import Standing as PaperStanding
from engine.dossiers.withdrawals import standings_of
from engine.errors import NotFound
from engine.journal import Entry
from engine.notifications.models import Notice
from engine.procedures.published import OpenBundle, open_bundle
from engine.queries.finding import Criteria, DossierList, find
from engine.queries.keyset import FIRST, Window
from engine.queries.visible import visible_to
from engine.work import Reading

PAGE = 50


@dataclass(frozen=True)
class ClockView:
    """A term of the case with the ledger that explains its date."""

    term: str
    limit_value: int
    limit_unit: str
    started_at: datetime
    effective_on: date
    due_on: date | None
    due_at: datetime | None
    promised_on: date | None
    status: str
    provisional: bool
    standing: Standing | None
    ledger: tuple[Span, ...]


@dataclass(frozen=True)
class TaskView:
    """An open or closed task of the case."""

    id: UUID
    name: str
    element_id: str
    status: str
    office: str
    office_phone: str
    role: str
    assignee: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    due_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Act:
    """One act of the journal as the history shows it."""

    seq: int
    at: datetime
    who: str
    verb: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class DossierPage:
    """Everything a page about one dossier may show."""

    case: Case
    dossier: Dossier
    open: OpenBundle
    bundle_version_id: UUID
    offices: dict[str, Office]
    clocks: tuple[ClockView, ...]
    tasks: tuple[TaskView, ...]
    components: tuple[Component, ...]
    attachments: tuple[Attachment, ...]
    documents: tuple[Document, ...]
    supplements: tuple[SupplementRequest, ...]
    apologies: tuple[Apology, ...]
    incidents: tuple[Incident, ...]
    passages: tuple[Passage, ...]
    standings: Mapping[UUID, PaperStanding]

    @property
    def clock(self) -> ClockView | None:
        """The dossier's own term."""
        return next((clock for clock in self.clocks if clock.term == "dossier"), None)

    @property
    def open_tasks(self) -> tuple[TaskView, ...]:
        return tuple(task for task in self.tasks if task.status == "open")

    @property
    def open_supplement(self) -> SupplementRequest | None:
        return next((one for one in self.supplements if one.answered_at is None and one.closed_at is None), None)

    @property
    def here(self) -> tuple[str, ...]:
        """Ids of the elements of the drawing the case stands on."""
        return tuple(task.element_id for task in self.open_tasks)

    @property
    def done(self) -> tuple[str, ...]:
        """Ids of the elements the case went through."""
        return tuple(dict.fromkeys(passage.element_id for passage in self.passages))


def dossier_page(read: Reading, case_id: UUID) -> DossierPage:
    """The dossier with this id, if the actor may see it; NotFound otherwise."""
    dossier = read.session.scalar(select(Dossier).where(Dossier.case_id == case_id, visible_to(read.actor)))
    if dossier is None:
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    return _page(read, dossier)


def find_by_code(read: Reading, code: str) -> UUID:
    """The dossier with this code among those the actor may see."""
    found = read.session.scalar(
        select(Dossier.case_id).where(
            or_(Dossier.code == code.strip().upper(), Dossier.filing_code == code.strip().upper()),
            visible_to(read.actor),
        )
    )
    if found is None:
        raise NotFound("Không tìm thấy hồ sơ mang mã %(code)s trong phạm vi của bạn.", code=code)
    return found


def track(read: Reading, code: str, second: str) -> DossierPage:
    """A dossier by its code and a second fact: the last four digits of the owner's or applicant's phone or identity.

    The answer to a wrong code and to a wrong second fact is the same.
    """
    wanted = "".join(second.split())
    dossier = read.session.scalar(
        select(Dossier).where(or_(Dossier.code == code.strip().upper(), Dossier.filing_code == code.strip().upper()))
    )
    facts = (
        {dossier.owner_phone, dossier.applicant_phone, dossier.owner_identity, dossier.applicant_identity}
        if dossier
        else set()
    )
    digits = {"".join(c for c in fact if c.isalnum()) for fact in facts if fact}
    if dossier is None or len(wanted) < 4 or not any(fact[-4:] == wanted[-4:] for fact in digits if len(fact) >= 4):
        raise NotFound(
            "Không tìm thấy hồ sơ. Hãy kiểm tra mã hồ sơ và 4 số cuối của điện thoại hoặc số định danh đã khai khi nộp."
        )
    return _page(read, dossier)


def _page(read: Reading, dossier: Dossier) -> DossierPage:
    session = read.session
    case = session.get_one(Case, dossier.case_id)

    def rows(model: Any, *order: Any) -> tuple[Any, ...]:
        return tuple(session.scalars(select(model).where(model.case_id == case.id).order_by(*order)))

    places = {place: UUID(str(office_id)) for place, office_id in case.places.items()}
    known = {one.id: one for one in session.scalars(select(Office).where(Office.id.in_(set(places.values()))))}
    offices = {place: known[office_id] for place, office_id in places.items() if office_id in known}
    documents = rows(Document, Document.created_at)
    clocks = select(Clock).options(selectinload(Clock.interruptions)).where(Clock.case_id == case.id)
    return DossierPage(
        case=case,
        dossier=dossier,
        open=open_bundle(session, case.bundle_id),
        bundle_version_id=case.bundle_id,
        offices=offices,
        clocks=tuple(_clock(read, clock) for clock in session.scalars(clocks.order_by(Clock.started_at))),
        tasks=_tasks(read, case.id),
        components=rows(Component, Component.position),
        attachments=tuple(one for one in rows(Attachment, Attachment.uploaded_at) if one.removed_at is None),
        documents=documents,
        supplements=rows(SupplementRequest, SupplementRequest.round),
        apologies=rows(Apology, Apology.round),
        incidents=tuple(one for one in rows(Incident, Incident.opened_at) if one.resolved_at is None),
        passages=rows(Passage, Passage.seq),
        standings=standings_of(session, [one for one in documents if one.issued_at is not None]),
    )


def _clock(read: Reading, clock: Clock) -> ClockView:
    calendar = calendar_under(read.session, clock)
    reckoning = reckoning_of(clock, calendar)
    return ClockView(
        term=clock.term,
        limit_value=clock.limit_value,
        limit_unit=clock.limit_unit,
        started_at=clock.started_at,
        effective_on=reckoning.effective_on,
        due_on=reckoning.due_on,
        due_at=reckoning.due_at,
        promised_on=clock.promised_on,
        status=clock.status,
        provisional=reckoning.provisional,
        standing=standing(reckoning, calendar, read.now) if clock.status != "stopped" else None,
        ledger=reckoning.ledger,
    )


def _tasks(read: Reading, case_id: UUID) -> tuple[TaskView, ...]:
    assignee, closer = Person.__table__.alias("assignee"), Person.__table__.alias("closer")
    rows = read.session.execute(
        select(Task, Office.name, Office.phone, assignee.c.full_name, closer.c.full_name)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(assignee, assignee.c.id == Task.assignee_id)
        .outerjoin(closer, closer.c.id == Task.closed_by)
        .where(Task.case_id == case_id)
        .order_by(Task.opened_at, Task.id)
    )
    return tuple(
        TaskView(
            id=task.id,
            name=task.name,
            element_id=task.element_id,
            status=task.status,
            office=office or "",
            office_phone=phone or "",
            role=task.role,
            assignee=taken or "",
            opened_at=task.opened_at,
            closed_at=task.closed_at,
            closed_by=closed or "",
            due_at=task.due_at,
            outcome=task.outcome,
        )
        for task, office, phone, taken, closed in rows
    )


def history(read: Reading, case_id: UUID) -> list[Act]:
    """Every act of a dossier, newest first, for whoever may see it; what its applicant says is nobody's."""
    dossier_page_exists = read.session.scalar(
        select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(read.actor))
    )
    if dossier_page_exists is None:
        raise NotFound("Không có hồ sơ này.")
    entries = read.session.scalars(
        select(Entry)
        .where(Entry.chain == f"case:{case_id}", Entry.verb.not_in(("dossier.rated", "late.answered")))
        .order_by(Entry.seq.desc())
    ).all()
    ids = {entry.actor.partition(":")[2] for entry in entries if ":" in entry.actor}
    names = dict(
        read.session.execute(select(Person.id, Person.full_name).where(Person.id.in_([UUID(i) for i in ids]))).all()
    )
    return [
        Act(
            seq=entry.seq,
            at=entry.at,
            who=names.get(UUID(entry.actor.partition(":")[2]), "") if ":" in entry.actor else "",
            verb=entry.verb,
            facts=entry.facts,
        )
        for entry in entries
    ]


def notices_of(read: Reading, case_id: UUID) -> list[Notice]:
    """What the applicant of a dossier was told, newest first."""
    if read.session.scalar(select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(read.actor))) is None:
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    return list(
        read.session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.created_at.desc()))
    )


def dossiers(
    read: Reading,
    *,
    text: str = "",
    statuses: Sequence[int] = (),
    procedure: str = "",
    late: bool = False,
    window: Window = FIRST,
    per_page: int = PAGE,
) -> DossierList:
    """The dossiers the actor may see, newest first; `text` is a code, a number or words of a name, marks ignored."""
    criteria = Criteria(text=text, statuses=tuple(statuses), procedure=procedure, late=late)
    return find(read, criteria, window, size=per_page)

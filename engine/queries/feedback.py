"""Reports from the public as people see them: the operator's queue, a unit's list, one report, the public list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, undefer

from engine.accounts.models import Mandate, Office, Person, fold
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date
from engine.dossiers.models import Attachment, Dossier
from engine.errors import NotFound
from engine.feedback.models import OPEN, Report
from engine.journal import Entry
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.queries.dossiers import Act, ClockView, TaskView, _clock, _tasks
from engine.queries.files import FileLine
from engine.queries.paging import paged
from engine.queries.standings import Due, _standings
from engine.queries.visible import reports_visible_to
from engine.work import Actor, Reading
from processes.report import Category, ReportRules

PROCEDURE = "1022"
PAGE = 30
LATELY = timedelta(days=30)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Which reports an actor may read whole: those visible by the house's rule, and those handed to a post of theirs.

    A report on staff comes to its superior office as a task; whoever serves the accused unit as well never sees it.
    """
    task = aliased(Task)  # a name of its own: the query around may speak of tasks too
    posts = [and_(task.office_id == post.office_id, task.role == post.role) for post in actor.mandates]
    if not posts:
        return reports_visible_to(actor)
    handed = exists(select(task.id).where(task.case_id == Report.case_id, or_(*posts)))
    apart = or_(Report.accused_id.is_(None), Report.accused_id.not_in([post.office_id for post in actor.mandates]))
    return or_(reports_visible_to(actor), and_(handed, apart))


@dataclass(frozen=True)
class Desk:
    """What a page that takes reports in needs to know: the rules, the wards and the offices to choose from."""

    open: OpenBundle
    rules: ReportRules


def desk(read: Reading) -> Desk:
    """The process of reports in force today."""
    bundle = open_bundle(read.session, in_force(read.session, PROCEDURE, legal_date(read.now)).id)
    if bundle.procedure.report is None:
        raise NotFound("Chưa công bố quy trình tiếp nhận phản ánh.")
    return Desk(bundle, bundle.procedure.report)


@dataclass(frozen=True)
class OfficeChoice:
    """An office one may choose: its code, its name and whether a point for reports works there today."""

    code: str
    name: str
    name_en: str
    has_point: bool


def offices(read: Reading) -> list[OfficeChoice]:
    """Every active office, those with a point for reports marked."""
    today = legal_date(read.now)
    points = set(
        read.session.scalars(
            select(Mandate.office_id).where(
                Mandate.role == "hotline_point",
                Mandate.valid_from <= today,
                or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today),
            )
        )
    )
    rows = read.session.scalars(select(Office).where(Office.active, Office.kind != "centre").order_by(Office.name))
    return [OfficeChoice(office.code, office.name, office.name_en, office.id in points) for office in rows]


@dataclass(frozen=True)
class ReportLine:
    """One line of a list of reports; `task` is the open task the reader may do, `deadline` what presses next."""

    id: UUID
    code: str
    kind: str
    category: str
    urgent: bool
    status: str
    text: str
    place: str
    channel: str
    unit: str
    received_at: datetime
    deadline: datetime | None
    late: tuple[str, ...]
    task: UUID | None
    task_name: str
    step: str


def _lines(read: Reading, rows: Iterable[Any]) -> list[ReportLine]:
    return [
        ReportLine(
            id=report.case_id,
            code=report.code,
            kind=report.kind,
            category=report.category,
            urgent=report.urgent,
            status=report.status,
            text=report.text,
            place=report.place,
            channel=report.channel,
            unit=unit or "",
            received_at=report.received_at,
            deadline=report.forward_by if report.status == "received" else report.due_at,
            late=tuple(report.late),
            task=task.id if task is not None else None,
            task_name=task.name if task is not None else "",
            step=task.element_id if task is not None else "",
        )
        for report, unit, task in rows
    ]


def _open_tasks(read: Reading) -> Any:
    posts = [and_(Task.office_id == post.office_id, Task.role == post.role) for post in read.actor.mandates]
    return (
        select(Report, Office.short_name, Task)
        .join(Task, Task.case_id == Report.case_id)
        .outerjoin(Office, Office.id == Report.unit_id)
        .where(
            Task.status == "open",
            or_(*posts) if posts else Task.assignee_id == read.actor.id,
            may_read(read.actor),
            or_(Task.assignee_id.is_(None), Task.assignee_id == read.actor.id),
        )
    )


def waiting_for_me(read: Reading) -> list[ReportLine]:
    """Reports with an open task of the reader: first what must be passed on, fewest minutes left on top."""
    if not read.actor.mandates:
        return []
    rows = read.session.execute(_open_tasks(read)).all()
    lines = _lines(read, rows)
    return sorted(lines, key=lambda line: (line.step != "classify", not line.urgent, line.deadline or line.received_at))


def waiting_count(read: Reading) -> int:
    """How many reports wait for the reader."""
    if not read.actor.mandates:
        return 0
    return read.session.scalar(select(func.count()).select_from(_open_tasks(read).subquery())) or 0


@dataclass(frozen=True)
class ReportList:
    """A page of reports."""

    lines: tuple[ReportLine, ...]
    total: int
    page: int
    pages: int


def reports(
    read: Reading,
    *,
    text: str = "",
    statuses: Sequence[str] = (),
    kind: str = "",
    late: bool = False,
    page: int = 1,
) -> ReportList:
    """The reports the reader may see, newest first; `text` is a code or words of text and place, marks ignored."""
    where: list[Any] = [may_read(read.actor)]
    for word in fold(text).split():
        where.append(or_(Report.search_key.contains(word, autoescape=True), func.lower(Report.code).contains(word)))
    if statuses:
        where.append(Report.status.in_(list(statuses)))
    if kind:
        where.append(Report.kind == kind)
    if late:
        where += [Report.status.in_(OPEN), Report.due_at < read.now]
    newest = (
        select(Report, Office.short_name)
        .outerjoin(Office, Office.id == Report.unit_id)
        .order_by(Report.received_at.desc(), Report.case_id)
    )
    found = paged(read, newest, of=Report, where=where, page=page, per_page=PAGE)
    lines = _lines(read, [(*row, None) for row in found.rows])
    return ReportList(tuple(lines), found.total, found.page, found.pages)


@dataclass(frozen=True)
class DossierState:
    """A dossier as the hotline needs it while somebody is on the telephone: where it is, with whom, until when."""

    id: UUID
    code: str
    procedure: str
    title: str
    owner: str
    status: int
    submitted_at: datetime
    due: Due | None
    promised_on: date | None
    judged: str
    step: str
    office: str
    office_phone: str
    person: str


def dossier_state(read: Reading, code: str) -> DossierState | None:
    """The true state of the dossier with this code, for an operator of the hotline; None when there is none."""
    if not read.actor.holds("hotline_operator"):
        raise NotFound("Không có hồ sơ này.")
    wanted = "".join(code.split()).upper()
    dossier = read.session.scalar(select(Dossier).where(or_(Dossier.code == wanted, Dossier.filing_code == wanted)))
    return _state(read, dossier) if dossier is not None else None


def _state(read: Reading, dossier: Dossier) -> DossierState:
    task = next((one for one in reversed(_tasks(read, dossier.case_id)) if one.status == "open"), None)
    handling = read.session.get_one(Office, dossier.handling_id)
    return DossierState(
        id=dossier.case_id,
        code=dossier.code or dossier.filing_code,
        procedure=dossier.procedure_name,
        title=dossier.title,
        owner=dossier.owner_name,
        status=dossier.status,
        submitted_at=dossier.submitted_at,
        due=_standings(read, [dossier.case_id]).get(dossier.case_id),
        promised_on=dossier.promised_on,
        judged=dossier.judged,
        step=task.name if task else "",
        office=task.office if task and task.office else handling.name,
        office_phone=task.office_phone if task and task.office else handling.phone,
        person=task.assignee if task else "",
    )


@dataclass(frozen=True)
class ReportPage:
    """Everything a page about one report may show; `dossier` is the true state of the one it names."""

    case: Case
    report: Report
    open: OpenBundle
    rules: ReportRules
    category: Category | None
    unit: Office | None
    accused: Office | None
    clock: ClockView | None
    tasks: tuple[TaskView, ...]
    photos: tuple[Attachment, ...]
    history: tuple[Act, ...]
    dossier: DossierState | None
    publishable: bool

    @property
    def task(self) -> TaskView | None:
        """The open task, if the report waits for a person."""
        return next((one for one in self.tasks if one.status == "open"), None)

    @property
    def masking(self) -> dict[str, Any]:
        """What the house proposes to hide: `text`, `answer` and the list `found`."""
        return dict(self.case.variables.get("masking") or {})


def report_page(read: Reading, case_id: UUID) -> ReportPage:
    """The report with this id, if the reader may see it; NotFound otherwise."""
    report = read.session.scalar(select(Report).where(Report.case_id == case_id, may_read(read.actor)))
    if report is None:
        raise NotFound("Không có phản ánh này, hoặc phản ánh không thuộc phạm vi của bạn.")
    return _page(read, report)


def _page(read: Reading, report: Report) -> ReportPage:
    session = read.session
    case = session.get_one(Case, report.case_id, options=[undefer(Case.data)])
    bundle = open_bundle(session, case.bundle_id)
    rules = bundle.procedure.report
    assert rules is not None
    clock = session.scalar(select(Clock).where(Clock.case_id == case.id, Clock.term == "answer"))
    dossier = session.get(Dossier, report.dossier_id) if report.dossier_id else None
    return ReportPage(
        case=case,
        report=report,
        open=bundle,
        rules=rules,
        category=rules.category(report.category),
        unit=session.get(Office, report.unit_id) if report.unit_id else None,
        accused=session.get(Office, report.accused_id) if report.accused_id else None,
        clock=_clock(read, clock) if clock is not None else None,
        tasks=_tasks(read, case.id),
        photos=_photos(read, case.id),
        history=_acts(read, case.id),
        dossier=_state(read, dossier) if dossier is not None and read.actor.is_official else None,
        publishable=report.kind not in rules.never_published,
    )


def _photos(read: Reading, case_id: UUID) -> tuple[Attachment, ...]:
    return tuple(
        read.session.scalars(
            select(Attachment)
            .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
            .order_by(Attachment.uploaded_at, Attachment.id)
        )
    )


def _acts(read: Reading, case_id: UUID) -> tuple[Act, ...]:
    entries = read.session.scalars(
        select(Entry).where(Entry.chain == f"case:{case_id}").order_by(Entry.seq.desc())
    ).all()
    ids = {UUID(entry.actor.partition(":")[2]) for entry in entries if ":" in entry.actor}
    rows = read.session.execute(
        select(Person.id, Person.full_name).where(Person.id.in_(ids), Person.kind == "official")
    )
    names = {row[0]: row[1] for row in rows}
    return tuple(
        Act(
            seq=entry.seq,
            at=entry.at,
            who=names.get(UUID(entry.actor.partition(":")[2]), "") if ":" in entry.actor else "",
            verb=entry.verb,
            facts=entry.facts,
        )
        for entry in entries
    )


def report_file(read: Reading, case_id: UUID, attachment_id: UUID) -> FileLine:
    """A photo of a report the reader may see."""
    row = read.session.get(Attachment, attachment_id)
    seen = read.session.scalar(select(Report.case_id).where(Report.case_id == case_id, may_read(read.actor)))
    if row is None or row.case_id != case_id or row.removed_at is not None or seen is None:
        raise NotFound("Không có tệp này.")
    return FileLine(row.sha256, row.name, row.media_type, row.size)

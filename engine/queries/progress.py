"""Where a dossier stands, as its applicant asks: stage, who holds it, which date and why, what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Mandate, Office, Person
from engine.bpmn.outline import Node, outline
from engine.calendars.load import calendar_of
from engine.cases.clocks import DOSSIER, calendar_under, rules_of, waits_of
from engine.cases.models import Clock, Subscription, Task
from engine.clock import legal_date, legal_time
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Interruption, Limit, Span
from engine.deadlines.reckoning import reckon
from engine.deadlines.standing import Standing, StandingKind
from engine.dossiers.models import Document, SupplementRequest
from engine.queries.dossiers import DossierPage
from engine.queries.moved import MovedPromise, moved_promises
from engine.work import Reading

StageKey = Literal["filed", "checked", "handled", "signed", "returned"]
StageState = Literal["done", "now", "paused", "next", "stopped"]
STAGES: tuple[StageKey, ...] = ("filed", "checked", "handled", "signed", "returned")
ANSWERS = ("result", "refusal")
CHIEFS = ("unit_head", "centre_director", "leader")
SOON = 2
MIDNIGHT = time(0)


@dataclass(frozen=True)
class Stage:
    """One of the five stages every dossier goes through; `office` and `at` where they are known."""

    key: StageKey
    state: StageState
    office: str = ""
    office_en: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Holder:
    """Who has to act: an office with a person's name where somebody has taken the task, or the applicant."""

    kind: Literal["office", "applicant"]
    task: str = ""
    office: str = ""
    office_en: str = ""
    phone: str = ""
    person: str = ""
    chief: str = ""
    chief_title: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Pause:
    """One wait that stopped the clock, and the promised date before and after it (None while it lasts)."""

    start: datetime
    end: datetime | None
    cause: str
    ground: str
    mode: Literal["shift", "restart"]
    before: date | None
    after: date | None


@dataclass(frozen=True)
class Happening:
    """One thing that happened, newest first in a list of them; `facts` depend on `kind`."""

    at: datetime
    kind: str
    facts: dict[str, Any]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Step:
    """One element of the drawing in words: what it is called, whether the dossier went through it, what comes after."""

    element_id: str
    name: str
    state: Literal["done", "now", "next"]
    ways: tuple[tuple[str, str], ...]
    depth: int


@dataclass(frozen=True)
class LedgerLine:
    """One span of the ledger for reading: whole days as dates (the last one included), hours as moments.

    `unit` is working_days, days or working_hours.
    """

    start: date | datetime
    end: date | datetime | None
    kind: str
    amount: int
    unit: str
    reason: str
    source: str


@dataclass(frozen=True)
class Progress:
    """Everything the tracking page says besides the dossier's own facts.

    `standing` is against the promised date (which an apology may have moved beyond the legal one), None before
    acceptance and after the decision. `here` and `done` are element ids for the picture.
    """

    stages: tuple[Stage, ...]
    holders: tuple[Holder, ...]
    standing: Standing | None
    late: bool
    pauses: tuple[Pause, ...]
    ledger: tuple[LedgerLine, ...]
    happenings: tuple[Happening, ...]
    steps: tuple[Step, ...]
    here: tuple[str, ...]
    done: tuple[str, ...]


def progress(read: Reading, page: DossierPage) -> Progress:
    """The progress of a dossier somebody was allowed to open."""
    nodes = {node.element_id: node for node in outline(page.open.definition, page.case.process_id)}
    here = _here(read, page, nodes)
    standing = _standing(read, page)
    late = standing is not None and standing.kind == "overdue"
    return Progress(
        stages=_stages(page),
        holders=_holders(read, page, nodes),
        standing=standing,
        late=late,
        pauses=_pauses(read, page),
        ledger=tuple(ledger_line(span) for span in page.clock.ledger) if page.clock else (),
        happenings=_happenings(page, moved_promises(read, page.case.id)),
        steps=_steps(page, nodes, here),
        here=here,
        done=tuple(one for one in page.done if one not in here),
    )


def ledger_line(span: Span) -> LedgerLine:
    """A span of a ledger as it is read."""
    start, end = legal_time(span.start), legal_time(span.end) if span.end else None
    whole = span.unit != "seconds" and start.time() == MIDNIGHT and (end is None or end.time() == MIDNIGHT)
    if whole:
        last = end.date() - timedelta(days=1) if end else None
        return LedgerLine(start.date(), last, span.kind, span.amount, span.unit, span.reason, span.source)
    if span.unit == "seconds":
        hours = -(-span.amount // 3600)
        return LedgerLine(start, end, span.kind, hours, "working_hours", span.reason, span.source)
    return LedgerLine(start, end, span.kind, span.amount, span.unit, span.reason, span.source)


def _ended(page: DossierPage) -> bool:
    return page.dossier.status in (3, 7, 8)


def _stage_now(page: DossierPage) -> int:
    """The index of the stage the dossier is in."""
    dossier = page.dossier
    if dossier.decided_at is not None:
        return 4
    if dossier.accepted_at is None:
        return 1
    drafted = any(one.letter in ANSWERS and one.issued_at is None for one in page.documents)
    return 3 if drafted and dossier.status != 5 else 2


def _stages(page: DossierPage) -> tuple[Stage, ...]:
    dossier, now = page.dossier, _stage_now(page)
    moments = {0: dossier.submitted_at, 1: dossier.accepted_at, 3: dossier.decided_at, 4: dossier.returned_at}
    offices = {1: "receiving", 2: "handling", 3: "signing", 4: "returning"}
    stages = []
    for number, key in enumerate(STAGES):
        state: StageState = "done" if number < now else "next"
        if number == now:
            state = "stopped" if _ended(page) else "paused" if dossier.status in (5, 6) else "now"
            state = "done" if dossier.returned_at is not None else state
        office = page.offices.get(offices.get(number, ""))
        stages.append(
            Stage(
                key, state, office.name if office else "", office.name_en if office else "",
                moments.get(number) if number <= now else None,
            )
        )  # fmt: skip
    if _ended(page):
        stages = stages[: max(now if dossier.accepted_at else 1, 1) + 1]
        stages[-1] = Stage(stages[-1].key, "stopped", stages[-1].office, stages[-1].office_en, dossier.decided_at)
    return tuple(stages)


def _here(read: Reading, page: DossierPage, nodes: dict[str, Node]) -> tuple[str, ...]:
    caught = read.session.scalars(select(Subscription.element_id).where(Subscription.case_id == page.case.id))
    waiting = [one for one in caught if one in nodes and nodes[one].type in ("intermediateCatchEvent", "receiveTask")]
    inside = [*page.here, *waiting]
    around = [nodes[one].within for one in inside if one in nodes]  # a called part stands on another drawing
    return tuple(dict.fromkeys([*inside, *(one for one in around if one is not None)]))


def _holders(read: Reading, page: DossierPage, nodes: dict[str, Node]) -> tuple[Holder, ...]:
    if page.open_supplement is not None:
        return (Holder("applicant", since=page.open_supplement.requested_at),)
    rows = read.session.execute(
        select(Task, Office, Person)
        .outerjoin(Office, Office.id == Task.office_id)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id == page.case.id, Task.status == "open")
        .order_by(Task.opened_at, Task.id)
    ).all()
    main = [row for row in rows if row[0].element_id in nodes and nodes[row[0].element_id].parent is None] or rows
    return tuple(_holder(read, *row) for row in main)


def _holder(read: Reading, task: Task, office: Office | None, person: Person | None) -> Holder:
    chief, title = _chief(read, office)
    return Holder(
        kind="office",
        task=task.name,
        office=office.name if office else "",
        office_en=office.name_en if office else "",
        phone=office.phone if office else "",
        person=person.full_name if person else "",
        chief=chief,
        chief_title=title,
        since=task.claimed_at or task.opened_at,
    )


def _chief(read: Reading, office: Office | None) -> tuple[str, str]:
    """Who answers for an office today: its head, else the director of the centre, else a leader above."""
    today = legal_date(read.now)
    while office is not None:
        found = read.session.execute(
            select(Person.full_name, Mandate.title, Mandate.role)
            .join(Mandate, Mandate.person_id == Person.id)
            .where(Mandate.office_id == office.id, Mandate.role.in_(CHIEFS), Mandate.valid_from <= today)
            .where((Mandate.valid_to.is_(None)) | (Mandate.valid_to >= today), Person.active)
            .order_by(Mandate.capacity, Mandate.valid_from)
        ).first()
        if found is not None:
            return found[0], found[1]
        office = read.session.get(Office, office.parent_id) if office.parent_id else None
    return "", ""


def _standing(read: Reading, page: DossierPage) -> Standing | None:
    """How the dossier stands to the date that was promised last."""
    clock, dossier = page.clock, page.dossier
    if clock is None or clock.standing is None or dossier.decided_at is not None or dossier.promised_on is None:
        return None
    if clock.standing.kind == "paused" or dossier.promised_on == clock.due_on:
        return clock.standing
    kept = _clock(read, page.case.id)
    calendar = calendar_under(read.session, kept) if kept is not None else calendar_of(read.session, "vn")
    return _against(dossier.promised_on, calendar, legal_date(read.now))


def _against(promised: date, calendar: Calendar, today: date) -> Standing:
    if today > promised:
        return Standing(
            "overdue", calendar.between(promised, today), "working_days", "Quá hạn %(amount)s ngày làm việc"
        )
    if today == promised:
        return Standing("today", 0, "working_days", "Đến hạn hôm nay")
    left = calendar.between(today, promised)
    kind: StandingKind = "soon" if left <= SOON else "within"
    return Standing(kind, left, "working_days", "Còn %(amount)s ngày làm việc")


def _clock(read: Reading, case_id: UUID) -> Clock | None:
    return read.session.scalar(select(Clock).where(Clock.case_id == case_id, Clock.term == DOSSIER))


def _promise(clock: Clock, calendar: Calendar, interruptions: tuple[Interruption, ...]) -> date | None:
    limit = Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
    return reckon(limit, clock.started_at, calendar, interruptions, **rules_of(clock)).due_on


def _pauses(read: Reading, page: DossierPage) -> tuple[Pause, ...]:
    clock = _clock(read, page.case.id)
    if clock is None:
        return ()
    calendar, waits, pauses = calendar_under(read.session, clock), waits_of(clock), []
    for number, wait in enumerate(waits):
        before = _promise(clock, calendar, tuple(waits[:number]))
        after = _promise(clock, calendar, tuple(waits[: number + 1])) if wait.end else None
        pauses.append(Pause(wait.start, wait.end, wait.cause, wait.ground, wait.mode, before, after))
    return tuple(pauses)


@dataclass(frozen=True)
class Effect:
    """What answering a supplement at this moment does to the date; no dates before the dossier was accepted."""

    accepted: bool
    paused: bool
    mode: str
    before: date | None
    after: date | None
    ground: str


def effect_of_answering(read: Reading, page: DossierPage) -> Effect:
    """The promised date if the applicant answered the open request now."""
    dossier, clock = page.dossier, _clock(read, page.case.id)
    rules = page.open.procedure.supplement
    if clock is None or dossier.accepted_at is None:
        return Effect(False, False, rules.mode, None, None, rules.ground)
    waits = waits_of(clock)
    if not waits or waits[-1].end is not None:
        return Effect(True, False, rules.mode, dossier.promised_on, dossier.promised_on, rules.ground)
    calendar, last = calendar_under(read.session, clock), waits[-1]
    ended = Interruption(last.start, max(read.now, last.start), last.cause, last.ground, last.mode)
    after = _promise(clock, calendar, (*waits[:-1], ended))
    return Effect(True, True, last.mode, dossier.promised_on, after, last.ground)


def _happenings(page: DossierPage, moved: Sequence[MovedPromise] = ()) -> tuple[Happening, ...]:
    dossier = page.dossier
    issued = [one for one in page.documents if one.issued_at is not None and one.for_applicant]
    letters: dict[str, list[Document]] = {}
    for one in issued:
        letters.setdefault(one.letter, []).append(one)

    def take(*names: str) -> tuple[Document, ...]:
        found = next((letters[name] for name in names if letters.get(name)), [])
        return (found.pop(0),) if found else ()

    found = [Happening(dossier.submitted_at, "submitted", {"channel": dossier.channel, "code": dossier.filing_code})]
    if dossier.accepted_at is not None:
        facts = {"code": dossier.code, "promised_on": page.clock.promised_on if page.clock else None}
        found.append(Happening(dossier.accepted_at, "accepted", facts, take("form01")))
    for change in moved:
        facts = {"before": change.before, "after": change.after, "document": change.document}
        found.append(Happening(change.at, "unit_moved" if change.unit else "date_moved", facts | {"unit": change.unit}))
    for request in page.supplements:
        found += _round(request, take("form02"))
    for apology in page.apologies:
        if apology.sent_at is not None:
            facts = {"reason": apology.reason, "new_date": apology.new_date, "before": apology.promised_on}
            found.append(Happening(apology.sent_at, "apologised", facts, take("form04")))
        elif apology.notice_sent_at is not None:
            found.append(Happening(apology.notice_sent_at, "may_be_late", {"before": apology.promised_on}))
    if dossier.decided_at is not None:
        kinds = {3: "refused", 7: "withdrawn", 8: "stopped"}
        kind = kinds.get(dossier.status, "decided")
        facts = {"reason": dossier.status_reason, "judged": dossier.judged}
        documents = take("form03") if kind == "refused" else take("form05") if kind == "stopped" else take(*ANSWERS)
        found.append(Happening(dossier.decided_at, kind, facts, documents if kind != "withdrawn" else ()))
    if dossier.returned_at is not None:
        found.append(Happening(dossier.returned_at, "returned", {"mode": dossier.return_mode}))
    for one in issued:
        for act in page.standings[one.id].acts:
            facts = {"kind": act.kind, "number": act.decision_number, "on": act.decided_on, "by": act.authority}
            found.append(Happening(act.done_at, "acted_on", facts | {"reason": act.reason}, (one,)))
    for rest in letters.values():
        for one in rest:
            found.append(Happening(one.issued_at or one.created_at, "issued", {"letter": one.letter}, (one,)))
    in_order = sorted(enumerate(found), key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return tuple(one for _, one in in_order)


def _round(request: SupplementRequest, letter: tuple[Document, ...]) -> list[Happening]:
    asked = {"reason": request.reason, "items": request.items, "answer_by": request.answer_by}
    found = [Happening(request.requested_at, "supplement_asked", asked, letter)]
    if request.lapsed_at is not None:
        found.append(Happening(request.lapsed_at, "supplement_lapsed", {"answer_by": request.answer_by}))
    if request.answered_at is not None:
        facts = {
            "via": request.answered_via,
            "received": [one["name"] for one in request.answer.get("received", ())],
            "left": [one["name"] for one in request.answer.get("left", ())],
        }
        found.append(Happening(request.answered_at, "supplement_answered", facts))
    return found


def _steps(page: DossierPage, nodes: dict[str, Node], here: tuple[str, ...]) -> tuple[Step, ...]:
    done = set(page.done)
    return tuple(
        Step(
            element_id=node.element_id,
            name=node.name,
            state="now" if node.element_id in here else "done" if node.element_id in done else "next",
            ways=tuple((way.label, nodes[way.target].name) for way in node.next if way.target in nodes)
            if len(node.next) > 1
            else (),
            depth=node.depth,
        )
        for node in nodes.values()
        if node.name
    )

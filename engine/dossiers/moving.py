"""What moving one running case to another version of its procedure comes to: read and reckoned, nothing written.

The dry run, the approval and the move itself all ask this one plan; its digest says whether a case still is what was
approved. A plan names steps, dates and dossier codes, never a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from engine.accounts.models import Office
from engine.bpmn.advance import Waiting
from engine.bpmn.moving import Moving, Objection, Way, move
from engine.bpmn.saved import StateUnreadable
from engine.cases.models import Call, Case, Task
from engine.cases.moves import MoveBatch
from engine.cases.troubles import packed as packed_params
from engine.db import canonical
from engine.dossiers.models import Dossier
from engine.dossiers.moving_data import lacking
from engine.dossiers.moving_terms import TermChange, term_changes
from engine.errors import Invalid
from engine.procedures.models import PublishedBundle
from engine.procedures.places import resolve_places
from engine.procedures.published import OpenBundle, open_bundle
from rules.sentences import Sentence

Verdict = Literal["moves", "stays", "later", "cannot"]
VERDICTS: tuple[Verdict, ...] = ("moves", "stays", "later", "cannot")
LETTERS = ("", "form01", "form04")
"""What goes out where a promised date would move back: nothing (the date stays), a new form 01, or a form 04."""


@dataclass(frozen=True)
class Order:
    """What is asked: from one published version to another, with renamed elements and the letter for later dates.

    `mapping` is old element id → new element id; `decided` moves also dossiers that have their result already.
    """

    source: PublishedBundle
    target: PublishedBundle
    mapping: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    decided: bool = False


@dataclass(frozen=True)
class TaskChange:
    """An open task that stays, and what of it the new drawing says otherwise (None: as it was)."""

    element_id: str
    name: str
    new_name: str | None = None
    form: str | None = None
    role: str | None = None
    office: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class CasePlan:
    """What would become of one case.

    `reasons` say why it stays, moves later or cannot; `warnings` what somebody should know of a case that moves. `ways`
    are its live steps with their places, `vanishing` those whose task is gone from the new drawing; `begun` and `ended`
    name what the case then waits for besides, and no longer. `places` are offices the new version asks for in addition
    (place → office id).
    """

    case_id: UUID
    code: str
    verdict: Verdict
    reasons: tuple[Sentence, ...] = ()
    ways: tuple[Way, ...] = ()
    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    tasks: tuple[TaskChange, ...] = ()
    terms: tuple[TermChange, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def vanishing(self) -> tuple[Way, ...]:
        """The tasks that are not in the new drawing, each with where its case goes on."""
        return tuple(way for way in self.ways if way.how == "goes on" or (way.kind == "user" and way.how == "renamed"))

    @property
    def record(self) -> dict[str, Any]:
        """The plan as plain values (JSON), as it is kept with an order; `from_record` reads it again."""
        return {
            "case": str(self.case_id),
            "code": self.code,
            "verdict": self.verdict,
            "reasons": [packed(one) for one in self.reasons],
            "ways": [vars(way) for way in self.ways],
            "begun": list(self.begun),
            "ended": list(self.ended),
            "tasks": [{k: _plain(v) for k, v in vars(one).items()} for one in self.tasks],
            "terms": [{k: _plain(v) for k, v in vars(one).items()} for one in self.terms],
            "warnings": [packed(one) for one in self.warnings],
            "places": dict(self.places),
        }

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the plan: another one means that the case has changed meanwhile."""
        return hashlib.sha256(canonical(self.record).encode()).hexdigest()


def from_record(record: Mapping[str, Any]) -> CasePlan:
    """A plan as it was kept."""
    return CasePlan(
        case_id=UUID(record["case"]),
        code=record["code"],
        verdict=record["verdict"],
        reasons=tuple(unpacked(one) for one in record["reasons"]),
        ways=tuple(Way(**way) for way in record["ways"]),
        begun=tuple(record["begun"]),
        ended=tuple(record["ended"]),
        tasks=tuple(TaskChange(**(one | {"due_at": _moment(one["due_at"])})) for one in record["tasks"]),
        terms=tuple(TermChange.read(one) for one in record["terms"]),
        warnings=tuple(unpacked(one) for one in record["warnings"]),
        places=record["places"],
    )


def digest_of(plans: Sequence[CasePlan]) -> str:
    """SHA-256 (hex) of a whole dry run."""
    return digest_over((plan.case_id, plan.digest) for plan in plans)


def digest_over(pairs: Iterable[tuple[UUID, str]]) -> str:
    """SHA-256 (hex) of a whole dry run, from each case with the digest of its plan."""
    lines = sorted(f"{case_id}:{digest}" for case_id, digest in pairs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def tally_of(plans: Sequence[CasePlan]) -> dict[str, int]:
    """How many cases of each verdict."""
    return {verdict: sum(plan.verdict == verdict for plan in plans) for verdict in VERDICTS}


def order_of(session: Session, batch: MoveBatch) -> Order:
    """What an order that was kept asks for."""
    told = [defer(PublishedBundle.content)]  # what it says is parsed once in a process, not read for each case
    source = session.get_one(PublishedBundle, batch.from_id, options=told)
    target = session.get_one(PublishedBundle, batch.to_id, options=told)
    return Order(source, target, dict(batch.mapping), batch.letter, batch.decided)


def version_faults(order: Order, today: date) -> list[Sentence]:
    """Why nothing can move between these two versions at all."""
    source, target = order.source, order.target
    faults = []
    if source.id == target.id or source.procedure != target.procedure or source.kind != target.kind:
        faults.append(Sentence("Chỉ chuyển giữa hai phiên bản khác nhau của cùng một thủ tục."))
    if target.withdrawn_at is not None:
        faults.append(Sentence("Phiên bản %(number)s đã bị rút.", number=target.version))
    if target.valid_from is not None and target.valid_from > today:
        day = f"{target.valid_from:%d/%m/%Y}"
        text = Sentence("Phiên bản %(number)s chỉ có hiệu lực từ ngày %(day)s.", number=target.version, day=day)
        faults.append(text)
    if order.letter not in LETTERS:
        faults.append(Sentence("Không có loại giấy “%(letter)s” cho ngày hẹn mới.", letter=order.letter))
    return faults


def plan_case(session: Session, case: Case, order: Order, now: datetime) -> tuple[CasePlan, Moving | None]:
    """What the order means for one case at a moment, and how its state would move (None: it does not)."""
    dossier = session.get(Dossier, case.id)
    code = (dossier.code or dossier.filing_code) if dossier is not None else _report_code(session, case)
    why = _stays(case, dossier, order)
    if why is not None:
        return CasePlan(case.id, code, "stays", (why,)), None
    old, new = open_bundle(session, order.source.id), open_bundle(session, order.target.id)
    passing = tuple(_in_flight(session, case))
    try:
        moving = move(
            old.definition, new.definition, case.state, process_id=new.main_process, mapping=order.mapping, now=now
        )
    except StateUnreadable as fault:
        reason = Sentence("Trạng thái hồ sơ không đọc được: %(fault)s", fault=Sentence(fault.message, **fault.params))
        return CasePlan(case.id, code, "cannot", (reason,)), None
    objections = [*passing, *moving.objections, *_kind_differs(case, order)]
    tasks, places, unplaced = _tasks(session, case, new, moving, dossier, now)
    objections += [Objection(one, "") for one in unplaced]
    terms, notes = term_changes(session, case, dossier, old, new, order.letter, moving.advance, now)
    verdict: Verdict = "moves"
    if objections:
        verdict = "later" if all(one.passing for one in objections) else "cannot"
    plan = CasePlan(
        case_id=case.id,
        code=code,
        verdict=verdict,
        reasons=tuple(one.message for one in objections),
        ways=moving.ways,
        begun=tuple(sorted(_name(one) for one in moving.begun)),
        ended=tuple(sorted(_name(one) for one in moving.ended)),
        tasks=tasks if not objections else (),
        terms=terms,
        warnings=(*moving.warnings, *notes, *lacking(old, new, moving.advance)) if not objections else (),
        places=places,
    )
    return plan, moving if verdict == "moves" else None


def packed(sentence: Sentence) -> dict[str, Any]:
    """A sentence as it is kept, with what fills its places."""
    return {"msgid": sentence.msgid, "params": packed_params(sentence.params)}


def unpacked(kept: Mapping[str, Any]) -> Sentence:
    """A sentence that was kept, sayable in any language."""
    params = {name: unpacked(value) if isinstance(value, Mapping) else value for name, value in kept["params"].items()}
    msgid: str = kept["msgid"]
    return Sentence(msgid, **params)


def _stays(case: Case, dossier: Dossier | None, order: Order) -> Sentence | None:
    """Why a case has no reason to move."""
    if case.ended_at is not None:
        return Sentence("Hồ sơ đã kết thúc.")
    if case.bundle_id != order.source.id:
        return Sentence("Hồ sơ không còn theo phiên bản cũ.")
    if dossier is not None and dossier.decided_at is not None and not order.decided:
        return Sentence("Hồ sơ đã có kết quả theo phiên bản cũ; chỉ còn việc trả kết quả.")
    return None


def _in_flight(session: Session, case: Case) -> list[Objection]:
    """Calls a worker or the outside has in hand: whatever comes of them comes back to the old drawing."""
    found = []
    for call in session.scalars(
        select(Call).where(Call.case_id == case.id, Call.status.in_(("waiting", "attempting", "unknown")))
    ):
        step = call.name or call.element_id
        text = Sentence("«%(step)s» đang được thực hiện; chuyển được khi việc đó xong.", step=step)
        if call.status == "unknown":
            text = Sentence("Chưa rõ kết quả của «%(step)s»; chuyển được khi đã rõ.", step=step)
        found.append(Objection(text, call.element_id, passing=True))
    return found


def _kind_differs(case: Case, order: Order) -> list[Objection]:
    if order.target.trial and not case.trial:
        return [Objection(Sentence("Không chuyển hồ sơ thật sang một phiên bản thử nghiệm."), "")]
    return []


def _tasks(
    session: Session, case: Case, new: OpenBundle, moving: Moving, dossier: Dossier | None, now: datetime
) -> tuple[tuple[TaskChange, ...], dict[str, str], list[Sentence]]:
    """What of the open tasks changes, the offices to be added to the case, and groups no office stands behind."""
    if moving.advance is None:
        return (), {}, []
    rows = {t.token: t for t in session.scalars(select(Task).where(Task.case_id == case.id, Task.status == "open"))}
    changes, places, unplaced = [], dict[str, str](), list[Sentence]()
    for asked in moving.advance.waiting:
        if asked.kind != "user":
            continue
        place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
        office = case.places.get(place) or places.get(place)
        if place and office is None:
            office = _resolved(session, new, place, dossier, now)
            if office is None:
                text = Sentence(
                    "Không có đơn vị nào cho nhóm «%(group)s» của việc «%(step)s».", group=place, step=_name(asked)
                )
                unplaced.append(text)
                continue
            places[place] = office
        row = rows.get(asked.token)
        if row is not None:
            change = _change(row, asked, role, office)
            changes += [change] if change is not None else []
    return tuple(changes), places, unplaced


def _change(row: Task, asked: Waiting, role: str, office: str | None) -> TaskChange | None:
    was = str(row.office_id) if row.office_id else None
    change = TaskChange(
        row.element_id,
        row.name,
        new_name=asked.name if asked.name != row.name else None,
        form=asked.form_id if (asked.form_id or "") != row.form_id else None,
        role=role if role != row.role else None,
        office=office if office != was else None,
    )
    return change if change != TaskChange(row.element_id, row.name) else None


def _resolved(session: Session, new: OpenBundle, place: str, dossier: Dossier | None, now: datetime) -> str | None:
    """An office of a place that only the new version names, by its rule."""
    filed = session.get(Office, dossier.receiving_id) if dossier is not None else None
    if dossier is None or filed is None or getattr(new.procedure.places, place, None) is None:
        return None
    try:
        found = resolve_places(session, new.procedure.places, dossier.answers, filed=filed, now=now)
    except Invalid:
        return None
    return str(found[place]) if place in found else None


def _report_code(session: Session, case: Case) -> str:
    """A case that is no dossier is known by the code its tasks carry."""
    return session.scalar(select(Task.subject_code).where(Task.case_id == case.id).limit(1)) or str(case.id)[:8]


def _name(asked: Waiting) -> str:
    return asked.name or asked.element_id


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

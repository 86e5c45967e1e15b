"""Carrying a case over: its rows say what the new drawing says, its terms count anew, and it goes on from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine.bpmn.advance import Waiting
from engine.bpmn.moving import Moving
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER, LEGAL, clock_of, promise, recount, refresh
from engine.cases.marks import step_warned_from
from engine.cases.models import Call, Case, Clock, Incident, Interruption, Subscription, Task, Timer
from engine.cases.moves import Move
from engine.db import new_id
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from engine.dossiers.models import Dossier
from engine.dossiers.moving import CasePlan, Order
from engine.dossiers.moving_terms import TermChange, case_key, law_to_keep, open_request_without_term
from engine.procedures.published import OpenBundle, open_bundle
from engine.usecases.advance import carry_on
from engine.usecases.apologies import open_apology
from engine.usecases.opening import refresh_subject
from engine.usecases.steps import step_limit
from engine.usecases.supplements import give_time
from engine.work import Work

PAPER_JOB = "PrintMovedReceipt"


def carry_over(work: Work, case: Case, order: Order, plan: CasePlan, moving: Moving, move: Move) -> None:
    """Move one locked case as its plan says; the caller has kept its rows and written the act down."""
    assert moving.advance is not None
    old, new = open_bundle(work.session, order.source.id), open_bundle(work.session, order.target.id)
    case.bundle_id, case.process_id = order.target.id, new.main_process
    if plan.places:
        case.places = {**case.places, **plan.places}
    opened = {asked.token for asked in moving.advance.opened}
    for asked in moving.advance.waiting:
        if asked.token not in opened:
            _say_anew(work, case, asked, old, new)
    for way in plan.ways:
        if way.old != way.new:
            work.session.execute(
                update(Incident)
                .where(Incident.case_id == case.id, Incident.element_id == way.old, Incident.resolved_at.is_(None))
                .values(element_id=way.new, name=way.new_name)
            )
    for change in plan.terms:
        _count_anew(work, case, change, order)
    _keep_law_beside(work, case, plan, new)
    _time_old_request(work, case, new)
    carry_on(work, case, moving.advance)
    for change in plan.terms:
        if change.paper == "form04":
            open_apology(work, case, because="term")  # the date changes only with the letter the head signs
        elif change.paper == "form01":
            work.defer(PAPER_JOB, {"move": str(move.id)}, key=f"moved-receipt:{move.id}")


def _say_anew(work: Work, case: Case, asked: Waiting, old: OpenBundle, new: OpenBundle) -> None:
    """The row of a wait that keeps its place says what the new drawing says of it."""
    at = {"case_id": case.id, "token": asked.token}
    if asked.kind == "user":
        task = work.session.scalar(select(Task).filter_by(**at, status="open"))
        if task is not None:
            _task(work, case, task, asked, old, new)
    elif asked.kind == "timer":
        timer = work.session.scalar(select(Timer).filter_by(**at))
        if timer is not None and asked.due is not None:
            timer.element_id, timer.due_at = asked.element_id, asked.due
    elif asked.kind in {"message", "signal"}:
        waits = work.session.scalar(select(Subscription).filter_by(**at))
        if waits is not None:
            waits.element_id, waits.kind = asked.element_id, asked.kind
            waits.message, waits.key = asked.message or "", asked.key
    elif asked.kind == "call":
        call = work.session.scalar(select(Call).filter_by(**at))
        if call is not None:
            call.element_id, call.name, call.type = asked.element_id, asked.name, asked.type
            call.headers, call.inputs = dict(asked.headers), dict(asked.inputs)


def _task(work: Work, case: Case, task: Task, asked: Waiting, old: OpenBundle, new: OpenBundle) -> None:
    place, _, role = (asked.candidate_groups[0] if asked.candidate_groups else "").partition(".")
    office = case.places.get(place)
    office_id = UUID(str(office)) if office else None
    if (office_id, role) != (task.office_id, task.role):  # it is on another desk now
        task.office_id, task.role, task.assignee_id, task.claimed_at = office_id, role, None, None
    before, after = budget(old, task.element_id, task.properties), budget(new, asked.element_id, asked.properties)
    task.element_id, task.name, task.form_id = asked.element_id, asked.name, asked.form_id or ""
    task.properties, task.inputs = dict(asked.properties), dict(asked.inputs)
    if before != after:
        calendar = calendar_for(work.session, office_id)
        task.due_at = due(after, task.opened_at, calendar) if after is not None else None
        task.warn_at = step_warned_from(task.opened_at, task.due_at, calendar)


def budget(bundle: OpenBundle, element_id: str, properties: Mapping[str, str]) -> Limit | None:
    """A step's own time by its term, as its bundle sets it."""
    return step_limit(bundle.procedure.limits, element_id, properties.get("term", ""))


def _count_anew(work: Work, case: Case, change: TermChange, order: Order) -> None:
    """The law's date moves as computed; the promise as far as the plan says, which is never later than it was."""
    clock = clock_of(work, case.id, change.term)
    if clock is None:
        return
    recount(work, clock, limit=change.limit, bundle=order.target.id)
    facts: dict[str, Any] = {"term": change.term, "before": change.due_before, "after": clock.due_at}
    if change.term == DOSSIER:
        dossier = work.session.get(Dossier, case.id)
        if dossier is not None:
            dossier.case_key = case_key(dossier, open_bundle(work.session, order.target.id), work.now)
            if change.promised_after != change.promised_before:
                if clock.due_on is not None and clock.due_at is not None:
                    promise(work, clock, clock.due_on, clock.due_at)
                dossier.promised_on, dossier.promised_at = clock.promised_on, clock.promised_at
                refresh_subject(work, case)
                facts |= {"promised_before": change.promised_before, "promised_after": change.promised_after}
    work.record(case, "clock.moved", facts)


def _keep_law_beside(work: Work, case: Case, plan: CasePlan, new: OpenBundle) -> None:
    """A version that publishes less than the law allows has the law's limit counted too, from the same beginning."""
    dossier, clock = work.session.get(Dossier, case.id), clock_of(work, case.id, DOSSIER)
    law = law_to_keep(plan.terms, new, dossier.case_key) if dossier is not None else None
    if law is not None and clock is not None:
        refresh(work, _beside(work, clock, law))
        work.record(case, "clock.started", {"term": LEGAL, "limit": f"{law.value} {law.unit}"})


def _beside(work: Work, clock: Clock, law: Limit) -> Clock:
    """The law's limit as it would run had it been kept from the beginning, interrupted as the promised one was."""
    same = ("calendar", "calendar_version", "bundle_id", "effective_on", "same_day_cut_off", "start_cut_off")
    kept = {name: getattr(clock, name) for name in (*same, "case_id", "started_at", "status")}
    beside = Clock(
        id=new_id(), term=LEGAL, limit_value=law.value, limit_unit=law.unit, earlier=list(clock.earlier), marks=[],
        warned=[], ledger=[], interruptions=[], **kept,
    )  # fmt: skip
    waited = ("started_at", "ended_at", "cause", "ground", "document", "document_id", "mode")
    for row in clock.interruptions:
        beside.interruptions.append(Interruption(id=new_id(), **{name: getattr(row, name) for name in waited}))
    work.session.add(beside)
    return beside


def _time_old_request(work: Work, case: Case, new: OpenBundle) -> None:
    """A request for supplement from before such requests had a term gets one: from now on, never ending earlier."""
    request = open_request_without_term(work.session, case.id)
    if request is None or request.lapsed_at is not None:
        return
    promised = request.answer_by
    term = new.procedure.supplement.applicant_term
    give_time(work, case, request, Limit(max(term.value, 1), term.unit))
    if promised is not None and request.answer_by is not None and request.answer_by < promised:
        days = (promised - work.now.date()).days
        give_time(work, case, request, Limit(max(days, 1), "days"))

"""What a hand-over to another deciding unit would mean: which units are fit, which desks go along, which dates come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import HEADS, holders
from engine.accounts.models import Office
from engine.accounts.people import agency_of
from engine.bpmn import door
from engine.calendars.load import calendar_joined
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER, SUPPLEMENT, rules_of, waits_of
from engine.cases.models import Call, Case, Clock, Task
from engine.clock import legal_date
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Limit
from engine.deadlines.promises import promise_after
from engine.deadlines.reckoning import due
from engine.dossiers.models import Dossier
from engine.procedures.published import OpenBundle, open_bundle
from engine.work import Actor
from processes.places import PLACES

STAYS = frozenset({SUPPLEMENT, "acceptance"})
"""Terms that are not the deciding unit's: the applicant's own time, told on a paper, and the counter's."""


def may_hand_over(session: Session, actor: Actor, dossier: Dossier) -> bool:
    """Whether somebody heads the unit that has a dossier, or leads the agency it belongs to."""
    here = session.get_one(Office, dossier.handling_id)
    over = {here.id, agency_of(session, here).id}
    return actor.kind == "system" or any(actor.holds(role, office) for role in HEADS for office in over)


def standstill(session: Session, case: Case, dossier: Dossier) -> str:
    """Why a dossier cannot change hands now: "decided", "not_accepted", "busy"; "" when it can."""
    if case.ended_at is not None or dossier.decided_at is not None:
        return "decided"
    if dossier.accepted_at is None:
        return "not_accepted"
    busy = select(Call.id).where(Call.case_id == case.id, Call.status.in_(("waiting", "attempting", "unknown")))
    return "busy" if session.scalar(busy.limit(1)) is not None else ""


def places_following(case: Case, bundle: OpenBundle) -> frozenset[str]:
    """The places of a case that go with its deciding unit: itself, those said to be the same, those the house added."""
    here, rules, found = case.places.get("handling"), bundle.procedure.places, {"handling"}
    for place, office in case.places.items():
        rule = rules.rule(place) if place in PLACES else None
        if office == here and (place not in PLACES or (rule is not None and rule.kind == "same")):
            found.add(place)
    return frozenset(found)


def desks_following(session: Session, case: Case, now: datetime) -> list[UUID]:
    """The open tasks of a case that lie on desks of its deciding unit."""
    bundle = open_bundle(session, case.bundle_id)
    places = places_following(case, bundle)
    asked = {one.token: one for one in door.look(bundle.definition, case.state, now=now).waiting if one.kind == "user"}
    rows = session.execute(select(Task.id, Task.token).where(Task.case_id == case.id, Task.status == "open"))
    return [
        row.id
        for row in rows
        if row.token in asked and any(group.partition(".")[0] in places for group in asked[row.token].candidate_groups)
    ]


def units_fit(session: Session, case: Case, now: datetime) -> list[Office]:
    """The other units of the agency, by name, that fill each post of this procedure which the present unit fills."""
    here, today = session.get_one(Office, UUID(str(case.places["handling"]))), legal_date(now)
    bundle = open_bundle(session, case.bundle_id)
    asked = _roles_asked(bundle, places_following(case, bundle))
    roles = [role for role in asked if holders(session, here.id, role, today)]
    beside = select(Office).where(Office.parent_id == agency_of(session, here).id, Office.active, Office.id != here.id)
    return [
        one
        for one in session.scalars(beside.order_by(Office.name))
        if roles and all(holders(session, one.id, role, today) for role in roles)
    ]


def _roles_asked(bundle: OpenBundle, places: Collection[str]) -> set[str]:
    """The posts a procedure's drawings ask for at these places; groups that are worked out later are left aside."""
    found = set()
    for process in bundle.definition.drawing.processes.values():
        for _, element in process.everything():
            for group in (element.extensions.candidate_groups or "").split(","):
                place, _, role = group.strip().partition(".")
                if place in places and role:
                    found.add(role)
    return found


def earlier_of(clock: Clock, calendar: Calendar, today: date) -> list[Mapping[str, Any]]:
    """The calendars that count up to and including today once another one follows."""
    if clock.calendar == calendar.code:
        return list(clock.earlier)
    last = {"calendar": clock.calendar, "version": clock.calendar_version, "through": today.isoformat()}
    return [*clock.earlier, last]


def promise_under(promised_on: date, due_before: date | None, due_after: date | None, calendar: Calendar) -> date:
    """The promised day with the other unit: earlier where its days allow, later only if that unit is closed then."""
    after = promise_after(promised_on, due_before, due_after, calendar)
    return after if after < promised_on or not calendar.is_working(promised_on) else promised_on


@dataclass(frozen=True)
class Dates:
    """The law's moment and the promised day of a dossier, before and after; None where its term stands still."""

    old_due_at: datetime | None
    new_due_at: datetime | None
    old_promised_on: date | None
    new_promised_on: date | None


def dates_with(session: Session, case: Case, office_id: UUID, now: datetime) -> Dates | None:
    """What the dossier's own term would say with another unit; None where no term runs."""
    clock = session.scalar(
        select(Clock).where(Clock.case_id == case.id, Clock.term == DOSSIER, Clock.status != "stopped")
    )
    if clock is None:
        return None
    calendar = calendar_for(session, office_id)
    if calendar.code == clock.calendar:
        return Dates(clock.due_at, clock.due_at, clock.promised_on, clock.promised_on)
    earlier = earlier_of(clock, calendar, legal_date(now))
    counted = calendar_joined(session, calendar.code, calendar.version, earlier)
    limit = Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
    after = due(limit, clock.started_at, counted, waits_of(clock), **rules_of(clock))
    promised_on = clock.promised_on
    if promised_on is not None and after is not None:
        promised_on = promise_under(promised_on, clock.due_on, legal_date(after), counted)
    return Dates(clock.due_at, after, clock.promised_on, promised_on)

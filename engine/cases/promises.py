"""The date promised to the applicant, watched: from when a letter of apology is drafted and by when it must be out."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from engine.accounts.apology_rules import apology_rules
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.deadlines.apologies import apology_moments
from engine.deadlines.calendar import Calendar

SHORT = frozenset({"hours", "same_day"})
"""Units of limits that cannot keep a working day ahead."""

Marks = list[tuple[str, datetime]]


def watch(session: Session, clock: Clock, calendar: Calendar, *, since: datetime | None = None) -> None:
    """Set the moments of a dossier's own term around its promised date, by the rules of the authority that signs.

    `since` is when that date was given by letter; too near for a working day ahead, it is treated as a short limit.
    A term that stands still has none.
    """
    promised = clock.promised_on or clock.due_on
    if promised is None or clock.due_on is None or clock.status == "paused":
        clock.apology_by = clock.apology_draft_at = clock.apology_notice_at = None
        return
    rules = apology_rules(session, signing_office(session, clock), promised)
    given = since or clock.started_at
    day, short = calendar.on_or_after(promised), clock.limit_unit in SHORT and promised == clock.due_on
    moments = apology_moments(day, calendar, rules, short=short, not_before=given)
    if since is not None and not short and moments.draft_at <= since:
        moments = apology_moments(day, calendar, rules, short=True, not_before=given)
    clock.apology_by = moments.letter_by
    clock.apology_draft_at, clock.apology_notice_at = moments.draft_at, moments.notice_at


def signing_office(session: Session, clock: Clock) -> UUID | None:
    """The office that signs for the case of a clock."""
    case = session.get(Case, clock.case_id)
    office = case.places.get("signing") if case is not None else None
    return UUID(str(office)) if office else None


def promise_marks(clock: Clock, calendar: Calendar) -> Marks:
    """What has to be told around a promised date: drafting, the unsigned notice, a date given anew that is missed."""
    if clock.apology_by is None:
        return []
    draft_at = clock.apology_draft_at or _old_draft(clock.apology_by, clock, calendar)
    marks = [("apology.draft", draft_at), ("apology.due", clock.apology_notice_at or clock.apology_by)]
    if clock.promised_on is not None and clock.promised_at is not None and clock.due_on is not None:
        marks += [("apology.missed", clock.promised_at)] if clock.promised_on > clock.due_on else []
    return marks


def _old_draft(by: datetime, clock: Clock, calendar: Calendar) -> datetime:
    """Drafting under a term from before rules were kept: the opening of the last day, two hours for short ones."""
    if clock.limit_unit in SHORT:
        return max(by - timedelta(hours=2), clock.started_at)
    return max(calendar.opening(legal_date(by)), clock.started_at)

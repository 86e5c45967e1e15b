"""When a letter of apology is drafted, when an unsigned notice takes its place and when the letter must be out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.deadlines.calendar import Calendar


@dataclass(frozen=True)
class ApologyRules:
    """What an authority has laid down about letters of apology.

    `letter_days`: working days before the promised date at whose closing the letter must be out (Decree 61/2018: 1).
    `draft_hours` and `notice_hours`: working hours before that moment at which the letter is drafted, and at which an
    unsigned notice goes out where nobody has signed. Limits of hours and of the same day cannot keep a day ahead: there
    the last moment is `short_minutes` before closing time of the day, and `short_draft_hours`, `short_notice_minutes`
    are counted back from it. `other_hours`: working hours for a letter about an error, a loss or damage.

    `drafter` and `approver` are roles in the handling office and in the office that signs; `signer` is head (the head
    of the deciding unit) or leader (the leader of its agency). `reappointments` dates may be given anew before the
    office above has to write; `extension_percent` of the limit is proposed as the new time; `forecast_percent` is the
    probability of being late from which a letter is drafted ahead.
    """

    letter_days: int = 1
    draft_hours: int = 8
    notice_hours: int = 1
    short_minutes: int = 0
    short_draft_hours: int = 2
    short_notice_minutes: int = 30
    other_hours: int = 8
    drafter: str = "specialist"
    signer: str = "head"
    approver: str = "leader"
    reappointments: int = 1
    extension_percent: int = 50
    forecast_percent: int = 60


@dataclass(frozen=True)
class ApologyMoments:
    """From when the letter is drafted, when the unsigned notice goes, the last moment of the letter."""

    draft_at: datetime
    notice_at: datetime
    letter_by: datetime


def apology_moments(
    promised_on: date, calendar: Calendar, rules: ApologyRules, *, short: bool, not_before: datetime
) -> ApologyMoments:
    """The three moments for a promised date; `short` for limits of hours and of the same day.

    None of them lies before `not_before` (when the term began), save the last one, which the law sets.
    """
    if short:
        closing = calendar.closing(promised_on)
        letter_by = max(closing - timedelta(minutes=rules.short_minutes), calendar.opening(promised_on))
        draft_at = back(calendar, letter_by, rules.short_draft_hours * 60)
        notice_at = back(calendar, letter_by, rules.short_notice_minutes)
    else:
        day = promised_on
        for _ in range(rules.letter_days):
            day = calendar.before(day)
        letter_by = calendar.closing(day)
        draft_at = back(calendar, letter_by, rules.draft_hours * 60)
        notice_at = back(calendar, letter_by, rules.notice_hours * 60)
    draft_at = max(draft_at, not_before)
    return ApologyMoments(draft_at, max(notice_at, draft_at), letter_by)


def other_moments(opened_at: datetime, calendar: Calendar, rules: ApologyRules) -> ApologyMoments:
    """The same for an error, a loss or damage: drafted at once, out within so many working hours."""
    letter_by = calendar.moment(calendar.worked(opened_at) + rules.other_hours * 3600)
    return ApologyMoments(opened_at, max(back(calendar, letter_by, rules.notice_hours * 60), opened_at), letter_by)


def proposed_date(promised_on: date, limit_days: int, calendar: Calendar, rules: ApologyRules, *, today: date) -> date:
    """The one new date proposed: a share of the limit on from the promised date, or from today if that is later.

    Never less than one working day.
    """
    share = -(-limit_days * rules.extension_percent // 100)
    return calendar.add(max(promised_on, today), max(share, 1))


def back(calendar: Calendar, moment: datetime, minutes: int) -> datetime:
    """So many minutes of working time before a moment; where work stops just then, when it begins again."""
    if not minutes:
        return moment
    return calendar.moment(calendar.worked(moment) - minutes * 60 + 1) - timedelta(seconds=1)

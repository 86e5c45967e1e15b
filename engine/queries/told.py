"""Missed dates by how early their applicants were told, and beside it what those applicants say themselves.

Read from one narrow row a missed date (`engine.dossiers.late_dates`): a range of one index, whatever the house holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from engine.accounts.people import WIDE
from engine.accounts.policy import require_role
from engine.deadlines.telling import APART, MISSED, NEEDLESS
from engine.dossiers.figures import DayClosed
from engine.dossiers.late_dates import QUESTION, LateDate, LateQuestion
from engine.dossiers.models import Dossier
from engine.feedback.masking import propose
from engine.notifications.models import Notice
from engine.queries.units import shown_by
from engine.queries.weekly import READERS
from engine.work import Reading

FEW = 20
"""Under so many a share would say more than is known: only the numbers are shown."""
REACHED = ("delivered", "settled")
"""A message that arrived, or a call somebody wrote down."""
MOST_WORDS = 12


@dataclass(frozen=True)
class Period:
    """A month, quarter or year, or any days: the first and the last of Viet Nam's days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Said:
    """What the applicants say of missed dates that ended in a decision.

    `late` are all of these, `asked` those whom a message reached or who answered, `by` the answers by SAID_TOLD,
    `by_clerk` how many of them a clerk typed. `differ` disagree with the records, `worse` of them say that they were
    told later than the records have it, or never.
    """

    late: int = 0
    asked: int = 0
    by: Mapping[str, int] = field(default_factory=dict)
    no_letter: int = 0
    by_clerk: int = 0
    differ: int = 0
    worse: int = 0

    @property
    def answered(self) -> int:
        """How many answered."""
        return sum(self.by.values())


@dataclass(frozen=True)
class ToldLine:
    """One line of figures: `told` by the classes of `engine.deadlines.telling`; `said` None for whoever may not know.

    `key` is the unit or room it counts, as an id, or the code of a procedure; "" for the sum. `through` of a line that
    stands alone is the last day counted in it, None before that: then nothing is known yet.
    """

    name: str
    key: str
    told: Mapping[str, int]
    said: Said | None
    through: date | None = None

    @property
    def missed(self) -> int:
        """Missed dates that are judged: the four classes together."""
        return sum(self.told.get(kind, 0) for kind in MISSED)

    @property
    def share_before(self) -> float | None:
        """Per cent told at least a working day ahead; None for none or few."""
        return share(self.told.get("before", 0), self.missed)

    @property
    def said_before(self) -> float | None:
        """Per cent of those who answered who say they were told ahead of the date; None for none or few."""
        return share(self.said.by.get("before", 0), self.said.answered) if self.said is not None else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(self.told.values())


def share(part: int, whole: int) -> float | None:
    """A per cent of at least FEW; None otherwise."""
    return round(100 * part / whole, 1) if whole >= FEW else None


@dataclass(frozen=True)
class ToldFigures:
    """The figures of a period by line, with their sum; `through` is the last day counted in it, None before that.

    `unit` is the one looked into. `words` are what applicants added, masked and without a dossier, each with what they
    answered.
    """

    period: Period
    through: date | None
    unit: UUID | None
    unit_name: str
    lines: tuple[ToldLine, ...]
    whole: ToldLine
    words: tuple[tuple[str, str], ...]


def told_figures(
    read: Reading, period: Period, *, unit: UUID | None = None, procedure: str = "", by_procedure: bool = False
) -> ToldFigures:
    """Missed dates of the offices the actor oversees: by unit, by room of one unit, or by procedure.

    What applicants say is read by those who lead and oversee, never by the unit that handled the dossiers.
    """
    require_role(read.actor, *READERS)
    own, unit, offices = shown_by(read, unit)
    where = _counted(read, period, own, procedure)
    told: dict[str, Counter[str]] = {}
    rows = (
        select(LateDate.office_id, LateDate.procedure, LateDate.told, func.count())
        .where(*where)
        .group_by(LateDate.office_id, LateDate.procedure, LateDate.told)
    )
    for office_id, code, kind, number in read.session.execute(rows):
        key = code if by_procedure else str(own[office_id])
        told.setdefault(key, Counter())[kind] += number
    said = _said(read, where, own, by_procedure) if read.actor.roles & WIDE or read.actor.kind == "system" else None
    names = _procedure_names(read, told) if by_procedure else {str(one.id): one.name for one in offices.values()}
    lines = [
        ToldLine(names.get(key, key), key, its, said.get(key, Said()) if said is not None else None)
        for key, its in told.items()
    ]
    shown = tuple(sorted(lines, key=lambda line: (line.name, line.key)))
    whole = ToldLine("", "", sum(told.values(), Counter()), _all(said.values()) if said is not None else None)
    words = _words(read, where) if said is not None else ()
    name = offices[unit].name if unit is not None and unit in offices else ""
    return ToldFigures(period, _through(read, period), unit, name, shown, whole, words)


def four_classes(read: Reading, first: date, last: date) -> ToldLine:
    """The sum of some days for a line in other reports, without what applicants say."""
    require_role(read.actor, *READERS)
    own, _, _ = shown_by(read, None)
    where = _counted(read, Period(first, last), own, "")
    rows = select(LateDate.told, func.count()).where(*where).group_by(LateDate.told)
    told = {kind: number for kind, number in read.session.execute(rows)}  # noqa: C416
    return ToldLine("", "", told, None, through=_through(read, Period(first, last)))


def _counted(read: Reading, period: Period, own: Mapping[UUID, UUID], procedure: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [LateDate.day.between(period.first, period.last), LateDate.office_id.in_(own)]
    if procedure:
        where.append(LateDate.procedure == procedure)
    return where


def _through(read: Reading, period: Period) -> date | None:
    """The last day of a period whose missed dates are classed."""
    return read.session.scalar(
        select(func.max(DayClosed.day)).where(
            DayClosed.day.between(period.first, period.last), DayClosed.dates_counted_at.is_not(None)
        )
    )


def _said(
    read: Reading, where: list[ColumnElement[bool]], own: Mapping[UUID, UUID], by_procedure: bool
) -> dict[str, Said]:
    """The answers by line, each held against the class the records give the same date."""
    reached = exists(
        select(Notice.id).where(
            Notice.case_id == LateQuestion.case_id, Notice.event == QUESTION, Notice.status.in_(REACHED)
        )
    ).label("reached")
    asked = (
        select(
            LateDate.office_id, LateDate.procedure, LateDate.told.label("kept"), LateQuestion.told, LateQuestion.letter,
            LateQuestion.via, reached,
        )
        .join(LateDate, (LateDate.case_id == LateQuestion.case_id) & (LateDate.promised_on == LateQuestion.promised_on))
        .where(*where, LateDate.told != NEEDLESS)
        .subquery()
    )  # fmt: skip
    found: dict[str, Said] = {}
    rows = select(*asked.c, func.count()).group_by(*asked.c)
    for row in read.session.execute(rows).all():
        office_id, code, kept, told, letter, via, arrived, number = tuple(row)
        key = code if by_procedure else str(own[office_id])
        one = _one_said(kept, told, letter, via, bool(arrived), number)
        found[key] = _all((found[key], one)) if key in found else one
    return found


def _one_said(kept: str, told: str, letter: str, via: str, arrived: bool, number: int) -> Said:
    if not told:
        return Said(late=number, asked=number if arrived else 0)
    judged = kept in MISSED
    worse = judged and MISSED.index(told) > MISSED.index(kept)  # type: ignore[arg-type]
    return Said(
        late=number,
        asked=number,
        by={told: number},
        no_letter=number if letter == "no" else 0,
        by_clerk=number if via == "counter" else 0,
        differ=number if judged and told != kept else 0,
        worse=number if worse else 0,
    )


def _all(several: Iterable[Said]) -> Said:
    found = Said()
    for one in several:
        found = Said(
            found.late + one.late,
            found.asked + one.asked,
            Counter(found.by) + Counter(one.by),
            found.no_letter + one.no_letter,
            found.by_clerk + one.by_clerk,
            found.differ + one.differ,
            found.worse + one.worse,
        )
    return found


def _words(read: Reading, where: list[ColumnElement[bool]]) -> tuple[tuple[str, str], ...]:
    """What applicants added, the latest first, masked and without a dossier: (their answer, their words)."""
    rows = read.session.execute(
        select(LateQuestion.told, LateQuestion.words, Dossier)
        .join(LateDate, (LateDate.case_id == LateQuestion.case_id) & (LateDate.promised_on == LateQuestion.promised_on))
        .join(Dossier, Dossier.case_id == LateQuestion.case_id)
        .where(*where, LateQuestion.words != "")
        .order_by(LateQuestion.answered_at.desc())
        .limit(MOST_WORDS)
    )
    found = []
    for told, words, dossier in rows:
        known = (
            dossier.owner_name, dossier.owner_phone, dossier.owner_email, dossier.owner_identity,
            dossier.applicant_name, dossier.applicant_phone, dossier.applicant_email, dossier.code or "",
            dossier.filing_code,
        )  # fmt: skip
        found.append((told, propose(words, known=known).text))
    return tuple(found)


def _procedure_names(read: Reading, codes: Iterable[str]) -> dict[str, str]:
    rows = select(Dossier.procedure, func.max(Dossier.procedure_name)).where(Dossier.procedure.in_(list(codes)))
    return dict(read.session.execute(rows.group_by(Dossier.procedure)).all())  # type: ignore[arg-type]


def classes() -> tuple[str, ...]:
    """Every class in the order figures show them."""
    return (*MISSED, *APART, NEEDLESS)


def month_of(day: date) -> Period:
    """The month a day lies in."""
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=1), after - timedelta(days=1))


def period_of(text: str) -> Period | None:
    """A period as an address names it: 2026-03, 2026-Q1, 2026 or 2026-03-02..2026-03-08; None for anything else."""
    if ".." in text:
        return _days(text)
    year, _, part = text.partition("-")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and 2000 <= int(year) <= 2999):
        return None
    if not part:
        return Period(date(int(year), 1, 1), date(int(year), 12, 31)) if text == year else None
    if part in ("Q1", "Q2", "Q3", "Q4"):
        first = 3 * int(part[1]) - 2
        return Period(date(int(year), first, 1), month_of(date(int(year), first + 2, 1)).last)
    if len(part) == 2 and part.isascii() and part.isdigit() and 1 <= int(part) <= 12:
        return month_of(date(int(year), int(part), 1))
    return None


def _days(text: str) -> Period | None:
    first, _, last = text.partition("..")
    try:
        found = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return found if found.first <= found.last else None

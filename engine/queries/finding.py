"""Looking through dossiers, newest first: every search is a bounded look at one range of an index, then at its rows.

Where to look is chosen by what is asked. A number or a whole code names its few dossiers; a name that few bear is found
by its words; anything else is a walk along a list ordered by filing (of the actor's offices, of a procedure, of a
status, of all) that looks at so many lines and no more. A walk that has found less than a page by then says where it
stopped, and the next page goes on from there: nothing is out of reach, and no question costs more than its bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select

from engine.accounts.models import Office, fold
from engine.clock import LEGAL_ZONE
from engine.dossiers.lists import DossierOffice, DossierWord
from engine.dossiers.models import Dossier
from engine.queries.keyset import FIRST, MOST, Page, Place, Window, cut, merged, named, page_of
from engine.queries.lateness import is_late
from engine.queries.visible import visible_to
from engine.work import Reading

FEW = 2000
"""A name that at most so many dossiers bear is looked up by name; a more common one is met soon on any list."""
FAR = 2000
"""So many dossiers are looked at for one page of a filter."""
FAR_BY_NAME = 10_000
"""So many lines of a list that carries the name itself."""
BRANCHES = 48
"""Whoever oversees more offices walks along the list of all."""
DATED = (2, 4, 5, 6)
"""The status codes of dossiers that are open and have a promised date."""
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Criteria:
    """What a search for dossiers asks for; empty means everything. Days are those of filing, both included."""

    text: str = ""
    statuses: tuple[int, ...] = ()
    procedure: str = ""
    office: UUID | None = None
    since: date | None = None
    until: date | None = None
    late: bool = False


@dataclass(frozen=True)
class DossierLine:
    """One line of a list of dossiers."""

    id: UUID
    code: str
    owner: str
    title: str
    procedure: str
    status: int
    channel: str
    submitted_at: datetime
    promised_on: date | None
    promised_at: datetime | None
    decided_at: datetime | None
    judged: str
    handling: str
    late: bool


@dataclass(frozen=True)
class DossierList:
    """A page of dossiers; `total` is how many there are, or `at_least` so many where counting stopped.

    `before` and `after` name the neighbouring pages, None where there is none.
    """

    lines: tuple[DossierLine, ...]
    total: int
    at_least: bool
    before: Place | None
    after: Place | None


@dataclass(frozen=True)
class Range:
    """A part of one index in the order of filing: its two columns, what bounds it, how many of its lines are looked at.

    `seen` says that whatever lies in it is the actor's to see; `sieves` are asked of the columns `carried` besides.
    """

    at: Any
    id: Any
    where: tuple[ColumnElement[bool], ...]
    far: int
    seen: bool = False
    carried: tuple[Any, ...] = ()
    sieves: tuple[Callable[[Any], ColumnElement[bool]], ...] = ()


def find(read: Reading, criteria: Criteria, window: Window = FIRST, *, size: int) -> DossierList:
    """The dossiers the actor may see that meet every criterion, newest first."""
    ranges, where = ranges_of(read, criteria), _conditions(read, criteria)
    branches = [_branch(read, one, where, window) for one in ranges]
    page = page_of(read, branches, window, size, newest_first=True)
    if where and (len(page.rows) < size or len(ranges) > 1):
        page = _up_to_the_stop(page, _stop(read, ranges, window), window)
    total, at_least = _total(read, ranges, where, page)
    return DossierList(_lines(read, page.rows), total, at_least, page.before, page.after)


_COLUMNS = (
    Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.procedure_name, Dossier.status,
    Dossier.channel, Dossier.promised_on, Dossier.promised_at, Dossier.decided_at, Dossier.judged, Dossier.handling_id,
)  # fmt: skip


def _looked_at(one: Range, window: Window) -> Select[Any]:
    """The lines of a range that are looked at for one page."""
    asked = select(one.at.label("at"), one.id.label("id"), *one.carried).where(*one.where)
    return cut(asked, one.at, one.id, window, newest_first=True).limit(one.far)


def _branch(read: Reading, one: Range, where: Sequence[Any], window: Window) -> Select[Any]:
    lines = _looked_at(one, window).subquery()
    seen = [] if one.seen else [visible_to(read.actor)]
    passed = [sieve(lines.c) for sieve in one.sieves]
    asked = (
        select(lines.c.at, lines.c.id, *_COLUMNS, is_late(lines.c.id, read.now).label("late"))
        .join_from(lines, Dossier, Dossier.case_id == lines.c.id)
        .where(*passed, *where, *seen)
    )
    down = window.before is None
    return asked.order_by(*(column.desc() if down else column for column in (lines.c.at, lines.c.id)))


def _stop(read: Reading, ranges: Sequence[Range], window: Window) -> Place | None:
    """The first place at which a walk has looked at all it may; None when every range was walked to its end."""
    lasts = [_looked_at(one, window).offset(one.far - 1).limit(1).subquery() for one in ranges]
    found = merged([select(last.c.at, last.c.id) for last in lasts])
    places = [Place(*row) for row in read.session.execute(select(found.c.at, found.c.id))]
    choose = min if window.before is not None else max
    return choose(places, key=lambda place: (place.at, place.id), default=None)


def _up_to_the_stop(page: Page, stop: Place | None, window: Window) -> Page:
    """Only what lies before the place where looking stopped: beyond it something may be missing."""
    if stop is None:
        return page
    edge = (stop.at, stop.id)
    if window.before is not None:
        return Page([row for row in page.rows if (row[0], row[1]) >= edge], stop, page.after or window.before)
    return Page([row for row in page.rows if (row[0], row[1]) >= edge], page.before, stop)


def _total(read: Reading, ranges: Sequence[Range], where: Sequence[Any], page: Page) -> tuple[int, bool]:
    """How many dossiers there are in all, and whether counting stopped before the end."""
    if page.before is None and page.after is None:
        return len(page.rows), False
    matching = merged([select(_branch(read, one, where, FIRST).limit(MOST + 1).subquery().c.id) for one in ranges])
    looked_at = [
        select(func.count()).select_from(_looked_at(one, FIRST).subquery()).scalar_subquery() >= one.far
        for one in ranges
    ]
    number, *stopped = read.session.execute(
        select(select(func.count(matching.c.id.distinct())).scalar_subquery(), *looked_at)
    ).one()
    return min(number, MOST), number > MOST or any(stopped)


def _conditions(read: Reading, criteria: Criteria) -> list[Any]:
    """What a dossier itself must meet; days bound the ranges already."""
    where: list[Any] = []
    if criteria.statuses:
        where.append(Dossier.status.in_(criteria.statuses))
    if criteria.procedure:
        where.append(Dossier.procedure == criteria.procedure)
    if criteria.office is not None:
        where.append(Dossier.handling_id == criteria.office)
    if criteria.late:
        where += [Dossier.decided_at.is_(None), is_late(Dossier.case_id, read.now)]
    return where


def ranges_of(read: Reading, criteria: Criteria) -> list[Range]:
    """Where to look for what is asked."""
    words = fold(criteria.text)
    if not words:
        return _walks(read, criteria, "")
    key = and_(DossierWord.key >= words, DossierWord.key < words + _LAST)
    some = select(literal_column("1").label("one")).where(key).limit(FEW + 1).subquery()
    if (read.session.scalar(select(func.count()).select_from(some)) or 0) > FEW:
        return _walks(read, criteria, words)
    exact = Range(Dossier.submitted_at, Dossier.case_id, (_numbered(criteria.text.strip()),), FEW + 1)
    by_word = Range(DossierWord.submitted_at, DossierWord.case_id, (key,), FEW + 1)
    return [_between(one, criteria) for one in (exact, by_word)]


def _numbered(text: str) -> ColumnElement[bool]:
    """Dossiers with this whole code, or of whoever carries this number."""
    known = [Dossier.code == text.upper(), Dossier.filing_code == text.upper()]
    for column in (Dossier.owner_identity, Dossier.applicant_identity):
        known.append(and_(column == text, column != literal_column("''")))
    return or_(*known)


def _walks(read: Reading, criteria: Criteria, words: str) -> list[Range]:
    """The lists to walk along, newest first, with the name as a sieve where one is asked for."""
    actor = read.actor
    if actor.kind == "citizen":
        own = Range(Dossier.submitted_at, Dossier.case_id, (Dossier.applicant_id == actor.id,), FEW, seen=True)
        ranges = [own]
    elif actor.kind == "official" and not actor.everywhere and len(actor.oversight) <= BRANCHES:
        ranges = _own_lists(read, criteria)
    else:
        ranges = _whole_lists(criteria)
    far = FAR_BY_NAME if words else FAR
    bounded = [replace(one, far=max(far // len(ranges), MOST + 1)) for one in ranges]
    return [_between(_named(one, words), criteria) for one in bounded]


def _own_lists(read: Reading, criteria: Criteria) -> list[Range]:
    """One list an office of the actor's; of what is open by law, the shorter list of what has a date."""
    own = read.actor.oversight
    wanted = [criteria.office] if criteria.office in own else sorted(own)
    dated: tuple[Any, ...] = ()
    if criteria.late:
        dated = (DossierOffice.due_at < read.now,)
    elif criteria.statuses and set(criteria.statuses) <= set(DATED):
        dated = (DossierOffice.due_at.is_not(None),)
    return [
        Range(DossierOffice.submitted_at, DossierOffice.case_id, (DossierOffice.office_id == one, *dated), FAR, True)
        for one in wanted
    ]


def _whole_lists(criteria: Criteria) -> list[Range]:
    """The lists of all dossiers: a procedure's, an office's, those of some statuses, or the whole."""
    at, id_ = Dossier.submitted_at, Dossier.case_id
    if criteria.procedure:
        return [Range(at, id_, (Dossier.procedure == criteria.procedure,), FAR)]
    if criteria.office is not None:
        mine = DossierOffice.office_id == criteria.office
        return [Range(DossierOffice.submitted_at, DossierOffice.case_id, (mine,), FAR)]
    statuses = criteria.statuses or (DATED if criteria.late else ())
    if statuses:
        return [Range(at, id_, (Dossier.status == status,), FAR) for status in statuses]
    return [Range(at, id_, (), FAR)]


def _named(one: Range, words: str) -> Range:
    """The range with its lines sieved by a name, which it carries or whose dossiers do."""
    if not words:
        return one
    column = (DossierOffice if one.id is DossierOffice.case_id else Dossier).owner_search_key
    return replace(
        one,
        carried=(column.label("name"),),
        sieves=(lambda line: (literal(" ") + line.name).contains(f" {words}", autoescape=True),),
    )


def _between(one: Range, criteria: Criteria) -> Range:
    """The range bounded by the days of filing."""
    where = list(one.where)
    if criteria.since is not None:
        where.append(one.at >= _midnight(criteria.since))
    if criteria.until is not None:
        where.append(one.at < _midnight(criteria.until + timedelta(days=1)))
    return replace(one, where=tuple(where))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LEGAL_ZONE)


def _lines(read: Reading, rows: Sequence[Any]) -> tuple[DossierLine, ...]:
    offices = named(read, Office.id, Office.short_name, {row[13] for row in rows})
    return tuple(
        DossierLine(
            id=id_,
            code=code or filing_code,
            owner=owner,
            title=title,
            procedure=procedure,
            status=status,
            channel=channel,
            submitted_at=at,
            promised_on=promised_on,
            promised_at=promised_at,
            decided_at=decided_at,
            judged=judged,
            handling=offices.get(handling_id, ""),
            late=decided_at is None and bool(late),
        )
        for (
            at, id_, code, filing_code, owner, title, procedure, status, channel, promised_on, promised_at, decided_at,
            judged, handling_id, late,
        ) in rows
    )  # fmt: skip


def filed_lately(read: Reading) -> Select[Any]:
    """The newest dossiers the actor may see, as many as one page of a filter looks at: (at, id)."""
    lines = merged([_looked_at(one, FIRST) for one in _walks(read, Criteria(), "")])
    return select(lines.c.id).join_from(lines, Dossier, Dossier.case_id == lines.c.id).where(visible_to(read.actor))

"""Looking through dossiers, newest first: every search is a bounded look at one range of an index, then at its rows.

Where to look is chosen by what is asked. A number or a whole code names its few dossiers; a name that few bear is found
by its words; anything else is a walk along a list ordered by filing (of the actor's offices, of a procedure, of a
status, of all) that looks at so many lines and no more. A walk that has found less than a page by then says where it
stopped, and the next page goes on from there: nothing is out of reach, and no question costs more than its bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select

from engine.accounts.models import Office, fold
from engine.clock import LEGAL_ZONE
from engine.dossiers.lists import DossierOffice, DossierWord
from engine.dossiers.models import Dossier
from engine.queries.keyset import FIRST, MOST, Page, Place, Window, as_page, cut, merged, named
from engine.queries.lateness import is_late
from engine.queries.visible import visible_to
from engine.work import Reading

FEW, FEW_OF_ALL = 1000, 5000
"""A name that at most so many dossiers bear is looked up by name (the second: where the actor may see each of them); a
more common one is met soon on any list."""
FAR = 600
"""So many dossiers are looked at for one page of a filter."""
FAR_BY_NAME = 5000
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

    `leaves` names what a line of it has still to be asked: the criteria by name, "sight" for whether the actor may see
    it, "text" for a name among the columns `carried`.
    """

    at: Any
    id: Any
    where: tuple[ColumnElement[bool], ...]
    far: int
    leaves: frozenset[str]
    carried: tuple[Any, ...] = ()


def find(read: Reading, criteria: Criteria, window: Window = FIRST, *, size: int) -> DossierList:
    """The dossiers the actor may see that meet every criterion, newest first."""
    ranges = ranges_of(read, criteria)
    if not any(one.leaves for one in ranges):  # every line looked at is one of the page
        ranges = [replace(one, far=size + 1) for one in ranges]
    page = _page(read, criteria, ranges, window, size)
    if any(one.leaves for one in ranges) and (len(page.rows) < size or len(ranges) > 1):
        page = _up_to_the_stop(page, _stop(read, ranges, window), window)
    total, at_least = _total(read, ranges, page)
    return DossierList(_lines(read, page.rows), total, at_least, page.before, page.after)


def _page(read: Reading, criteria: Criteria, ranges: Sequence[Range], window: Window, size: int) -> Page:
    found = merged([_looked_at(one, window) for one in ranges])
    if len(ranges) > 1:  # a dossier lies on the lists of several offices
        down = window.before is None
        once = select(*found.c).distinct().order_by(*(one.desc() if down else one for one in (found.c.at, found.c.id)))
        found = once.subquery()
    asked = (
        select(found.c.at, found.c.id, *_COLUMNS, is_late(found.c.id, read.now).label("late"))
        .join_from(found, Dossier, Dossier.case_id == found.c.id)
        .where(*(one for one in _conditions(read, criteria, ranges)))
    )
    if ranges[0].carried:
        asked = asked.where((literal(" ") + found.c.name).contains(f" {fold(criteria.text)}", autoescape=True))
    return as_page(read, asked, found, 1, window, size, newest_first=True)


_COLUMNS = (
    Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title, Dossier.procedure_name, Dossier.status,
    Dossier.channel, Dossier.promised_on, Dossier.promised_at, Dossier.decided_at, Dossier.judged, Dossier.handling_id,
)  # fmt: skip


def _looked_at(one: Range, window: Window) -> Select[Any]:
    """The lines of a range that are looked at for one page."""
    asked = select(one.at.label("at"), one.id.label("id"), *one.carried).where(*one.where)
    return cut(asked, one.at, one.id, window, newest_first=True).limit(one.far)


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


def _total(read: Reading, ranges: Sequence[Range], page: Page) -> tuple[int, bool]:
    """How many dossiers there are in all, or on this page at least; counted where no line has to be opened for it."""
    if page.before is None and page.after is None:
        return len(page.rows), False
    if any(one.leaves for one in ranges):
        return len(page.rows), True
    most = MOST + 1 if len(ranges) == 1 else max(MOST // len(ranges), 2 * len(page.rows))
    lists = [_looked_at(replace(one, far=most), FIRST) for one in ranges]
    lines = merged(lists)
    ends = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in lists]
    number, *ends = read.session.execute(
        select(func.count(lines.c.id.distinct()), *(ends if len(ends) > 1 else ()))
    ).one()
    return min(number, MOST), number > MOST or most in ends


def _conditions(read: Reading, criteria: Criteria, ranges: Sequence[Range]) -> list[Any]:
    """What a dossier itself must meet besides lying in its range; days bound the ranges already."""
    left = frozenset().union(*(one.leaves for one in ranges))
    where: list[Any] = [] if "sight" not in left else [visible_to(read.actor)]
    if "statuses" in left:
        where.append(Dossier.status.in_(criteria.statuses))
    if "procedure" in left:
        where.append(Dossier.procedure == criteria.procedure)
    if "office" in left:
        where.append(Dossier.handling_id == criteria.office)
    if "late" in left:
        where += [Dossier.decided_at.is_(None), is_late(Dossier.case_id, read.now)]
    return where


def ranges_of(read: Reading, criteria: Criteria) -> list[Range]:
    """Where to look for what is asked."""
    words = fold(criteria.text)
    if not words:
        return _walks(read, criteria, "")
    key = and_(DossierWord.key >= words, DossierWord.key < words + _LAST)
    all_seen = read.actor.everywhere or read.actor.kind == "system"
    few = FEW_OF_ALL if all_seen else FEW
    some = select(literal_column("1").label("one")).where(key).limit(few + 1).subquery()
    if (read.session.scalar(select(func.count()).select_from(some)) or 0) > few:
        return _walks(read, criteria, words)
    left = frozenset(asked_besides(criteria)) | (set() if all_seen else {"sight"})
    exact = Range(Dossier.submitted_at, Dossier.case_id, (_numbered(criteria.text.strip()),), few + 1, left)
    by_word = Range(DossierWord.submitted_at, DossierWord.case_id, (key,), few + 1, left)
    return [_between(one, criteria) for one in (exact, by_word)]


def asked_besides(criteria: Criteria) -> set[str]:
    """The criteria that a line must be opened for, unless its range has seen to them: by their names."""
    asked = {"statuses": criteria.statuses, "procedure": criteria.procedure, "office": criteria.office}
    return {name for name, value in asked.items() if value} | ({"late"} if criteria.late else set())


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
        own = (Dossier.applicant_id == actor.id,)
        ranges = [Range(Dossier.submitted_at, Dossier.case_id, own, FEW, frozenset(asked_besides(criteria)))]
    elif actor.kind == "official" and not actor.everywhere and 0 < len(actor.oversight) <= BRANCHES:
        ranges = _own_lists(read, criteria)
    else:
        ranges = _whole_lists(read, criteria)
    far = max((FAR_BY_NAME if words else FAR) // len(ranges), FAR // 4)
    return [_between(_named(replace(one, far=far), words), criteria) for one in ranges]


def _own_lists(read: Reading, criteria: Criteria) -> list[Range]:
    """One list an office of the actor's; a procedure's part of it, or of what is open by law the one with dates."""
    own, left = read.actor.oversight, asked_besides(criteria)
    wanted = [criteria.office] if criteria.office in own else sorted(own)
    more: tuple[Any, ...] = ()
    if criteria.procedure:
        more, left = (DossierOffice.procedure == criteria.procedure,), left - {"procedure"}
    elif criteria.late:
        more = (DossierOffice.due_at < read.now,)
    elif criteria.statuses and set(criteria.statuses) <= set(DATED):
        more = (DossierOffice.due_at.is_not(None),)
    at, id_ = DossierOffice.submitted_at, DossierOffice.case_id
    return [Range(at, id_, (DossierOffice.office_id == one, *more), FAR, frozenset(left)) for one in wanted]


def _whole_lists(read: Reading, criteria: Criteria) -> list[Range]:
    """The lists of all dossiers: a procedure's, an office's, those of some statuses, or the whole."""
    actor, at, id_, left = read.actor, Dossier.submitted_at, Dossier.case_id, asked_besides(criteria)
    sight = set() if actor.everywhere or actor.kind == "system" else {"sight"}
    if criteria.procedure:
        left = left - {"procedure"} | sight
        return [Range(at, id_, (Dossier.procedure == criteria.procedure,), FAR, frozenset(left))]
    if criteria.office is not None:
        mine = DossierOffice.office_id == criteria.office
        return [Range(DossierOffice.submitted_at, DossierOffice.case_id, (mine,), FAR, frozenset(left | sight))]
    if criteria.late:
        owed = (Dossier.decided_at.is_(None), Dossier.promised_at < read.now)
        return [Range(at, id_, owed, FAR, frozenset(left | sight))]
    if criteria.statuses:
        left = left - {"statuses"} | sight
        return [Range(at, id_, (Dossier.status == status,), FAR, frozenset(left)) for status in criteria.statuses]
    return [Range(at, id_, (), FAR, frozenset(left | sight))]


def _named(one: Range, words: str) -> Range:
    """The range with the names its lines carry, by which they are sieved."""
    if not words:
        return one
    column = (DossierOffice if one.id is DossierOffice.case_id else Dossier).owner_search_key
    return replace(one, carried=(column.label("name"),), leaves=one.leaves | {"text"})


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
    """The newest dossiers on the actor's lists, as many as one page of a filter looks at: (id)."""
    lines = merged([_looked_at(one, FIRST) for one in _walks(read, Criteria(), "")])
    return select(lines.c.id).join_from(lines, Dossier, Dossier.case_id == lines.c.id).where(visible_to(read.actor))

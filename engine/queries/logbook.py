"""The log book of an office (form 07): what it received or handled in a period, in the order of acceptance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from engine.accounts.models import Office
from engine.cases.models import Task
from engine.dossiers.figures import bounds
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.queries.keyset import FIRST, Place, Window, cut, merged, named, page_of
from engine.queries.trials import counts
from engine.work import Reading

PER_PAGE = 50
MOST = 20_000
"""Lines are counted up to so many; a period with more is asked for in shorter ones."""


@dataclass(frozen=True)
class BookLine:
    """One dossier in the book; moments are None while it has not come so far.

    `passed_at` is when the deciding office had it on a desk for the first time.
    """

    id: UUID
    code: str
    title: str
    owner: str
    address: str
    phone: str
    handling: str
    accepted_at: datetime
    promised_on: date | None
    passed_at: datetime | None
    decided_at: datetime | None
    returned_at: datetime | None
    returned_to: str
    return_mode: str
    status: int
    judged: str

    @property
    def place(self) -> Place:
        """Where it stands in the order of the book."""
        return Place(self.accepted_at, self.id)


@dataclass(frozen=True)
class BookOf:
    """Whose book it is and for which days (Viet Nam's, both included)."""

    office_id: UUID
    office: str
    superior: str
    since: date
    until: date


@dataclass(frozen=True)
class BookPage:
    """One page of a book; `total` is counted up to MOST, MOST + 1 says that there are more."""

    book: BookOf
    lines: tuple[BookLine, ...]
    total: int
    before: Place | None
    after: Place | None


def book_offices(read: Reading) -> tuple[tuple[UUID, str], ...]:
    """The offices whose book the actor may open, the own ones first, each group by name."""
    own = {post.office_id for post in read.actor.mandates}
    rows = read.session.execute(select(Office.id, Office.name).where(Office.id.in_(_mine(read))))
    return tuple(sorted(((row[0], row[1]) for row in rows), key=lambda one: (one[0] not in own, one[1])))


def book_of(read: Reading, office_id: UUID, since: date, until: date) -> BookOf:
    """The book of one office for some days; NotFound where the actor may not open it."""
    office = read.session.get(Office, office_id) if office_id in _mine(read) else None
    if office is None:
        raise NotFound("Không có sổ này, hoặc sổ không thuộc phạm vi của bạn.")
    return BookOf(office.id, office.name, office.superior, since, until)


def book_page(read: Reading, book: BookOf, window: Window = FIRST, *, size: int = PER_PAGE) -> BookPage:
    """One page of a book that was opened, in the order of acceptance."""
    book = book_of(read, book.office_id, book.since, book.until)
    page = page_of(read, [cut(one, *_ORDER, window) for one in _branches(book)], window, size)
    return BookPage(book, _lines(read, [row[1] for row in page.rows]), _total(read, book), page.before, page.after)


def book_lines(read: Reading, book: BookOf, after: Place | None, size: int) -> tuple[BookLine, ...]:
    """The lines of a book after one of them, at most `size`: the next piece of a file written piece by piece."""
    book = book_of(read, book.office_id, book.since, book.until)
    window = Window(after=after)
    page = page_of(read, [cut(one, *_ORDER, window) for one in _branches(book)], window, size)
    return _lines(read, [row[1] for row in page.rows])


def line_before(read: Reading, book: BookOf, number: int) -> Place | None:
    """The place of the line with a running number (from 1) in a book; None for 0 or where there is none such."""
    if number < 1:
        return None
    book = book_of(read, book.office_id, book.since, book.until)
    found = merged([one.order_by(*_ORDER).limit(number) for one in _branches(book)])
    places = select(found.c.at, found.c.id).distinct().order_by(found.c.at, found.c.id).offset(number - 1).limit(1)
    row = read.session.execute(places).one_or_none()
    return Place(*row) if row is not None else None


_ORDER: tuple[Any, Any] = (Dossier.accepted_at, Dossier.case_id)


def _mine(read: Reading) -> Collection[UUID]:
    return read.actor.oversight if read.actor.kind == "official" else ()


def _branches(book: BookOf) -> list[Select[Any]]:
    """What the office's counter received, and what the office decides; each is one range of an index."""
    since, until = bounds(book.since)[0], bounds(book.until)[1]
    at: Any = Dossier.accepted_at.label("at")
    where = (Dossier.accepted_at >= since, Dossier.accepted_at < until, counts(Dossier.case_id))
    return [
        select(at, Dossier.case_id.label("id")).where(column == book.office_id, *where)
        for column in (Dossier.receiving_id, Dossier.handling_id)
    ]


def _total(read: Reading, book: BookOf) -> int:
    found = merged([one.limit(MOST + 1) for one in _branches(book)])
    return min(read.session.scalar(select(func.count(found.c.id.distinct()))) or 0, MOST + 1)


def _lines(read: Reading, case_ids: Sequence[UUID]) -> tuple[BookLine, ...]:
    if not case_ids:
        return ()
    rows = read.session.execute(
        select(
            Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.title, Dossier.procedure_name,
            Dossier.owner_name, Dossier.owner_address, Dossier.owner_phone, Dossier.handling_id, Dossier.accepted_at,
            Dossier.promised_on, Dossier.decided_at, Dossier.returned_at, Dossier.returned_to, Dossier.return_mode,
            Dossier.status, Dossier.judged,
        )
        .where(Dossier.case_id.in_(case_ids))
    ).all()  # fmt: skip
    names = named(read, Office.id, Office.name, {row.handling_id for row in rows})
    passed = _passed(read, case_ids)
    lines = [
        BookLine(
            id=row.case_id,
            code=row.code or row.filing_code,
            title=row.title or row.procedure_name,
            owner=row.owner_name,
            address=row.owner_address,
            phone=row.owner_phone,
            handling=names.get(row.handling_id, ""),
            accepted_at=row.accepted_at,
            promised_on=row.promised_on,
            passed_at=passed.get((row.case_id, row.handling_id)),
            decided_at=row.decided_at,
            returned_at=row.returned_at,
            returned_to=row.returned_to,
            return_mode=row.return_mode,
            status=row.status,
            judged=row.judged,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: (line.accepted_at, line.id)))


def _passed(read: Reading, case_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID | None], datetime]:
    rows = read.session.execute(
        select(Task.case_id, Task.office_id, func.min(Task.opened_at))
        .where(Task.case_id.in_(case_ids))
        .group_by(Task.case_id, Task.office_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}

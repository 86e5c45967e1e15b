"""The books of numbers: the clerical book of documents sent out, and prescribed registers, number by number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from engine.accounts.models import Office, Person
from engine.dossiers.models import Document
from engine.dossiers.withdrawals import Standing, standings_of, waits_for_seal
from engine.errors import NotFound
from engine.queries.keyset import named
from engine.queries.numbers_remarks import remarks_of
from engine.queries.visible import case_visible_to
from engine.registers.models import Number, RegisterEntry, Series, SeriesStart
from engine.registers.series import CLERK, ENDLESS, TRIAL
from engine.work import Reading
from rules.sentences import Sentence

PER_PAGE = 50
PRINTED = 120
"""So many numbers are printed in one file, as books are bound in volumes."""
_DIGITS = re.compile(r"\d{1,9}(?!\d)")


@dataclass(frozen=True)
class NumberBook:
    """One book: a series of an office for a year; `title` is "" where it is the plain book of documents sent out.

    `year` is "" for a series that does not begin anew; `headings` are a prescribed register's own columns, each
    (Vietnamese, English); `starts` the numbers given elsewhere: (after, up to, by which document, when entered).
    """

    id: UUID
    office_id: UUID
    office: str
    superior: str
    name: str
    year: str
    title: str
    prescribed: bool
    trial: bool
    last: int
    headings: tuple[tuple[str, str], ...] = ()
    starts: tuple[tuple[int, int, str, datetime], ...] = ()

    @property
    def own_name(self) -> str:
        """What the book itself is called ("Sổ …"); "" where it is one of the books of documents sent out."""
        return self.title if self.prescribed or self.title.startswith("Sổ ") else ""


@dataclass(frozen=True)
class NumberLine:
    """One number in its book; what speaks of people is "" for a reader who may not see the dossier, or erased.

    `given` is the number of a national register, `title` the paper, `remarks` what became of it, the void ones first.
    `case_id` is None where the reader may not see the dossier; `may_void` whether the reader can void it now.
    """

    id: UUID
    value: int
    text: str
    book: str
    dated_on: date
    given: str
    title: str
    signer: str
    subject: str
    recipient: str
    columns: Mapping[str, str]
    void: bool
    remarks: tuple[Sentence, ...]
    case_id: UUID | None
    may_void: bool


@dataclass(frozen=True)
class NumberPage:
    """One page of a book, the newest number first; `before` and `after` are the values its neighbours begin from."""

    book: NumberBook
    lines: tuple[NumberLine, ...] = ()
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class NumberWindow:
    """Which page: the first one, the numbers below `after`, or those above `before`."""

    after: int | None = None
    before: int | None = None


def number_offices(read: Reading) -> tuple[tuple[UUID, str], ...]:
    """The offices that have a book the actor may open, the own ones first, each group by name."""
    if read.actor.kind != "official" or not read.actor.oversight:
        return ()
    own = {post.office_id for post in read.actor.mandates}
    counted = select(Series.id).where(Series.office == Office.code, _BOOKS).exists()
    rows = read.session.execute(select(Office.id, Office.name).where(Office.id.in_(read.actor.oversight), counted))
    return tuple(sorted(((row[0], row[1]) for row in rows), key=lambda one: (one[0] not in own, one[1])))


def number_books(read: Reading, office_id: UUID) -> tuple[NumberBook, ...]:
    """The books of one office, this year's first; NotFound where the actor may not open them."""
    office = _office(read, Office.id == office_id)
    rows = read.session.scalars(select(Series).where(Series.office == office.code, _BOOKS)).all()
    rows = sorted(rows, key=lambda one: (one.name.startswith(TRIAL), one.prescribed, one.title, one.name))
    return tuple(_book(one, office) for one in sorted(rows, key=lambda one: one.period, reverse=True))


def number_book(read: Reading, series_id: UUID) -> NumberBook:
    """One book by its series, with what was given out elsewhere; NotFound where the actor may not open it."""
    series = read.session.get(Series, series_id)
    if series is None or not (len(series.period) == 4 or series.period == ENDLESS):
        raise NotFound("Không có sổ này, hoặc sổ không thuộc phạm vi của bạn.")
    office = _office(read, Office.code == series.office)
    starts = select(SeriesStart).where(SeriesStart.series_id == series.id).order_by(SeriesStart.last)
    return _book(series, office, read.session.scalars(starts).all())


def number_page(
    read: Reading, book: NumberBook, window: NumberWindow = NumberWindow(), *, text: str = "", size: int = PER_PAGE
) -> NumberPage:
    """One page of a book, the newest number first; with a `text` only the numbers it names.

    "12" and "12/TB-UBND" name the twelfth; any other number is looked for among those of the national register.
    """
    book = number_book(read, book.id)
    asked = select(Number).where(Number.series_id == book.id)
    if text.strip():
        return NumberPage(book, _lines(read, book, _found(read, asked, text)))
    if window.before is not None:
        rows = list(_rows(read, asked.where(Number.value > window.before).order_by(Number.value), size + 1))
        more, rows = len(rows) > size, rows[:size][::-1]
        before, after = (rows[0].value if more else None), (rows[-1].value if rows else None)
        return NumberPage(book, _lines(read, book, rows), before, after)
    if window.after is not None:
        asked = asked.where(Number.value < window.after)
    rows = list(_rows(read, asked.order_by(Number.value.desc()), size + 1))
    more, rows = len(rows) > size, rows[:size]
    before = rows[0].value if rows and window.after is not None else None
    return NumberPage(book, _lines(read, book, rows), before, rows[-1].value if more else None)


def numbers_from(read: Reading, book: NumberBook, value: int, size: int) -> tuple[NumberLine, ...]:
    """The lines of a book from a number on, upwards: the next piece of a print or of a file written piece by piece."""
    book = number_book(read, book.id)
    asked = select(Number).where(Number.series_id == book.id, Number.value >= value).order_by(Number.value)
    return _lines(read, book, list(_rows(read, asked, size)))


def number_line(read: Reading, number_id: UUID) -> tuple[NumberBook, NumberLine, bool]:
    """One number with its book, and whether its paper still waits for its seal; NotFound for who may not open that."""
    number = read.session.get(Number, number_id)
    if number is None:
        raise NotFound("Không có số này trong sổ.")
    book = number_book(read, number.series_id)
    paper = read.session.get(Document, number.document_id) if number.document_id is not None else None
    return book, _lines(read, book, [number])[0], paper is not None and waits_for_seal(read.session, paper)


_BOOKS = or_(Series.period.like("____"), Series.period == ENDLESS)
"""Series that are books: by year, or never anew; codes of dossiers and slips are counted by day."""


def _office(read: Reading, where: Any) -> Office:
    office = read.session.scalar(select(Office).where(where)) if read.actor.kind == "official" else None
    if office is None or office.id not in read.actor.oversight:
        raise NotFound("Không có sổ này, hoặc sổ không thuộc phạm vi của bạn.")
    return office


def _book(series: Series, office: Office, starts: Sequence[SeriesStart] = ()) -> NumberBook:
    return NumberBook(
        id=series.id,
        office_id=office.id,
        office=office.name,
        superior=office.superior,
        name=series.name.removeprefix(TRIAL),
        year=series.period,
        title=series.title,
        prescribed=series.prescribed,
        trial=series.name.startswith(TRIAL),
        last=series.last,
        headings=tuple((str(one[0]), str(one[1])) for one in series.headings),
        starts=tuple((one.after, one.last, one.ground, one.entered_at) for one in starts),
    )


def _rows(read: Reading, asked: Select[Any], size: int) -> Sequence[Number]:
    return read.session.scalars(asked.limit(size)).all()


def _found(read: Reading, asked: Select[Any], text: str) -> list[Number]:
    """The numbers a text names: by the place in the book, or by the number of a national register.

    That may be somebody's own number, so only whoever may read the dossier learns that it stands here.
    """
    wanted = text.strip()
    digits = _DIGITS.match(wanted.removeprefix(TRIAL))
    rows: list[Number] = []
    if digits is not None and int(digits[0]) < 2**31:
        rows += read.session.scalars(asked.where(Number.value == int(digits[0])))
    given = select(RegisterEntry.number_id).where(
        RegisterEntry.given == wanted, RegisterEntry.given != "", case_visible_to(read.actor, RegisterEntry.case_id)
    )
    ids = read.session.scalars(given.limit(PER_PAGE)).all()  # asked apart: beside it a database walks the whole book
    others = read.session.scalars(asked.where(Number.id.in_(ids)).order_by(Number.value.desc())) if ids else ()
    return rows + [one for one in others if one not in rows]


@dataclass(frozen=True)
class _Beside:
    """What a page of numbers is read beside: papers, entries, names, and where each paper stands."""

    papers: Mapping[UUID, Document]
    entries: Mapping[UUID, RegisterEntry]
    people: Mapping[UUID | None, str]
    shown: frozenset[UUID]
    standings: Mapping[UUID, Standing] = field(default_factory=dict)


def _lines(read: Reading, book: NumberBook, rows: Sequence[Number]) -> tuple[NumberLine, ...]:
    if not rows:
        return ()
    wanted = [row.document_id for row in rows if row.document_id is not None]
    papers = {one.id: one for one in read.session.scalars(select(Document).where(Document.id.in_(wanted)))}
    entries = read.session.scalars(select(RegisterEntry).where(RegisterEntry.number_id.in_([row.id for row in rows])))
    who = {paper.signed_by for paper in papers.values()} | {row.voided_by for row in rows}
    cases = select(Document.case_id).where(
        Document.id.in_(list(papers)), case_visible_to(read.actor, Document.case_id), Document.case_id.is_not(None)
    )
    beside = _Beside(
        papers=papers,
        entries={entry.number_id: entry for entry in entries},
        people=named(read, Person.id, Person.full_name, who),
        shown=frozenset(one for one in read.session.scalars(cases) if one is not None),
        standings=standings_of(read.session, list(papers.values())),
    )
    remarks = remarks_of(read, rows, papers, beside.standings, beside.people)
    clerk = read.actor.holds(CLERK, book.office_id)
    return tuple(_line(row, beside, remarks[row.id], clerk) for row in rows)


def _line(row: Number, beside: _Beside, remarks: tuple[Sentence, ...], clerk: bool) -> NumberLine:
    paper = beside.papers.get(row.document_id) if row.document_id is not None else None
    case_id = paper.case_id if paper is not None and paper.case_id in beside.shown else None
    entry = beside.entries.get(row.id) if case_id is not None else None
    open_ = paper is not None and row.voided_at is None and paper.sealed_at is None and paper.issued_at is None
    return NumberLine(
        id=row.id,
        value=row.value,
        text=row.text,
        book=row.book,
        dated_on=row.dated_on,
        given=entry.given if entry is not None else "",
        title=paper.title if paper is not None else "",
        signer=beside.people.get(paper.signed_by, "") if paper is not None else "",
        subject=entry.subject if entry is not None else "",
        recipient=entry.recipient if entry is not None else "",
        columns=entry.columns if entry is not None else {},
        void=row.voided_at is not None,
        remarks=remarks,
        case_id=case_id,
        may_void=clerk and open_,
    )

"""The books of numbers on a page, as a table file and printed; the clerk's page to void a number."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from engine.clock import legal_date
from engine.errors import Conflict, Invalid
from engine.queries.numbers import (
    PRINTED,
    NumberBook,
    NumberLine,
    NumberWindow,
    number_book,
    number_books,
    number_line,
    number_offices,
    number_page,
    numbers_from,
)
from engine.queries.printed_numbers import numbers_pdf
from engine.usecases.voiding import void_number
from engine.work import Reading
from web.actor import now
from web.books.room import blueprint, pdf_response, said, wanted_id
from web.books.tables import written
from web.doors import reading, unit_of_work
from web.ui.format import date_words
from web.ui.i18n import in_language, say, spoken
from web.ui.sheets import harmless

PIECE = 500
"""So many lines of a table file are read at once."""


def book_words(book: NumberBook) -> str:
    """What a book is called: its register, or the clerical book of documents sent out."""
    title = book.own_name or _("Sổ đăng ký văn bản đi")
    if book.title and not book.own_name:
        title = _("Sổ đăng ký văn bản đi: %(title)s", title=book.title)
    if book.year:
        title = _("%(title)s năm %(year)s", title=title, year=book.year)
    return _("%(title)s (thử nghiệm)", title=title) if book.trial else title


blueprint.add_app_template_global(book_words, "book_words")


def _value(name: str) -> int | None:
    """A number an address names; None for anything that is none."""
    text = request.args.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _asked(look: Reading) -> tuple[NumberBook | None, tuple[NumberBook, ...], tuple[tuple[UUID, str], ...]]:
    """The book an address names, else the first of its office; the books of that office and the offices there are."""
    offices = number_offices(look)
    office_id = wanted_id(request.args.get("don-vi", ""))
    series_id = wanted_id(request.args.get("so", ""))
    book = number_book(look, series_id) if series_id is not None else None
    if book is not None and office_id in (None, book.office_id):
        return book, number_books(look, book.office_id), offices
    if not offices:
        return None, (), ()
    known = number_books(look, office_id or offices[0][0])
    this_year = [one for one in known if one.year == str(legal_date(now()).year)]
    chosen = next(iter([*this_year, *known]), None)
    return (number_book(look, chosen.id) if chosen is not None else None), known, offices


@blueprint.get("/so-van-ban")
def numbers() -> str:
    """A page of a book, the newest number first; the address holds office, book, what is looked for and page."""
    window, text = NumberWindow(after=_value("sau"), before=_value("truoc")), request.args.get("tim", "")[:100]
    with reading() as look:
        book, known, offices = _asked(look)
        found = number_page(look, book, window, text=text) if book is not None else None
    return render_template(
        "books/numbers.html", found=found, known=known, offices=offices, text=text, spoken=spoken, named=in_language
    )


def _book() -> NumberBook:
    with reading() as look:
        book, _known, _offices = _asked(look)
    if book is None:
        raise NotFound
    return book


@blueprint.get("/so-van-ban.pdf")
def numbers_file() -> Response:
    """So many numbers of the book as a print bears, from the one asked for on."""
    first = _value("tu-so") or 1
    book = _book()
    with reading() as look:
        pdf = numbers_pdf(look, book, numbers_from(look, book, first, PRINTED))
    return pdf_response(pdf, f"so-van-ban-{book.name}-{book.year}-{first}")


@blueprint.get("/so-van-ban.csv")
def numbers_table() -> Response:
    """The whole book as a table file, read and sent piece by piece."""
    book = _book()
    return Response(
        stream_with_context(_table(book)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="so-van-ban-{book.year or "chung"}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _table(book: NumberBook) -> Iterator[str]:
    """The lines of the file, the first number first, a piece at a time, each piece a look of its own."""
    heads = [
        _("Số"), _("Số do hệ thống quốc gia cấp"), _("Ngày"), _("Quyển số"), _("Tên loại văn bản"), _("Trích yếu"),
        _("Người ký"), _("Nơi nhận"),
    ]  # fmt: skip
    own = [in_language(*heading) for heading in book.headings]
    yield "\ufeff" + written([[*heads, *own, _("Số hủy"), _("Ghi chú")]])
    first = 1
    while True:
        with reading() as look:
            lines = numbers_from(look, book, first, PIECE)
        yield written([_row(book, line) for line in lines])
        if len(lines) < PIECE:
            return
        first = lines[-1].value + 1


def _row(book: NumberBook, line: NumberLine) -> list[str]:
    cells = [
        line.text, line.given, date_words(line.dated_on), line.book, line.title, line.subject, line.signer,
        line.recipient, *(line.columns.get(heading, "") for heading, _english in book.headings),
        "x" if line.void else "", "; ".join(spoken(one) for one in line.remarks),
    ]  # fmt: skip
    return [harmless(cell) for cell in cells]


@blueprint.get("/so-van-ban/<uuid:number_id>/huy")
def voiding(number_id: UUID) -> AnyResponse | tuple[str, int]:
    """What voiding this number does, and the question why."""
    return _voiding_page(number_id)


@blueprint.post("/so-van-ban/<uuid:number_id>/huy")
def void(number_id: UUID) -> AnyResponse | tuple[str, int]:
    """The number is void; its paper takes the next one where it still waits for its seal."""
    with reading() as look:
        book, _line, _waits = number_line(look, number_id)
    try:
        with unit_of_work() as work:
            instead = void_number(work, number_id, request.form.get("reason", ""))
            text = instead.text if instead is not None else ""
    except Invalid as refusal:
        errors = [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems]
        errors = errors or [("#reason", said(refusal))]
        return _voiding_page(number_id, errors, 422)
    except Conflict as refusal:
        flash(said(refusal), "warning")
    else:
        words = _("Đã hủy số. Văn bản nhận số %(number)s.", number=text) if text else _("Đã hủy số.")
        flash(words, "success")
    return redirect(url_for("books.numbers", so=book.id), 303)


def _voiding_page(
    number_id: UUID, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> AnyResponse | tuple[str, int]:
    with reading() as look:
        book, line, waits = number_line(look, number_id)
    if not line.may_void:
        flash(_("Số này không hủy được nữa, hoặc bạn không phải văn thư của đơn vị."), "warning")
        return redirect(url_for("books.numbers", so=book.id), 303)
    reason = request.form.get("reason", "")
    html = render_template("books/void.html", book=book, line=line, goes_on=waits, errors=errors or [], reason=reason)
    return html, status

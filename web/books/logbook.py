"""Form 07, the log book of an office: page by page, as a table file, and printed in parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from engine.clock import legal_date
from engine.queries.logbook import (
    MOST,
    BookLine,
    BookOf,
    book_lines,
    book_of,
    book_offices,
    book_page,
    line_before,
)
from engine.queries.printed import PART, book_pdf
from engine.work import Reading
from web.actor import now
from web.books.room import blueprint, pdf_response, wanted_id
from web.books.tables import written
from web.books.words import mode_words
from web.doors import reading
from web.ui.format import date_words, moment_words
from web.ui.sheets import harmless
from web.ui.statuses import status_words
from web.ui.windows import window

PIECE = 500
"""So many lines of a table file are read at once."""
FIRST = date(2000, 1, 1)


def _day(name: str, otherwise: date) -> date:
    """A day as a date field sends it, or as people write it (26/11/2026)."""
    text = request.args.get(name, "").strip()
    parts = text.split("-") if "-" in text else list(reversed(text.replace(".", "/").split("/")))
    try:
        year, month, day = (int(part) for part in parts)
        return max(date(year, month, day), FIRST)
    except ValueError:
        return otherwise


def _asked(look: Reading) -> tuple[BookOf, tuple[tuple[object, str], ...]]:
    """The book an address names, the reader's own of this month where it names none; and those there are."""
    known = book_offices(look)
    if not known:
        raise NotFound
    today = legal_date(now())
    since, until = _day("tu", today.replace(day=1)), _day("den", today)
    if until < since:
        since, until = until, since
    return book_of(look, wanted_id(request.args.get("don-vi", "")) or known[0][0], since, until), known


@blueprint.get("/so-theo-doi")
def book() -> str:
    """A page of the book; the address holds office, days and page."""
    with reading() as look:
        asked, known = _asked(look)
        found = book_page(look, asked, window())
    volumes = -(-found.total // PART) if found.total <= MOST else 0
    return render_template("books/book.html", found=found, known=known, volumes=volumes, most=MOST, part=PART)


@blueprint.get("/so-theo-doi.pdf")
def book_file() -> Response:
    """One part of the book on A4 across: as many lines as a print bears, whichever part is asked for."""
    text = request.args.get("phan", "1")
    number = int(text) if text.isdecimal() and 0 < int(text) <= MOST // PART + 1 else 1
    with reading() as look:
        asked, _known = _asked(look)
        total = book_page(look, asked, size=1).total
        after = line_before(look, asked, (number - 1) * PART)
        lines = book_lines(look, asked, after, PART) if after is not None or number == 1 else ()
        parts = max(1, -(-total // PART))
        pdf = book_pdf(look, asked, lines, first=(number - 1) * PART + 1, parts=parts)
    return pdf_response(pdf, f"so-theo-doi-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}-{number}")


@blueprint.get("/so-theo-doi.csv")
def book_table() -> Response:
    """The whole book as a table file, read and sent piece by piece."""
    with reading() as look:
        asked, _known = _asked(look)
    name = f"so-theo-doi-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.csv"
    return Response(
        stream_with_context(_table(asked)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _table(asked: BookOf) -> Iterator[str]:
    """The lines of the file, a piece at a time, each piece a look of its own."""
    yield "\ufeff" + written(
        [
            (
                _("TT"), _("Mã hồ sơ"), _("Tên hồ sơ"), _("Số bộ"), _("Chủ hồ sơ"), _("Địa chỉ"), _("Điện thoại"),
                _("Cơ quan chủ trì giải quyết"), _("Nhận hồ sơ"), _("Hẹn trả kết quả"), _("Chuyển giải quyết"),
                _("Nhận kết quả"), _("Trả kết quả"), _("Phương thức nhận"), _("Người nhận"), _("Tình trạng"),
            )
        ]
    )  # fmt: skip
    number, after = 1, None
    while True:
        with reading() as look:
            lines = book_lines(look, asked, after, PIECE)
        yield written([_row(line, number + offset) for offset, line in enumerate(lines)])
        if len(lines) < PIECE:
            return
        number, after = number + len(lines), lines[-1].place


def _row(line: BookLine, number: int) -> tuple[str, ...]:
    cells = (
        line.code, line.title, "1", line.owner, line.address, line.phone, line.handling, moment_words(line.accepted_at),
        date_words(line.promised_on), moment_words(line.passed_at), moment_words(line.decided_at),
        moment_words(line.returned_at), mode_words(line.return_mode), line.returned_to, status_words(line.status)[0],
    )  # fmt: skip
    return (str(number), *(harmless(cell) for cell in cells))

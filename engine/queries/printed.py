"""Books and slips as PDF, in the words of the national forms: form 07 piece by piece, a hand-over slip on A4 or A5."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.clock import legal_time
from engine.dossiers.models import STATUSES
from engine.letters.template import fill_template
from engine.queries.logbook import BookLine, BookOf
from engine.queries.slips import SlipLine, SlipPage
from engine.work import Reading
from processes.house_letters import form_name, house_letter

PART = 120
"""So many lines are printed in one file: a book of thousands is printed in parts, as books are bound in volumes."""
MODES = {
    "counter": "Trực tiếp", "office": "Trực tiếp", "post": "Bưu chính công ích", "electronic": "Trực tuyến",
}  # fmt: skip
JUDGED = {"early": "trước hạn", "on_time": "đúng hạn", "late": "quá hạn"}
SHIFTS = {"morning": "Ca sáng", "afternoon": "Ca chiều"}
ANSWERS = {
    "given": "", "received": "Đã nhận", "missing": "Thiếu", "found": "Đã tìm thấy", "taken_back": "Bên giao lấy lại",
}  # fmt: skip


def book_pdf(read: Reading, book: BookOf, lines: Sequence[BookLine], *, first: int, parts: int) -> bytes:
    """A part of form 07 (06 of the set of 2018) on A4 across; `first` is the running number of its first line."""
    number = (first - 1) // PART + 1
    facts = {
        "book": {
            "office": book.office.upper(),
            "superior": book.superior.upper(),
            "period": f"Từ ngày {book.since:%d/%m/%Y} đến ngày {book.until:%d/%m/%Y}",
            "form": form_name("log_book", book.until),
            "part": f"phần {number}/{parts}" if parts > 1 else "",
            "rows": [_book_row(line, first + offset) for offset, line in enumerate(lines)],
        }
    }
    return on_paper(read, house_letter("form07.html"), facts, "book", f"Sổ theo dõi hồ sơ {book.office}")


def _book_row(line: BookLine, number: int) -> dict[str, Any]:
    return {
        "no": number,
        "code": line.code,
        "title": line.title,
        "sets": "01",
        "owner": "; ".join(part for part in (line.owner, line.address, line.phone) if part),
        "handling": line.handling,
        "received": _when(line.accepted_at),
        "promised": f"{line.promised_on:%d/%m/%Y}" if line.promised_on else "",
        "passed": _when(line.passed_at),
        "decided": _when(line.decided_at),
        "returned": _when(line.returned_at),
        "mode": mode_words(line),
        "signed": line.returned_to,
        "note": note_words(line),
    }


def mode_words(line: BookLine) -> str:
    """How the result is handed over, as the form says it."""
    return MODES.get(line.return_mode, line.return_mode)


def note_words(line: BookLine) -> str:
    """Where the dossier stands, and how it was judged."""
    judged = JUDGED.get(line.judged, "")
    return ", ".join(part for part in (STATUSES.get(line.status, ""), judged) if part)


def _when(moment: Any) -> str:
    return f"{legal_time(moment):%H:%M %d/%m/%Y}" if moment is not None else ""


def slip_pdf(read: Reading, slip: SlipPage, *, small: bool = False) -> bytes:
    """A hand-over slip on A4, or on A5 across; what was confirmed already stands on it."""
    facts = {
        "slip": {
            "number": slip.number,
            "superior": slip.superior.upper(),
            "from": slip.giver,
            "to": slip.receiver,
            "given_by": slip.given_by,
            "given_at": _when(slip.given_at),
            "shift": SHIFTS[slip.shift],
            "count": sum(line.status != "taken_back" for line in slip.lines),
            "rows": [_slip_row(line) for line in slip.lines if line.status != "taken_back"],
        }
    }
    layout = "slip_a5" if small else "slip"
    return on_paper(read, house_letter("handover.html"), facts, layout, f"Phiếu bàn giao hồ sơ {slip.number}")


def _slip_row(line: SlipLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "owner": line.owner,
        "title": line.title,
        "papers": line.papers,
        "step": line.step,
        "answer": ANSWERS[line.status],
    }


def on_paper(read: Reading, template: str, facts: dict[str, Any], layout: str, title: str) -> bytes:
    """A template of the house filled and set in a layout, marked where the house is a sample."""
    from engine.letters.pdf import render  # the printing press weighs 40 MB: only who prints loads it

    html = fill_template(template, facts, now=read.now)
    return render(html, layout=layout, sample=read.ports.settings.sample, now=read.now, title=title).pdf

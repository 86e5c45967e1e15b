"""Printing form 06, the control sheet, of a dossier: what its hand-overs say in the words of the form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.clock import legal_date, legal_time
from engine.dossiers.control import ControlSheet, PaperRow, Row, Side
from engine.letters.template import fill_template
from engine.procedures.published import OpenBundle
from engine.settings import Settings
from processes.house_letters import form_name, house_letter

FORM = "form06"
RESULTS = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn", "": "–"}
OUTSIDE = {"applicant": "Người nộp hồ sơ", "time": "Hệ thống (đến hạn)", "end": "Kết thúc, lưu hồ sơ", "": "–"}
PAPER_STATES = {
    "given": "Chờ xác nhận",
    "received": "Đã nhận",
    "missing": "Thiếu, đang tìm",
    "found": "Thiếu, đã tìm thấy",
    "taken_back": "Bên giao lấy lại",
}
BLANK = 2
"""Empty lines at the end of an open dossier's sheet, for hand-overs on the way to the next print."""


def print_control_sheet(sheet: ControlSheet, bundle: OpenBundle, settings: Settings, *, now: datetime) -> bytes:
    """Form 06 (05 of the set of 2018) as PDF, by the form set in force on the day of reception.

    In the words of the dossier's own bundle; one published before it held the form is printed in the house's.
    Raises LetterError when a bundle's own words cannot be filled.
    """
    from engine.letters.pdf import render  # the printing press weighs 40 MB: only who prints loads it

    day = legal_date(sheet.received_at or now)
    letter = bundle.procedure.letters.get(FORM)
    path = bundle.procedure.letter_file(FORM, day) if letter is not None else ""
    template = bundle.bundle.files.get(path)
    html = template.decode("utf-8") if template is not None else house_letter(f"letters/{FORM}.html")
    facts = {"control": control_facts(sheet, day), "today": legal_date(now), "sample": settings.sample}
    return render(
        fill_template(html, facts, now=now),
        layout="control_sheet",
        sample=settings.sample,
        trial=sheet.trial,
        now=now,
        title=f"Phiếu kiểm soát quá trình giải quyết hồ sơ {sheet.code}",
    ).pdf


def control_facts(sheet: ControlSheet, day: date) -> dict[str, Any]:
    """What form 06 may speak of, under the name `control`; `day` decides by which set it is called."""
    over = bool(sheet.rows) and sheet.rows[-1].outside == "end"
    return {
        "form": form_name("control_sheet", day),
        "code": sheet.code,
        "title": sheet.title,
        "owner": sheet.owner,
        "receiving": sheet.receiving.upper(),
        "superior": sheet.superior.upper(),
        "place": sheet.place,
        "handling": sheet.handling,
        "received_at": _when(sheet.received_at),
        "promised_on": sheet.promised_on,
        "judged": RESULTS[sheet.judged] if sheet.judged else "",
        "rows": [_row(one) for one in sheet.rows],
        "blank": [] if over else [str(len(sheet.rows) + number + 1) for number in range(BLANK)],
        "papers": [_paper(one) for one in sheet.papers],
    }


def specimen_control(code: str, title: str, office: str, morning: datetime) -> dict[str, Any]:
    """An invented sheet of two hand-overs, for whoever looks at the form before any dossier has it."""
    noon = morning.replace(hour=11)
    counter, room = Side(office, "Trần Văn Mẫu", morning), Side(office, "Lê Thị Mẫu", noon)
    sheet = ControlSheet(
        case_id=UUID(int=0),
        code=code,
        title=title,
        owner="Nguyễn Thị Ngọc Ẩn",
        receiving=office,
        superior="",
        place="Bến Thành",
        handling=office,
        received_at=morning,
        promised_on=legal_date(morning),
        judged="",
        trial=False,
        rows=(
            Row(Side(at=morning), counter, "applicant", "", "", None, by_instant=False, initialled=False),
            Row(counter, room, "", "Tiếp nhận", "on_time", noon, by_instant=True, initialled=False),
            Row(room, Side(office), "", "Kiểm tra, ký nháy", "early", noon, by_instant=False, initialled=True),
        ),
        papers=(),
    )
    return control_facts(sheet, legal_date(morning))


def _when(moment: datetime | None) -> str:
    return f"{legal_time(moment):%H:%M %d/%m/%Y}" if moment is not None else "….."


def _named(side: Side, outside: str) -> str:
    return side.office or OUTSIDE[outside]


def _row(row: Row) -> dict[str, str]:
    due = ""
    if row.due_at is not None:
        due = f"(hạn {_when(row.due_at)})" if row.by_instant else f"(hạn {legal_time(row.due_at):%d/%m/%Y})"
    notes = [row.step, "Ký nháy" if row.initialled else "", "Chuyển đơn vị giải quyết" if row.moved else ""]
    outside = row.outside if not row.giver.office else ""
    return {
        "giver": _named(row.giver, outside),
        "given_at": _when(row.giver.at),
        "given_by": row.giver.person,
        "receiver": _named(row.receiver, row.outside),
        "received_at": _when(row.receiver.at or (row.giver.at if not row.receiver.office else None)),
        "received_by": row.receiver.person,
        "result": RESULTS[row.result],
        "due": due,
        "note": "; ".join(note for note in notes if note),
    }


def _paper(row: PaperRow) -> dict[str, str]:
    return {
        "slip": row.slip,
        "giver": row.giver.office,
        "given_at": _when(row.giver.at),
        "given_by": row.giver.person,
        "receiver": row.receiver.office,
        "received_at": _when(row.receiver.at),
        "received_by": row.receiver.person,
        "status": PAPER_STATES[row.status],
        "note": "; ".join(part for part in (row.papers, row.note) if part),
    }

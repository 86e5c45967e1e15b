"""Working calendars: the national one to begin with, an office's own, and changes by a document with number and date.

A change is drafted line by line, seen in advance (`engine.queries.calendar_changes`) and then applied: a new version
that holds from now on, after which a worker counts every running term anew (`engine.usecases.recounting`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.calendars.content import Content
from engine.calendars.edits import Edit, edited, rebased
from engine.calendars.models import KEEPER, NATIONAL, CalendarChange, CalendarRow, CalendarVersion
from engine.calendars.vietnam import national_content
from engine.cases.calendars import offices_keeping
from engine.cases.models import Clock
from engine.db import new_id
from engine.dossiers.models import Dossier
from engine.errors import Conflict, FieldProblem, Invalid, NotFound
from engine.feedback.models import Report
from engine.work import Work

ACCEPTANCE = "acceptance"
"""The term within which a filing is looked at: the receiving office's own."""
MOST_EDITS = 400


def add_calendar(work: Work) -> bool:
    """Write the first version of the national calendar unless there is one; administrators change it afterwards."""
    if work.session.get(CalendarRow, NATIONAL) is not None:
        return False
    work.session.add(CalendarRow(code=NATIONAL, name="Lịch làm việc cơ quan hành chính", version=1))
    work.session.flush()
    _keep(work, NATIONAL, 1, national_content(), None)
    return True


def open_own_calendar(work: Work, office_code: str) -> str:
    """Give an office, and those under it that kept the same calendar, one of its own; for now it says the same.

    The running terms of those offices' dossiers and reports go over to it with their dates as they are.
    """
    require_role(work.actor, KEEPER)
    office = work.session.scalar(select(Office).where(Office.code == office_code).with_for_update())
    if office is None:
        raise NotFound("Không có đơn vị này.")
    if office.calendar == office.code:
        raise Conflict("Đơn vị này đã có lịch riêng.", code="has_calendar")
    base = _locked(work, office.calendar)
    _none_under_way(work, base)
    offices = offices_keeping(work.session, office)
    work.session.add(CalendarRow(code=office.code, name=office.name, base=base.base or base.code, version=1))
    work.session.flush()
    _keep(work, office.code, 1, _content(work, base.code, base.version), None)
    work.session.execute(update(Office).where(Office.id.in_(offices)).values(calendar=office.code))
    work.session.execute(
        update(Clock)
        .where(Clock.calendar == base.code, Clock.status != "stopped", _runs_by(offices))
        .values(calendar=office.code, calendar_version=1)
    )
    work.record_for_office(office.code, "calendar.opened", {"calendar": office.code, "base": base.code})
    return office.code


def _runs_by(offices: Sequence[UUID]) -> ColumnElement[bool]:
    """Terms that run by the calendar of one of these offices: it decides, or the dossier waits for its acceptance."""
    dossiers, reports = select(Dossier.case_id), select(Report.case_id)
    return or_(
        and_(Clock.term != ACCEPTANCE, Clock.case_id.in_(dossiers.where(Dossier.handling_id.in_(offices)))),
        and_(Clock.term == ACCEPTANCE, Clock.case_id.in_(dossiers.where(Dossier.receiving_id.in_(offices)))),
        Clock.case_id.in_(reports.where(Report.unit_id.in_(offices))),
    )


def draft_change(work: Work, code: str) -> UUID:
    """Begin a change of a calendar; the draft that is open already is the one that is gone on with."""
    require_role(work.actor, KEEPER)
    row = _locked(work, code)
    known = work.session.scalar(
        select(CalendarChange.id).where(CalendarChange.calendar == code, CalendarChange.status == "draft")
    )
    if known is not None:
        return known
    change = CalendarChange(
        id=new_id(),
        calendar=code,
        base_version=row.version,
        edits=[],
        status="draft",
        opened_by=work.actor.id,
        opened_at=work.now,
    )
    work.session.add(change)
    work.session.flush()
    _record(work, row, "calendar.drafted", change)
    return change.id


def name_document(work: Work, change_id: UUID, *, document: str, dated_on: date | None, note: str = "") -> None:
    """By which document, of which day, the calendar is changed."""
    change = _draft(work, change_id)
    change.document, change.dated_on, change.note = document.strip(), dated_on, note.strip()
    facts = {"document": change.document, "dated_on": change.dated_on}
    _record(work, _row_of(work, change), "calendar.document_named", change, facts)


def add_edits(work: Work, change_id: UUID, edits: Sequence[Edit]) -> None:
    """More lines for a draft; a date, a week's first day or the year named again takes the place of what was said.

    Refuses (Invalid) what makes no sense in the calendar as it will be.
    """
    change = _draft(work, change_id)
    kept = {_subject(edit): edit for edit in change.edits}
    for edit in edits:
        kept.pop(_subject(edit), None)
        kept[_subject(edit)] = edit
    if len(kept) > MOST_EDITS:
        raise Invalid("Một lần thay đổi có tối đa %(most)s dòng.", most=MOST_EDITS)
    lines = list(kept.values())
    edited(_content(work, change.calendar, change.base_version), lines, source="", dated_on=None, own=False)
    change.edits = lines
    _record(work, _row_of(work, change), "calendar.lines_added", change, {"edits": list(edits)})


def drop_edit(work: Work, change_id: UUID, subject: str) -> None:
    """Take one line out of a draft."""
    change = _draft(work, change_id)
    change.edits = [edit for edit in change.edits if _subject(edit) != subject]
    _record(work, _row_of(work, change), "calendar.line_dropped", change, {"line": subject[:100]})


def discard_change(work: Work, change_id: UUID) -> None:
    """The draft is given up; the calendar stays as it is."""
    change = _draft(work, change_id)
    change.status, change.finished_at = "discarded", work.now
    _record(work, _row_of(work, change), "calendar.discarded", change, {"edits": change.edits})


def apply_change(work: Work, change_id: UUID) -> None:
    """Put a change in force: a new version of the calendar and of those based on it; a worker counts the terms anew.

    Refuses (Invalid, naming `document`, `dated_on`, `edits`) a change without its document, and (Conflict) one drafted
    over a version that is not in force any more, or while another is still being applied.
    """
    change = _draft(work, change_id)
    row = _locked(work, change.calendar)
    _none_under_way(work, row)
    if change.base_version != row.version:
        raise Conflict(
            "Lịch đã có thay đổi khác sau khi bản này được soạn. Hãy xem lại từng dòng rồi áp dụng.",
            code="calendar_changed",
        )
    problems = []
    if not change.document:
        problems.append(FieldProblem("document", "Nhập số, ký hiệu văn bản"))
    if change.dated_on is None:
        problems.append(FieldProblem("dated_on", "Nhập ngày văn bản"))
    if not change.edits:
        problems.append(FieldProblem("edits", "Chưa có thay đổi nào"))
    if problems:
        raise Invalid("Chưa áp dụng được.", problems)
    content = edited(
        _content(work, row.code, row.version),
        change.edits,
        source=change.document,
        dated_on=change.dated_on,
        own=row.base is not None,
    )
    _next_version(work, row, content, change)
    for based in work.session.scalars(select(CalendarRow).where(CalendarRow.base == row.code).with_for_update()):
        _next_version(work, based, rebased(_content(work, based.code, based.version), content), change)
    change.status, change.applied_by, change.applied_at = "applying", work.actor.id, work.now
    change.version = row.version
    change.total = (
        work.session.scalar(
            select(func.count()).where(Clock.calendar.in_(governed(work, row.code)), Clock.status != "stopped")
        )
        or 0
    )
    facts = {"document": change.document, "dated_on": change.dated_on, "edits": change.edits}
    _record(work, row, "calendar.changed", change, facts | {"version": row.version})
    work.defer("RecountTerms", {"change": str(change.id)}, key=f"recount:{change.id}:0")


def base_anew(work: Work, change_id: UUID) -> None:
    """The draft is laid over the calendar in force now, after somebody looked through it again."""
    change = _draft(work, change_id)
    row = _locked(work, change.calendar)
    edited(_content(work, row.code, row.version), change.edits, source="", dated_on=None, own=row.base is not None)
    change.base_version = row.version
    _record(work, row, "calendar.rebased", change, {"version": row.version})


def governed(work: Work, code: str) -> list[str]:
    """The calendars a change of this one touches: itself and those based on it."""
    return [code, *work.session.scalars(select(CalendarRow.code).where(CalendarRow.base == code))]


def _record(
    work: Work, row: CalendarRow, verb: str, change: CalendarChange, facts: Mapping[str, Any] | None = None
) -> None:
    """Into the chain of the office whose calendar it is; the national one has the house's."""
    said = {"calendar": row.code, "change": str(change.id), **(facts or {})}
    work.record_for_office(row.code if row.base else "system", verb, said)


def _row_of(work: Work, change: CalendarChange) -> CalendarRow:
    return work.session.get_one(CalendarRow, change.calendar)


def _subject(edit: Edit) -> str:
    return f"{edit['do']}:{edit.get('day') or edit.get('since') or ''}"


def _locked(work: Work, code: str) -> CalendarRow:
    row = work.session.get(CalendarRow, code, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("Không có lịch làm việc này.")
    return row


def _draft(work: Work, change_id: UUID) -> CalendarChange:
    require_role(work.actor, KEEPER)
    change = work.session.get(CalendarChange, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise NotFound("Không có thay đổi lịch này.")
    if change.status != "draft":
        raise Conflict("Thay đổi này đã được áp dụng hoặc đã bỏ.", code="not_draft")
    return change


def _none_under_way(work: Work, row: CalendarRow) -> None:
    family = [row.base or row.code, *governed(work, row.base or row.code)]
    going = select(CalendarChange.id).where(CalendarChange.calendar.in_(family), CalendarChange.status == "applying")
    if work.session.scalar(going.limit(1)) is not None:
        raise Conflict("Một thay đổi lịch khác đang được áp dụng; hãy chờ xong.", code="under_way")


def _content(work: Work, code: str, version: int) -> Content:
    return work.session.get_one(CalendarVersion, (code, version)).content


def _keep(work: Work, code: str, version: int, content: Content, change_id: UUID | None) -> None:
    kept = CalendarVersion(calendar=code, version=version, made_at=work.now, change_id=change_id, content=content)
    work.session.add(kept)
    work.session.flush()


def _next_version(work: Work, row: CalendarRow, content: Content, change: CalendarChange) -> None:
    row.version += 1
    _keep(work, row.code, row.version, content, change.id)

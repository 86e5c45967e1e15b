"""Reports as the public sees them: similar ones before filing, one by its code and a second fact, answered ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Office, fold
from engine.errors import NotFound
from engine.feedback.models import OPEN, Report
from engine.queries.feedback import ReportPage, _page, may_read
from engine.queries.trials import counts
from engine.work import Reading

PAGE = 20
LATELY = timedelta(days=30)
_COMMON = """
va la co o tai tren duoi trong ngoai khong duoc bi cho voi nay do khi da dang nhieu rat mot hai toi ong ba anh chi em
ngay gio phuong xa duong pho so nha truoc sau den tu ve de ra vao lai cua nguoi dan cac
"""
COMMON = frozenset(_COMMON.split())
"""Words that say nothing of what happened, without marks."""
ALIKE = 0.18
MOST = 5


@dataclass(frozen=True)
class Similar:
    """A report much like the one being told; its own words only for those who may read it."""

    id: UUID
    code: str
    category: str
    status: str
    place: str
    text: str
    received_at: datetime
    readable: bool
    likeness: float


def similar(read: Reading, *, text: str, place: str = "", ward: str = "", besides: UUID | None = None) -> list[Similar]:
    """Reports of the last thirty days with many words in common, marks and common words ignored; best first.

    A stranger gets code-less hints: field, ward and state, and the text only where it has been published.
    """
    asked, where_asked = _words(text), _words(place)
    if len(asked) + len(where_asked) < 2:
        return []
    statement = select(Report).where(
        Report.received_at >= read.now - LATELY,
        Report.status != "refused",
        Report.kind.in_(("scene", "regulation")),
        counts(Report.case_id),
    )
    if ward:
        statement = statement.where(Report.ward_code.in_((ward, "")))
    rows = read.session.scalars(statement.order_by(Report.received_at.desc()).limit(400)).all()
    readable = set(
        read.session.scalars(
            select(Report.case_id).where(Report.case_id.in_([r.case_id for r in rows]), may_read(read.actor))
        )
    )
    found = []
    for report in rows:
        likeness = _likeness(asked, where_asked, report)
        if report.case_id == besides or likeness < ALIKE:
            continue
        own = report.case_id in readable
        found.append(
            Similar(
                id=report.case_id,
                code=report.code if own else "",
                category=report.category,
                status=report.status,
                place=report.place if own else "",
                text=report.text if own else report.public_text if report.published_at else "",
                received_at=report.received_at,
                readable=own,
                likeness=likeness,
            )
        )
    return sorted(found, key=lambda one: -one.likeness)[:MOST]


def _words(text: str) -> frozenset[str]:
    bare = "".join(c if c.isalnum() or c.isspace() else " " for c in fold(text))
    return frozenset(word for word in bare.split() if word not in COMMON)


def _likeness(asked: frozenset[str], where_asked: frozenset[str], report: Report) -> float:
    """Shared words over all words, the place counting double."""
    told, where_told = _words(report.text), _words(report.place)
    return (_share(asked, told) + 2 * _share(where_asked, where_told)) / (3 if where_asked and where_told else 1)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def track_report(read: Reading, code: str, second: str) -> UUID:
    """The report with this code, for whoever knows the end of the telephone number, the e-mail or the follow number.

    A wrong code and a wrong second fact are answered alike.
    """
    report = read.session.scalar(select(Report).where(Report.code == "".join(code.split()).upper()))
    given = "".join(second.split()).casefold()
    fits = False
    if report is not None and len(given) >= 4:
        digits = "".join(c for c in report.sender_phone if c.isdigit())
        fits = bool(
            (digits and given[-4:] == digits[-4:])
            or (report.sender_email and given == report.sender_email.casefold())
            or (report.proof and given == report.proof)
        )
    if report is None or not fits:
        raise NotFound(
            "Không tìm thấy phản ánh. Hãy kiểm tra mã phản ánh và 4 số cuối điện thoại, thư điện tử hoặc số theo dõi."
        )
    return report.case_id


def own_report(read: Reading, case_id: UUID, *, proven: bool = False) -> ReportPage:
    """A report for its sender, by account or by what was just proved."""
    report = read.session.get(Report, case_id)
    mine = report is not None and report.sender_id is not None and report.sender_id == read.actor.id
    if report is None or not (proven or mine):
        raise NotFound("Không có phản ánh này.")
    return _page(read, report)


@dataclass(frozen=True)
class PublicReport:
    """An answered report with personal data masked."""

    category: str
    ward_code: str
    text: str
    answer: str
    unit: str
    received_at: datetime
    answered_at: datetime | None
    judged: str
    rating: int | None


@dataclass(frozen=True)
class PublicList:
    """A page of published reports, and how the last year's were rated and kept their dates."""

    lines: tuple[PublicReport, ...]
    total: int
    page: int
    pages: int


def published(read: Reading, *, text: str = "", category: str = "", page: int = 1) -> PublicList:
    """Answered and masked reports, the newest answer first; `text` searches the public words, marks ignored."""
    where: list[Any] = [Report.published_at.is_not(None), Report.kind.not_in(("conduct", "complaint"))]
    where.append(counts(Report.case_id))
    if category:
        where.append(Report.category == category)
    rows = read.session.execute(
        select(Report, Office.name)
        .outerjoin(Office, Office.id == Report.unit_id)
        .where(*where)
        .order_by(Report.published_at.desc(), Report.case_id)
    ).all()
    words = fold(text).split()
    if words:
        rows = [
            row for row in rows if all(word in fold(f"{row[0].public_text} {row[0].public_answer}") for word in words)
        ]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    lines = tuple(
        PublicReport(
            category=report.category,
            ward_code=report.ward_code,
            text=report.public_text,
            answer=report.public_answer,
            unit=unit or "",
            received_at=report.received_at,
            answered_at=report.answered_at,
            judged=report.judged,
            rating=report.rating,
        )
        for report, unit in rows[(page - 1) * PAGE : page * PAGE]
    )
    return PublicList(lines, len(rows), page, pages)


def open_now(read: Reading) -> int:
    """How many reports are being dealt with."""
    figure = select(func.count()).select_from(Report).where(Report.status.in_(OPEN), counts(Report.case_id))
    return read.session.scalar(figure) or 0

"""The case doctor: why a case does not move, or what it waits for, in plain words, with the one safe thing to do.

It never reads more into a case than is written: rows, saved state and record are each looked at, and where they
disagree that is what is told. Whoever keeps the machine running (`operator`) learns what is wrong and never what a
dossier says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import or_, select

from engine.bpmn import door
from engine.bpmn.saved import StateUnreadable
from engine.cases.models import Case
from engine.dossiers.models import Dossier
from engine.errors import NotFound, Refusal
from engine.feedback.models import Report
from engine.procedures.models import PublishedBundle
from engine.procedures.published import files_of, open_bundle
from engine.queries.doctor_beside import beside_findings
from engine.queries.doctor_findings import Chart, Finding, eyes_of, moment
from engine.queries.doctor_house import house_findings
from engine.queries.doctor_steps import damaged_bundle, step_findings, unreadable_state
from engine.queries.doctor_waits import wait_findings
from engine.work import Reading
from rules.sentences import Sentence

BESIDE = ("notice", "delivery", "journal", "clock-stopped", "job-failed", "level-behind")
"""Troubles that do not keep a case from moving."""
Verdict = Literal["ended", "goes", "troubled", "stands"]


@dataclass(frozen=True)
class Diagnosis:
    """One case looked at: `verdict` stands (it cannot go on), troubled (it goes on, something beside is wrong), goes
    (it waits as it should) or ended; the findings begin with what keeps the case.
    """

    case_id: UUID
    code: str
    title: str
    kind: str
    verdict: Verdict
    headline: Sentence
    findings: tuple[Finding, ...]
    looked_at: datetime
    sees_values: bool

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """What is not as it should be."""
        return tuple(one for one in self.findings if one.wrong)

    @property
    def waits(self) -> tuple[Finding, ...]:
        """What the case waits for as it should."""
        return tuple(one for one in self.findings if not one.wrong)

    def finding(self, key: str) -> Finding | None:
        """The finding with this key, if it is still there."""
        return next((one for one in self.findings if one.key == key), None)


@dataclass(frozen=True)
class Recheck:
    """What a fresh look after an act found of the trouble it was to mend; `well` only when it is really gone."""

    well: bool
    words: Sentence
    diagnosis: Diagnosis


def find_case(read: Reading, code: str) -> UUID:
    """The case with this code (of a dossier, a filing or a report) among those the actor may have looked at."""
    wanted = code.strip().upper()
    found = read.session.scalar(
        select(Dossier.case_id).where(or_(Dossier.code == wanted, Dossier.filing_code == wanted))
    ) or read.session.scalar(select(Report.case_id).where(Report.code == wanted))
    if found is None or eyes_of(read, found) is None:
        raise NotFound("Không có hồ sơ mang mã này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    return found


def diagnose(read: Reading, case_id: UUID) -> Diagnosis:
    """Look at one case from every side; NotFound when it is not for the actor's eyes."""
    sees = eyes_of(read, case_id)
    case = read.session.get(Case, case_id)
    if case is None or sees is None:
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    chart = Chart(read, case, sees)
    found: list[Finding] = []
    if case.ended_at is None:
        found += _opened(chart)
        found += step_findings(chart)
        found += house_findings(chart)
        if chart.waiting is not None:
            found += wait_findings(chart)
    found += beside_findings(chart)
    found.sort(key=lambda one: (not one.wrong, one.kind in BESIDE))
    code, title = _named(read, case_id)
    verdict = _verdict(case, found)
    return Diagnosis(
        case_id=case_id,
        code=code,
        title=title if sees else "",
        kind=case.kind,
        verdict=verdict,
        headline=_headline(case, verdict, found),
        findings=tuple(found),
        looked_at=read.now,
        sees_values=sees,
    )


def _opened(chart: Chart) -> list[Finding]:
    """Read version and state of the case into the chart; what cannot be read is a finding."""
    session, case = chart.read.session, chart.case
    try:
        files_of(session.get_one(PublishedBundle, case.bundle_id, populate_existing=True))
        chart.open = open_bundle(session, case.bundle_id)
        definition = chart.open.definition
    except Refusal as refusal:
        chart.open = None
        return [damaged_bundle(chart, Sentence(refusal.message, **refusal.params))]
    try:
        chart.waiting = door.look(definition, case.state, now=chart.read.now).waiting
    except StateUnreadable as fault:
        return [unreadable_state(chart, fault)]
    return []


def _named(read: Reading, case_id: UUID) -> tuple[str, str]:
    dossier = read.session.get(Dossier, case_id)
    if dossier is not None:
        return dossier.code or dossier.filing_code, dossier.title or dossier.procedure_name
    report = read.session.get(Report, case_id)
    return (report.code, "") if report else ("", "")


def _verdict(case: Case, findings: list[Finding]) -> Verdict:
    wrong = [one for one in findings if one.wrong]
    if case.ended_at is not None:
        return "troubled" if wrong else "ended"
    if any(one.kind not in BESIDE for one in wrong):
        return "stands"
    return "troubled" if wrong else "goes"


def _headline(case: Case, verdict: Verdict, findings: list[Finding]) -> Sentence:
    if verdict == "stands":
        return Sentence("Hồ sơ đứng lại: %(what)s", what=findings[0].what)
    if case.ended_at is not None:
        ended = moment(case.ended_at)
        if verdict == "troubled":
            return Sentence("Hồ sơ đã kết thúc lúc %(moment)s, nhưng còn chỗ cần xem.", moment=ended)
        return Sentence("Hồ sơ đã kết thúc lúc %(moment)s.", moment=ended)
    first = next((one.what for one in findings if not one.wrong), None)
    if verdict == "troubled":
        if first is None:
            return Sentence("Hồ sơ vẫn đi, nhưng có chỗ cần sửa.")
        return Sentence("Hồ sơ vẫn đi, nhưng có chỗ cần sửa. %(what)s", what=first)
    return Sentence("Hồ sơ đi bình thường. %(what)s", what=first or Sentence("Hệ thống đang tự xử lý."))


def recheck(read: Reading, case_id: UUID, key: str) -> Recheck:
    """A fresh look after an act that was to mend the finding `key`: what became of it, and nothing more."""
    now = diagnose(read, case_id)
    left = now.finding(key)
    subject = key.partition(":")[2]
    if left is not None and left.wrong:
        return Recheck(False, Sentence("Đã làm nhưng chưa được: %(what)s", what=left.what), now)
    under_way = next((one for one in now.waits if one.kind == "call" and subject and one.subject == subject), None)
    if under_way is not None:
        return Recheck(True, Sentence("Đã giao lại, chưa biết kết quả. %(what)s", what=under_way.what), now)
    if now.verdict == "stands":
        return Recheck(False, Sentence("Chỗ này đã qua, nhưng hồ sơ còn đứng. %(what)s", what=now.headline), now)
    return Recheck(True, Sentence("Đã xem lại: chỗ này đã hết. %(what)s", what=now.headline), now)

"""The terms of a case before and after a move: the law's dates as computed, a promise never later without a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.advance import Advance
from engine.cases.clocks import DOSSIER, LEGAL, SUPPLEMENT, calendar_under, rules_of, waits_of
from engine.cases.models import Case, Clock
from engine.clock import legal_date
from engine.deadlines.limits import Limit
from engine.deadlines.reckoning import due
from engine.dossiers.models import Apology, Dossier, SupplementRequest
from engine.procedures.published import OpenBundle
from rules.feel import FeelError, expression_of, feel
from rules.sentences import Sentence


@dataclass(frozen=True)
class TermChange:
    """One term of a case before and after the move.

    `limit_*` are a value and a unit ("3 working_days"), `due_*` the law's moments (None: it stands still), `promised_*`
    the dates told to the applicant (the dossier's own term only). With a `paper` ("form01", "form04") the promise
    becomes `with_paper`, and only once that paper is out; without, a promise never moves back.
    """

    term: str
    limit_before: str
    limit_after: str
    due_before: datetime | None
    due_after: datetime | None
    promised_before: date | None = None
    promised_after: date | None = None
    paper: str = ""
    with_paper: date | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> TermChange:
        """A change as it was kept in a plan's record."""
        moments = {name: _read(kept[name], datetime) for name in ("due_before", "due_after")}
        days = {name: _read(kept[name], date) for name in ("promised_before", "promised_after", "with_paper")}
        return cls(**{**kept, **moments, **days})

    @property
    def limit(self) -> Limit:
        """The new limit as a value."""
        value, unit = self.limit_after.split(" ")
        return Limit(int(value), unit)  # type: ignore[arg-type]


def _read(text: str | None, kind: type[date]) -> Any:
    return kind.fromisoformat(text) if text else None


def term_changes(
    session: Session, case: Case, dossier: Dossier | None, old: OpenBundle, new: OpenBundle, letter: str,
    advance: Advance | None, now: datetime,
) -> tuple[tuple[TermChange, ...], tuple[Sentence, ...]]:  # fmt: skip
    """Every running or paused term of a case under the new version's limits, from the same start and interruptions."""
    changes: list[TermChange] = []
    notes: list[Sentence] = []
    key = case_key(dossier, new, now) if dossier is not None else ""
    for clock in session.scalars(select(Clock).where(Clock.case_id == case.id, Clock.status != "stopped")):
        limit = limit_for(new, clock.term, key)
        if clock.term == SUPPLEMENT:  # the applicant's own time, told on a paper: it stays what it was
            continue
        if limit is None:
            notes.append(
                Sentence("Bản mới không có thời hạn «%(term)s»; thời hạn đang chạy giữ như cũ.", term=clock.term)
            )
            continue
        after = due(limit, clock.started_at, calendar_under(session, clock), waits_of(clock), **rules_of(clock))
        before = f"{clock.limit_value} {clock.limit_unit}"
        change = TermChange(clock.term, before, f"{limit.value} {limit.unit}", clock.due_at, after)
        if clock.term == DOSSIER and dossier is not None:
            change, told = _promise(session, case, clock, change, new, letter, advance, now)
            notes += told
        if after is not None and (clock.due_at is None or clock.due_at > now) and after <= now:
            notes.append(Sentence("Tính theo bản mới thì thời hạn «%(term)s» đã hết.", term=clock.term))
        changes.append(change)
    if law_to_keep(changes, new, key) is not None:
        notes.append(Sentence("Bản mới công bố thời hạn ngắn hơn luật; thời hạn theo luật được tính thêm bên cạnh."))
    if _lacks_own_term(session, case):
        notes.append(Sentence("Yêu cầu bổ sung đang chờ chưa có thời hạn; chuyển xong thì có thời hạn."))
    return tuple(sorted(changes, key=lambda one: one.term)), tuple(notes)


def _promise(
    session: Session, case: Case, clock: Clock, change: TermChange, new: OpenBundle, letter: str,
    advance: Advance | None, now: datetime,
) -> tuple[TermChange, list[Sentence]]:  # fmt: skip
    """What becomes of the date told to the applicant (domain: never lengthened without its letter)."""
    was = clock.promised_on
    told = TermChange(**{**vars(change), "promised_before": was, "promised_after": was})
    day = legal_date(change.due_after) if change.due_after is not None else None
    if was is None or day is None or day == was:
        return told, []
    if day < was:
        if day < legal_date(now) or _signed_for(session, case, was):
            return told, []  # a day that has passed is no promise, and a date a head signed for stands
        return TermChange(**{**vars(told), "promised_after": day}), []
    if not letter:
        return told, [Sentence("Hạn mới muộn hơn ngày đã hẹn; ngày hẹn với người nộp giữ nguyên.")]
    why = _no_paper(session, case, letter, new, advance)
    if why is not None:
        return told, [why]
    return TermChange(**{**vars(told), "paper": letter, "with_paper": day}), []


def _no_paper(session: Session, case: Case, letter: str, new: OpenBundle, advance: Advance | None) -> Sentence | None:
    """Why this case gets no paper with a later date, though the order says that one goes out."""
    if letter == "form01":
        if "form01" in new.procedure.letters:
            return None
        return Sentence("Bản mới không có mẫu giấy hẹn; ngày hẹn với người nộp giữ nguyên.")
    earlier = select(Apology.id).where(Apology.case_id == case.id, Apology.new_date.is_not(None))
    if session.scalar(earlier.limit(1)) is not None:
        return Sentence("Hồ sơ đã được hẹn lại một lần; ngày hẹn với người nộp giữ nguyên.")
    waits = advance is not None and any(one.message == "apology.due" for one in advance.waiting)
    if not waits:
        return Sentence("Hồ sơ không chờ văn bản xin lỗi nào; ngày hẹn với người nộp giữ nguyên.")
    return None


def _signed_for(session: Session, case: Case, day: date) -> bool:
    rows = select(Apology.id).where(Apology.case_id == case.id, Apology.new_date == day, Apology.sent_at.is_not(None))
    return session.scalar(rows.limit(1)) is not None


def open_request_without_term(session: Session, case_id: UUID) -> SupplementRequest | None:
    """A request for supplement from before such requests had a clock of their own."""
    request = session.scalar(
        select(SupplementRequest)
        .where(
            SupplementRequest.case_id == case_id,
            SupplementRequest.answered_at.is_(None),
            SupplementRequest.closed_at.is_(None),
        )
        .order_by(SupplementRequest.round.desc())
        .limit(1)
    )
    timed = select(Clock.id).where(Clock.case_id == case_id, Clock.term == SUPPLEMENT, Clock.status != "stopped")
    return request if request is not None and session.scalar(timed.limit(1)) is None else None


def _lacks_own_term(session: Session, case: Case) -> bool:
    request = open_request_without_term(session, case.id)
    return request is not None and request.lapsed_at is None


def limit_for(bundle: OpenBundle, term: str, case_key: str) -> Limit | None:
    """The limit a version sets for a term: promised or by law, by the dossier's variant; acceptance; one of its own."""
    limits = bundle.procedure.limits
    found = limits.terms.get(term)
    if term == DOSSIER:
        found = limits.for_case(case_key or None)
    elif term == LEGAL:
        found = limits.legal(case_key or None)
    elif term == "acceptance":
        found = limits.acceptance
    return Limit(max(found.value, 1), found.unit) if found is not None else None


def law_to_keep(changes: Sequence[TermChange], new: OpenBundle, key: str) -> Limit | None:
    """The law's limit that has to be kept beside a dossier's term from the move on; None where there is none to add."""
    terms, law = {one.term for one in changes}, limit_for(new, LEGAL, key)
    return law if DOSSIER in terms and LEGAL not in terms and law != limit_for(new, DOSSIER, key) else None


def case_key(dossier: Dossier, bundle: OpenBundle, now: datetime) -> str:
    """Which variant of the new version a dossier is: the one it was, else the first whose condition it meets."""
    keys = [one.key for one in bundle.procedure.limits.cases]
    if dossier.case_key in ("", *keys):
        return dossier.case_key
    for one in bundle.procedure.limits.cases:
        try:
            met = feel().evaluate(expression_of(one.when), {"form": dossier.answers}, now=now, strict=False)
        except FeelError:
            met = None
        if met is True:
            return one.key
    return ""

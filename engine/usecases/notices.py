"""Telling people: what was decided is written down first, then sent by a worker, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.db import new_id
from engine.dossiers.models import Dossier
from engine.feedback.models import Report
from engine.notifications.legal import LEGAL, NO_ADDRESS
from engine.notifications.models import Notice
from engine.ports import Channel, Unsure
from engine.usecases.calls import MENDERS
from engine.usecases.facts import facts_of
from engine.usecases.running import bundle_of
from engine.usecases.wording import fill_words
from engine.work import Work
from processes.house_notices import house_notice

MOST_ATTEMPTS = 5
HOUSE = frozenset({"date_moved", "supplement_moved", "handed_over", "late_asked", "result_acted_on"})
"""What the house tells also for bundles published before it had words for it."""


def recipients(work: Work, case: Case) -> tuple[str, list[tuple[str, str]]]:
    """The language and the (channel, address) pairs of whoever has to hear about a case."""
    dossier = work.session.get(Dossier, case.id)
    if dossier is not None:
        phone = dossier.applicant_phone or dossier.owner_phone
        email = dossier.applicant_email or dossier.owner_email
        locale = dossier.locale
    else:
        report = work.session.get(Report, case.id)
        phone, email, locale = (report.sender_phone, report.sender_email, "vi") if report else ("", "", "vi")
    return locale, [(channel, address) for channel, address in (("sms", phone), ("email", email)) if address]


def tell(work: Work, case: Case, event: str, *, reference: str, given: Mapping[str, Any] | None = None) -> list[Notice]:
    """Write one notice per channel in the words of the bundle; the same event and reference are told once.

    `given` are variables that only the step that tells has. A trial tells nobody: its history says what would have
    been told.
    """
    bundle = bundle_of(work, case)
    words = bundle.procedure.notices.get(event) or (house_notice(event) if event in HOUSE else None)
    if words is None:
        return []
    if case.trial:
        work.record(case, "notice.withheld", {"event": event})
        return []
    locale, addresses = recipients(work, case)
    key = f"{case.id}:{event}:{reference}"
    if not addresses and event in LEGAL:
        _keep_unsent(work, case, key=key, event=event, locale=locale)
    fresh = _not_told_yet(work, key, addresses)
    if not fresh:
        return []
    facts = facts_of(work.session, case, bundle, work.ports.settings, now=work.now, given=given)
    asked = [
        (
            words.subject.in_(locale) if channel == "email" else "",
            (words.sms if channel == "sms" else words.email).in_(locale),
        )
        for channel, _ in fresh
    ]
    filled = iter(fill_words([text for pair in asked for text in pair], facts, now=work.now))
    common = {"key": key, "event": event, "locale": locale}
    return [
        _write(work, case, channel=channel, recipient=address, subject=next(filled), body=next(filled), **common)
        for channel, address in fresh
    ]


def tell_words(work: Work, case: Case, event: str, words: str, *, reference: str) -> list[Notice]:
    """Write one notice per channel in words a person of the office wrote for this one case, once per reference.

    A trial tells nobody.
    """
    if case.trial:
        work.record(case, "notice.withheld", {"event": event})
        return []
    locale, addresses = recipients(work, case)
    dossier, key = work.session.get(Dossier, case.id), f"{case.id}:{event}:{reference}"
    subject = (dossier.code or dossier.filing_code) if dossier is not None else ""
    return [
        _write(
            work,
            case,
            key=key,
            event=event,
            channel=channel,
            recipient=address,
            subject=subject if channel == "email" else "",
            body=f"{subject}: {words}" if channel == "sms" and subject else words,
            locale=locale,
        )
        for channel, address in _not_told_yet(work, key, addresses)
    ]


def _not_told_yet(work: Work, key: str, addresses: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The addresses to which nothing was written under this key."""
    if not addresses:
        return []
    rows = work.session.execute(select(Notice.channel, Notice.recipient).where(Notice.key == key))
    known = {(channel, recipient) for channel, recipient in rows}
    return [one for one in addresses if one not in known]


def _write(work: Work, case: Case, *, key: str, channel: str, recipient: str, **values: Any) -> Notice:
    notice = Notice(
        id=new_id(),
        case_id=case.id,
        key=key,
        channel=channel,
        recipient=recipient,
        created_at=work.now,
        status="waiting",
        attempts=0,
        **values,
    )
    work.session.add(notice)
    work.defer("SendNotice", {"notice": str(notice.id)}, key=f"notice:{notice.id}")
    work.record(case, "notice.written", {"notice": str(notice.id), "event": values["event"], "channel": channel})
    return notice


def _keep_unsent(work: Work, case: Case, *, key: str, event: str, locale: str) -> None:
    """What the law demands could go nowhere: that is kept like a failure, so that somebody telephones or writes."""
    if work.session.scalar(select(Notice.id).where(Notice.key == key).limit(1)) is not None:
        return
    notice = Notice(
        id=new_id(),
        case_id=case.id,
        key=key,
        event=event,
        channel="none",
        recipient="",
        subject="",
        body="",
        locale=locale,
        status=NO_ADDRESS,
        created_at=work.now,
        settled_at=work.now,
        attempts=0,
    )
    work.session.add(notice)
    work.record(case, "notice.unsent", {"notice": str(notice.id), "event": event})


@dataclass(frozen=True)
class Attempt:
    """What a worker needs to send one notice, after the attempt was written down."""

    notice_id: UUID
    channel: str
    recipient: str
    subject: str
    body: str


def begin_attempt(work: Work, notice_id: UUID) -> Attempt | None:
    """Write down that an attempt begins; None when there is nothing to send.

    A notice found "attempting" was cut off in an earlier try: it may have gone out, so it is left for a person.
    """
    notice = work.session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None or notice.status not in {"waiting", "attempting"}:
        return None
    if notice.status == "attempting":
        notice.status, notice.settled_at = "unknown", work.now
        notice.last_error = "Lần gửi trước bị ngắt giữa chừng; không biết tin đã đi hay chưa."
        return None
    notice.status, notice.attempted_at = "attempting", work.now
    notice.attempts += 1
    return Attempt(notice.id, notice.channel, notice.recipient, notice.subject, notice.body)


def send(channel: Channel, attempt: Attempt) -> tuple[str, str]:
    """Hand a notice to its channel with no transaction open; ("delivered" | "unknown" | "failed", receipt or error)."""
    try:
        receipt = channel.send(
            recipient=attempt.recipient,
            subject=attempt.subject,
            body=attempt.body,
            reference=str(attempt.notice_id),
        )
    except Unsure as doubt:
        return "unknown", str(doubt)
    except Exception as failure:
        return "failed", f"{type(failure).__name__}: {failure}"
    return "delivered", receipt


def settle_attempt(work: Work, notice_id: UUID, outcome: str, detail: str) -> str:
    """Write down how the attempt ended; a failure that was certainly not sent may be tried again."""
    notice = work.session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None or notice.status != "attempting":
        return "settled"
    if outcome == "failed" and notice.attempts < MOST_ATTEMPTS:
        notice.status, notice.last_error = "waiting", detail[:1000]
        return "again"
    notice.status, notice.settled_at = outcome, work.now
    notice.receipt = detail[:200] if outcome == "delivered" else ""
    notice.last_error = None if outcome == "delivered" else detail[:1000]
    return "settled"


def resend(work: Work, notice_id: UUID) -> None:
    """A person looked into an unknown or failed notice and wants it sent again."""
    require_role(work.actor, *MENDERS)
    notice = work.session.get_one(Notice, notice_id, with_for_update=True)
    if notice.status in {"unknown", "failed"}:
        notice.status, notice.attempts = "waiting", 0
        work.defer("SendNotice", {"notice": str(notice.id)}, key=f"notice:{notice.id}:{_stamp(work.now)}")


def _stamp(now: datetime) -> str:
    return now.isoformat()

"""Warnings by e-mail: what reached a mark at one time goes in one message, a digest at its hour; each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, not_, select, update

from engine.accounts.models import Person
from engine.accounts.people import actor_of
from engine.cases.models import Clock
from engine.db import new_id
from engine.notifications.models import Notice
from engine.notifications.officials import write_email
from engine.notifications.staff import StaffWarning
from engine.notifications.staff_choices import AT_ONCE, listeners_of
from engine.notifications.staff_live import OVER, TODAY, TOMORROW, by_mail, holds, in_groups, within
from engine.notifications.staff_words import Message, at_once_words, digest_words
from engine.work import Reading, Work

NOW, DIGEST = "staff.warned", "staff.digest"
"""The events under which messages to officials stand among the notices."""
BATCH = 200
QUIET = timedelta(minutes=10)
"""Between two messages at once to one person; what reaches a mark meanwhile goes with the next one."""
PATIENCE = timedelta(minutes=10)
"""For so long messages at once wait for a sweep that has not come to the end of what is due."""
KEPT = timedelta(days=180)


def due_people(read: Reading) -> list[UUID]:
    """Who has warnings whose moment to be sent has come."""
    waiting = (StaffWarning.closed_at.is_(None), StaffWarning.mail_at <= read.now)
    rows = read.session.scalars(select(StaffWarning.person_id).where(*waiting).distinct().limit(BATCH))
    return list(rows)


def send_warnings(work: Work, person_id: UUID) -> UUID | None:
    """Put what waits for one person into one message and hand it to the sending; gives the message.

    Asked again, or by two workers at once, it finds nothing left. Nobody is written to who has no address or whose
    account is closed; a digest in which nothing is left, or in which nothing changed and nothing presses, is not sent.
    """
    mine = StaffWarning.person_id == person_id
    waiting = and_(mine, StaffWarning.closed_at.is_(None), StaffWarning.mail_at <= work.now)
    rows = work.session.scalars(select(StaffWarning).where(waiting).order_by(StaffWarning.id).with_for_update()).all()
    if not rows:
        return None
    person = work.session.get_one(Person, person_id)
    holding = set(work.session.scalars(select(StaffWarning.id).where(waiting, holds())))
    for row in rows:
        if row.id not in holding:
            row.closed_at, row.mail_at = work.now, None
    rows = [row for row in rows if row.id in holding]
    work.session.flush()
    if not person.active or not person.email:
        for row in rows:
            row.mail_at = None
        return None
    if all(row.how == AT_ONCE for row in rows):
        return _at_once(work, person, rows)
    return _digest(work, person, rows)


def _at_once(work: Work, person: Person, rows: Sequence[StaffWarning]) -> UUID | None:
    if not rows or _too_soon(work, person.id, min(row.raised_at for row in rows)):
        return None
    notice_id, site = new_id(), work.ports.settings.public_url
    marks = Counter(("step" if row.step else "") + row.mark for row in rows)
    words = at_once_words(marks, notice_id, rows[0].code, person.locale, site=site)
    _write(work, person, notice_id, NOW, words)
    for row in rows:
        row.notice_id, row.mailed_at, row.mail_at = notice_id, work.now, None
    return notice_id


def _digest(work: Work, person: Person, rows: Sequence[StaffWarning]) -> UUID | None:
    """The whole of how it stands, not only what is new: the same counts as on the page a moment later."""
    actor = actor_of(work.session, person.id, now=work.now)
    if actor is None:
        return None
    seen = within(actor.oversight, everywhere=actor.everywhere)
    groups = in_groups(work.session, and_(StaffWarning.person_id == person.id, holds(), by_mail(), seen), work.now)
    fresh = any(row.mailed_at is None for row in rows)
    listener = listeners_of(work.session, [person.id], work.now)[person.id]
    notice_id: UUID | None = None
    if groups and (fresh or {OVER, TODAY, TOMORROW} & set(groups)):
        notice_id = new_id()
        words = digest_words(groups, person.locale, now=work.now, site=work.ports.settings.public_url)
        _write(work, person, notice_id, DIGEST, words)
    for row in rows:
        row.mail_at = listener.mail_at(row.how, work.now) if row.how != AT_ONCE else None
        if notice_id is not None:
            row.notice_id, row.mailed_at = notice_id, work.now
    return notice_id


def _too_soon(work: Work, person_id: UUID, oldest: datetime) -> bool:
    """Whether more is about to come that had better go in the same message."""
    last = work.session.scalar(select(func.max(StaffWarning.mailed_at)).where(StaffWarning.person_id == person_id))
    if last is not None and work.now - last < QUIET:
        return True
    behind = select(Clock.id).where(Clock.status == "running", Clock.next_at <= work.now).limit(1)
    return work.now - oldest < PATIENCE and work.session.scalar(behind) is not None


def _write(work: Work, person: Person, notice_id: UUID, event: str, words: Message) -> None:
    key = f"{event}:{person.id}:{notice_id}"
    write_email(work, person, key=key, event=event, subject=words.subject, body=words.body, notice_id=notice_id)


def tidy_warnings(work: Work) -> tuple[int, int]:
    """Close what no longer holds, throw away what was closed half a year ago; how many of each.

    Messages of that age go too, but for those that did not arrive: they wait for a person.
    """
    closed = work.session.execute(
        update(StaffWarning)
        .where(StaffWarning.closed_at.is_(None), not_(holds()))
        .values(closed_at=work.now, mail_at=None)
        .execution_options(synchronize_session=False)
    )
    gone = work.session.execute(
        delete(StaffWarning)
        .where(StaffWarning.closed_at < work.now - KEPT)
        .execution_options(synchronize_session=False)
    )
    spoken_of = exists(select(StaffWarning.id).where(StaffWarning.notice_id == Notice.id))
    work.session.execute(
        delete(Notice)
        .where(
            Notice.status == "delivered",
            Notice.created_at < work.now - KEPT,
            Notice.event.in_((NOW, DIGEST)),
            not_(spoken_of),
        )
        .execution_options(synchronize_session=False)
    )
    return closed.rowcount, gone.rowcount  # type: ignore[attr-defined]

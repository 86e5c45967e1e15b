"""Telling designers and leaders, once, that something a procedure stands on ends soon and nothing follows it."""

from __future__ import annotations

import hashlib

from sqlalchemy import or_, select

from engine.accounts.models import Mandate, Person
from engine.clock import legal_date
from engine.db import new_id
from engine.notifications.models import Notice
from engine.procedures.effect import Ending, endings
from engine.spoken import speaker
from engine.work import Work
from rules.sentences import Sentence

EVENT = "law.ending"
TOLD = ("designer", "procedure_controller", "leader")


def warn_of_endings(work: Work) -> int:
    """Write one e-mail a person for every ending nobody was told of yet; how many were written.

    Asked again, on the same day or later, it tells nobody twice; somebody who takes a post later is told then.
    """
    today = legal_date(work.now)
    written = 0
    for ending in endings(work.session, today):
        if ending.last_day < today:
            continue
        fresh = [_write(work, ending, person) for person in _people(work)]
        if any(fresh):
            written += sum(fresh)
            facts = {"procedure": ending.procedure, "version": ending.version, "kind": ending.kind}
            work.record_for_office("system", EVENT, facts | {"title": ending.title, "last_day": ending.last_day})
    return written


def _people(work: Work) -> list[Person]:
    """Whoever designs or leads today and has an address."""
    today = legal_date(work.now)
    statement = (
        select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(
            Mandate.role.in_(TOLD),
            Mandate.valid_from <= today,
            or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today),
            Person.active,
            Person.email != "",
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(work.session.scalars(statement))


def _write(work: Work, ending: Ending, person: Person) -> bool:
    about = hashlib.sha256(f"{ending.kind}:{ending.title}".encode()).hexdigest()[:16]
    key = f"{EVENT}:{ending.procedure}:{about}:{ending.last_day}"
    told = select(Notice.id).where(Notice.key == key, Notice.channel == "email", Notice.recipient == person.email)
    if work.session.scalar(told) is not None:
        return False
    subject, body = _words(ending, person.locale)
    notice = Notice(
        id=new_id(),
        key=key,
        event=EVENT,
        channel="email",
        recipient=person.email,
        subject=subject,
        body=body,
        locale=person.locale,
        status="waiting",
        created_at=work.now,
        attempts=0,
    )
    work.session.add(notice)
    work.session.flush()
    work.defer("SendNotice", {"notice": str(notice.id)}, key=f"notice:{notice.id}")
    return True


def _words(ending: Ending, locale: str) -> tuple[str, str]:
    """Subject and text of the e-mail in the person's language."""
    day = ending.last_day.strftime("%d/%m/%Y")
    subject = Sentence(
        "Căn cứ của thủ tục %(procedure)s hết hiệu lực sau ngày %(day)s", procedure=ending.procedure, day=day
    )
    what = (
        Sentence("“%(title)s” hết hiệu lực sau ngày %(day)s", title=ending.title, day=day)
        if ending.kind == "basis"
        else Sentence("phiên bản %(version)s hết thời gian áp dụng sau ngày %(day)s", version=ending.version, day=day)
    )
    ends = Sentence(
        "Thủ tục %(procedure)s (%(name)s): %(what)s, chưa có quy định thay thế được công bố trong hệ thống.",
        procedure=ending.procedure,
        name=ending.name_en if locale != "vi" and ending.name_en else ending.name,
        what=what,
    )
    act = Sentence(
        "Còn %(days)s ngày. Đề nghị người thiết kế công bố trước phiên bản áp dụng từ ngày tiếp theo, hoặc ghi "
        "văn bản thay thế vào căn cứ pháp lý của thủ tục.",
        days=ending.days,
    )
    say = speaker(locale)
    return subject.said(say), f"{ends.said(say)}\n\n{act.said(say)}"

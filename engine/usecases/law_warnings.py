"""Telling designers and leaders, once, that something a procedure stands on ends soon and nothing follows it."""

from __future__ import annotations

import hashlib

from sqlalchemy import or_, select

from engine.accounts.models import Mandate, Person
from engine.clock import legal_date
from engine.db import new_id
from engine.notifications.models import Notice
from engine.procedures.effect import Ending, endings
from engine.work import Work

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
    subject, body = _words(ending)
    notice = Notice(
        id=new_id(),
        key=key,
        event=EVENT,
        channel="email",
        recipient=person.email,
        subject=subject,
        body=body,
        locale="vi",
        status="waiting",
        created_at=work.now,
        attempts=0,
    )
    work.session.add(notice)
    work.session.flush()
    work.defer("SendNotice", {"notice": str(notice.id)}, key=f"notice:{notice.id}")
    return True


def _words(ending: Ending) -> tuple[str, str]:
    day = ending.last_day.strftime("%d/%m/%Y")
    subject = f"Căn cứ của thủ tục {ending.procedure} hết hiệu lực sau ngày {day}"
    what = (
        f"“{ending.title}” hết hiệu lực sau ngày {day}"
        if ending.kind == "basis"
        else f"phiên bản {ending.version} hết thời gian áp dụng sau ngày {day}"
    )
    body = (
        f"Thủ tục {ending.procedure} ({ending.name}): {what}, "
        "chưa có quy định thay thế được công bố trong hệ thống.\n\n"
        f"Còn {ending.days} ngày. Đề nghị người thiết kế công bố trước phiên bản áp dụng từ ngày tiếp theo, hoặc ghi "
        "văn bản thay thế vào căn cứ pháp lý của thủ tục."
    )
    return subject, body

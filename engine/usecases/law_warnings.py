"""Telling designers and leaders, once, that something a procedure stands on ends soon and nothing follows it."""

from __future__ import annotations

import hashlib

from engine.accounts.models import Person
from engine.clock import legal_date
from engine.notifications.officials import reachable, told, write_email
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
        fresh = [_write(work, ending, person) for person in reachable(work, TOLD)]
        if any(fresh):
            written += sum(fresh)
            facts = {"procedure": ending.procedure, "version": ending.version, "kind": ending.kind}
            work.record_for_office("system", EVENT, facts | {"title": ending.title, "last_day": ending.last_day})
    return written


def _write(work: Work, ending: Ending, person: Person) -> bool:
    about = hashlib.sha256(f"{ending.kind}:{ending.title}".encode()).hexdigest()[:16]
    key = f"{EVENT}:{ending.procedure}:{about}:{ending.last_day}"
    if told(work, person, key):
        return False
    subject, body = _words(ending, person.locale)
    write_email(work, person, key=key, event=EVENT, subject=subject, body=body)
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

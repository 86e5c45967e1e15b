"""The words of a message about warnings, in the reader's language: counts and ways to their lists, no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.clock import legal_time
from engine.notifications.staff_live import GROUPS, OVER, SOON, STEP, TODAY, TOMORROW
from engine.spoken import speaker
from rules.sentences import Sentence

LIST = "/nhac-han"
CHOICES = "/nhac-han/cach-nhan"

GROUP_NAMES: Mapping[str, Sentence] = {
    OVER: Sentence("Quá hạn"),
    TODAY: Sentence("Đến hạn hôm nay"),
    TOMORROW: Sentence("Đến hạn ngày mai"),
    SOON: Sentence("Sắp đến hạn"),
    STEP: Sentence("Bước sắp hết hoặc đã hết thời gian"),
}
MARK_NAMES: Mapping[str, Sentence] = {
    "50": Sentence("Đã dùng 50 % thời hạn"),
    "80": Sentence("Đã dùng 80 % thời hạn"),
    "tomorrow": Sentence("Đến hạn ngày làm việc tới"),
    "100": Sentence("Hết thời hạn"),
    "step80": Sentence("Bước xử lý đã dùng 80 % thời gian"),
    "step100": Sentence("Bước xử lý hết thời gian"),
}
"""What has been reached, by mark; of a step's own time "step" stands before it."""


@dataclass(frozen=True)
class Message:
    """What is sent: a subject and a text."""

    subject: str
    body: str


def digest_words(groups: Mapping[str, int], locale: str, *, now: datetime, site: str) -> Message:
    """A digest: one line a group with its count and the address of the list the count is of."""
    say = speaker(locale)
    there = [(name, GROUP_NAMES[name].said(say)) for name in GROUPS if groups.get(name)]
    lines = [f"{title}: {groups[name]}\n  {site}{LIST}?nhom={name}&thu=1" for name, title in there]
    head = ", ".join(f"{title[:1].lower()}{title[1:]} {groups[name]}" for name, title in there)
    subject = Sentence("Nhắc hạn %(day)s: %(head)s", day=f"{legal_time(now):%d/%m/%Y}", head=head)
    return Message(subject.said(say), _letter(lines, locale, site))


def at_once_words(marks: Mapping[str, int], notice_id: UUID, code: str, locale: str, *, site: str) -> Message:
    """What has just reached a mark: one line a mark with its count; `code` is the dossier's of a single one."""
    say = speaker(locale)
    there = [(name, MARK_NAMES[name].said(say)) for name in MARK_NAMES if marks.get(name)]
    lines = [f"{title}: {marks[name]}\n  {site}{LIST}?lan={notice_id}&moc={name}" for name, title in there]
    count = sum(marks.values())
    subject = Sentence("Nhắc hạn: %(count)s việc vừa đến mốc", count=count)
    if count == 1 and code:
        return Message(f"{code}: {there[0][1]}", _letter(lines, locale, site))
    return Message(subject.said(say), _letter(lines, locale, site))


def _letter(lines: list[str], locale: str, site: str) -> str:
    why = Sentence("Bạn nhận thư này theo cách nhận đã chọn: %(link)s", link=f"{site}{CHOICES}")
    return "\n".join([*lines, "", why.said(speaker(locale))])

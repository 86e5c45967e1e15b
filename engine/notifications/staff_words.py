"""The words of a message about warnings, in the reader's language: counts and ways to their lists, no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.clock import legal_time
from engine.notifications.staff_live import GROUPS, OVER, SOON, TODAY, TOMORROW

LIST = "/nhac-han"
CHOICES = "/nhac-han/cach-nhan"

GROUP_NAMES: dict[str, tuple[str, str]] = {
    OVER: ("Quá hạn", "Overdue"),
    TODAY: ("Đến hạn hôm nay", "Due today"),
    TOMORROW: ("Đến hạn ngày mai", "Due tomorrow"),
    SOON: ("Sắp đến hạn", "Due soon"),
}
MARK_NAMES: dict[str, tuple[str, str]] = {
    "50": ("đã dùng 50 % thời hạn", "half of the time limit used"),
    "80": ("đã dùng 80 % thời hạn", "80 % of the time limit used"),
    "tomorrow": ("đến hạn ngày mai", "due on the next working day"),
    "100": ("hết thời hạn", "time limit reached"),
    "step80": ("bước đã dùng 80 % thời gian", "80 % of a step's time used"),
    "step100": ("bước hết thời gian", "a step's time is over"),
}
SUBJECT = {
    "now": ("Nhắc hạn: {count} việc vừa đến mốc", "Deadlines: {count} have just reached a mark"),
    "digest": ("Nhắc hạn {day}: {head}", "Deadlines {day}: {head}"),
}
WHY = (
    "Bạn nhận thư này theo cách nhận đã chọn: {link}",
    "You receive this the way you chose: {link}",
)


@dataclass(frozen=True)
class Message:
    """What is sent: a subject and a text."""

    subject: str
    body: str


def digest_words(groups: Mapping[str, int], locale: str, *, now: datetime, site: str) -> Message:
    """A digest: one line a group with its count and the address of the list the count is of."""
    tongue = _tongue(locale)
    there = [name for name in GROUPS if groups.get(name)]
    lines = [f"{GROUP_NAMES[name][tongue]}: {groups[name]}\n  {site}{LIST}?nhom={name}" for name in there]
    head = ", ".join(f"{GROUP_NAMES[name][tongue].lower()} {groups[name]}" for name in there)
    subject = SUBJECT["digest"][tongue].format(day=_day(now), head=head)
    return Message(subject, _letter(lines, tongue, site))


def at_once_words(
    marks: Mapping[str, int], notice_id: UUID, code: str, locale: str, *, now: datetime, site: str
) -> Message:
    """What has just reached a mark: one line a mark with its count; `code` is the dossier's of a single one."""
    tongue, count = _tongue(locale), sum(marks.values())
    lines = [
        f"{MARK_NAMES[name][tongue][:1].upper()}{MARK_NAMES[name][tongue][1:]}: {marks[name]}\n"
        f"  {site}{LIST}?lan={notice_id}&moc={name}"
        for name in MARK_NAMES
        if marks.get(name)
    ]
    subject = SUBJECT["now"][tongue].format(count=count)
    if count == 1 and code:
        subject = f"{code}: {MARK_NAMES[next(iter(marks))][tongue]}"
    return Message(subject, _letter(lines, tongue, site))


def _letter(lines: list[str], tongue: int, site: str) -> str:
    return "\n".join([*lines, "", WHY[tongue].format(link=f"{site}{CHOICES}")])


def _tongue(locale: str) -> int:
    return 1 if locale.startswith("en") else 0


def _day(now: datetime) -> str:
    return f"{legal_time(now):%d/%m/%Y}"

"""What the ledger says: reasons in Vietnamese and the provisions they rest on."""

from __future__ import annotations

from datetime import date

from engine.deadlines.calendar import Calendar, DayKind
from engine.deadlines.limits import Interruption, Limit

FIRST_DAY = "Ngày đầu tiên của thời hạn không tính"
RECEIVED_LATER = "Nộp ngoài giờ làm việc, tính là tiếp nhận vào ngày làm việc kế tiếp"
AFTER_CUT_OFF = "Tiếp nhận sau giờ quy định trong ngày, chuyển sang ngày làm việc kế tiếp"
COUNTED_AGAIN = "Đã tính trước khi tạm dừng, không tính nữa vì tính lại từ đầu"
FIRST_DAY_AGAIN = "Ngày kết thúc tạm dừng: ngày đầu tiên của thời hạn tính lại, không tính"
SAME_DAY = "Giải quyết trong ngày làm việc"
WORKING_DAYS = "Ngày làm việc"
MAKEUP = "Ngày làm bù"
CALENDAR_DAYS = "Ngày liên tục, kể cả ngày nghỉ"
OPEN_HOURS = "Giờ làm việc"
LUNCH = "Nghỉ trưa"
CLOSED = "Ngoài giờ làm việc"
WEEKLY_REST = "Ngày nghỉ hằng tuần"
REST_AT_THE_END = "Ngày cuối rơi vào ngày nghỉ"

ART_147_1 = "Bộ luật Dân sự 2015, Điều 147 khoản 1"
ART_147_2 = "Bộ luật Dân sự 2015, Điều 147 khoản 2"
ART_148_5 = "Bộ luật Dân sự 2015, Điều 148 khoản 5"
FORTY_HOURS = "Quyết định 188/1999/QĐ-TTg"
OFFICE_HOURS = "Giờ làm việc của cơ quan"
SAME_DAY_RULE = "Quy định giải quyết trong ngày của thủ tục"
START_RULE = "Quy định giờ bắt đầu tính thời hạn của thủ tục"
THE_LIMIT = "Thời hạn giải quyết của thủ tục"

DAY_KINDS = {
    DayKind.OFF_HOLIDAY: "Ngày nghỉ lễ, tết",
    DayKind.OFF_SUBSTITUTE: "Ngày nghỉ bù",
    DayKind.OFF_SWAP: "Ngày nghỉ hoán đổi",
    DayKind.WORK_MAKEUP: MAKEUP,
}
CAUSES = {
    "supplement": "Tạm dừng: chờ bổ sung, hoàn thiện hồ sơ",
    "financial": "Tạm dừng: chờ thực hiện nghĩa vụ tài chính",
    "stop": "Tạm dừng xử lý hồ sơ",
}

Why = tuple[str, str]
REST: Why = (WEEKLY_REST, FORTY_HOURS)


def why_off(calendar: Calendar, day: date) -> Why:
    """Why the office does not work on that day, and the document that says so."""
    return _rule_or(calendar, day, REST)


def why_working(calendar: Calendar, day: date) -> Why:
    """Why that working day counts; a make-up day names its document."""
    return _rule_or(calendar, day, (WORKING_DAYS, THE_LIMIT))


def why_paused(interruption: Interruption) -> Why:
    """What the office was waiting for, and the provision that stops the clock."""
    source = "; ".join(part for part in (interruption.document, interruption.ground) if part)
    return CAUSES.get(interruption.cause, interruption.cause), source


def why_counted(limit: Limit) -> Why:
    """What the limit counts."""
    by_unit = {
        "days": CALENDAR_DAYS,
        "months": CALENDAR_DAYS,
        "working_days": WORKING_DAYS,
        "hours": OPEN_HOURS,
        "same_day": SAME_DAY,
    }
    return by_unit[limit.unit], SAME_DAY_RULE if limit.unit == "same_day" else THE_LIMIT


def _rule_or(calendar: Calendar, day: date, otherwise: Why) -> Why:
    rule = calendar.rule(day)
    return (rule.name or DAY_KINDS[rule.kind], rule.source) if rule else otherwise

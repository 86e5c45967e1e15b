"""How dates, money, numbers and names are written on a page; every moment as the wall clock of Viet Nam shows it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.accounts.models import masked_name
from engine.clock import legal_date, legal_time
from web.ui.months import ledger_months, month_words, weekdays


def date_words(value: date | datetime | None) -> str:
    """26/11/2026."""
    if value is None:
        return ""
    day = legal_date(value) if isinstance(value, datetime) else value
    return f"{day:%d/%m/%Y}"


def moment_words(value: datetime | None) -> str:
    """09:30 26/11/2026."""
    return f"{legal_time(value):%H:%M %d/%m/%Y}" if value else ""


def time_words(value: datetime | None) -> str:
    """09:30."""
    return f"{legal_time(value):%H:%M}" if value else ""


def weekday_words(value: date | datetime) -> str:
    """Thứ Năm."""
    day = legal_date(value) if isinstance(value, datetime) else value
    names = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
    return str(names[day.weekday()])


def money(value: int | None) -> str:
    """1.000.000 đ; whole đồng."""
    return "" if value is None else f"{value:,} đ".replace(",", ".")


def number(value: int | float | None) -> str:
    """12.345 or 1.234,5 as it is written in Viet Nam."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def size_words(value: int) -> str:
    """A file's size: 640 KB, 1,2 MB."""
    if value < 1024:
        return f"{value} B"
    if value < 1024 * 1024:
        return f"{value // 1024} KB"
    return f"{number(value / (1024 * 1024))} MB"


def masked_identity(value: str | None) -> str:
    """An identity number with only its last three digits: ••• ••• ••• 123."""
    digits = re.sub(r"\D", "", value or "")
    if not digits:
        return ""
    hidden = "•" * max(len(digits) - 3, 0) + digits[-3:]
    return " ".join(hidden[start : start + 3] for start in range(0, len(hidden), 3))


def masked_phone(value: str | None) -> str:
    """A telephone number of which only the last three digits are shown."""
    digits = re.sub(r"\D", "", value or "")
    return f"{'•' * (len(digits) - 3)}{digits[-3:]}" if len(digits) > 3 else ""


def amount_words(amount: int, unit: str) -> str:
    """ "3 ngày làm việc" for an amount and a limit's unit (`working_days`, `days`, `months`, `hours`, `same_day` …)."""
    count = number(amount)
    if unit == "working_days":
        return str(ngettext("%(count)s ngày làm việc", "%(count)s ngày làm việc", amount, count=count))
    if unit == "hours":
        return str(ngettext("%(count)s giờ", "%(count)s giờ", amount, count=count))
    if unit == "working_hours":
        return str(ngettext("%(count)s giờ làm việc", "%(count)s giờ làm việc", amount, count=count))
    if unit == "minutes":
        return str(ngettext("%(count)s phút", "%(count)s phút", amount, count=count))
    if unit == "months":
        return str(ngettext("%(count)s tháng", "%(count)s tháng", amount, count=count))
    if unit == "seconds":
        return duration_words(amount)
    if unit == "same_day":
        return str(_("trong ngày làm việc"))
    return str(ngettext("%(count)s ngày", "%(count)s ngày", amount, count=count))


def duration_words(seconds: int) -> str:
    """Working time of a ledger: 5400 seconds are "1 giờ 30 phút"."""
    hours, minutes = divmod(seconds // 60, 60)
    parts = [amount_words(hours, "hours")] if hours else []
    return " ".join([*parts, amount_words(minutes, "minutes")] if minutes or not hours else parts)


def span_from(value: date | datetime) -> str:
    """Where a span of a ledger begins: its day, with the hour only when that is not midnight."""
    midnight = not isinstance(value, datetime) or legal_time(value).time() == time(0)
    return date_words(value) if midnight or not isinstance(value, datetime) else moment_words(value)


def span_to(value: date | datetime | None) -> str:
    """Where a span ends: midnight is the end of the day before; None is still running."""
    if value is None:
        return str(_("chưa kết thúc"))
    if isinstance(value, datetime) and legal_time(value).time() == time(0):
        return date_words(value - timedelta(days=1))
    return span_from(value)


def standing_words(standing: Any) -> str:
    """Where a dossier stands to its date, in the words of the trade: "Còn 3 ngày làm việc", "Quá hạn 2 ngày".

    Takes any object with `kind` (within, soon, today, overdue, paused, early, on_time, late), `amount` and `unit`;
    hours left of a limit are working hours.
    """
    kind = standing.kind
    amount = getattr(standing, "amount", 0) or 0
    unit = getattr(standing, "unit", "days")
    words = amount_words(abs(amount), "working_hours" if unit == "hours" else unit)
    fixed = {
        "today": _("Đến hạn hôm nay"),
        "paused": _("Tạm dừng tính thời hạn"),
        "early": _("Trước hạn"),
        "on_time": _("Đúng hạn"),
        "late": _("Quá hạn"),
    }
    if kind == "overdue":
        return str(_("Quá hạn %(amount)s", amount=words))
    if kind in fixed:
        return str(fixed[kind])
    return str(_("Còn %(amount)s", amount=words))


def ago_words(value: datetime, now: datetime) -> str:
    """How long ago something happened: "vừa xong", "5 phút trước", "hôm qua", else its date."""
    passed = now - value
    if passed < timedelta(minutes=1):
        return str(_("vừa xong"))
    if passed < timedelta(hours=1):
        return str(_("%(amount)s trước", amount=amount_words(passed.seconds // 60, "minutes")))
    if legal_date(value) == legal_date(now):
        return str(_("%(amount)s trước", amount=amount_words(passed.seconds // 3600, "hours")))
    if legal_date(value) == legal_date(now) - timedelta(days=1):
        return str(_("hôm qua lúc %(time)s", time=time_words(value)))
    return moment_words(value)


def iso(value: date | datetime) -> str:
    """A machine's form of a day or moment, for `<time datetime>`."""
    return legal_time(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


FILTERS = {
    "date": date_words,
    "moment": moment_words,
    "time": time_words,
    "weekday": weekday_words,
    "money": money,
    "number": number,
    "size": size_words,
    "masked_identity": masked_identity,
    "masked_name": masked_name,
    "masked_phone": masked_phone,
    "span_from": span_from,
    "span_to": span_to,
    "standing": standing_words,
    "ago": ago_words,
    "iso": iso,
}


def write_values(app: Flask) -> None:
    """Give templates the filters of this room, and `amount_words(3, "working_days")`."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        amount_words=amount_words, ledger_months=ledger_months, month_words=month_words, weekdays=weekdays
    )

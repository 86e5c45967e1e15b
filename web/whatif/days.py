"""The days of these pages' forms, typed as day, month and year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from engine.errors import Invalid
from engine.queries.whatif_reading import read_day
from web.ui.dates import day_of


def day_if_any(form: Mapping[str, str], name: str) -> date | None:
    """The day that was typed, None when none was; Invalid when there is no such day or it is out of all reach."""
    try:
        found = day_of(form, name)
    except ValueError:
        raise Invalid(_("Không có ngày này trong lịch; xem lại ngày, tháng, năm")) from None
    return read_day(found.isoformat()) if found else None


def day_wanted(form: Mapping[str, str], name: str) -> date:
    """The day that was typed; Invalid also when none was."""
    found = day_if_any(form, name)
    if found is None:
        raise Invalid(_("Nhập ngày, tháng, năm"))
    return found

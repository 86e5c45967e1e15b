"""The days of these pages' forms, typed as day, month and year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from engine.errors import FieldProblem, Invalid
from engine.queries.whatif_reading import read_day
from web.ui.dates import day_of
from web.ui.i18n import say


def day_if_any(form: Mapping[str, str], name: str) -> date | None:
    """The day that was typed, None when none was; Invalid when there is no such day or it is out of all reach."""
    try:
        found = day_of(form, name)
    except ValueError:
        raise _wrong(name, _("Không có ngày này trong lịch; xem lại ngày, tháng, năm")) from None
    try:
        return read_day(found.isoformat()) if found else None
    except Invalid as refusal:
        raise _wrong(name, say(refusal.message, **refusal.params)) from None


def day_wanted(form: Mapping[str, str], name: str) -> date:
    """The day that was typed; Invalid also when none was."""
    found = day_if_any(form, name)
    if found is None:
        raise _wrong(name, _("Nhập ngày, tháng, năm"))
    return found


def _wrong(name: str, words: str) -> Invalid:
    return Invalid(words, [FieldProblem(name, words)])

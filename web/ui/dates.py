"""Dates of a page's own fields (`date_input` in ui/dates.html): read back, and shown again as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forms.dates import PARTS, is_blank_date, read_date


def typed_day(form: Mapping[str, str], name: str, known: date | None = None) -> dict[str, str]:
    """Day, month and year as they were typed in a posted form; of a form nobody has sent yet, those of `known`."""
    typed = {part: form.get(f"{name}-{part}", "") for part in PARTS}
    if not form and known is not None:
        return {"day": str(known.day), "month": str(known.month), "year": str(known.year)}
    return typed


def day_of(form: Mapping[str, str], name: str) -> date | None:
    """The date typed in a posted form; None when nothing was, ValueError when it is no day there ever was."""
    typed = typed_day(form, name)
    return None if is_blank_date(typed) else read_date(typed)

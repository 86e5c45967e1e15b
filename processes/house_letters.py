"""Letters the house prints whatever a bundle says: an office's books, and forms an older bundle does not hold yet."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

COMMON, BOOKS = Path(__file__).with_name("common"), Path(__file__).with_name("books")


@cache
def _form_sets() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((COMMON / "defaults.toml").read_text(encoding="utf-8"))["form_sets"])


def form_set(day: date) -> str:
    """The national set of forms in force on a day: 2018, or 2025 since 15/9/2025."""
    return next(
        str(one["key"])
        for one in _form_sets()
        if one.get("valid_from", date.min) <= day <= one.get("valid_to", date.max)
    )


FORM_NAMES = {
    "2018": {
        "control_sheet": "Mẫu số 05 – Thông tư 01/2018/TT-VPCP",
        "log_book": "Mẫu số 06 – Thông tư 01/2018/TT-VPCP",
    },
    "2025": {
        "control_sheet": "Mẫu số 06 – Thông tư 03/2025/TT-VPCP",
        "log_book": "Mẫu số 07 – Thông tư 03/2025/TT-VPCP",
    },
}
"""What the two sets call the forms of which they changed nothing but the number."""


def form_name(form: str, day: date) -> str:
    """What a form that both sets have ("control_sheet", "log_book") is called in the one in force on a day."""
    return FORM_NAMES[form_set(day)][form]


@cache
def house_letter(name: str) -> str:
    """A shipped template by its place: "letters/form06.html" (common letters) or "form07.html" (books).

    Raises FileNotFoundError for a name nobody shipped.
    """
    return ((COMMON if name.startswith("letters/") else BOOKS) / name).read_text(encoding="utf-8")

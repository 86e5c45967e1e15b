"""What a result says as data beside its words: a small JSON file inside the PDF, for machines that take it over."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from lxml import html as lxml_html

SCHEMA = "motcua-result/1"
NAME = "ket-qua.json"
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def result_data(facts: Mapping[str, Any], page: str) -> bytes:
    """The data of a result as JSON (UTF-8, keys sorted), described in docs/result-data.md.

    `content` holds those answers of the application that stand on the paper (`page`, HTML): a file somebody shows to a
    stranger says nothing more to a machine than to an eye.
    """
    words = " ".join(lxml_html.fromstring(page).text_content().split()) if page.strip() else ""
    letter, dossier, procedure = (facts.get(name, {}) for name in ("letter", "dossier", "procedure"))
    office = letter.get("office", {})
    whole = {
        "schema": SCHEMA,
        "sample": bool(facts.get("sample")),
        "document": {
            "title": letter.get("title", ""),
            "verify_code": letter.get("verify_code", ""),
            "verify_url": letter.get("verify_url", ""),
            "office": {"code": office.get("code", ""), "name": office.get("name", "")},
        },
        "dossier": {"code": dossier.get("code", "")},
        "procedure": {"code": procedure.get("code", ""), "name": procedure.get("name", "")},
        "content": _shown(facts.get("form", {}), words) or {},
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _shown(value: Any, words: str) -> Any:
    """The part of a value whose leaves can be read on the paper; None when nothing of it can."""
    if isinstance(value, Mapping):
        kept = {str(name): _shown(one, words) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None} or None
    if isinstance(value, list | tuple):
        return [one for one in (_shown(one, words) for one in value) if one is not None] or None
    if isinstance(value, bool) or value is None:
        return None
    return _plain(value) if any(_stands(form, words) for form in _forms(value)) else None


def _forms(value: Any) -> list[str]:
    """How a value may be printed."""
    if isinstance(value, int | float):
        return [str(value), f"{value:,}".replace(",", "."), f"{value:,}".replace(",", " ")]
    text = " ".join(str(value).split())
    day = value if isinstance(value, date) else None
    if day is None and _ISO_DATE.fullmatch(text[:10]):
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            day = None
    if day is None:
        return [text]
    months = {f"{day.month:02d}", str(day.month)}
    return [text, f"{day:%d/%m/%Y}", *(f"ngày {day.day:02d} tháng {month} năm {day.year}" for month in sorted(months))]


def _stands(form: str, words: str) -> bool:
    """Whether something is printed as a word of its own, not as a part of another."""
    return bool(form) and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", words, re.IGNORECASE) is not None


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else str(value)

"""Small forms and the real one, for the tests of this folder."""

import json
from datetime import UTC, datetime
from pathlib import Path

from forms.definition import Form, parse_form

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # 2 a.m. of 21 November in Viet Nam
WARDS = {"wards": [{"label": "Phường Bến Thành", "value": "26743"}, {"label": "Phường Sài Gòn", "value": "26740"}]}


def form_of(*components, **more) -> Form:
    """A form of these elements, as form-js would write it."""
    return parse_form(json.dumps({"type": "default", "id": "f", "schemaVersion": 19, "components": components, **more}))


def field(type_, key, **more) -> dict:
    """One question with a label."""
    return {"type": type_, "id": f"Field_{key}", "key": key, "label": f"Trường {key}", **more}


def household() -> Form:
    """The household-business form, as the form-js editor exported it."""
    return parse_form((SAMPLES / "dang_ky_ho_kinh_doanh.form").read_bytes())


def owner(**changes) -> dict:
    """What an owner types, in good order."""
    return {
        "full_name": "Nguyễn Thị Hoa",
        "identity": "079 085 001 234",
        "birth_date": {"day": "5", "month": "3", "year": "1985"},
        "sex": "female",
        "phone": "+84 901 234 567",
        "email": "",
        **changes,
    }


def business(**changes) -> dict:
    """What stands on the second page, in good order."""
    return {
        "business_name": "Tiệm bánh Hoa",
        "business_lines": "Bán lẻ bánh",
        "capital": "50.000.000",
        "ward": "26743",
        "tax_methods": ["electronic"],
        "founded_by": "person",
        "promise": True,
        **changes,
    }

"""Invented applicants: names of several shapes, numbers in the right form, answers made from a form's own samples."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from engine.accounts.models import fold
from forms.definition import Component, Form
from processes.procedure import Owner

FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
MIDDLES = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Quốc", "Hoài", "Bảo", "Gia", "Kim", "Đức", "Hữu", "Mỹ")
GIVEN = (
    "An", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hà", "Hạnh", "Hiếu", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam",
    "Nga", "Oanh", "Phúc", "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Uyên", "Vân", "Vinh", "Xuân", "Yến",
)  # fmt: skip
WHOLE = ("K'Brếu", "Y Moan Êban", "Kim Sô Phi", "Thạch Thị Rê", "H'Hen Niê", "Châu Đố", "Lê", "Danh Út")
STREETS = (
    "Lê Lợi",
    "Nguyễn Trãi",
    "Lê Thánh Tôn",
    "Phạm Hồng Thái",
    "Thủ Khoa Huân",
    "Lý Tự Trọng",
    "Calmette",
    "Ký Con",
)
SHOPS = ("Tạp hóa", "Cà phê", "Tiệm may", "Quán cơm", "Sửa xe", "Nhà thuốc", "Tiệm hoa", "Văn phòng phẩm", "Bánh mì")


def person(dice: Random) -> dict[str, str]:
    """Somebody with a name, a personal identification number, a telephone, a mail box and an address."""
    if dice.random() < 0.08:
        name = dice.choice(WHOLE)
    else:
        name = f"{dice.choice(FAMILIES)} {dice.choice(MIDDLES)} {dice.choice(GIVEN)}"
    return {
        "name": name,
        "identity": f"079{dice.randint(0, 3)}{dice.randint(60, 99)}{dice.randint(0, 999999):06d}",
        "phone": f"09{dice.randint(0, 99999999):08d}",
        "email": f"{fold(name).replace(' ', '.').replace(chr(39), '')}@example.vn",
        "address": f"{dice.randint(1, 399)} {dice.choice(STREETS)}, phường Bến Thành, Thành phố Hồ Chí Minh",
    }


def sample_answers(form: Form) -> dict[str, Any]:
    """The answers of a form's filled-in example, from the `sample` of its fields."""
    answers: dict[str, Any] = {}
    for page in form.pages:
        inside = answers
        for key in page.group.keys if page.group else ():
            inside = inside.setdefault(key, {})
        _fill(inside, page.components)
    return answers


def _fill(answers: dict[str, Any], components: tuple[Component, ...]) -> None:
    for component in components:
        inside = answers
        if component.type == "group":
            for key in component.keys:
                inside = inside.setdefault(key, {})
            _fill(inside, component.components)
        elif component.type == "dynamiclist":
            row: dict[str, Any] = {}
            _fill(row, component.components)
            if row:
                answers[component.keys[-1]] = [row]
        elif component.keys and "sample" in component.properties:
            for key in component.keys[:-1]:
                inside = inside.setdefault(key, {})
            inside[component.keys[-1]] = component.properties["sample"]


def filled_in(form: Form, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The form's own filled-in example with some fields answered otherwise, by key.

    Of a tuple the first value is taken that the field offers; where it offers none, the example stays.
    """
    answers = copy.deepcopy(sample_answers(form))
    for page in form.pages:
        for component in page.components:
            if not component.keys or component.keys[-1] not in wanted:
                continue
            value = wanted[component.keys[-1]]
            if isinstance(value, tuple):
                offered = [option.get("value") for option in component.source.get("values") or ()]
                value = next((one for one in value if one in offered), None)
            inside = answers
            for key in (*(page.group.keys if page.group else ()), *component.keys[:-1]):
                inside = inside.setdefault(key, {})
            if value is not None:
                inside[component.keys[-1]] = value
    return answers


def application(form: Form, owner: Owner, who: Mapping[str, str], dice: Random, filed_on: date) -> dict[str, Any]:
    """A filled application in the name of `who`, at the places where the bundle looks for the owner.

    A child is a few weeks old on the day of filing.
    """
    answers = copy.deepcopy(sample_answers(form))
    for fact in ("name", "identity", "phone", "email", "address"):
        _put(answers, str(getattr(owner, fact)), who[fact])
    business = answers.get("business")
    if isinstance(business, dict) and "name" in business:
        business["name"] = f"Hộ kinh doanh {dice.choice(SHOPS)} {who['name'].split()[-1]}"
    child = answers.get("child")
    if isinstance(child, dict) and "birth_date" in child:
        child["birth_date"] = (filed_on - timedelta(days=dice.randint(3, 40))).isoformat()
    return answers


def _put(answers: dict[str, Any], path: str, value: str) -> None:
    """Set an answer where a plain path of names leads ("form.owner.full_name"); other expressions are left alone."""
    names = path.split(".")
    if names[0] != "form" or not all(name.isidentifier() for name in names):
        return
    inside = answers
    for name in names[1:-1]:
        found = inside.setdefault(name, {})
        if not isinstance(found, dict):
            return
        inside = found
    inside[names[-1]] = value

"""Element templates of the process editor: our task types and the tasks of offices, with this bundle's own names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from engine.accounts.models import fold
from processes.places import DOSSIER_PLACES
from processes.task_types import ANY, TASK_TYPES, TaskType
from web.designer.bundle_files import settings_of
from web.ui.roles import role_name

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
ROLES = ("counter_clerk", "specialist", "unit_head", "leader", "clerical", "cashier", "centre_director")
Choices = list[tuple[str, str]]


def task_templates(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Every template for one bundle: its letters, notices, terms and forms are offered by name."""
    settings = settings_of(files)
    names = _names(settings)
    return [_office_task(files, names), *(_system_task(one, names) for one in TASK_TYPES.values())]


def _names(settings: Mapping[str, Any]) -> dict[str, Choices]:
    limits = settings.get("limits", {})
    steps = _table(limits, "steps")
    terms = ["dossier", "acceptance", *_table(limits, "terms"), *steps]
    return {
        "letter": [(key, _vi(value.get("name")) or key) for key, value in _tables(settings, "letters")],
        "notice": [(key, key) for key in _table(settings, "notices")],
        "term": [(key, key) for key in dict.fromkeys(terms)],
        "step": [("", _("Không có thời hạn riêng")), *((key, key) for key in steps)],
    }


def _table(values: Any, key: str) -> dict[str, Any]:
    found = values.get(key) if isinstance(values, Mapping) else None
    return found if isinstance(found, dict) else {}


def _tables(values: Mapping[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, one) for name, one in _table(values, key).items() if isinstance(one, dict)]


def _vi(text: Any) -> str:
    return str(text.get("vi", "")) if isinstance(text, dict) else str(text or "")


def _system_task(one: TaskType, names: Mapping[str, Choices]) -> dict[str, Any]:
    hidden = {
        "type": "Hidden",
        "value": one.name,
        "binding": {"type": "zeebe:taskDefinition", "property": "type"},
    }
    wanted = [(key, values, True) for key, values in one.headers.items()]
    wanted += [(key, values, False) for key, values in one.options.items()]
    return _template(
        f"motcua.{one.name}",
        one.meaning,
        one.name,
        "bpmn:ServiceTask",
        [hidden, *(_header(key, values, required, names) for key, values, required in wanted)],
        (_("Việc hệ thống tự làm"), "system"),
    )


def _header(key: str, values: tuple[str, ...], required: bool, names: Mapping[str, Choices]) -> dict[str, Any]:
    choices = [(value, _value_words(value)) for value in values] if values != ANY else names.get(key, [])
    field: dict[str, Any] = {
        "id": f"header-{key}",
        "label": _header_words(key),
        "type": "Dropdown" if choices else "String",
        "binding": {"type": "zeebe:taskHeader", "key": key},
        "group": "own",
    }
    if choices:
        chosen = choices if required else [("", _("(không ghi)")), *choices]
        field["choices"] = _choices(chosen)
    if required:
        field["constraints"] = {"notEmpty": True}
    else:
        field["optional"] = True
    return field


def _office_task(files: Mapping[str, bytes], names: Mapping[str, Choices]) -> dict[str, Any]:
    groups = [
        (f"{place}.{role}", f"{_place_words(place)}: {role_name(role)}") for place in DOSSIER_PLACES for role in ROLES
    ]
    fields = [
        {"type": "Hidden", "binding": {"type": "zeebe:userTask"}},
        {
            "id": "group",
            "label": _("Ai làm"),
            "type": "Dropdown",
            "choices": _choices(groups),
            "binding": {"type": "zeebe:assignmentDefinition", "property": "candidateGroups"},
            "constraints": {"notEmpty": True},
            "group": "own",
        },
        {
            "id": "form",
            "label": _("Biểu mẫu phải điền"),
            "type": "Dropdown",
            "choices": _choices(_forms(files)),
            "binding": {"type": "zeebe:formDefinition", "property": "formId"},
            "constraints": {"notEmpty": True},
            "group": "own",
        },
        {
            "id": "term",
            "label": _("Thời hạn của bước"),
            "type": "Dropdown",
            "choices": _choices(names["step"]),
            "binding": {"type": "zeebe:property", "name": "term"},
            "optional": True,
            "group": "own",
        },
    ]
    heading = (_("Việc của cán bộ"), "office")
    about = _("Một người của một đơn vị điền biểu mẫu và hoàn thành")
    return _template("motcua.office-task", _("Việc của cán bộ"), about, "bpmn:UserTask", fields, heading)


def _template(
    key: str, name: str, about: str, element: str, fields: list[dict[str, Any]], heading: tuple[str, str]
) -> dict[str, Any]:
    """One template; its keywords are its words without marks, because the menu's search does not fold them."""
    title, category = heading
    return {
        "$schema": SCHEMA,
        "id": key,
        "name": name,
        "description": about,
        "version": 1,
        "keywords": [fold(name), fold(about), fold(title)],
        "category": {"id": category, "name": title},
        "appliesTo": ["bpmn:Task", element],
        "elementType": {"value": element},
        "groups": [{"id": "own", "label": name, "openByDefault": True}],
        "properties": fields,
    }


def _choices(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "name": words} for value, words in pairs]


def _forms(files: Mapping[str, bytes]) -> Choices:
    found: Choices = []
    for path, content in files.items():
        if not path.endswith(".form"):
            continue
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            continue
        if isinstance(document, dict) and document.get("id") and document["id"] != "application":
            found.append((str(document["id"]), str(document.get("title") or document["id"])))
    return found


def _place_words(place: str) -> str:
    return {
        "receiving": _("Nơi tiếp nhận"),
        "handling": _("Nơi giải quyết"),
        "signing": _("Nơi ký"),
        "returning": _("Nơi trả kết quả"),
        "consulted": _("Nơi được hỏi ý kiến"),
    }[place]


def _header_words(key: str) -> str:
    return {
        "status": _("Trạng thái"),
        "reason": _("Lý do (biểu thức FEEL)"),
        "term": _("Thời hạn"),
        "cause": _("Sự việc làm căn cứ"),
        "letter": _("Mẫu văn bản"),
        "document": _("Biến giữ văn bản"),
        "as": _("Ký với tư cách"),
        "series": _("Sổ số"),
        "notice": _("Tin báo"),
        "due": _("Nộp khi nào"),
        "register": _("Cơ sở dữ liệu"),
        "resultVariable": _("Biến nhận kết quả"),
    }.get(key, key)


def _value_words(value: str) -> str:
    return {
        "processing": _("Đang xử lý"),
        "supplement": _("Chờ bổ sung"),
        "financial": _("Chờ thực hiện nghĩa vụ tài chính"),
        "refused": _("Từ chối"),
        "withdrawn": _("Người nộp rút"),
        "stopped": _("Dừng xử lý"),
        "decided": _("Đã có kết quả"),
        "returned": _("Đã trả kết quả"),
        "leader": _("Lãnh đạo cơ quan"),
        "head": _("Lãnh đạo phòng"),
        "filing": _("Khi nộp hồ sơ"),
        "return": _("Khi nhận kết quả"),
        "population": _("Dân cư"),
        "tax-code": _("Mã số thuế"),
        "civil-status": _("Hộ tịch"),
        "land": _("Đất đai"),
        "business": _("Hộ kinh doanh, doanh nghiệp"),
    }.get(value, value)

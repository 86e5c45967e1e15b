"""Properties of drawings and forms in words, for the list of what changed."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from processes.merging import Touch


def touched_words(touch: Touch) -> str:
    """What people call an element that was touched: by its own name, a table or key of the settings by what it is."""
    if not touch.path.endswith(".toml"):
        return touch.name if touch.name and touch.name != touch.path else touch.id or _("cả tệp")
    if touch.id.startswith("="):
        return property_words(touch.id.removeprefix("="))
    table, _dot, own = touch.id.partition(".")
    words = _table_words(table)
    said = next((one for one in (touch.office, touch.library, touch.base) if one), {})
    name = said.get("name.vi") or said.get("title") or said.get("vi") or own
    return f"{words}: {name}" if own else words


def _table_words(table: str) -> str:
    return {
        "": _("cả tệp"),
        "limits": _("Thời hạn"),
        "fees": _("Phí, lệ phí"),
        "components": _("Thành phần hồ sơ"),
        "supplement": _("Bổ sung hồ sơ"),
        "legal_basis": _("Căn cứ pháp lý"),
        "places": _("Nơi tiếp nhận, giải quyết, ký, trả"),
        "letters": _("Các văn bản"),
        "notices": _("Các tin báo"),
        "result": _("Kết quả"),
        "steps": _("Các bước giới thiệu với người dân"),
        "owner": _("Chủ hồ sơ"),
        "form_sets": _("Bộ mẫu quốc gia"),
        "statistics": _("Thống kê"),
        "labels": _("Tên tiếng Anh của các bước"),
        "announced": _("Quyết định công bố thủ tục"),
        "internal_process": _("Quyết định phê duyệt quy trình nội bộ"),
        "unverified": _("Điều chưa đối chiếu"),
        "name": _("Tên thủ tục"),
        "field": _("Lĩnh vực"),
        "description": _("Giới thiệu"),
        "who": _("Ai được làm"),
    }.get(table, table)


def property_words(key: str) -> str:
    """How people call a property (`assignmentDefinition.candidateGroups`); the key itself if unknown."""
    known = {
        "name": _("Tên"),
        "modelerTemplate": _("Mẫu có sẵn đã dùng"),
        "modelerTemplateVersion": _("Lần sửa của mẫu có sẵn"),
        "label": _("Tên ô"),
        "type": _("Loại"),
        "text": _("Nội dung"),
        "position": _("Thứ tự"),
        "documentation": _("Ghi chú"),
        "conditionExpression": _("Điều kiện"),
        "assignmentDefinition.candidateGroups": _("Ai làm"),
        "formDefinition.formId": _("Biểu mẫu"),
        "taskDefinition.type": _("Loại việc của hệ thống"),
        "calledDecision.decisionId": _("Bảng quyết định"),
        "default": _("Luồng mặc định"),
        "sourceRef": _("Từ"),
        "targetRef": _("Đến"),
        "description": _("Hướng dẫn"),
        "validate.required": _("Bắt buộc"),
        "conditional.hide": _("Ẩn khi"),
        "defaultValue": _("Giá trị ban đầu"),
        "number": _("Số, ký hiệu"),
        "date": _("Ngày"),
        "agency": _("Cơ quan ban hành"),
        "valid_from": _("Áp dụng từ ngày"),
        "valid_to": _("Áp dụng đến hết ngày"),
        "title": _("Tên"),
        "max_rounds": _("Số lần yêu cầu bổ sung nhiều nhất"),
        "ground": _("Căn cứ"),
        "amount": _("Số tiền"),
        "due": _("Nộp khi nào"),
        "verified": _("Đã đối chiếu với văn bản gốc"),
        "condition": _("Điều kiện"),
        "required": _("Bắt buộc"),
        "mode": _("Cách tính lại thời hạn"),
        "version": _("Bản của thư viện"),
    }
    if key in known:
        return known[key]
    if match := re.fullmatch(r"taskHeaders\.header\[(.+)\]\.value", key):
        return _("Tham số %(name)s", name=match[1])
    if match := re.fullmatch(r"properties\.property\[(.+)\]\.value", key):
        return _("Thuộc tính %(name)s", name=match[1])
    return key

"""Properties of drawings and forms in words, for the list of what changed."""

from __future__ import annotations

import re

from flask_babel import gettext as _


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
    }
    if key in known:
        return known[key]
    if match := re.fullmatch(r"taskHeaders\.header\[(.+)\]\.value", key):
        return _("Tham số %(name)s", name=match[1])
    if match := re.fullmatch(r"properties\.property\[(.+)\]\.value", key):
        return _("Thuộc tính %(name)s", name=match[1])
    return key

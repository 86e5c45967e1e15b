"""Refusals as machines read them: RFC 9457 problem details with our own `code` and one entry per field."""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from engine.errors import Invalid, Refusal
from web.ui.i18n import say

log = logging.getLogger("motcua.web")
MEDIA_TYPE = "application/problem+json"
CODES = {400: "bad_request", 404: "not_found", 413: "too_large", 415: "media_type", 429: "too_many_requests"}


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """One problem document (RFC 9457, section 3); `type` is a name, not an address to fetch."""
    body = {
        "type": f"urn:motcua:problem:{code.replace('_', '-')}",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        **more,
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="motcua"'
    return response


def _title(status: int) -> str:
    titles = {
        400: _("Yêu cầu chưa đúng"),
        401: _("Thiếu khóa kết nối"),
        403: _("Không được phép"),
        404: _("Không tìm thấy"),
        409: _("Trùng mã hồ sơ bên ngoài"),
        413: _("Dữ liệu quá lớn"),
        415: _("Loại dữ liệu không nhận"),
        422: _("Có nội dung cần sửa"),
        429: _("Gửi quá nhiều lần"),
        503: _("Tạm thời chưa dùng được"),
    }
    return str(titles.get(status, _("Hệ thống gặp sự cố")))


def pointer(path: str) -> str:
    """A dotted path as the fragment of a JSON Pointer (RFC 6901, section 6): `files.0.name` is `#/files/0/name`."""
    steps = [step for step in re.split(r"[.\[\]]+", path) if step]
    return "#" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def refused(refusal: Refusal) -> Response:
    """A refusal of the engine; what is wrong with each field stands under `errors`."""
    more: dict[str, Any] = {}
    if isinstance(refusal, Invalid):
        more["errors"] = [
            {"path": one.path, "pointer": pointer(one.path), "detail": say(one.message, **one.params)}
            for one in refusal.problems
        ]
    return problem(refusal.status, refusal.code, say(refusal.message, **refusal.params), **more)


def http_failure(error: HTTPException) -> Response:
    """What the web server itself refuses."""
    status = error.code or 500
    details = {
        413: _("Dữ liệu gửi đến lớn hơn mức cho phép. Chưa có gì được ghi nhận."),
        429: _("Hệ thống của bạn gửi quá nhiều yêu cầu. Hãy chờ một phút rồi gửi lại."),
    }
    response = problem(status, CODES.get(status, "failed"), str(details.get(status, _title(status))))
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def broken(error: Exception) -> Response:
    """An unforeseen error: a number to quote, the details only in the log."""
    incident = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    log.exception("incident %s on %s %s", incident, request.method, request.path)
    detail = _("Lỗi do hệ thống. Gửi lại cùng mã hồ sơ bên ngoài sẽ không tạo hai hồ sơ.")
    return problem(500, "incident", detail, incident=incident)

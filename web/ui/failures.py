"""Pages for when something cannot be done: what happened, what was kept, what to do next."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import Invalid, Refusal
from engine.usecases.doctor_watch import report_form
from engine.work import ANONYMOUS, SYSTEM
from rules.feel import FeelOverrun
from web.doors import unit_of_work
from web.ui.i18n import say

log = logging.getLogger("motcua.web")

SECRET_FIELDS = ("csrf_token", "password", "secret", "otp", "pin")


@dataclass(frozen=True)
class Failure:
    """What a failure page says; `advice` are the next things to try."""

    status: int
    title: str
    message: str
    advice: tuple[str, ...] = ()


def _known(status: int) -> Failure | None:
    pages: dict[int, tuple[str, str, tuple[str, ...]]] = {
        400: (
            _("Yêu cầu chưa đúng"),
            _("Máy chủ không hiểu được yêu cầu này."),
            (_("Quay lại trang trước, kiểm tra những gì đã nhập rồi gửi lại."),),
        ),
        401: (_("Bạn cần đăng nhập"), _("Trang này chỉ dành cho người đã đăng nhập."), ()),
        403: (
            _("Bạn không có quyền mở trang này"),
            _("Trang hoặc việc này dành cho người khác hoặc đơn vị khác."),
            (_("Nếu bạn cho rằng đây là nhầm lẫn, hãy liên hệ quản trị hệ thống của đơn vị."),),
        ),
        404: (
            _("Không tìm thấy trang"),
            _("Địa chỉ có thể bị gõ sai, hoặc trang không còn nữa."),
            (
                _("Kiểm tra lại địa chỉ, nhất là khi bạn chép từ tin nhắn hay giấy."),
                _("Tra cứu hồ sơ bằng mã số in trên giấy tiếp nhận."),
            ),
        ),
        405: (
            _("Không làm được theo cách này"),
            _("Trang này không nhận loại yêu cầu vừa gửi. Chưa có gì được thay đổi."),
            (_("Mở lại trang từ danh mục rồi làm lại."),),
        ),
        409: (
            _("Việc này đã có người làm"),
            _("Dữ liệu đã thay đổi trong lúc bạn đang mở trang. Không có gì được ghi hai lần."),
            (_("Mở lại trang để xem tình trạng mới nhất."),),
        ),
        413: (
            _("Tệp quá lớn"),
            _("Tệp hoặc nội dung gửi lên vượt quá dung lượng cho phép. Chưa có gì được lưu."),
            (
                _("Chụp hoặc quét lại với độ phân giải thấp hơn, hoặc chia thành nhiều tệp."),
                _("Quay lại trang trước; những gì bạn đã nhập vẫn còn trong bản nháp."),
            ),
        ),
        422: (
            _("Có nội dung cần sửa"),
            _("Những gì vừa gửi chưa thể tiếp nhận."),
            (_("Quay lại trang trước và sửa các mục được nêu."),),
        ),
        429: (
            _("Bạn thử quá nhiều lần"),
            _("Để bảo vệ hồ sơ của mọi người, trang này tạm ngừng nhận yêu cầu từ thiết bị của bạn."),
            (_("Chờ một phút rồi thử lại."),),
        ),
        500: (
            _("Hệ thống gặp sự cố"),
            _("Lỗi này do hệ thống, không phải do bạn. Sự cố đã được ghi lại để người vận hành xử lý."),
            (
                _("Thử lại sau vài phút. Bấm gửi lại cũng không làm hồ sơ bị nộp hai lần."),
                _("Nếu vẫn gặp lỗi, hãy gọi 1022 và đọc mã sự cố dưới đây."),
            ),
        ),
        503: (
            _("Tạm thời chưa dùng được"),
            _("Một phần của hệ thống đang bận hoặc đang bảo trì."),
            (_("Thử lại sau vài phút."),),
        ),
    }
    return Failure(status, *pages[status]) if status in pages else None


def wants_json() -> bool:
    """Whether a machine asked."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), "text/html")
    return request.path.startswith("/api/") or best == "application/json"


def failure_page(failure: Failure, **values: Any) -> Response:
    """A failure as a page for people or as a small object for machines."""
    if wants_json():
        body = {"status": failure.status, "code": values.get("code", ""), "message": failure.message}
        if values.get("incident"):
            body["incident"] = values["incident"]
        if values.get("problems"):
            body["problems"] = values["problems"]
        return make_response(jsonify(body), failure.status)
    return make_response(render_template("ui/failure.html", failure=failure, **values), failure.status)


def refused(refusal: Refusal) -> Response:
    """An engine's refusal in its own words under the title of its status."""
    known = _known(refusal.status) or _known(400)
    assert known is not None
    problems = []
    if isinstance(refusal, Invalid):
        problems = [
            {"path": problem.path, "message": say(problem.message, **problem.params)} for problem in refusal.problems
        ]
    words = say(refusal.message, **refusal.params)
    return failure_page(Failure(refusal.status, known.title, words, known.advice), code=refusal.code, problems=problems)


def http_failure(error: HTTPException) -> Response:
    """Werkzeug's own failures: redirects pass, everything else gets our words."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return make_response(error.get_response())
    failure = _known(status) or Failure(status, _("Không làm được"), _("Yêu cầu này không thực hiện được."))
    response = failure_page(failure)
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _sent_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this; another site's words are never shown back."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:  # "http://[somewhere": no address at all
        return False


def stale_form(error: CSRFError) -> Response:
    """A form whose key has expired: everything typed is kept on the page and can be sent again with one press."""
    log.info("form key refused: %s on %s", error.description, request.path)
    if wants_json():
        return failure_page(Failure(400, "", _("Thiếu hoặc sai khóa biểu mẫu.")), code="form_key")
    kept: list[tuple[str, str]] = []
    if _sent_from_here():
        kept = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if not any(secret in name.lower() for secret in SECRET_FIELDS)
        ]
    lost = [upload.filename for upload in request.files.values() if upload.filename]
    return make_response(render_template("ui/stale_form.html", kept=kept, lost=lost, same_site=_sent_from_here()), 400)


def broken(error: Exception) -> Response:
    """An unforeseen error: a number to read out, the details only in the log."""
    incident = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    log.exception("incident %s on %s %s", incident, request.method, request.path)
    failure = _known(500)
    assert failure is not None
    try:
        return failure_page(failure, code="incident", incident=incident)
    except Exception:
        log.exception("incident %s: its page could not be drawn for a signed-in person", incident)
        g.actor = ANONYMOUS  # with the database away neither the person nor their menu can be asked for
        return failure_page(failure, code="incident", incident=incident)


def stopped_form(error: FeelOverrun) -> Response:
    """A form's own condition ran beyond its limits: said plainly, and an incident of the dossier it belongs to."""
    log.error("a form was stopped on %s %s: %s", request.method, request.path, error.message)
    asked = request.view_args or {}
    task_id, case_id = asked.get("task_id"), asked.get("case_id")
    told = False
    if task_id or case_id:
        with unit_of_work(SYSTEM) as work:
            told = report_form(work, task_id=task_id, case_id=case_id)
    failure = Failure(
        503,
        _("Biểu mẫu này đang có lỗi"),
        _("Một điều kiện của biểu mẫu tính quá lâu nên hệ thống đã dừng nó. Nội dung vừa gửi chưa được ghi."),
        (
            _("Người vận hành và người thiết kế đã thấy sự cố này ở hồ sơ.")
            if told
            else _("Hãy báo đơn vị đang cung cấp biểu mẫu này, hoặc gọi 1022."),
            _("Những gì đã lưu trước đó vẫn còn."),
        ),
    )
    return failure_page(failure, code="form_stopped")


def explain_failures(app: Flask) -> None:
    """Answer every failure of the application in words."""
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(FeelOverrun, stopped_form)
    app.register_error_handler(HTTPException, http_failure)
    app.register_error_handler(Exception, broken)

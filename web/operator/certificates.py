"""Certificates the house signs with, what their authorities last answered, and our clock against theirs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.queries.trust import certificates_page
from engine.usecases.certificates import ask_to_look
from web.actor import require_role
from web.doors import reading, unit_of_work
from web.operator.room import ROLE, blueprint

TROUBLE = ("revoked", "over", "unknown", "unchecked", "ending")


def certificate_words(state: str) -> tuple[str, str]:
    """(words, tone) of how a certificate stands."""
    return {
        "good": (_("Còn hiệu lực"), "done"),
        "ending": (_("Sắp hết hạn"), "waiting"),
        "unchecked": (_("Chưa kiểm tra được thu hồi"), "waiting"),
        "unknown": (_("Tổ chức chứng thực không biết"), "problem"),
        "over": (_("Đã hết hạn"), "over"),
        "revoked": (_("Chứng thư bị thu hồi"), "over"),
    }[state]


def store_words(kind: str) -> str:
    """Where a key lies."""
    return {
        "sample": _("Khóa mẫu"),
        "pkcs12": _("Tệp khóa (PKCS#12)"),
        "pkcs11": _("Thiết bị khóa (PKCS#11)"),
        "csc": _("Ký số từ xa"),
        "desk": _("USB Token của người ký"),
    }.get(kind, kind)


def failure_words(code: str) -> str:
    """Why an authority could not be asked, or a time stamp not be had."""
    return {
        "unreachable": _("Không kết nối được"),
        "refused": _("Địa chỉ không được phép hỏi"),
        "bad_answer": _("Câu trả lời không tin được"),
        "stale": _("Câu trả lời đã quá hạn"),
        "no_address": _("Chứng thư không nêu địa chỉ"),
        "no_timestamp": _("Không lấy được dấu thời gian"),
        "untrusted": _("Dấu thời gian không dẫn tới chứng thư gốc được tin cậy"),
        "unreadable": _("Dấu thời gian không đọc được"),
    }.get(code, code)


def reason_words(code: str) -> str:
    """Why a certificate was taken back (RFC 5280, 5.3.1)."""
    return {
        "keyCompromise": _("lộ khóa"),
        "cACompromise": _("tổ chức chứng thực bị lộ khóa"),
        "affiliationChanged": _("thay đổi đơn vị, chức vụ"),
        "superseded": _("đã cấp chứng thư khác"),
        "cessationOfOperation": _("thôi sử dụng"),
        "privilegeWithdrawn": _("thôi thẩm quyền"),
        "certificateHold": _("tạm dừng"),
    }.get(code, "")


def clock_words(state: str) -> tuple[str, str]:
    """(words, tone) of how our clock stands against an authority's."""
    return {
        "ok": (_("Khớp"), "done"),
        "drifting": (_("Lệch quá mức cảnh báo"), "waiting"),
        "stopped": (_("Lệch quá mức cho phép: không ký được"), "problem"),
        "failed": (_("Không trả lời"), "problem"),
        "unknown": (_("Chưa hỏi lần nào"), "neutral"),
    }[state]


for word in (certificate_words, store_words, failure_words, reason_words, clock_words):
    blueprint.add_app_template_global(word, f"operator_{word.__name__}")


@blueprint.get("/van-hanh/chung-thu")
@require_role(ROLE)
def certificates() -> str:
    """Every certificate, trouble first; what authorities answered; the clock."""
    with reading() as look:
        page = certificates_page(look)
    return render_template(
        "operator/certificates.html",
        page=page,
        trouble=[line for line in page.lines if line.state in TROUBLE],
        well=[line for line in page.lines if line.state not in TROUBLE],
    )


@blueprint.post("/van-hanh/chung-thu/kiem-tra")
@require_role(ROLE)
def look_at_certificates() -> Response:
    """Ask a worker to look at every certificate and at the clock now."""
    with unit_of_work() as work:
        ask_to_look(work)
    flash(_("Đã giao việc kiểm tra chứng thư và đồng hồ. Kết quả hiện ở trang này sau ít phút."), "success")
    return redirect(url_for("operator.certificates"), 303)

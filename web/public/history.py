"""The sealed history: the public page of daily seals, and for a dossier the check that nothing of it was changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import NotFound
from engine.queries.history import (
    PAGE,
    SealedDay,
    all_seals,
    compared,
    evidence_of,
    history_of,
    sealed_day,
    sealed_days,
)
from engine.work import SYSTEM
from web.actor import now
from web.doors import house, reading
from web.public.room import blueprint
from web.public.tracking import granted, tidy
from web.ui.limits import limiter

if TYPE_CHECKING:  # what reads signatures weighs 40 MB: only who checks one loads it
    from signing.roots import StatementVerdict

MOST_TYPED = 60


def typed_head() -> str:
    """The head of the address, as it was scanned or typed."""
    return request.args.get("dau", "").strip()[:MOST_TYPED]


@blueprint.get("/tra-cuu/<code>/lich-su")
@limiter.limit("30 per minute")
def history(code: str) -> str | AnyResponse:
    """Whether the dossier's history is whole, and whether it contains the head somebody kept."""
    case_id, typed = granted(code), typed_head()
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code), dau=typed or None), 303)
    with reading(SYSTEM) as look:
        found = history_of(look, case_id)
    by = _signature(found.sealed.seal) if found.sealed else None
    return render_template(
        "public/history.html",
        code=code,
        history=found,
        typed=typed,
        compared=compared(found, typed) if typed else None,
        by=by,
        words=_words(),
    )


def _signature(seal: SealedDay) -> StatementVerdict | None:
    """What can be said of a seal's signature; None while it has none."""
    if seal.signature is None:
        return None
    verdict: StatementVerdict = house().ports.signatures.check_statement(seal.statement, seal.signature, now=now())
    return verdict


@blueprint.get("/tra-cuu/<code>/lich-su.json")
@limiter.limit("30 per minute")
def history_evidence(code: str) -> Response:
    """Everything by which the history can be checked elsewhere: digests, proof and seal."""
    case_id = granted(code)
    if case_id is None:
        raise NotFound("Phiên tra cứu đã hết. Hãy nhập lại mã số hồ sơ.")
    with reading(SYSTEM) as look:
        answer = jsonify(evidence_of(history_of(look, case_id), tidy(code)))
    if "tai" in request.args:
        answer.headers["Content-Disposition"] = f'attachment; filename="lich-su-{tidy(code)}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/niem-phong")
@limiter.limit("60 per minute")
def seals() -> str:
    """The daily seals, newest first, for anybody to keep."""
    before = _day(request.args.get("truoc", ""))
    with reading() as look:
        found = sealed_days(look, before=before, most=PAGE + 1)
    days = found[:PAGE]
    newest = days[0] if days and before is None else None
    by = _signature(newest) if newest else None
    return render_template("public/seals.html", days=days, more=len(found) > PAGE, newest=newest, by=by)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@blueprint.get("/niem-phong/<day>.<any(json, p7s):kind>")
@limiter.limit("120 per minute")
def seal_file(day: str, kind: str) -> Response:
    """One day's statement exactly as it was signed, or the signature beside it."""
    wanted = _day(day)
    with reading() as look:
        found = sealed_day(look, wanted) if wanted else None
    content = None if found is None else found.statement if kind == "json" else found.signature
    if content is None:
        raise NotFound("Không có niêm phong của ngày này.")
    answer = Response(content, mimetype="application/json" if kind == "json" else "application/pkcs7-signature")
    answer.headers["Content-Disposition"] = f'attachment; filename="niem-phong-{day}.{kind}"'
    return answer


@blueprint.get("/niem-phong/tat-ca.jsonl")
@limiter.limit("10 per minute")
def all_seals_file() -> Response:
    """Every seal with its signature, a line each, oldest first: what `./motcua journal verify --against` takes."""
    with reading() as look:
        lines = "".join(all_seals(look))
    answer = Response(lines, mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = 'attachment; filename="niem-phong.jsonl"'
    return answer


def _words() -> dict[str, str]:
    """What the script on the page says of each step; {names} are filled in by it."""
    return {
        "acts": _("Đã tính lại {count} việc: mỗi việc nối đúng vào việc trước, dẫn tới mã cuối {head}."),
        "old": _("{count} việc đầu ghi theo cách cũ, chỉ máy chủ tính lại được từ nội dung."),
        "holds": _("Mã đối chiếu bạn đưa nằm đúng chỗ trong lịch sử này."),
        "foreign": _("KHÔNG KHỚP: lịch sử này không chứa mã đối chiếu bạn đưa."),
        "sealed": _("Việc số {number} nằm trong niêm phong ngày {day} ({steps} bước chứng minh)."),
        "unsealed": _("Chưa có trong niêm phong nào: lịch sử được niêm phong vào đêm sau ngày nộp."),
        "signed": _("Niêm phong ngày {day} có chữ ký số đúng của “{name}”, khóa {key}."),
        "unsigned": _("Niêm phong này chưa có chữ ký số."),
        "broken_acts": _("HỎNG: việc số {number} bị thiếu hoặc không nối đúng vào việc trước."),
        "broken_sealed": _("HỎNG: việc số {number} không còn là việc đã được niêm phong."),
        "broken_root": _("HỎNG: việc số {number} không dẫn tới gốc của niêm phong ngày {day}."),
        "broken_signature": _("HỎNG: chữ ký của niêm phong ngày {day} không đúng."),
        "broken_unreadable": _("HỎNG: không đọc được bằng chứng mà máy chủ gửi."),
        "insecure": _(
            "Trình duyệt chỉ tự kiểm tra được trên kết nối bảo mật (https); ở trên là câu trả lời của máy chủ."
        ),
        "away": _("Không lấy được bằng chứng từ máy chủ. Hãy tải lại trang."),
    }

"""Whom the house trusts: roots, time-stamping authorities and rules, proposed by one, agreed to by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid
from engine.queries.trust import SEERS, trust_page
from engine.trust.models import TrustOrder
from engine.usecases.trust_orders import (
    decide_order,
    propose_end_of_root,
    propose_end_of_tsa,
    propose_root,
    propose_rules,
    propose_tsa,
    take_back_order,
)
from engine.work import Work
from signing.trust import MOST_BYTES, PURPOSES, SAMPLE, trust_classes
from web.actor import require_role
from web.doors import reading, unit_of_work
from web.operator.room import ROLE, blueprint
from web.ui.dates import day_of, typed_day
from web.ui.i18n import language, say


def class_name(code: str) -> str:
    """What a class of certification authorities is called in the reader's language."""
    found = trust_classes().get(code)
    return code if found is None else found.name if language() == "vi" else found.name_en


def purpose_words(code: str) -> str:
    """What a root is trusted for."""
    return {"signing": _("Chữ ký số"), "timestamps": _("Dấu thời gian")}[code]


def purposes(codes: tuple[str, ...] | list[str]) -> str:
    """Everything a root is trusted for, in one line."""
    return ", ".join(purpose_words(one) for one in codes)


def order_title(order: TrustOrder) -> str:
    """What a proposal is about, in one line."""
    said = order.content
    return {
        "root.add": lambda: _("Thêm chứng thư gốc: %(name)s", name=said["subject"]),
        "root.end": lambda: _("Thôi tin cậy chứng thư gốc: %(name)s", name=said["subject"]),
        "tsa.add": lambda: _("Dùng tổ chức cấp dấu thời gian: %(name)s", name=said["name"]),
        "tsa.end": lambda: _("Thôi dùng tổ chức cấp dấu thời gian: %(name)s", name=said["name"]),
        "rules": lambda: _("Mức kiểm tra chứng thư và đồng hồ"),
    }[order.kind]()


def order_state(order: TrustOrder) -> tuple[str, str]:
    """(words, tone) of where a proposal stands."""
    return {
        "open": (_("Chờ người thứ hai"), "waiting"),
        "done": (_("Đã duyệt"), "done"),
        "refused": (_("Không đồng ý"), "over"),
        "void": (_("Đã rút"), "neutral"),
    }[order.status]


def day(text: str) -> str:
    """A moment of a proposal (ISO 8601) as the day people write."""
    return date.fromisoformat(text[:10]).strftime("%d/%m/%Y")


def colons(digest: str) -> str:
    """A fingerprint in pairs, as certificates print it, so that people can compare it."""
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def number_words(name: str) -> str:
    """What each number of the rules says."""
    return {
        "grace_hours": _("Không hỏi được thu hồi: còn được ký thêm, số giờ kể từ lần biết chắc gần nhất"),
        "drift_warn_seconds": _("Đồng hồ lệch: cảnh báo từ, số giây"),
        "drift_stop_seconds": _("Đồng hồ lệch: không ký nữa từ, số giây"),
    }[name]


for word in (class_name, purpose_words, order_title, order_state, day, colons, number_words):
    blueprint.add_app_template_global(word, f"trust_{word.__name__}")
blueprint.add_app_template_filter(purposes, "trust_purposes")


@blueprint.get("/van-hanh/tin-cay")
@require_role(*SEERS)
def trust() -> tuple[str, int]:
    """The list in force and every proposal."""
    return _page()


def _page(errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        page = trust_page(look)
        proposes = look.actor.holds(ROLE)
    html = render_template(
        "operator/trust.html",
        page=page,
        proposes=proposes,
        classes=[one for one in trust_classes().values() if one.code != SAMPLE],
        errors=errors or [],
        tongue=language(),
    )
    return html, status


def _root(work: Work, paper: dict[str, Any]) -> None:
    sent = request.files.get("certificate")
    content = sent.stream.read(MOST_BYTES + 1) if sent is not None and sent.filename else b""
    purposes = tuple(one for one in PURPOSES if one in request.form.getlist("purposes"))
    propose_root(work, content, kind=request.form.get("kind", ""), purposes=purposes, **paper)


def _tsa(work: Work, paper: dict[str, Any]) -> None:
    form = request.form
    propose_tsa(work, name=form.get("name", ""), url=form.get("url", ""), rank=form.get("rank", ""), **paper)


def _rules(work: Work, paper: dict[str, Any]) -> None:
    propose_rules(work, request.form, **paper)


def _end_root(work: Work, paper: dict[str, Any]) -> None:
    propose_end_of_root(work, request.values.get("cua", ""), reason=request.form.get("reason", ""), **paper)


def _end_tsa(work: Work, paper: dict[str, Any]) -> None:
    propose_end_of_tsa(work, request.values.get("cua", ""), reason=request.form.get("reason", ""), **paper)


PROPOSALS: dict[str, Callable[[Work, dict[str, Any]], None]] = {
    "chung-thu-goc": _root,
    "dau-thoi-gian": _tsa,
    "muc-kiem-tra": _rules,
    "thoi-chung-thu-goc": _end_root,
    "thoi-dau-thoi-gian": _end_tsa,
}


@blueprint.get("/van-hanh/tin-cay/de-nghi/<kind>")
@require_role(ROLE)
def trust_proposal(kind: str) -> tuple[str, int]:
    """The form of one kind of proposal."""
    return _form(kind)


@blueprint.post("/van-hanh/tin-cay/de-nghi/<kind>")
@require_role(ROLE)
def propose_trust(kind: str) -> Response | tuple[str, int]:
    """Propose it; another person decides."""
    if kind not in PROPOSALS:
        raise NotFound
    paper = {
        "valid_from": _day("valid_from"),
        "dated_on": _day("dated_on"),
        "document": request.form.get("document", ""),
        "verified": request.form.get("verified") == "yes",
        "note": request.form.get("note", ""),
    }
    try:
        with unit_of_work() as work:
            PROPOSALS[kind](work, paper)
    except Invalid as refusal:
        return _form(kind, [(f"#{one.path}", say(one.message, **dict(one.params))) for one in refusal.problems], 422)
    except Conflict as refusal:
        return _form(kind, [("", say(refusal.message, **refusal.params))], 409)
    flash(_("Đã ghi đề nghị. Đề nghị có hiệu lực khi một người khác có thẩm quyền đồng ý."), "success")
    return redirect(url_for("operator.trust"), 303)


def _form(kind: str, errors: list[tuple[str, str]] | None = None, status: int = 200) -> tuple[str, int]:
    if kind not in PROPOSALS:
        raise NotFound
    with reading() as look:
        page = trust_page(look)
    about = request.values.get("cua", "")
    html = render_template(
        "operator/trust_proposal.html",
        kind=kind,
        page=page,
        about=about,
        root=next((line for line in page.roots if line.root.fingerprint == about), None),
        classes=[one for one in trust_classes().values() if one.code != SAMPLE],
        purposes=PURPOSES,
        errors=errors or [],
        form=request.form,
        typed_day=typed_day,
    )
    return html, status


@blueprint.post("/van-hanh/tin-cay/<uuid:order_id>/quyet-dinh")
@require_role(*SEERS)
def decide_trust(order_id: UUID) -> Response | tuple[str, int]:
    """The second person agrees, having compared what is proposed with its document, or refuses and says why."""
    agree = request.form.get("decision") == "agree"
    if agree and request.form.get("compared") != "yes":
        return _page([(f"#compared-{order_id}", _("Hãy xác nhận bạn đã đối chiếu với văn bản"))], 422)
    try:
        with unit_of_work() as work:
            decide_order(work, order_id, agree=agree, answer=request.form.get("answer", ""))
    except Invalid as refusal:
        return _page([(f"#answer-{order_id}", say(refusal.message, **refusal.params))], 422)
    flash(
        _("Đã duyệt. Có hiệu lực từ ngày ghi trong đề nghị.") if agree else _("Đã ghi ý kiến không đồng ý."), "success"
    )
    return redirect(url_for("operator.trust"), 303)


@blueprint.post("/van-hanh/tin-cay/<uuid:order_id>/rut")
@require_role(ROLE)
def take_back_trust(order_id: UUID) -> Response:
    """Whoever proposed it takes it back."""
    with unit_of_work() as work:
        take_back_order(work, order_id)
    flash(_("Đã rút đề nghị."), "success")
    return redirect(url_for("operator.trust"), 303)


def _day(name: str) -> date | None:
    """A date of the form; what is no date is missing, and the use case says so beside its field."""
    try:
        return day_of(request.form, name)
    except ValueError:
        return None

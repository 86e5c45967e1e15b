"""Why a case does not move: one page a case, for whoever keeps the machine running and for its own officials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.holders import ROLE_NAMES
from engine.errors import Forbidden, Refusal
from engine.queries.doctor import diagnose, find_case, recheck
from engine.queries.doctor_lists import last_watch, offices_for, proposals_of, standing_cases
from engine.queries.doctor_trust import trust_findings
from engine.usecases import doctor_proposals as proposals
from engine.usecases.doctor import Order, mend
from web.actor import check_signed_in, current_actor
from web.doors import reading, unit_of_work
from web.operator.room import ROLE, blueprint
from web.ui.i18n import say, spoken

ELSEWHERE = ("move", "outside", "replay")
"""Acts this page leads to, or tells how to do, instead of doing them."""
Refused = tuple[list[tuple[str, str]], int]


def officials_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for people with an office; which cases are theirs the query says."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not check_signed_in().is_official:
            raise Forbidden("Vai trò hiện tại của bạn không được mở trang này.")
        return view(*args, **kwargs)

    return answer


@blueprint.app_template_global("role_names")
def role_names(roles: Iterable[str]) -> str:
    """Several posts in words."""
    return ", ".join(str(spoken(ROLE_NAMES.get(role, role))) for role in roles)


@blueprint.get("/vi-sao")
@officials_only
def standing() -> str:
    """Every case that stands still, of those the reader may have looked at."""
    with reading() as look:
        lines, watched = standing_cases(look), last_watch(look)
        found = trust_findings(look) if look.actor.holds(ROLE) else []
    return render_template("operator/standing.html", lines=lines, watched=watched, house_findings=found)


@blueprint.get("/vi-sao/tim")
@officials_only
def find() -> Response:
    """From a code that was typed to the page of its case."""
    return redirect(url_for("operator.doctor", code=request.args.get("ma", "").strip()[:60] or "-"), 303)


@blueprint.get("/vi-sao/<code>")
@officials_only
def doctor(code: str) -> tuple[str, int]:
    """One case: what is wrong or what it waits for, since when, who can do what, and the one safe act."""
    return _page(code)


def _page(code: str, refused: Refused = ([], 200)) -> tuple[str, int]:
    with reading() as look:
        case_id = find_case(look, code)
        seen = diagnose(look, case_id)
        waiting = proposals_of(look, case_id)
        offices = {
            one.key: offices_for(look, UUID(one.subject))
            for one in seen.wrong
            if one.action is not None and one.action.verb == "move-task"
        }
    held = current_actor().roles
    page = render_template(
        "operator/doctor.html",
        seen=seen,
        proposals=waiting,
        offices=offices,
        may={one.key: one.action is not None and bool(held & set(one.action.roles)) for one in seen.wrong},
        elsewhere=ELSEWHERE,
        errors=refused[0],
        typed=request.form,
    )
    return page, refused[1]


def _told(refusal: Refusal, field: str = "#act") -> Refused:
    problems = [(field, say(problem.message, **problem.params)) for problem in getattr(refusal, "problems", ()) or ()]
    return problems or [(field, say(refusal.message, **refusal.params))], refusal.status


def _after(code: str, case_id: UUID, key: str) -> Response:
    """Look again, and say what that look saw."""
    with reading() as look:
        seen = recheck(look, case_id, key)
    flash(spoken(seen.words), "success" if seen.well else "warning")
    return redirect(url_for("operator.doctor", code=code), 303)


def _case(code: str) -> UUID:
    with reading() as look:
        return find_case(look, code)


@blueprint.post("/vi-sao/<code>/lam")
@officials_only
def mend_case(code: str) -> tuple[str, int] | Response:
    """Do the one safe act for a finding; its precondition is looked at again, and so is what came of it."""
    case_id, form = _case(code), request.form
    kind, subject = form.get("kind", ""), form.get("subject", "")
    try:
        office = UUID(form["office"]) if form.get("office") else None
    except ValueError:
        office = None
    order = Order(kind, subject, form.get("looked") == "yes", form.get("reason", ""), office)
    try:
        with unit_of_work() as work:
            mend(work, case_id, order)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(code, _told(refusal))
    return _after(code, case_id, f"{kind}:{subject}" if subject else kind)


@blueprint.post("/vi-sao/<code>/gia-tri")
@officials_only
def propose_value(code: str) -> tuple[str, int] | Response:
    """Propose another value for what a stopped step speaks of."""
    case_id, form = _case(code), request.form
    try:
        with unit_of_work() as work:
            proposals.propose_value(
                work,
                case_id,
                form.get("token", ""),
                form.get("path", ""),
                form.get("value", ""),
                form.get("reason", ""),
            )
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(code, _told(refusal, "#value"))
    flash(_("Đã ghi đề nghị. Chưa có gì thay đổi: một người khác có thẩm quyền phải đồng ý."), "info")
    return redirect(url_for("operator.doctor", code=code), 303)


@blueprint.post("/vi-sao/<code>/ket-thuc")
@officials_only
def propose_end(code: str) -> tuple[str, int] | Response:
    """Propose to end a case outside its drawing."""
    case_id, form = _case(code), request.form
    try:
        with unit_of_work() as work:
            proposals.propose_end(
                work,
                case_id,
                ground=form.get("ground", ""),
                reason=form.get("reason", ""),
                words=form.get("words", ""),
            )
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(code, _told(refusal, "#ground"))
    flash(_("Đã ghi đề nghị. Chưa có gì thay đổi: một người khác có thẩm quyền phải đồng ý."), "info")
    return redirect(url_for("operator.doctor", code=code), 303)


@blueprint.post("/vi-sao/<code>/de-nghi/<uuid:proposal_id>")
@officials_only
def decide(code: str, proposal_id: UUID) -> tuple[str, int] | Response:
    """Agree to what somebody else proposed, refuse it, or take back one's own."""
    case_id, answer = _case(code), request.form.get("decision", "")
    try:
        with unit_of_work() as work:
            if answer == "back":
                proposals.take_back(work, proposal_id)
                key = ""
            else:
                done = proposals.decide(
                    work, proposal_id, agree=answer == "agree", answer=request.form.get("answer", "")
                )
                key = f"expression:{done.token}" if done.status == "done" else ""
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(code, _told(refusal, "#decision"))
    if key:
        return _after(code, case_id, key)
    flash(_("Đề nghị không được thực hiện. Hồ sơ vẫn như cũ."), "info")
    return redirect(url_for("operator.doctor", code=code), 303)

"""The report form for everybody: one page, photos kept when it comes back, similar reports shown before sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.queries.feedback import Desk, desk, offices
from engine.queries.filing import own_details
from engine.queries.public_reports import Similar, own_report, similar
from engine.usecases.feedback import ReportFiling, file_report
from forms.answers import read_answers
from forms.pictures import FormView
from forms.problems import FieldError
from web.actor import current_actor, form_key_sent
from web.doors import reading, unit_of_work
from web.hotline.forms import errors_of, shown
from web.hotline.grants import grant, granted
from web.hotline.photos import Photos, photos_sent
from web.hotline.room import blueprint
from web.hotline.words import category_names
from web.ui.limits import limiter
from web.ui.redrawing import redrawn_by


@dataclass(frozen=True)
class Drawn:
    """What the page shows: the form, what is wrong, photos so far, reports much like this one."""

    view: FormView
    errors: tuple[FieldError, ...] = ()
    photos: Photos | None = None
    alike: tuple[Similar, ...] = ()


def _first_answers() -> dict[str, Any]:
    """A kind named in the address, and what the account of the reader already knows."""
    answers: dict[str, Any] = {"report": {"kind": request.args.get("loai", "")}, "sender": {}}
    if request.args.get("ho-so"):
        answers["report"] = {"kind": "dossier", "dossier_code": request.args["ho-so"][:60]}
    if current_actor().kind == "citizen":
        with reading() as look:
            own = own_details(look)
        answers["sender"] = {"name": own.name, "phone": own.phone, "email": own.email}
    return answers


def _draw(drawn: Drawn, rules: Desk, status: int = 200) -> tuple[str, int]:
    html = render_template(
        "hotline/report.html",
        drawn=drawn,
        rules=rules.rules,
        categories=category_names(rules.rules),
        errors=[("", "")] if drawn.errors else [],
        live=live("hotline.redraw"),
    )
    return html, status


def live(endpoint: str) -> dict[str, str]:
    """How a form asks for itself anew when an answer changes."""
    return redrawn_by(url_for(endpoint), "#report-form")


def _view(answers: Mapping[str, Any], errors: tuple[FieldError, ...] = ()) -> tuple[FormView, Desk]:
    with reading() as look:
        rules = desk(look)
        return shown(rules.open.application, answers, errors, offices=offices(look)), rules


@blueprint.get("/phan-anh")
def report() -> tuple[str, int]:
    """The empty form."""
    view, rules = _view(_first_answers())
    return _draw(Drawn(view), rules)


@blueprint.post("/phan-anh/bieu-mau")
@limiter.limit("120 per minute")
def redraw() -> str:
    """The form's fields anew after an answer changed."""
    with reading() as look:
        rules = desk(look)
    view, _rules = _view(read_answers(rules.open.application, request.form))
    return render_template("hotline/report_fields.html", view=view, live=live("hotline.redraw"))


@blueprint.post("/phan-anh")
@limiter.limit("20 per minute; 100 per hour")
def send() -> tuple[str, int] | Response:
    """File the report; one much like others is shown beside them first."""
    with reading() as look:
        rules = desk(look)
        answers = read_answers(rules.open.application, request.form)
    photos = photos_sent()
    if photos.problems or any(name in request.form for name in ("refresh", "remove-photo")):
        errors = tuple(FieldError("photos", "", words) for words in photos.problems)
        view, rules = _view(answers)
        return _draw(Drawn(view, errors, photos), rules, 422 if errors else 200)
    if "anyway" not in request.form and (alike := _alike(answers)):
        view, rules = _view(answers)
        return _draw(Drawn(view, (), photos, tuple(alike)), rules)
    try:
        with unit_of_work() as work:
            filed = file_report(work, ReportFiling(answers, "web", str(form_key_sent()), photos.stored))
            code, case_id = filed.code, filed.case_id
    except Invalid as refusal:
        errors = errors_of(refusal)
        view, rules = _view(answers, errors)
        return _draw(Drawn(view, errors, photos), rules, 422)
    grant(code, case_id)
    return redirect(url_for("hotline.sent", code=code), 303)


def _alike(answers: Mapping[str, Any]) -> list[Similar]:
    given = answers.get("report") or {}
    if given.get("kind") != "scene":
        return []
    with reading() as look:
        return similar(look, text=given.get("text") or "", place=given.get("place") or "", ward=given.get("ward") or "")


@blueprint.get("/phan-anh/da-gui/<code>")
def sent(code: str) -> str | Response:
    """The number, what happens next and until when; still there when the page is opened again."""
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("hotline.follow", code=code), 303)
    with reading() as look:
        page = own_report(look, case_id, proven=True)
    limit = page.open.procedure.limits.terms["answer"]
    return render_template(
        "hotline/sent.html", page=page, report=page.report, rules=page.rules, limit=limit, title=_("Đã gửi phản ánh")
    )

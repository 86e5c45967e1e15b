"""A caller on the telephone: one dense page, similar reports and the caller's dossier beside it while one types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.queries.feedback import DossierState, desk, dossier_state, offices
from engine.queries.public_reports import Similar, similar
from engine.usecases.feedback import ReportFiling, file_report
from forms.answers import read_answers
from forms.problems import FieldError
from web.actor import check_role, form_key_sent, now
from web.doors import reading, unit_of_work
from web.hotline.forms import errors_of, shown
from web.hotline.photos import Photos, photos_sent
from web.hotline.reporting import live
from web.hotline.room import OPERATORS, blueprint
from web.hotline.words import category_names


def _beside(answers: Mapping[str, Any]) -> tuple[list[Similar], DossierState | None, str]:
    """Reports much like this one, and the true state of the dossier it names."""
    given = answers.get("report") or {}
    code = str(given.get("dossier_code") or "").strip()
    with reading() as look:
        alike = similar(
            look, text=given.get("text") or "", place=given.get("place") or "", ward=given.get("ward") or ""
        )
        return alike, dossier_state(look, code) if code else None, code


def _draw(
    answers: Mapping[str, Any], errors: tuple[FieldError, ...] = (), photos: Photos | None = None, status: int = 200
) -> tuple[str, int]:
    alike, dossier, code = _beside(answers)
    with reading() as look:
        rules = desk(look)
        view = shown(rules.open.application, answers, errors, offices=offices(look))
    html = render_template(
        "hotline/intake.html",
        view=view,
        problems=errors,
        errors=[("", "")] if errors else [],
        photos=photos,
        alike=alike,
        dossier=dossier,
        named=code,
        categories=category_names(rules.rules),
        live=live("hotline.intake_redraw"),
        moment=now(),
    )
    return html, status


def _answers() -> dict[str, Any]:
    with reading() as look:
        return read_answers(desk(look).open.application, request.form)


@blueprint.get("/1022/tiep-nhan")
def intake() -> tuple[str, int]:
    """The empty page for a new call."""
    check_role(*OPERATORS)
    return _draw({"report": {"kind": "scene"}, "sender": {}})


@blueprint.post("/1022/tiep-nhan/bieu-mau")
def intake_redraw() -> str:
    """The fields anew after an answer changed, and beside them what the answers bring up."""
    check_role(*OPERATORS)
    answers = _answers()
    alike, dossier, code = _beside(answers)
    with reading() as look:
        rules = desk(look)
        view = shown(rules.open.application, answers, offices=offices(look))
    return render_template(
        "hotline/intake_fields.html",
        view=view,
        alike=alike,
        dossier=dossier,
        named=code,
        categories=category_names(rules.rules),
        live=live("hotline.intake_redraw"),
        beside=True,
        moment=now(),
    )


@blueprint.post("/1022/tiep-nhan")
def take_call() -> tuple[str, int] | Response:
    """Write the call down and go on to passing it to a unit: five minutes from now."""
    check_role(*OPERATORS)
    answers, photos = _answers(), photos_sent()
    if photos.problems or any(name in request.form for name in ("refresh", "remove-photo")):
        errors = tuple(FieldError("photos", "", words) for words in photos.problems)
        return _draw(answers, errors, photos, 422 if errors else 200)
    try:
        with unit_of_work() as work:
            report = file_report(work, ReportFiling(answers, "phone", str(form_key_sent()), photos.stored))
            code, case_id = report.code, report.case_id
    except Invalid as refusal:
        return _draw(answers, errors_of(refusal), photos, 422)
    flash(_("Đã ghi nhận %(code)s. Đọc mã này cho người gọi rồi chuyển đơn vị.", code=code), "success")
    return redirect(url_for("hotline.case", case_id=case_id), 303)

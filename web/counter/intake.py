"""Taking a dossier in at the counter: one dense page, accepted at once or led to the check of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts.scan_rules import ScanRules
from engine.errors import Forbidden, Invalid
from engine.queries.catalogue import ProcedurePage, procedure_page
from engine.queries.counter import Counter, KnownOwner, check_task_of, own_counters, owner_by_identity
from engine.queries.filing import filed_with
from engine.queries.scans import scan_rules
from engine.usecases.scans import attach_scans, take_scans
from engine.usecases.submit import Filing, submit_dossier
from forms.answers import presses_a_button
from forms.problems import FieldError
from forms.validation import validate
from forms.view import build_view
from web.actor import check_role, current_actor, form_key_sent, now
from web.counter.intake_form import (
    PaperLine,
    applicant,
    applicant_problems,
    brought_of,
    checklist,
    fill_owner,
    typed_answers,
)
from web.counter.room import CLERKS, blueprint
from web.counter.scans import Scan, kept_scans, new_scans, sizes_of
from web.doors import reading, unit_of_work
from web.ui.i18n import language
from web.ui.redrawing import redrawn_by


@dataclass
class Intake:
    """One try of the intake form with everything that came of it."""

    page: ProcedurePage
    counters: list[Counter]
    rules: ScanRules
    answers: dict[str, Any]
    applicant: dict[str, str] = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)
    lines: list[PaperLine] = field(default_factory=list)
    errors: tuple[FieldError, ...] = ()
    problems: list[tuple[str, str]] = field(default_factory=list)
    owner: KnownOwner | None = None
    sought: str = ""

    @property
    def missing(self) -> list[PaperLine]:
        return [line for line in self.lines if line.missing]


def _begun(code: str) -> Intake:
    """The try that a request carries; files that came with it are stored first."""
    check_role(*CLERKS)
    with reading() as look:
        page, counters, rules = procedure_page(look, code), own_counters(look), scan_rules(look)
    if not counters:
        raise Forbidden("Bạn không trực quầy tiếp nhận nào.")
    arrived, problems = new_scans(sizes_of(page.open.procedure), rules)
    intake = Intake(
        page, counters, rules, typed_answers(page.open), applicant(), [*kept_scans(), *arrived], problems=problems
    )
    intake.lines = checklist(page.open, intake.answers, intake.scans, now=now())
    return intake


def _shown(intake: Intake, status: int = 200, template: str = "counter/intake.html") -> Response:
    procedure = intake.page.open.procedure
    view = build_view(intake.page.open.application, intake.answers, errors=intake.errors, now=now(), locale=language())
    html = render_template(
        template,
        intake=intake,
        procedure=procedure,
        rules=intake.rules,
        name=procedure.name.in_(language()),
        view=view,
        errors=[*intake.problems, *(("", "") for _error in intake.errors)],
        live={
            **redrawn_by(url_for("counter.redraw", code=procedure.code), "#intake-form"),
            "hx-encoding": "multipart/form-data",
        },
    )
    return make_response(html, status)


@blueprint.get("/tiep-nhan/moi/<code>")
def begin(code: str) -> Response:
    """An empty intake page for one procedure."""
    return _shown(_begun(code))


@blueprint.post("/tiep-nhan/moi/<code>/bieu-mau")
def redraw(code: str) -> Response:
    """Questions and papers anew after an answer changed."""
    return _shown(_begun(code), template="counter/intake_fields.html")


@blueprint.post("/tiep-nhan/moi/<code>")
def take_in(code: str) -> Response:
    """Take the dossier in, or show the page again with what is to be corrected."""
    filed = _filed_before()
    if filed is not None:
        return redirect(url_for("counter.taken", case_id=filed), 303)
    intake = _begun(code)
    if "find" in request.form or ("refresh" in request.form and _sought_anew()):
        return _shown(_with_owner(intake))
    if presses_a_button(request.form) or "refresh" in request.form:
        return _shown(intake)
    incomplete = request.form.get("outcome") == "incomplete"
    intake.errors = validate(intake.page.open.application, intake.answers, now=now(), locale=language()).errors
    intake.problems += applicant_problems(intake.applicant) + _paper_problems(intake.lines, incomplete)
    intake.problems += [] if incomplete else _unscanned(intake)
    if intake.errors or intake.problems:
        return _shown(intake, 422)
    try:
        case_id = _submit(intake)
    except Invalid as refusal:
        intake.problems.append(("", refusal.message % refusal.params if refusal.params else refusal.message))
        return _shown(intake, 422)
    return _after(case_id)


def _sought_anew() -> bool:
    """Whether Enter was pressed on a number that has not been looked up yet."""
    sought = request.form.get("sought", "").strip()
    return bool(sought) and sought != request.form.get("sought-before", "")


def _filed_before() -> UUID | None:
    """The dossier that an earlier press of the same button has already made."""
    with reading() as look:
        return filed_with(look, _submission_key())


def _submission_key() -> str:
    return f"counter:{form_key_sent()}"


def _paper_problems(lines: Sequence[PaperLine], incomplete: bool) -> list[tuple[str, str]]:
    missing = [line for line in lines if line.missing]
    if incomplete and not missing:
        return [("#giay-to", _("Đánh dấu giấy tờ còn thiếu hoặc chưa đạt trước khi chuyển kiểm tra"))]
    if incomplete:
        return []
    return [
        (
            f"#bc-{line.paper.key}",
            _("Ghi số bản của “%(name)s”, hoặc bấm “Chưa đủ”", name=line.name)
            if not line.unfit
            else _("“%(name)s” được đánh dấu chưa đạt: bấm “Chưa đủ”", name=line.name),
        )
        for line in missing
    ]


def _unscanned(intake: Intake) -> list[tuple[str, str]]:
    """Papers that were shown and not scanned although a letter of the procedure is made of their pages."""
    wanted = {letter.pages_of for letter in intake.page.open.procedure.letters.values()}
    return [
        (f"#scan-{line.paper.key}", _("Quét đủ các trang của “%(name)s”: bản sao được lập từ bản quét", name=line.name))
        for line in intake.lines
        if line.paper.key in wanted and line.brought.present and not line.scans
    ]


def _with_owner(intake: Intake) -> Intake:
    intake.sought = request.form.get("sought", "").strip()[:40]
    with reading() as look:
        intake.owner = owner_by_identity(look, intake.sought)
    if intake.owner is None:
        intake.problems.append(("#sought", _("Chưa có ai mang số này; hãy nhập thông tin chủ hồ sơ")))
    else:
        intake.answers = fill_owner(intake.page.open, intake.answers, intake.owner)
        intake.lines = checklist(intake.page.open, intake.answers, intake.scans, now=now())
    return intake


def _office(intake: Intake) -> UUID:
    asked = request.form.get("office", "")
    return next((one.id for one in intake.counters if str(one.id) == asked), intake.counters[0].id)


def _submit(intake: Intake) -> UUID:
    channel = "counter" if current_actor().holds("counter_clerk") else "post"
    with unit_of_work() as work:
        dossier = submit_dossier(
            work,
            Filing(
                procedure=intake.page.open.procedure.code,
                answers=intake.answers,
                channel=channel,
                office_id=_office(intake),
                submission_key=_submission_key(),
                brought=brought_of(intake.lines),
                applicant=intake.applicant,
            ),
        )
        files = attach_scans(work, intake.scans, case_id=dossier.case_id)
        take_scans(work, dossier.case_id, intake.scans, files)
        return dossier.case_id


def _after(case_id: UUID) -> Response:
    """On to the receipt, or straight to the check of what is missing."""
    with reading() as look:
        task_id = check_task_of(look, case_id)
    if task_id is not None:
        flash(_("Đã ghi nhận hồ sơ. Chọn yêu cầu bổ sung (mẫu 02) hoặc từ chối (mẫu 03) để in phiếu."), "info")
        return redirect(url_for("officer.task", task_id=task_id), 303)
    return redirect(url_for("counter.taken", case_id=case_id), 303)

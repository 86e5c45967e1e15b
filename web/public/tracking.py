"""Tracking a dossier by its code and a second fact; what was proved once is remembered for half an hour."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engine.bpmn.outline import diagram
from engine.dossiers.late_dates import SAID_TOLD
from engine.errors import NotFound
from engine.queries.dossiers import DossierPage, dossier_page
from engine.queries.dossiers import track as find
from engine.queries.files import document_for_tracker
from engine.queries.late_questions import own_question
from engine.queries.progress import progress
from engine.queries.ratings import own_rating
from engine.work import SYSTEM
from web.actor import now
from web.doors import reading
from web.public.room import blueprint
from web.ui.i18n import language, say
from web.ui.limits import limiter
from web.ui.sending import send_stored

GRANT = "tracking"
GRANTED_FOR = 30 * 60
MOST_GRANTS = 5


def tidy(code: str) -> str:
    """A code as people type it, in its one form."""
    return "".join(code.split()).upper()[:60]


def _grant(code: str, case_id: UUID) -> None:
    """Remember in the signed session that code and second fact of a dossier were given."""
    grants = {key: value for key, value in session.get(GRANT, {}).items() if key != code}
    grants[code] = [str(case_id), int(now().timestamp())]
    session[GRANT] = dict(list(grants.items())[-MOST_GRANTS:])


def granted(code: str) -> UUID | None:
    """The dossier this reader has proved to know, for half an hour."""
    case_id, given = session.get(GRANT, {}).get(tidy(code), (None, 0))
    if case_id is None or now().timestamp() - given > GRANTED_FOR:
        return None
    return UUID(case_id)


def _form(errors: list[tuple[str, str]], code: str, status: int = 200) -> tuple[str, int]:
    return render_template("public/track.html", errors=errors, code=code, kept=_kept_head()), status


def _kept_head() -> str:
    """The head of a history that came along with a scanned receipt, on its way to be compared."""
    return request.values.get("dau", "").strip()[:60]


def _opened(code: str) -> AnyResponse:
    """The dossier's page, or with a head from a receipt the check of its history."""
    if _kept_head():
        return redirect(url_for("public.history", code=code, dau=_kept_head()), 303)
    return redirect(url_for("public.tracked", code=code), 303)


@blueprint.get("/tra-cuu")
def track() -> tuple[str, int] | AnyResponse:
    """Ask for the code and the second fact."""
    code = tidy(request.args.get("code") or request.args.get("ma") or "")
    if code and granted(code) and "moi" not in request.args:
        return _opened(code)
    return _form([], code)


@blueprint.post("/tra-cuu")
@limiter.limit("10 per minute; 60 per hour")
def look_up() -> tuple[str, int] | AnyResponse:
    """Open the dossier for whoever knows both; a wrong code and a wrong second fact are answered alike."""
    code, second = tidy(request.form.get("code", "")), request.form.get("second", "").strip()[:60]
    errors = []
    if not code:
        errors.append(("#code", _("Nhập mã số hồ sơ")))
    if not second:
        errors.append(("#second", _("Nhập 4 số cuối điện thoại hoặc số định danh cá nhân")))
    if errors:
        return _form(errors, code, 422)
    try:
        with reading() as look:
            page = find(look, code, second)
    except NotFound as refusal:
        return _form([("#code", say(refusal.message, **refusal.params))], code, 422)
    _grant(code, page.case.id)
    return _opened(code)


@blueprint.get("/tra-cuu/<code>")
def tracked(code: str) -> str | AnyResponse:
    """The dossier as its applicant sees it."""
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("public.track", code=tidy(code)), 303)
    with reading(SYSTEM) as look:
        page = dossier_page(look, case_id)
        shown = progress(look, page)
        said, asked = own_rating(look, case_id), own_question(look, case_id)
    return render_template(
        "public/tracked.html",
        page=page,
        said=said,
        asked=asked,
        said_told=SAID_TOLD,
        dossier=page.dossier,
        progress=shown,
        drawing_address=url_for("public.tracked_drawing", code=code),
        paper_address=lambda document: url_for("public.tracked_paper", code=code, document_id=document.id),
        code=code,
    )


def _page_of(code: str) -> DossierPage:
    case_id = granted(code)
    if case_id is None:
        raise NotFound("Phiên tra cứu đã hết. Hãy nhập lại mã số hồ sơ.")
    with reading(SYSTEM) as look:
        return dossier_page(look, case_id)


@blueprint.get("/tra-cuu/<code>/so-do.bpmn")
def tracked_drawing(code: str) -> Response:
    """The drawing the dossier runs by, in the version it is pinned to."""
    page = _page_of(code)
    labels = page.open.procedure.labels if language() == "en" else None
    return Response(diagram(page.open.definition, page.case.process_id, labels), mimetype="application/xml")


@blueprint.get("/tra-cuu/<code>/van-ban/<uuid:document_id>")
@limiter.limit("60 per minute")
def tracked_paper(code: str, document_id: UUID) -> Response:
    """A letter or the result, for whoever has just proved code and second fact."""
    case_id = granted(code)
    if case_id is None:
        raise NotFound("Phiên tra cứu đã hết. Hãy nhập lại mã số hồ sơ.")
    with reading() as look:
        file = document_for_tracker(look, document_id, case_id)
    return send_stored(file)

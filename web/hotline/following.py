"""Following a report by its code and a second fact, rating its answer, and the list of answered ones."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid, NotFound
from engine.queries.feedback import desk
from engine.queries.public_reports import own_report, published, track_report
from engine.usecases.feedback import UNSATISFIED, rate_report
from web.doors import reading, unit_of_work
from web.hotline.grants import grant, granted, tidy
from web.hotline.room import blueprint
from web.hotline.words import category_names
from web.ui.i18n import say
from web.ui.limits import limiter


@blueprint.get("/phan-anh/tra-cuu")
def follow() -> tuple[str, int] | Response:
    """Ask for the code and the second fact."""
    code = tidy(request.args.get("code", ""))
    if code and granted(code):
        return redirect(url_for("hotline.followed", code=code), 303)
    return render_template("hotline/follow.html", errors=[], code=code), 200


@blueprint.post("/phan-anh/tra-cuu")
@limiter.limit("10 per minute; 60 per hour")
def look_up() -> tuple[str, int] | Response:
    """Open the report for whoever knows both; a wrong code and a wrong second fact are answered alike."""
    code, second = tidy(request.form.get("code", "")), request.form.get("second", "").strip()[:120]
    errors = []
    if not code:
        errors.append(("#code", _("Nhập mã phản ánh")))
    if not second:
        errors.append(("#second", _("Nhập 4 số cuối điện thoại, thư điện tử hoặc số theo dõi")))
    if not errors:
        try:
            with reading() as look:
                case_id = track_report(look, code, second)
            grant(code, case_id)
            return redirect(url_for("hotline.followed", code=code), 303)
        except NotFound as refusal:
            errors.append(("#code", say(refusal.message, **refusal.params)))
    return render_template("hotline/follow.html", errors=errors, code=code), 422


def _shown(code: str, errors: list[tuple[str, str]], status: int = 200) -> tuple[str, int] | Response:
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("hotline.follow", code=tidy(code)), 303)
    with reading() as look:
        page = own_report(look, case_id, proven=True)
    html = render_template(
        "hotline/followed.html",
        page=page,
        report=page.report,
        categories=category_names(page.rules),
        errors=errors,
        unsatisfied=UNSATISFIED,
        may_reopen=page.report.reopened < page.rules.reopenings,
    )
    return html, status


@blueprint.get("/phan-anh/tra-cuu/<code>")
def followed(code: str) -> tuple[str, int] | Response:
    """The report as its sender sees it."""
    return _shown(code, [])


@blueprint.post("/phan-anh/tra-cuu/<code>/danh-gia")
@limiter.limit("10 per minute")
def rate(code: str) -> tuple[str, int] | Response:
    """Rate the answer; "chưa đạt" opens the report again, once."""
    case_id = granted(code)
    if case_id is None:
        return redirect(url_for("hotline.follow", code=tidy(code)), 303)
    try:
        with unit_of_work() as work:
            score = request.form.get("score", 0, type=int)
            before = rate_report(work, case_id, score=score, text=request.form.get("text", ""), proven=True)
            again = before.status == "reopened"
    except Invalid as refusal:
        found = [(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems]
        return _shown(code, found or [("", say(refusal.message, **refusal.params))], 422)
    words = (
        _("Phản ánh được mở lại và chuyển cấp trên của người đã trả lời.") if again else _("Cảm ơn bạn đã đánh giá.")
    )
    flash(words, "success")
    return redirect(url_for("hotline.followed", code=code), 303)


def published_list() -> str:
    """Answered reports with personal data masked."""
    text, category = request.args.get("tim", "").strip()[:100], request.args.get("linh-vuc", "")
    with reading() as look:
        rules = desk(look).rules
        names = category_names(rules)
        category = category if category in names else ""
        found = published(look, text=text, category=category, page=request.args.get("page", 1, type=int) or 1)
    chosen = [("tim", text, f"“{text}”")] if text else []
    chosen += [("linh-vuc", category, names[category])] if category else []
    offered = [(one.key, names[one.key]) for one in rules.categories if set(one.kinds) - set(rules.never_published)]
    return render_template(
        "hotline/published.html",
        found=found,
        categories=names,
        offered=offered,
        text=text,
        category=category,
        chosen=chosen,
    )


blueprint.add_url_rule("/phan-anh/cong-khai", endpoint="published", view_func=published_list)

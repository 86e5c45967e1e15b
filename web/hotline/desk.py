"""The desk: what waits for the reader by the minutes left, and every report the reader may see."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from engine.feedback.models import STATUSES
from engine.queries.feedback import desk, reports, waiting_for_me
from processes.report import KINDS
from web.actor import check_role, now
from web.doors import reading
from web.hotline.room import ANSWERING, blueprint
from web.hotline.words import category_names, kind_words, report_status


@blueprint.get("/1022")
def home() -> str:
    """The queue: first what has to be passed on, fewest minutes on top."""
    check_role(*ANSWERING)
    with reading() as look:
        lines = waiting_for_me(look)
        names = category_names(desk(look).rules)
    fragment = "hotline/queue.html" if "HX-Request" in request.headers else "hotline/home.html"
    first = [line for line in lines if line.step == "classify"]
    return render_template(
        fragment,
        first=first,
        others=[line for line in lines if line.step != "classify"],
        categories=names,
        moment=now(),
    )


@blueprint.get("/1022/danh-sach")
def all_reports() -> str:
    """Every report the reader may see."""
    check_role(*ANSWERING)
    text, kind = request.args.get("tim", "").strip()[:100], request.args.get("loai", "")
    statuses = [one for one in request.args.getlist("trang-thai") if one in STATUSES]
    late, kind = request.args.get("tre") == "1", kind if kind in KINDS else ""
    page = max(request.args.get("page", 1, type=int) or 1, 1)
    with reading() as look:
        found = reports(look, text=text, statuses=statuses, kind=kind, late=late, page=page)
        names = category_names(desk(look).rules)
    chosen = [("tim", text, f"“{text}”")] if text else []
    chosen += [("loai", kind, kind_words(kind))] if kind else []
    chosen += [("trang-thai", one, report_status(one)[0]) for one in statuses]
    chosen += [("tre", "1", _("Quá hạn"))] if late else []
    return render_template(
        "hotline/list.html",
        found=found,
        categories=names,
        text=text,
        kind=kind,
        kinds=[(one, kind_words(one)) for one in KINDS],
        statuses=statuses,
        all_statuses=[(one, report_status(one)[0]) for one in STATUSES],
        late=late,
        chosen=chosen,
        moment=now(),
    )

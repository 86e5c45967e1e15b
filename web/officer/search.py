"""Looking through dossiers: by code, name or number, with filters in the address, and the same as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from engine.clock import legal_date
from engine.dossiers.models import STATUSES
from engine.queries.catalogue import procedures
from engine.queries.desk import PER_PAGE, Choices, choices, every_found, search
from engine.queries.finding import Criteria
from engine.queries.standings import standings
from web.actor import now
from web.doors import reading
from web.officer.dossier import judged_words
from web.officer.room import blueprint
from web.ui.format import date_words, moment_words, number
from web.ui.i18n import language
from web.ui.sheets import harmless
from web.ui.statuses import channel_words, status_words
from web.ui.windows import window


def _day(name: str) -> date | None:
    """A day as a date field sends it, or as people write it (26/11/2026)."""
    text = request.args.get(name, "").strip()
    parts = text.split("-") if "-" in text else list(reversed(text.replace(".", "/").split("/")))
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


def _asked() -> Criteria:
    office = request.args.get("don-vi", "")
    try:
        office_id = UUID(office) if office else None
    except ValueError:
        office_id = None
    asked = [int(value) for value in request.args.getlist("trang-thai") if value.isdecimal()]
    return Criteria(
        text=request.args.get("tim", "").strip()[:100],
        statuses=tuple(one for one in asked if one in STATUSES),
        procedure=request.args.get("thu-tuc", "").strip()[:40],
        office=office_id,
        since=_day("tu"),
        until=_day("den"),
        late=request.args.get("tre") == "1",
    )


def _chosen(criteria: Criteria, known: Choices, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """The filters now in force as removable tags."""
    found: list[tuple[str, str, Any]] = []
    if criteria.text:
        found.append(("tim", request.args.get("tim", ""), f"“{criteria.text}”"))
    found += [("trang-thai", str(one), status_words(one)[0]) for one in criteria.statuses]
    if criteria.procedure:
        found.append(("thu-tuc", criteria.procedure, names.get(criteria.procedure, criteria.procedure)))
    if criteria.office:
        office = dict(known.offices).get(criteria.office, _("Đơn vị khác"))
        found.append(("don-vi", str(criteria.office), office))
    if criteria.since:
        found.append(("tu", request.args.get("tu", ""), _("nộp từ %(day)s", day=date_words(criteria.since))))
    if criteria.until:
        found.append(("den", request.args.get("den", ""), _("nộp đến %(day)s", day=date_words(criteria.until))))
    if criteria.late:
        found.append(("tre", "1", _("Quá hạn")))
    return found


@blueprint.get("/ho-so")
def search_dossiers() -> str:
    """The dossiers of the reader's offices that meet the filters."""
    criteria = _asked()
    with reading() as look:
        known = choices(look)
        found = search(look, criteria, window=window())
        dues = standings(look, [line.id for line in found.lines])
        names = dict(known.procedures)
        if language() == "en":
            names |= {line.code: line.name_en for line in procedures(look) if line.name_en and line.code in names}
    return render_template(
        "officer/search.html",
        criteria=criteria,
        known=known,
        names=names,
        found=found,
        dues=dues,
        chosen=_chosen(criteria, known, names),
        statuses=[(one, status_words(one)[0]) for one in STATUSES],
        count_words=_("Ít nhất %(count)s hồ sơ", count=number(found.total)) if found.at_least else None,
        size=PER_PAGE,
    )


@blueprint.get("/ho-so.csv")
def search_file() -> Response:
    """Every dossier of the same search as a table file that spreadsheets open with its marks intact."""
    with reading() as look:
        lines = every_found(look, _asked())
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(
        (
            _("Mã hồ sơ"), _("Chủ hồ sơ"), _("Thủ tục"), _("Nội dung"), _("Trạng thái"), _("Kênh nộp"), _("Nộp lúc"),
            _("Ngày hẹn trả"), _("Có kết quả lúc"), _("Đánh giá"), _("Đơn vị thụ lý"),
        )
    )  # fmt: skip
    for line in lines:
        row = (
            line.code, line.owner, line.procedure, line.title, status_words(line.status)[0],
            channel_words(line.channel), moment_words(line.submitted_at), date_words(line.promised_on),
            moment_words(line.decided_at), judged_words(line.judged), line.handling,
        )  # fmt: skip
        table.writerow([harmless(value) for value in row])
    name = f"ho-so-{legal_date(now()):%Y-%m-%d}.csv"
    return Response(
        "\ufeff" + buffer.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""Missed dates by how early applicants were told, beside what they say themselves; the dossiers behind every number."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from engine.clock import legal_date
from engine.dossiers.late_dates import SAID_TOLD
from engine.queries.told import Period, ToldFigures, ToldLine, classes, month_of, period_of, told_figures
from engine.queries.told_list import MOST, PAGE, told_dates
from engine.queries.weekly import READERS
from web.actor import check_role, now
from web.doors import reading
from web.officer.room import blueprint
from web.ui.format import date_words, moment_words
from web.ui.i18n import say
from web.ui.sheets import harmless
from web.ui.told import told_words

BY_PROCEDURE = "thu-tuc"
"""The address's `theo`: lines by procedure instead of by unit."""


def _period() -> Period:
    """The period asked for (`ky`); this month where none or a wrong one is named."""
    return period_of(request.args.get("ky", "")) or month_of(legal_date(now()))


def _unit() -> UUID | None:
    try:
        return UUID(request.args.get("don-vi", ""))
    except ValueError:
        return None


def _procedure() -> str:
    return request.args.get("ma-tt", "")[:60]


def _figures() -> ToldFigures:
    check_role(*READERS)
    with reading() as look:
        return told_figures(
            look,
            _period(),
            unit=_unit(),
            procedure=_procedure(),
            by_procedure=request.args.get("theo") == BY_PROCEDURE,
        )


@blueprint.get("/bao-cao/tre-hen")
def told_report() -> str:
    """The four classes and what stands apart, by unit, room or procedure; citizens' answers beside them."""
    figures = _figures()
    return render_template(
        "officer/told.html",
        figures=figures,
        classes=classes(),
        period=request.args.get("ky", "") or f"{figures.period.first:%Y-%m}",
        periods=_periods(),
        by_procedure=request.args.get("theo") == BY_PROCEDURE,
        link=_list_address,
        said_told=SAID_TOLD,
    )


def _list_address(line: ToldLine, by_procedure: bool) -> dict[str, Any]:
    """The address of the dossiers of one line, but for the class."""
    wanted: dict[str, Any] = {name: request.args[name] for name in ("ky", "don-vi", "ma-tt") if name in request.args}
    if line.key:
        wanted["ma-tt" if by_procedure else "don-vi"] = line.key
    return wanted


def _periods() -> list[tuple[str, str]]:
    """The months of the last year, its quarters and the years, as the address names them and in words."""
    today = legal_date(now())
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(13)]
    found = [(f"{year}-{month + 1:02}", _("Tháng %(month)s/%(year)s", month=month + 1, year=year)) for year, month in months]  # fmt: skip  # noqa: E501
    for year in (today.year, today.year - 1):
        found += [(f"{year}-Q{n}", _("Quý %(quarter)s/%(year)s", quarter=n, year=year)) for n in (1, 2, 3, 4)]
        found.append((str(year), _("Năm %(year)s", year=year)))
    return [(key, words) for key, words in found if (period := period_of(key)) is not None and period.first <= today]


@blueprint.get("/bao-cao/tre-hen.csv")
def told_file() -> Response:
    """The same figures as a file; what citizens say stands in it only for whoever may read it."""
    figures = _figures()
    answers = figures.whole.said is not None
    buffer = io.StringIO()
    table = csv.writer(buffer)
    days = [date_words(figures.period.first), _("đến"), date_words(figures.period.last)]
    table.writerow([_("Ngày hẹn từ"), *days, harmless(figures.unit_name)])
    heads = [_("Đơn vị"), _("Ngày hẹn bị trễ"), *(told_words(kind) for kind in classes()), _("Tỷ lệ báo trước (%)")]
    said = [_("Đã có quyết định"), _("Đã hỏi"), _("Đã trả lời"), *(say(words) for words in SAID_TOLD.values())]
    said += [_("Không nhận được thư xin lỗi"), _("Quầy ghi hộ"), _("Khác với hồ sơ ghi"), _("Nói bị báo muộn hơn hồ sơ ghi")]  # fmt: skip  # noqa: E501
    table.writerow(heads + (said if answers else []))
    for line in (*figures.lines, figures.whole):
        table.writerow([harmless(line.name or _("Cộng")), *_cells(line)])
    return _file(buffer, f"bao-tre-hen-{figures.period.first:%Y-%m-%d}.csv")


def _cells(line: ToldLine) -> list[int | float | str]:
    share = "" if line.share_before is None else line.share_before
    cells: list[int | float | str] = [line.missed, *(line.told.get(kind, 0) for kind in classes()), share]
    if line.said is not None:
        one = line.said
        cells += [one.late, one.asked, one.answered, *(one.by.get(kind, 0) for kind in SAID_TOLD)]
        cells += [one.no_letter, one.by_clerk, one.differ, one.worse]
    return cells


def _file(buffer: io.StringIO, name: str) -> Response:
    return Response(
        "\ufeff" + buffer.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/bao-cao/tre-hen/ho-so")
def told_list() -> str:
    """The dossiers behind one number, a page at a time."""
    check_role(*READERS)
    with reading() as look:
        found = _dates(look, PAGE)
    return render_template(
        "officer/told_list.html", found=found, kind=_kind(), classes=classes(), period=_period(), moment=now()
    )


@blueprint.get("/bao-cao/tre-hen/ho-so.csv")
def told_list_file() -> Response:
    """The same dossiers as a file, at most MOST lines."""
    check_role(*READERS)
    with reading() as look:
        found = _dates(look, MOST)
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(
        [
            _("Mã hồ sơ"), _("Chủ hồ sơ"), _("Thủ tục"), _("Đơn vị thụ lý"), _("Ngày hẹn trả"), _("Việc báo"),
            _("Báo lúc"), _("Có tin không đến"), _("Có quyết định"), _("Người duyệt miễn"),
        ]
    )  # fmt: skip
    for one in found.lines:
        table.writerow(
            [
                one.code, harmless(one.owner), harmless(one.procedure), harmless(one.office),
                date_words(one.promised_on), told_words(one.told), moment_words(one.told_at) if one.told_at else "",
                _("có") if one.undelivered else "", moment_words(one.decided_at) if one.decided_at else "",
                harmless(one.exempted_by),
            ]
        )  # fmt: skip
    return _file(buffer, f"ho-so-tre-hen-{_period().first:%Y-%m-%d}.csv")


def _kind() -> str:
    kind = request.args.get("loai", "")
    return kind if kind in classes() else ""


def _dates(look: Any, most: int) -> Any:
    return told_dates(
        look,
        _period(),
        kind=_kind(),
        unit=_unit(),
        procedure=_procedure(),
        after=request.args.get("sau", "") if most == PAGE else "",
        most=most,
    )


blueprint.add_app_template_global(told_words, "told_words")

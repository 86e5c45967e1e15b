"""The week in figures, by unit or by room: on the page and as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from engine.clock import legal_date
from engine.dossiers.accounting import Account
from engine.queries.told import classes, four_classes
from engine.queries.weekly import READERS, WEEK, Week, monday_of, weekly
from web.actor import check_role, now
from web.doors import reading
from web.officer.room import blueprint
from web.ui.format import date_words
from web.ui.sheets import harmless

FIRST = date(2000, 1, 1)


def _asked() -> Week:
    check_role(*READERS)
    with reading() as look:
        return weekly(look, _day(), unit=_unit())


def _day() -> date | None:
    """The day whose week is asked for; None for anything that was no day of this house yet."""
    try:
        day = date.fromisoformat(request.args.get("tuan", ""))
    except ValueError:
        return None
    return day if FIRST <= day <= legal_date(now()) else None


def _unit() -> UUID | None:
    try:
        return UUID(request.args.get("don-vi", ""))
    except ValueError:
        return None


@blueprint.get("/bao-cao/tuan")
def week() -> str:
    """The week as a table, with the ways to the weeks beside it."""
    found = _asked()
    later = found.monday + WEEK
    with reading() as look:
        told = four_classes(look, found.monday, found.sunday)
    return render_template(
        "officer/week.html",
        week=found,
        earlier=found.monday - WEEK,
        later=later if later <= monday_of(legal_date(now())) else None,
        through=found.through if found.through != found.sunday else None,
        told=told,
        told_classes=classes(),
        period=f"{found.monday}..{found.sunday}",
    )


@blueprint.get("/bao-cao/tuan.csv")
def week_file() -> Response:
    """The same table as a file that spreadsheets open with its marks intact."""
    found = _asked()
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow([_("Tuần từ"), date_words(found.monday), _("đến"), date_words(found.sunday), found.unit])
    table.writerow(
        (
            _("Đơn vị"), _("Tồn đầu tuần"), _("Tiếp nhận"), _("Đã giải quyết"), _("Đúng hạn"), _("Quá hạn"),
            _("Tỷ lệ đúng hạn (%)"), _("Rút hồ sơ"), _("Dừng, từ chối"), _("Tồn cuối tuần"),
            _("Chênh lệch hai vế"),
        )
    )  # fmt: skip
    for line in found.lines:
        table.writerow([harmless(line.name), *_cells(line.account)])
    table.writerow([_("Cộng"), *_cells(found.whole.account)])
    name = f"bao-cao-tuan-{found.monday:%Y-%m-%d}.csv"
    return Response(
        "\ufeff" + buffer.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(account: Account) -> tuple[int | float | str, ...]:
    share = "" if account.share is None else account.share
    return (
        account.open_before, account.received, account.done, account.in_time, account.late, share, account.withdrawn,
        account.stopped, account.open_after, account.gap,
    )  # fmt: skip

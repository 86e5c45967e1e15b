"""Every date a change moves, as a table file: the page itself shows the most pressing ones only."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from engine.queries.calendar_changes import every_moved
from engine.queries.calendar_counting import Moved
from web.actor import require_role
from web.calendars.picture import kind_words, term_words
from web.calendars.room import ROLE, blueprint
from web.doors import reading
from web.ui.format import date_words, moment_words
from web.ui.sheets import harmless


@blueprint.get("/thay-doi/<uuid:change_id>/ngay-hen.csv")
@require_role(ROLE)
def moved_file(change_id: UUID) -> Response:
    """Every term that would move, or has moved: both dates, why, and whether it becomes late."""
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(
        (
            _("Mã hồ sơ"), _("Thời hạn"), _("Đơn vị giải quyết"), _("Ngày cũ"), _("Ngày mới"), _("Hẹn trả cũ"),
            _("Hẹn trả mới"), _("Vì"), _("Tình trạng"),
        )
    )  # fmt: skip
    with reading() as look:
        for line in every_moved(look, change_id):
            table.writerow([harmless(cell) for cell in _cells(line)])
    return Response(
        "\ufeff" + buffer.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ngay-hen-{change_id}.csv"'},
    )


def _cells(line: Moved) -> tuple[str, ...]:
    why = "; ".join(f"{day['day']}: {kind_words(day['before'])} → {kind_words(day['after'])}" for day in line.why)
    return (
        line.code, term_words(line.term), line.office, moment_words(line.old_due_at), moment_words(line.new_due_at),
        date_words(line.old_promised_on), date_words(line.new_promised_on), why or _("Giờ làm việc thay đổi"),
        _("Thành quá hạn") if line.late else "",
    )  # fmt: skip

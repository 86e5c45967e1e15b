"""The library's later version beside the office's own: by element, one act to take it, conflicts one by one."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.queries.designing import copy_page, version_page
from engine.queries.merging import ThreeWays, copy_beside_library, three_way_page
from engine.usecases.designing import as_files
from engine.usecases.merging import decide, take_library
from engine.work import Reading
from processes.merging import WHOLE, Touch
from web.actor import require_role
from web.designer.bundle_files import file_lines
from web.designer.listing import revision_sent
from web.designer.room import blueprint, may_design
from web.doors import reading, unit_of_work

MOST_PROPERTIES = 12
LONGEST = 200


@blueprint.get("/phien-ban/<uuid:version_id>/thu-vien/<uuid:library_id>")
def three_ways(version_id: UUID, library_id: UUID) -> str:
    """What the library and the office have changed since they parted, and what taking the library's would do."""
    with reading() as look:
        page = three_way_page(look, version_id, library_id)
        titles = _titles(look, page)
    return render_template(
        "designer/three_ways.html", page=page, files=_by_file, told=_told, titles=titles, may_design=may_design()
    )


@blueprint.post("/phien-ban/<uuid:version_id>/thu-vien/<uuid:library_id>")
@require_role("designer")
def take(version_id: UUID, library_id: UUID) -> Response:
    """Put what does not conflict into the working copy."""
    with unit_of_work() as work:
        copy_id = take_library(work, version_id, library_id).id
    flash(_("Đã đưa các thay đổi của thư viện không xung đột vào bản đang sửa."), "success")
    return redirect(url_for("designer.conflicts", copy_id=copy_id), 303)


@blueprint.get("/ban/<uuid:copy_id>/thu-vien")
def conflicts(copy_id: UUID) -> str:
    """What both have changed, to be decided one by one."""
    with reading() as look:
        copy = copy_page(look, copy_id)
        page = copy_beside_library(look, copy, as_files(copy.files))
        titles = _titles(look, page)
    return render_template(
        "designer/conflicts.html", copy=copy, page=page, told=_told, titles=titles, may_design=may_design()
    )


@blueprint.post("/ban/<uuid:copy_id>/thu-vien")
@require_role("designer")
def decide_one(copy_id: UUID) -> Response:
    """Say whose words hold in one place."""
    choice = request.form.get("choice", "")
    with unit_of_work() as work:
        decide(work, copy_id, request.form.get("key", ""), choice, revision=revision_sent())  # type: ignore[arg-type]
    with reading() as look:
        copy = copy_page(look, copy_id)
        left = len(copy_beside_library(look, copy, as_files(copy.files)).undecided)
    words = ngettext("Còn %(num)d chỗ phải chọn.", "Còn %(num)d chỗ phải chọn.", left) if left else _("Đã chọn xong.")
    flash(words, "success")
    return redirect(url_for("designer.conflicts", copy_id=copy_id), 303)


def _titles(look: Reading, page: ThreeWays) -> dict[str, str]:
    """What the files call themselves."""
    files = {**version_page(look, page.library.id)[1], **version_page(look, page.office.id)[1]}
    return {line.path: line.title for line in file_lines(files)}


def _by_file(touches: tuple[Touch, ...]) -> list[tuple[str, list[Touch]]]:
    return [(path, list(found)) for path, found in groupby(touches, key=lambda one: one.path)]


def _told(touch: Touch) -> list[tuple[str, str, str, str]]:
    """(property, where both began, the library's, the office's) for every property the three do not agree on."""
    if touch.id == WHOLE and touch.name == touch.path:
        return []
    sides = [side or {} for side in (touch.base, touch.library, touch.office)]
    keys = dict.fromkeys(key for side in sides for key in side)
    rows: list[tuple[str, str, str, str]] = []
    for key in keys:
        base, library, office = (_short(side.get(key, "")) for side in sides)
        if not base == library == office:
            rows.append((key, base, library, office))
    return rows[:MOST_PROPERTIES]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

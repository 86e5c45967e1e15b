"""Taking a task, giving it back, handing it to a colleague."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.usecases import tasks
from web.doors import unit_of_work
from web.officer.room import blueprint
from web.ui.addresses import own_address


def _back(task_id: UUID) -> Response:
    """To the page the button stood on; the task's own page by default."""
    return redirect(own_address(request.form.get("next"), url_for("officer.task", task_id=task_id)), 303)


@blueprint.post("/cong-viec/<uuid:task_id>/nhan")
def claim(task_id: UUID) -> Response:
    """Take a task of the common list."""
    with unit_of_work() as work:
        task = tasks.claim(work, task_id)
        name, code = task.name, task.subject_code
    flash(_("Bạn đã nhận xử lý “%(name)s” của hồ sơ %(code)s.", name=name, code=code), "success")
    return redirect(url_for("officer.task", task_id=task_id), 303)


@blueprint.post("/cong-viec/<uuid:task_id>/tra-lai")
def release(task_id: UUID) -> Response:
    """Put a task back on the common list."""
    with unit_of_work() as work:
        task = tasks.release(work, task_id)
        name, code = task.name, task.subject_code
    flash(_("Đã trả “%(name)s” của hồ sơ %(code)s về danh sách chung.", name=name, code=code), "success")
    return redirect(url_for("officer.home"), 303)


@blueprint.post("/cong-viec/<uuid:task_id>/phan-cong")
def assign(task_id: UUID) -> Response:
    """Give a task of the room to somebody who holds its role."""
    try:
        person_id = UUID(request.form.get("person", ""))
    except ValueError:
        raise Invalid("Chọn người được phân công.") from None
    with unit_of_work() as work:
        task = tasks.assign(work, task_id, person_id)
        name = task.name
    flash(_("Đã phân công “%(name)s”.", name=name), "success")
    return _back(task_id)

"""The operator's first page: what waits for a person, then how the house is doing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.queries.condition import PATIENCE, SILENCE, condition
from engine.queries.operations import KINDS, MOST, stuck
from engine.sample.clients import NAME, sample_key
from engine.usecases.operations import ask_for_check
from web.actor import now, require_role
from web.doors import house, reading, unit_of_work
from web.operator import words
from web.operator.room import ROLE, blueprint

for word in (words.list_title, words.state, words.fault_words, words.progress_name, words.room_words):
    blueprint.add_app_template_global(word, f"operator_{word.__name__}")


@blueprint.get("/van-hanh")
@require_role(ROLE)
def home() -> str:
    """Everything that stands still with its last error, and the state of queue, store, journal and connections."""
    with reading() as look:
        waiting = [(kind, stuck(look, kind)) for kind in KINDS]
        state = condition(look)
    settings = house().settings
    return render_template(
        "operator/home.html",
        waiting=waiting,
        most=MOST,
        total=sum(len(items) for _kind, items in waiting),
        state=state,
        silent=state.queue.heartbeat is None or now() - state.queue.heartbeat > SILENCE,
        behind=state.queue.oldest is not None and now() - state.queue.oldest > PATIENCE,
        quota=settings.storage_quota,
        sample_client=NAME if settings.sample else None,
        sample_client_key=sample_key(settings) if settings.sample else None,
        public_url=settings.public_url,
    )


@blueprint.post("/van-hanh/nhat-ky/kiem-tra")
@require_role(ROLE)
def check_journal() -> Response:
    """Ask a worker to recompute the whole journal."""
    with unit_of_work() as work:
        begun = ask_for_check(work)
    if begun:
        flash(_("Đã giao việc kiểm tra nhật ký. Kết quả hiện ở trang này khi xong."), "success")
    else:
        flash(_("Nhật ký đang được kiểm tra; hãy chờ kết quả của lần đó."), "info")
    return redirect(url_for("operator.home", _anchor="journal"), 303)

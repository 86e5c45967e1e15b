"""What somebody is warned of, how they want to hear it, and whom no notice of the law has reached."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.notifications.legal import LEGAL
from engine.notifications.staff_choices import HOURS, KINDS
from engine.notifications.staff_live import GROUPS
from engine.notifications.staff_words import GROUP_NAMES, MARK_NAMES
from engine.queries.warnings import NOBODY, READERS, STATES, legal_notices, own_choice, own_warnings
from engine.usecases.warnings_choices import CALLERS, choose, mark_seen, told_by_telephone
from web.actor import check_role, current_actor, now
from web.doors import reading, unit_of_work
from web.officer.room import blueprint
from web.ui.addresses import own_address
from web.ui.i18n import say, spoken
from web.ui.windows import window

Errors = list[tuple[str, str]]


@blueprint.get("/nhac-han")
def warnings() -> str:
    """The reader's warnings that still hold, by how they stand now; or what one message spoke of (`lan`)."""
    group, mark = request.args.get("nhom", ""), request.args.get("moc", "")
    with reading() as look:
        found = own_warnings(
            look,
            group=group,
            message=_message(),
            mark=mark if mark in MARK_NAMES else "",
            mailed=request.args.get("thu") == "1",
            window=window(),
        )
    return render_template(
        "officer/warnings.html",
        found=found,
        group=group if group in GROUPS else "",
        groups=GROUP_NAMES,
        marks=MARK_NAMES,
        message=_message(),
        moment=now(),
    )


def _message() -> UUID | None:
    try:
        return UUID(request.args.get("lan", ""))
    except ValueError:
        return None


@blueprint.post("/nhac-han/da-xem")
def warnings_seen() -> Response:
    """Everything that stood on the page when it was drawn has been seen."""
    try:
        until = datetime.fromisoformat(request.form.get("den", ""))
    except ValueError:
        until = now()
    with unit_of_work() as work:
        mark_seen(work, until if until.tzinfo is not None else now())
    return redirect(url_for("officer.warnings"), 303)


@blueprint.get("/nhac-han/cach-nhan")
def warning_choices() -> tuple[str, int]:
    """How the reader hears of warnings."""
    return _choices([])


def _choices(errors: Errors, status: int = 200) -> tuple[str, int]:
    with reading() as look:
        own = own_choice(look)
    html = render_template(
        "officer/warning_choices.html",
        own=own,
        kinds=_kind_words(),
        ways=_way_words(),
        typed=request.form if errors else None,
        hours=HOURS,
        legal=LEGAL,
        errors=errors,
    )
    return html, status


@blueprint.post("/nhac-han/cach-nhan")
def keep_warning_choices() -> tuple[str, int] | Response:
    """Keep what was chosen."""
    try:
        with unit_of_work() as work:
            choose(work, {kind: request.form.get(kind, "") for kind in KINDS}, request.form.get("hour", ""))
    except Invalid as refusal:
        return _choices([(f"#{one.path}", say(one.message, **one.params)) for one in refusal.problems], 422)
    flash(_("Đã lưu cách nhận nhắc hạn của bạn."), "success")
    return redirect(url_for("officer.warning_choices"), 303)


@blueprint.get("/thong-bao-theo-luat")
def unreached() -> tuple[str, int]:
    """Legal notices that reached nobody, with whom to telephone."""
    return _unreached([])


def _unreached(errors: Errors, status: int = 200) -> tuple[str, int]:
    actor, state = check_role(*READERS), request.args.get("loc", NOBODY)
    with reading() as look:
        found = legal_notices(look, state=state, window=window())
    html = render_template(
        "officer/unreached.html",
        found=found,
        state=state if state in STATES else NOBODY,
        states=_state_words(),
        events=LEGAL,
        calls=bool(actor.roles & set(CALLERS)),
        opens=not _keeps_machine_only(),
        errors=errors,
    )
    return html, status


def _keeps_machine_only() -> bool:
    return current_actor().roles <= {"operator"}


@blueprint.post("/thong-bao-theo-luat/<uuid:notice_id>/da-goi")
def telephoned(notice_id: UUID) -> tuple[str, int] | Response:
    """Somebody was told by telephone."""
    try:
        with unit_of_work() as work:
            told_by_telephone(work, notice_id, request.form.get("words", ""))
    except Invalid as refusal:
        found = [(f"#words-{notice_id}", say(one.message, **one.params)) for one in refusal.problems]
        return _unreached(found, 422)
    flash(_("Đã ghi kết quả cuộc gọi."), "success")
    return redirect(own_address(request.form.get("next"), url_for("officer.unreached")), 303)


def _kind_words() -> dict[str, tuple[str, str]]:
    """What is chosen for, with what it means."""
    return {
        "50": (_("Đã dùng 50 % thời hạn"), _("Nửa thời hạn đã qua.")),
        "80": (_("Đã dùng 80 % thời hạn"), _("Sắp đến hạn.")),
        "tomorrow": (_("Đến hạn ngày làm việc tới"), _("Nhắc vào đầu ngày làm việc cuối cùng trước ngày hẹn.")),
        "100": (_("Hết thời hạn"), _("Thời hạn đã hết mà hồ sơ chưa xong.")),
        "step": (_("Thời gian của từng bước"), _("Bước trên bàn của bạn dùng 80 % hoặc hết thời gian của bước.")),
    }


def _way_words() -> dict[str, str]:
    return {
        "at_once": _("Thư điện tử ngay"),
        "daily": _("Thư tổng hợp hằng ngày"),
        "weekly": _("Thư tổng hợp thứ Sáu, 15:00"),
        "house": _("Chỉ trong hệ thống"),
    }


def mark_words(marks: tuple[str, ...]) -> str:
    """Marks of a rule in words, or that there is none."""
    words = {"tomorrow": _("ngày làm việc trước hạn")}
    return ", ".join(words.get(mark, f"{mark} %") for mark in marks) or _("Không nhắc")


def reads_unreached() -> bool:
    """Whether the reader may open the list of those whom no notice reached."""
    return bool(current_actor().roles & set(READERS))


def legal_words(event: str) -> str:
    """What a notice that the law demands is; "" for any other."""
    return str(spoken(LEGAL.get(event, "")))


blueprint.add_app_template_global(mark_words, "mark_words")
blueprint.add_app_template_global(reads_unreached, "reads_unreached")
blueprint.add_app_template_global(legal_words, "legal_words")


def _state_words() -> dict[str, str]:
    return {
        NOBODY: _("Chưa ai nhận được"),
        "failed": _("Không gửi được"),
        "unknown": _("Không rõ đã đến hay chưa"),
        "no_address": _("Không có số điện thoại, thư điện tử"),
        "settled": _("Đã xử lý bằng cách khác"),
    }

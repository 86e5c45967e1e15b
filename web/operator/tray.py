"""The sample office's tray: notices as they would arrive on a phone and in a mailbox, delivered nowhere."""

from __future__ import annotations

from flask import abort, render_template, request

from engine.queries.condition import tray as sent
from engine.work import SYSTEM
from web.doors import house, reading
from web.operator.room import blueprint

PER_PAGE = 30
LAST_PAGE = 1000


@blueprint.get("/dev/outbox")
def tray() -> str:
    """What was sent, newest first; there is no such page outside the sample office."""
    settings = house().settings
    if not settings.sample:
        abort(404)
    recipient = request.args.get("to", "").strip()[:100]
    channel = request.args.get("channel", "")
    channel = channel if channel in {"sms", "email"} else ""
    wanted = request.args.get("page", "1")
    page = min(max(int(wanted), 1), LAST_PAGE) if wanted.isascii() and wanted.isdigit() else 1
    with reading(SYSTEM) as look:
        notices = sent(look, recipient=recipient, channel=channel, skip=(page - 1) * PER_PAGE, most=PER_PAGE + 1)
    return render_template(
        "operator/tray.html",
        notices=notices[:PER_PAGE],
        more=len(notices) > PER_PAGE,
        page=page,
        recipient=recipient,
        channel=channel,
        sender=settings.mail_from,
    )

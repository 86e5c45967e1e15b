"""The page that checks a result without any network, made to be saved; and the signed list one carries along."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import urlsplit

from flask import Response, render_template, url_for
from markupsafe import Markup

from engine.errors import NotFound
from engine.queries.withdrawals import newest_list
from web.actor import now
from web.doors import house, reading
from web.public.offline_words import words
from web.public.room import blueprint
from web.ui.assets import DIST, Manifest
from web.ui.limits import limiter
from web.ui.security import cacheable

FILE = "kiem-tra-qr.html"
LIST_FILE = "danh-sach-thu-hoi.txt"
CAMERA = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
_manifest = Manifest()


def _built(name: str) -> str:
    """A built script or style as it is written into the page."""
    return (DIST / _manifest.file_of(name)).read_text("utf-8").strip()


def _allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _policy(script: str, style: str, origin: str) -> str:
    """What the page may do, also once it is saved: its own script and style, and asking this house for a new list."""
    return (
        f"default-src 'none'; script-src {_allowed(script)}; style-src {_allowed(style)}; "
        f"connect-src 'self' {origin}; form-action 'none'; base-uri 'none'"
    )


def _page() -> Response:
    with reading() as look:
        newest = newest_list(look)
    settings = house().settings
    script, style = _built("offline.js"), _built("offline.css")
    said = words()
    given = {
        "house": settings.public_url,
        "made": now().isoformat(timespec="seconds"),
        "keys": [key.plain() for key in house().ports.offline.published()],
        "list": newest.text if newest is not None else "",
        "list_address": settings.public_url + url_for("public.withdrawal_list"),
        "words": said,
    }
    where = urlsplit(settings.public_url)
    policy = _policy(script, style, f"{where.scheme}://{where.netloc}")
    page = render_template(
        "public/offline.html",
        policy=policy,
        # the page is one file by intent; its policy names these two by their hashes and allows nothing else
        script=Markup("<script>{}</script>").format(Markup(script)),
        style=Markup("<style>{}</style>").format(Markup(style)),
        given=Markup(json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")),
        say=lambda name: said[name]["vi"],
        host=where.netloc,
        save=url_for("public.save_offline"),
    )
    answer = Response(page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    answer.headers["Permissions-Policy"] = CAMERA
    return answer


@blueprint.get("/kiem-tra-qr")
@limiter.limit("60 per minute")
@cacheable(300)
def check_offline() -> Response:
    """Check the code on a result in the browser alone."""
    return _page()


@blueprint.get("/kiem-tra-qr/luu")
@limiter.limit("30 per minute")
def save_offline() -> Response:
    """The same page as one file to keep."""
    answer = _page()
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return answer


@blueprint.get("/kiem-tra-qr/danh-sach-thu-hoi.txt")
@limiter.limit("60 per minute")
def withdrawal_list() -> Response:
    """The newest list, word for word as it was signed; anybody's page may fetch it, also a saved one."""
    with reading() as look:
        newest = newest_list(look)
    if newest is None:
        raise NotFound("Chưa có danh sách nào được công bố.")
    answer = Response(newest.text, mimetype="text/plain")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Content-Disposition"] = f'inline; filename="{LIST_FILE}"'
    return answer

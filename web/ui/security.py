"""Headers that keep a page to itself: what may load, who may frame it, what a browser may remember."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from engine.errors import Refusal
from web.ui.assets import ONE_YEAR

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

csrf = CSRFProtect()

MACHINES: set[str] = set()
"""Blueprints that machines with keys come in by."""


def let_machines_in(blueprint: Blueprint) -> None:
    """Ask for no form keys there: machines bring a key with every request and no cookie."""
    csrf.exempt(blueprint)
    MACHINES.add(blueprint.name)


STRICT: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
}

PERMISSIONS = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), interest-cohort=()"


def relaxed_policy(
    **sources: tuple[str, ...],
) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Widen the content policy of one route only, as a drawing tool needs it.

    Names are directives with underscores: `relaxed_policy(style_src_attr=("'unsafe-inline'",))`. Scripts stay strict.
    """
    if any(name.startswith("script") or name == "default_src" for name in sources):
        raise ValueError("scripts are never relaxed")

    def decorate(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(view)
        def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            g.policy = {name.replace("_", "-"): value for name, value in sources.items()}
            return view(*args, **kwargs)

        return answer

    return decorate


def cacheable(seconds: int) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer]]:
    """Let browsers and proxies keep a page that shows nobody's data; every other page is never stored."""

    def decorate(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
        @wraps(view)
        def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            g.cacheable_for = seconds
            return view(*args, **kwargs)

        return answer

    return decorate


def _policy() -> str:
    directives = {**STRICT, **g.get("policy", {})}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _remembering(response: Response) -> str:
    if request.endpoint == "static":
        return f"public, max-age={ONE_YEAR}, immutable" if "/dist/" in request.path else "public, max-age=3600"
    if "cacheable_for" in g and response.status_code == 200 and not response.headers.get("Set-Cookie"):
        return f"private, max-age={g.cacheable_for}"
    return "no-store"


def guard(response: Response) -> Response:
    """Put the safety headers on an answer; what a view set itself stays."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
    if "Cache-Control" not in headers or response.cache_control.no_cache:  # what Flask says of every file it sends
        headers["Cache-Control"] = _remembering(response)
    return response


UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of surrogate pairs: no honest keyboard sends them, PostgreSQL keeps none of them."""


def refuse_unkeepable() -> None:
    """Refuse (400) an address or a field with letters that cannot be kept, and a form (413) of more than words.

    What a machine sends is left to its own door: its words are read once, there.
    """
    if request.mimetype == "application/x-www-form-urlencoded":  # Werkzeug limits the fields of the other kind only
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    said = [request.path, *(text for pair in request.args.items(multi=True) for text in pair)]
    if request.blueprint not in MACHINES:
        said += (text for pair in request.form.items(multi=True) for text in pair)
    if any(UNKEEPABLE.search(text) for text in said):
        raise Refusal("Nội dung gửi đến có ký tự không lưu được. Hãy xóa ký tự lạ rồi gửi lại.", code="unkeepable")


def protect(app: Flask) -> None:
    """Guard every answer, and every state-changing request against being sent by another site."""
    app.before_request(refuse_unkeepable)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    csrf.init_app(app)
    app.after_request(guard)

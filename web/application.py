"""The web application: the shell of `web.ui`, and one blueprint for each audience."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemBytecodeCache, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.registers.series import is_trial_code
from engine.settings import Settings
from web.actor import People, current_actor, form_key, is_signed_in, know_people, now
from web.doors import give_house
from web.signin.gate import hold_back_one_time_passwords
from web.signin.people import RecordedPeople
from web.ui.addresses import address_with, address_without
from web.ui.assets import serve_assets
from web.ui.failures import explain_failures
from web.ui.format import write_values
from web.ui.i18n import speak
from web.ui.limits import limiter
from web.ui.navigation import menu, parted, register
from web.ui.roles import role_name
from web.ui.security import let_machines_in, protect
from web.ui.windows import some
from web.ui.words import component_words

if TYPE_CHECKING:
    from engine.composition import House

AUDIENCES = (
    "pages",
    "styleguide",
    "signin",
    "public",
    "citizen",
    "counter",
    "officer",
    "books",
    "hotline",
    "leader",
    "designer",
    "moving",
    "whatif",
    "operator",
    "calendars",
    "api",
)
"""Rooms of `web`. Each has `routes.py` with `blueprint`, and where it wants `NAVIGATION` (a tuple of
`web.ui.navigation.Entry`) and `OWN_AUTHENTICATION = True` (machines with keys: no form keys asked)."""

TRANSLATED = Path(__file__).resolve().parent.parent / "build" / "templates"
ROOM_FOR_FIELDS = 2 * 2**20


def audience_module(name: str) -> ModuleType | None:
    """The module that holds an audience's blueprint, or None where that room is not furnished."""
    package = f"web.ui.{name}" if name in {"pages", "styleguide"} else f"web.{name}.routes"
    try:
        found = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        return None
    return importlib.import_module(package) if found else None


def create_application(
    composition: House | None = None,
    *,
    people: People | None = None,
    audiences: Iterable[str] = AUDIENCES,
    config: Mapping[str, Any] | None = None,
) -> Flask:
    """A Flask application over an installation, this process's own one if none is given.

    `people` replaces the accounts of the database, `audiences` names the rooms to open, `config` is Flask's.
    """
    house = composition or _own_house()
    settings = house.settings
    app = Flask("web", static_folder="static", template_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=settings.upload_limit + ROOM_FOR_FIELDS,
        MAX_FORM_MEMORY_SIZE=ROOM_FOR_FIELDS,
        SESSION_COOKIE_NAME="motcua",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        **{"RATELIMIT_ENABLED": True, **(config or {})},
    )
    give_house(app, house)
    know_people(app, people or RecordedPeople(house), house.clock)
    _set_up_templates(app, settings)
    speak(app)
    write_values(app)
    serve_assets(app)
    protect(app)
    limiter.init_app(app)
    hold_back_one_time_passwords(app)
    explain_failures(app)
    for name in audiences:
        if module := audience_module(name):
            if name == "styleguide" and not settings.sample:
                continue
            _invite(app, module)
    if settings.public_url.startswith("https://"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _own_house() -> House:
    """The installation that the environment describes; its database and signer are opened only when wanted."""
    from engine.composition import composition

    return composition()


def _invite(app: Flask, module: ModuleType) -> None:
    """Register one audience: its pages, its menu entries, and whether machines with keys come in there."""
    app.register_blueprint(module.blueprint)
    register(app, getattr(module, "NAVIGATION", ()))
    if getattr(module, "OWN_AUTHENTICATION", False):
        let_machines_in(module.blueprint)


def _translated_templates() -> FileSystemBytecodeCache | None:
    """Where templates stay translated between starts, so that a first page need not wait; None where nobody may write.

    A template that changed is translated anew: its text is part of what is kept.
    """
    try:
        TRANSLATED.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(TRANSLATED)) if os.access(TRANSLATED, os.W_OK) else None


def _set_up_templates(app: Flask, settings: Settings) -> None:
    """Our own templates before GOV.UK's; each audience brings its own folder with its blueprint."""
    app.jinja_options = {
        "undefined": ChainableUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": _translated_templates(),
    }
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")})
    app.jinja_loader = ChoiceLoader([PackageLoader("web.ui", "templates"), govuk])
    app.jinja_env.globals.update(
        actor=current_actor,
        is_signed_in=is_signed_in,
        form_key=form_key,
        menu=menu,
        parted=parted,
        moment_now=now,
        address_with=address_with,
        address_without=address_without,
        role_name=role_name,
        some=some,
        component_words=component_words,
        has_page=lambda endpoint: endpoint in app.view_functions,
        sample=settings.sample,
        simulated=settings.simulated,
        is_trial_code=is_trial_code,
        HOTLINE="1022",
    )

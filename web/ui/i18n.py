"""In which language a page speaks: Vietnamese unless the reader asks for English."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, gettext
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from engine.spoken import ROOMS
from rules.sentences import said

WEB = Path(__file__).resolve().parent.parent
LOCALES = ("vi", "en")
COOKIE = "lang"
ONE_YEAR = 31_536_000


def catalogue_folders() -> list[Path]:
    """Every translations folder of the house, each beside the words it translates."""
    rooms = [
        *sorted(WEB.glob("*/")),
        *(WEB.parent / name for name in ROOMS),
    ]
    return [room / "translations" for room in rooms if (room / "translations").is_dir()]


def choose_locale() -> str:
    """`?lang=`, else the reader's cookie, else what the browser prefers, else Vietnamese."""
    if "locale" not in g:
        asked = request.args.get("lang", "")
        kept = request.cookies.get(COOKIE, "")
        preferred = request.accept_languages.best_match(LOCALES, "vi")
        g.locale = next((value for value in (asked, kept) if value in LOCALES), preferred)
    locale: str = g.locale
    return locale


def keep_locale(response: Response) -> Response:
    """Remember a language that was asked for in the address."""
    asked = request.args.get("lang", "")
    if asked in LOCALES and request.cookies.get(COOKIE) != asked:
        response.set_cookie(COOKIE, asked, max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    return response


def say(message: str, /, **params: Any) -> str:
    """A message of the engine or a pure room in the reader's language, its %(name)s places filled."""
    return str(gettext(message, **{name: spoken(value) for name, value in params.items()})) if message else ""


def spoken(text: Any) -> Any:
    """A sentence of a pure room in the reader's language; anything else as it is."""
    return said(text, lambda msgid: str(gettext(msgid)) if msgid else "")


def in_language(vietnamese: str, english: str | None = None) -> str:
    """Of a text that is kept in both languages the reader's one; Vietnamese where no English was written."""
    return english if english and language() == "en" else vietnamese


def drawn(name: str, labels: Mapping[str, str] | None = None) -> str:
    """A name of a drawing for the reader: in English where its bundle has it, else marked as Vietnamese."""
    if not name or language() == "vi":
        return name
    return (labels or {}).get(name) or Markup('<span lang="vi">{}</span>').format(name)


def language() -> str:
    """ "vi" or "en"."""
    locale = get_locale()
    return locale.language if locale else "vi"


def other_language_address() -> str:
    """This page's address in the other language."""
    args = {key: values for key, values in request.args.to_dict(flat=False).items() if key != "lang"}
    args["lang"] = ["vi" if language() == "en" else "en"]

    return iri_to_uri(f"{request.path}?{urlencode(args, doseq=True)}")


def speak(app: Flask) -> None:
    """Set up the catalogues of all rooms and the language switch."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in catalogue_folders())
    Babel(app, locale_selector=choose_locale)
    app.after_request(keep_locale)
    app.jinja_env.filters["drawn"] = drawn
    app.jinja_env.globals.update(
        say=say,
        spoken=spoken,
        drawn=drawn,
        in_language=in_language,
        language=language,
        other_language_address=other_language_address,
    )

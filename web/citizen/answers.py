"""Answers while they are being typed: kept page by page, and two windows that must not overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from engine.errors import Invalid
from forms.answers import presses_a_button, read_answers
from forms.definition import Form
from forms.pictures import FormView, PageView
from forms.problems import TooMuch
from forms.validation import Validation, validate
from forms.view import build_view
from web.actor import form_key, now
from web.ui.i18n import language

OFFICE = "__office"
PAGES = "__pages"
OWN = (OFFICE, PAGES)
"""What the pages themselves keep among a draft's answers; no form key begins with two underscores."""


def plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without what the pages keep for themselves."""
    return {key: value for key, value in answers.items() if key not in OWN}


def page_number(kept: Mapping[str, Any], page: str) -> int:
    """How often a page was saved; sent along with the page to notice another window."""
    return int(kept.get(PAGES, {}).get(page, {}).get("n", 0))


def overtaken(kept: Mapping[str, Any], page: str) -> bool:
    """Whether another window has saved this page since this one was opened."""
    saved = kept.get(PAGES, {}).get(page, {})
    return saved.get("by") != form_key() and request.form.get("page_number", "0") != str(saved.get("n", 0))


def stamped(kept: Mapping[str, Any], page: str) -> dict[str, Any]:
    """The pages' own notes with this page saved once more by this window."""
    pages = dict(kept.get(PAGES, {}))
    pages[page] = {"n": page_number(kept, page) + 1, "by": form_key()}
    return {PAGES: pages}


def typed_answers(form: Form, kept: Mapping[str, Any], page: str) -> dict[str, Any]:
    """The kept answers with those of the posted page laid over them."""
    try:
        return read_answers(form, request.form, page=page, before=plain(kept))
    except TooMuch as refusal:
        raise Invalid(str(refusal)) from None


def clean_answers(form: Form, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they will be filed, as far as they are right already; which papers are asked depends on them."""
    return validate(form, plain(kept), now=now(), locale=language()).clean


@dataclass(frozen=True)
class Turned:
    """What a posted page leads to: the page again with errors, the same page after a button, or the next one."""

    validation: Validation | None
    next: str | None

    @property
    def again(self) -> bool:
        return self.validation is not None and not self.validation.is_valid


def view_of(form: Form, answers: Mapping[str, Any], page: str | None, errors: Any = ()) -> FormView:
    """The form as it stands, one page of it drawn."""
    return build_view(form, answers, errors=errors, now=now(), page=page, locale=language())


def turn(form: Form, answers: Mapping[str, Any], page: str) -> Turned:
    """Check a posted page and say where it leads; a pressed add or remove button stays on it unchecked."""
    if presses_a_button(request.form):
        return Turned(None, page)
    validation = validate(form, answers, now=now(), page=page, locale=language())
    keys = view_of(form, answers, page).page_keys
    if page not in keys:
        return Turned(None, keys[0] if keys else None)
    place = keys.index(page)
    return Turned(validation, keys[place + 1] if place + 1 < len(keys) else None)


def drawn_page(view: FormView) -> PageView | None:
    """The one page that was drawn; None where these answers hide it."""
    return view.pages[0] if view.pages else None

"""Forms of a report on a page: offices to choose from, the engine's own complaints beside their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from engine.errors import Invalid
from engine.queries.feedback import OfficeChoice
from forms.definition import Form
from forms.pictures import FieldView, FormView, OptionView
from forms.problems import FieldError
from forms.view import build_view
from web.actor import now
from web.ui.i18n import in_language, language

OFFICES = {"report.accused": False, "routing.accused": False, "routing.unit": True}
"""Questions that are answered with an office, and whether only those with a point for reports will do."""
SHORT = 60


def shown(
    form: Form,
    answers: Mapping[str, Any],
    errors: Iterable[FieldError] = (),
    *,
    context: Mapping[str, Any] | None = None,
    offices: Iterable[OfficeChoice] = (),
    without: Mapping[str, frozenset[str]] | None = None,
) -> FormView:
    """The form with these answers; `without` takes options away that the report does not allow."""
    view = build_view(form, answers, errors=errors, context=context, now=now(), locale=language())
    choices = tuple(offices)
    pages = tuple(
        replace(page, fields=tuple(_field(field, choices, without or {}) for field in page.fields))
        for page in view.pages
    )
    return replace(view, pages=pages)


def _field(field: FieldView, offices: tuple[OfficeChoice, ...], without: Mapping[str, frozenset[str]]) -> FieldView:
    if field.name in OFFICES and offices:
        options = tuple(
            OptionView(one.code, in_language(one.name, one.name_en), one.code == field.value)
            for one in offices
            if one.has_point or not OFFICES[field.name]
        )
        return replace(field, kind="select", options=options)
    gone = without.get(field.name)
    if gone:
        return replace(field, options=tuple(option for option in field.options if option.value not in gone))
    return field


def errors_of(refusal: Invalid) -> tuple[FieldError, ...]:
    """A refusal's fields as the forms room tells them; a refusal that names none stands alone at the top."""
    found = tuple(
        FieldError(one.path, one.path, one.message, {"label": _("nội dung này"), **one.params})
        for one in refusal.problems
    )
    return found or (FieldError("", "", refusal.message, refusal.params),)

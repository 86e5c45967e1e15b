"""Which field of a procedure's forms a variable came from, and what that field takes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.errors import FieldProblem, Invalid
from engine.procedures.published import OpenBundle
from forms.definition import Form
from forms.paths import dotted, get_at, has_at, set_at
from forms.validation import validate

APPLICATION = "form"
"""The variable under which a case keeps the answers of its application."""


def check_field(bundle: OpenBundle, path: str, value: Any, seen: Mapping[str, Any], *, now: datetime) -> Any:
    """The value as the form's field takes it (a date as ISO text, money as a whole number); Invalid where it does not.

    A variable that is no field of any form is taken as it is. `seen` are the variables there are: whether a field is
    asked at all may depend on them.
    """
    for form, inner, answers in _places(bundle, path, seen):
        raw = copy.deepcopy(dict(answers)) if isinstance(answers, Mapping) else {}
        set_at(raw, inner, value)
        checked = validate(form, raw, context=seen, now=now)
        mine = [error for error in checked.errors if error.path == dotted(inner)]
        if mine:
            raise Invalid(
                "Giá trị này không hợp với mục tương ứng trong biểu mẫu.",
                [FieldProblem(error.path, error.message, dict(error.params)) for error in mine],
            )
        if has_at(checked.clean, inner):
            return get_at(checked.clean, inner)
    return value


def _places(bundle: OpenBundle, path: str, seen: Mapping[str, Any]) -> Iterator[tuple[Form, tuple[str, ...], Any]]:
    """Where a variable's path could be asked: in the application under "form", in a task's form under its own name."""
    steps = tuple(path.split("."))
    if steps[0] == APPLICATION and len(steps) > 1:
        yield bundle.application, steps[1:], seen.get(APPLICATION)
        return
    for form_id in bundle.bundle.forms:
        if form_id != bundle.bundle.application_form:
            yield bundle.form(form_id), steps, {steps[0]: seen.get(steps[0])}

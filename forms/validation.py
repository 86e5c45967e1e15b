"""Whether a form is filled in as it should be, and the clean answers when it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.definition import Form
from forms.filling import Filled, fill
from forms.formatting import word
from forms.layout import Node
from forms.paths import dotted, set_at
from forms.problems import FieldError, Unreadable
from forms.rules import check_answer
from forms.texts import decapitalised
from rules.feel import Feel


@dataclass(frozen=True)
class Validation:
    """The outcome: `clean` answers (nested, JSON-able, hidden and disabled ones left out), and what to correct."""

    clean: dict[str, Any]
    errors: tuple[FieldError, ...]

    @property
    def is_valid(self) -> bool:
        """Whether nothing has to be corrected."""
        return not self.errors


def validate(
    form: Form,
    raw: Mapping[str, Any],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime,
    page: str | None = None,
    feel: Feel | None = None,
    locale: str = "vi",
) -> Validation:
    """Check answers against a form, all of it or one page (by key), at the aware moment `now`.

    `raw` is what `read_answers` gives, or JSON of the same nesting; `context` the data the form is opened with
    (prefilled values, `valuesKey` lists, what conditions may name). Conditions are decided here, whatever the browser
    sent: a hidden answer is dropped, a read-only one comes from `context`. Dates are ISO text, money and numbers int or
    float, files dicts of id, name, size and media_type. Raises FeelError when a condition had to be stopped, TooMuch
    for more rows than anybody types.
    """
    filled = fill(form, raw, context=context, now=now, feel=feel, locale=locale)
    clean: dict[str, Any] = {}
    errors: list[FieldError] = []
    for top in filled.nodes:
        for node in top.walk():
            if node not in filled.hidden and page in (None, node.page.key):
                _take(filled, node, clean, errors)
    return Validation(clean, tuple(errors))


def _take(filled: Filled, node: Node, clean: dict[str, Any], errors: list[FieldError]) -> None:
    try:
        if node.component.type == "dynamiclist":
            set_at(clean, node.path, [{} for _ in node.rows])
            _check_rows(node)
        elif node.is_answer and node.component.source.get("disabled") is not True:
            if not filled.is_kept(node):
                check_answer(filled, node)
            set_at(clean, node.path, filled.answers[node])
    except Unreadable as trouble:
        errors.append(error_of(filled, node, trouble))


def _check_rows(node: Node) -> None:
    least, most = (node.component.properties.get(name, "") for name in ("min_rows", "max_rows"))
    if least.isdecimal() and len(node.rows) < int(least):
        raise Unreadable("Thêm ít nhất %(count)s dòng vào %(label)s", count=least)
    if most.isdecimal() and len(node.rows) > int(most):
        raise Unreadable("Giữ lại không quá %(count)s dòng trong %(label)s", count=most)


def error_of(filled: Filled, node: Node, trouble: Unreadable) -> FieldError:
    """A trouble with a node, as the page tells it; inside a list the number of the row is named."""
    question = filled.label(node)
    label = decapitalised(question)
    if rows := [step + 1 for step in node.path if isinstance(step, int)]:
        label = f"{label} ({word('row', filled.locale)} {'.'.join(map(str, rows))})"
    return FieldError(
        dotted(node.path), question, trouble.message, {"label": label, "question": question, **trouble.params}
    )

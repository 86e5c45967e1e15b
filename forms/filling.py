"""A form filled in: every answer read, every condition decided, until nothing changes any more."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from forms.definition import Form
from forms.expressions import CONDITIONS, Surroundings, can_be_sent, pieces_of, rules_of, templates_of, text_of
from forms.layout import Node, lay_out
from forms.options import CHOOSING_MANY, CHOOSING_ONE, Option, options_of
from forms.paths import get_at, merged, set_at
from forms.problems import Unreadable
from forms.reading import empty_value, read_answer
from forms.templates import fill_in
from forms.texts import plain
from rules.crossing import CannotCross, from_feel
from rules.feel import Feel
from rules.feel import feel as own_feel

# Two rounds settle what form-js' viewer settles; an even bound lets two conditions that hide each other end up visible.
MAX_ROUNDS = 8


class Filled:
    """What `fill` found: nodes with their answers, troubles and decided conditions."""

    def __init__(
        self, form: Form, raw: Mapping[str, Any], context: Mapping[str, Any], now: datetime, locale: str
    ) -> None:
        self.form, self.raw, self.context, self.now, self.locale = form, raw, context, now, locale
        self.nodes = lay_out(form, raw)
        self.answers: dict[Node, Any] = {}
        self.troubles: dict[Node, Unreadable] = {}
        self.results: dict[tuple[Node, str], Any] = {}
        self.hidden: set[Node] = set()
        self.readonly: set[Node] = set()
        self.data: dict[str, Any] = {}
        self._options: dict[Node, tuple[Option, ...]] = {}

    def rule(self, node: Node, name: str) -> Any:
        """The evaluated rule of that name, None where there is none or it failed."""
        return self.results.get((node, name))

    def text(self, node: Node, name: str) -> str:
        """A text of an element with its templates filled in, as plain text."""
        drawn = text_of(node.component, name, self.locale)
        if "{{" not in drawn and not drawn.startswith("="):
            return drawn
        return fill_in(pieces_of(drawn), lambda expression: self.results.get((node, "{{" + expression)), plain)

    def label(self, node: Node) -> str:
        """The question as shown."""
        return self.text(node, "label").strip() or ".".join(node.component.keys)

    def options(self, node: Node) -> tuple[Option, ...]:
        """The options a question offers."""
        if node not in self._options:
            self._options[node] = options_of(
                node.component, context=self.context, evaluated=self.rule(node, "options"), locale=self.locale
            )
        return self._options[node]

    def is_kept(self, node: Node) -> bool:
        """Whether the answer is not the person's to give: read-only, disabled or computed."""
        return (
            node in self.readonly
            or node.component.source.get("disabled") is True
            or node.component.type == "expression"
        )

    def raw_at(self, node: Node) -> Any:
        """What was typed; the default where nothing was asked yet; for a read-only question what the data holds."""
        default = node.component.source.get("defaultValue")
        found = get_at(self.context if self.is_kept(node) else self.raw, node.path, default)
        return jsonable(found) if isinstance(found, date | time | timedelta | Decimal) else found

    def round(self, evaluated: Mapping[tuple[Node, str], Any]) -> None:
        """Take the results of one crossing and read all answers again in their light."""
        self.results = dict(evaluated)
        self.answers, self.troubles, self._options = {}, {}, {}
        self.hidden, self.readonly = set(), set()
        for node in self.nodes:
            self._settle(node, False)
        own: dict[str, Any] = {}
        for node in self.nodes:
            self._gather(node, own)
        self.data = merged(self.context, own)

    def _settle(self, node: Node, above: bool) -> None:
        hidden = above or self.rule(node, "hide") is True
        if hidden:
            self.hidden.add(node)
        if node.is_answer:
            if node.component.source.get("readonly") is True or self.rule(node, "readonly") is True:
                self.readonly.add(node)
            self.answers[node] = self._answer(node)
        for below in node.below():
            self._settle(below, hidden)

    def _answer(self, node: Node) -> Any:
        component = node.component
        if component.type == "expression":
            return jsonable(self.rule(node, "value"))
        options: Sequence[Option] | None = None
        if component.type in CHOOSING_ONE | CHOOSING_MANY:
            unknown = "valuesExpression" in component.source and (node, "options") not in self.results
            options = None if unknown and not self.options(node) else self.options(node)
        try:
            return read_answer(component, self.raw_at(node), options)
        except Unreadable as trouble:
            self.troubles[node] = trouble
            return empty_value(component)

    def _gather(self, node: Node, data: dict[str, Any]) -> None:
        if node.is_answer:
            set_at(data, node.path, None if node in self.hidden else self.answers[node])
        elif node.component.type == "dynamiclist":
            set_at(data, node.path, None if node in self.hidden else [{} for _ in node.rows])
        if node not in self.hidden or node.component.type != "dynamiclist":
            for below in node.below():
                self._gather(below, data)


def fill(
    form: Form,
    raw: Mapping[str, Any],
    *,
    context: Mapping[str, Any] | None,
    now: datetime,
    feel: Feel | None,
    locale: str = "vi",
    shown: Iterable[str] = (),
) -> Filled:
    """Read all answers and decide all conditions; the texts of the pages `shown` are evaluated too.

    Every round sends all expressions in one crossing; most forms need one. Raises FeelError when V8 had to stop them,
    TooMuch for answers beyond reason.
    """
    filled = Filled(form, raw, context or {}, now, locale)
    pages = set(shown)
    asked = [
        (node, name, text)
        for top in filled.nodes
        for node in top.walk()
        for name, text in _asked(node, node.page.key in pages, locale).items()
        if can_be_sent(text)
    ]
    filled.round({})
    for _ in range(MAX_ROUNDS if asked else 0):
        before = filled.data, filled.readonly
        filled.round(_evaluate(asked, filled, feel or own_feel()))
        if before == (filled.data, filled.readonly):
            break
    return filled


def _asked(node: Node, shown: bool, locale: str) -> dict[str, str]:
    asked = rules_of(node.component)
    if shown:
        asked |= {"{{" + expression: expression for expression in templates_of(node.component, locale)}
    else:
        label = text_of(node.component, "label", locale)
        if "{{" in label or label.startswith("="):
            asked |= {"{{" + expression: expression for expression in templates_of(node.component, locale)}
    return asked


def _evaluate(asked: Sequence[tuple[Node, str, str]], filled: Filled, feel: Feel) -> dict[tuple[Node, str], Any]:
    """All expressions in one crossing; what cannot be calculated is left out: better a question too many than one lost.

    Conditions are read as unary tests, as form-js reads them: one that comes out null holds, so that `=age > 17` hides
    as long as no age is given.
    """
    surroundings = Surroundings(filled.data, feel)
    contexts: dict[int, tuple[int, Mapping[str, Any]]] = {}
    jobs: list[dict[str, Any]] = []
    for node, name, text in asked:
        context = surroundings.of(node, text)
        place, _ = contexts.setdefault(id(context), (len(contexts), context))
        kind = "test" if name in CONDITIONS else "expression"
        jobs.append({"kind": kind, "text": text, "strict": True, "context": place, "value": None})
    answers = feel.perform(jobs, [context for _, context in contexts.values()], now=filled.now)
    found: dict[tuple[Node, str], Any] = {}
    for (node, name, _), answer in zip(asked, answers, strict=True):
        with suppress(CannotCross):
            if not answer.get("error"):
                found[node, name] = from_feel(answer["value"])
    return found


def jsonable(value: Any) -> Any:
    """A FEEL result as JSON can keep it: moments as ISO text, durations as text."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

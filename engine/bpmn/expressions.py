"""The only script engine SpiffWorkflow is given here: FEEL in its own V8, never Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from rules.feel import FeelError, FeelOverrun, Outcome, expression_of, feel, is_expression
from rules.sentences import Sentence

Seen = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""The variables an expression sees, or who to ask for them when there is one to calculate."""


class Trouble(Exception):
    """A step cannot be taken; it becomes an incident of its token. `message` is Vietnamese."""

    def __init__(self, message: str, code: str = "expression") -> None:
        super().__init__(message)
        self.message = Sentence.of(message)
        self.code = code


class FeelEnvironment(BasePythonScriptEngineEnvironment):
    """Evaluates FEEL at one given moment; scripts in any other language do not exist."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    def evaluate(
        self, expression: str, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of one FEEL expression, with or without its leading "="."""
        try:
            return feel().evaluate(expression_of(expression), {**context, **(external_context or {})}, now=self.now)
        except FeelError as error:
            raise Trouble(_quoted(error.message, expression), _code_of(error)) from error

    def execute(self, script: str, context: Any, external_context: Any = None) -> NoReturn:
        """Refused: a script task here is a FEEL expression, evaluated."""
        raise Trouble(Sentence("Chỉ thực hiện biểu thức FEEL."), "script")

    def call_service(self, context: Any, **kwargs: Any) -> NoReturn:
        """Refused: calls leave the engine as `Waiting` and are performed elsewhere."""
        raise Trouble(Sentence("Không gọi dịch vụ từ bên trong sơ đồ."), "script")


class FeelScriptEngine(PythonScriptEngine):
    """SpiffWorkflow's script engine with every Python path replaced."""

    def __init__(self, now: datetime) -> None:
        super().__init__(environment=FeelEnvironment(now))
        self.now = now

    def validate(self, expression: str) -> None:
        """Refuse what FEEL cannot read."""
        problem = feel().parse(expression_of(expression)).error
        if problem:
            raise Trouble(problem)

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression among the variables a token sees."""
        return self.environment.evaluate(expression, task.visible(), external_context)

    def execute(self, task: Any, script: str, external_context: Any = None) -> NoReturn:
        """Refused, see FeelEnvironment."""
        raise Trouble(Sentence("Chỉ thực hiện biểu thức FEEL."), "script")

    def call_service(self, task: Any, **kwargs: Any) -> NoReturn:
        """Refused, see FeelEnvironment."""
        raise Trouble(Sentence("Không gọi dịch vụ từ bên trong sơ đồ."), "script")

    def outcomes(self, texts: Sequence[str], context: Seen) -> list[Outcome]:
        """Values of several expressions over one context in one crossing of the border."""
        if not texts:
            return []
        seen = context() if callable(context) else context
        try:
            return feel().evaluate_all([(expression_of(text), seen) for text in texts], now=self.now)
        except FeelError as error:
            raise Trouble(error.message, _code_of(error)) from error

    def lenient(self, items: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Outcome]:
        """Values where a variable that is not there yet is null: conditions that wait for something to become true."""
        try:
            return feel().evaluate_all([(expression_of(t), seen) for t, seen in items], now=self.now, strict=False)
        except FeelError as error:
            raise Trouble(error.message, _code_of(error)) from error

    def values(self, texts: Sequence[str | None], context: Seen) -> list[Any]:
        """The value of each text: an expression ("=…") is calculated, all in one crossing; anything else stays."""
        wanted = [text for text in texts if is_expression(text)]
        found = iter(self.outcomes([text for text in wanted if text], context))
        return [_value_of(text, next(found)) if is_expression(text) else text for text in texts]

    def mappings(self, pairs: Sequence[tuple[str, str]], seen: Seen) -> dict[str, Any]:
        """Results of input or output mappings, in order; a later one sees the targets of the earlier ones."""
        if not pairs:
            return {}
        context = seen() if callable(seen) else seen
        results: dict[str, Any] = {}
        batch: list[tuple[str, str]] = []
        for source, target in pairs:
            if any(re.search(rf"\b{re.escape(_root(t))}\b", source) for _, t in batch):
                self._flush(batch, results, context)
            batch.append((source, target))
        self._flush(batch, results, context)
        return results

    def _flush(self, batch: list[tuple[str, str]], results: dict[str, Any], context: Mapping[str, Any]) -> None:
        values = self.values([source for source, _ in batch], {**context, **results})
        for (_, target), value in zip(batch, values, strict=True):
            place(results, target, value, context)
        batch.clear()


def place(into: dict[str, Any], target: str, value: Any, seen: Mapping[str, Any]) -> None:
    """Set a variable, or one entry of a context variable ("applicant.phone"), keeping its other entries."""
    head, *path = target.split(".")
    if not path:
        into[head] = value
        return
    old = into.get(head, seen.get(head))
    top: dict[str, Any] = dict(old) if isinstance(old, Mapping) else {}
    into[head] = top
    for step in path[:-1]:
        inner = top.get(step)
        top[step] = dict(inner) if isinstance(inner, Mapping) else {}
        top = top[step]
    top[path[-1]] = value


def _root(target: str) -> str:
    return target.split(".")[0]


def _value_of(text: str | None, outcome: Outcome) -> Any:
    if outcome.error is not None:
        raise Trouble(_quoted(outcome.error, text or ""))
    return outcome.value


def _code_of(error: FeelError) -> str:
    """An expression that had to be stopped is told apart from one that cannot be calculated."""
    return "runaway" if isinstance(error, FeelOverrun) else "expression"


def _quoted(problem: str, expression: str) -> Sentence:
    """What is wrong with an expression, and the expression itself."""
    return Sentence("%(problem)s (biểu thức: %(text)s)", problem=problem, text=expression)

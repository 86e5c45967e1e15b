"""DMN decisions: tables and expressions an office can read, taken with FEEL.

`parse_decisions` reads a file, `check_decisions` tells its author what is wrong with it, `evaluate` takes one decision
and first the decisions it requires. Each decision crosses into V8 once, as a whole table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.crossing import CannotCross, from_feel
from rules.decisions import HIT_POLICIES, Data, Decision, DecisionError, Decisions, Expression, Kind, Table
from rules.dmn_check import check_decisions
from rules.dmn_names import names_needed
from rules.dmn_reading import Unreadable, read_decisions
from rules.feel import Feel, FeelError, describe, feel
from rules.hit_policy import Match, settle

__all__ = [
    "DecisionError",
    "DecisionResult",
    "Decisions",
    "Step",
    "Unreadable",
    "check_decisions",
    "evaluate",
    "names_needed",
    "parse_decisions",
]


@dataclass(frozen=True)
class Step:
    """One decision taken on the way: what it answered and by which rules, for the journal and for explaining."""

    decision_id: str
    name: str
    value: Any
    matched: tuple[str, ...]


@dataclass(frozen=True)
class DecisionResult:
    """What was decided: the value (None, a single output's value, a dict of outputs, or a list of these) and the ids of
    the rules it rests on; `steps` are the decisions required on the way, in the order taken, this one last."""

    value: Any
    matched: tuple[str, ...]
    steps: tuple[Step, ...] = ()


def parse_decisions(xml: bytes, file: str = "") -> Decisions:
    """Read DMN XML; raises Unreadable (Vietnamese message) for anything else, for a DTD and for bearing too much."""
    return read_decisions(xml, file)


def evaluate(
    decisions: Decisions,
    decision_id: str,
    context: Mapping[str, Any],
    *,
    now: datetime,
    feel: Feel | None = None,
) -> DecisionResult:
    """Take one decision over the variables of `context`, at the aware moment `now`.

    Required decisions are taken first, once each, and are seen under their variable, name and id, hiding data of the
    same name. Raises DecisionError (Vietnamese) for an unknown decision, an unknown name, an input that is not of its
    declared type or values, an output outside its declared values, rules that contradict the hit policy, and overruns.
    """
    taking = _Taking(decisions, context, now, feel or _own_feel())
    taking.take(decision_id, ())
    last = taking.steps[-1]
    return DecisionResult(last.value, last.matched, tuple(taking.steps))


def _own_feel() -> Feel:
    return feel()


class _Taking:
    """One decision being taken, with everything it requires."""

    def __init__(self, decisions: Decisions, context: Mapping[str, Any], now: datetime, engine: Feel) -> None:
        self.decisions = decisions
        self.context = context
        self.now = now
        self.engine = engine
        self.taken: dict[str, Any] = {}
        self.steps: list[Step] = []

    def take(self, decision_id: str, on_the_way: tuple[str, ...]) -> None:
        """Take a decision unless it was taken already; a decision that requires itself is refused."""
        if decision_id in self.taken:
            return
        if decision_id in on_the_way:
            raise DecisionError(decision_id, "Các quyết định đòi hỏi lẫn nhau thành vòng tròn.")
        decision = self.decisions.decisions.get(decision_id)
        if decision is None:
            raise DecisionError(decision_id, f"Không có quyết định nào mang mã “{decision_id}”.")
        for required in decision.decisions:
            self.take(required, (*on_the_way, decision_id))
        value, matched = self.calculate(decision)
        self.taken[decision_id] = value
        self.steps.append(Step(decision.id, decision.name, value, matched))

    def surroundings(self, decision: Decision) -> dict[str, Any]:
        known = dict(self.context)
        for required in decision.decisions:
            for name in self.decisions.decisions[required].answers_to:
                known[name] = self.taken[required]
        return known

    def calculate(self, decision: Decision) -> tuple[Any, tuple[str, ...]]:
        table = decision.logic if isinstance(decision.logic, Table) else None
        if table is None and not isinstance(decision.logic, Expression):
            raise DecisionError(decision.id, "Cách viết quyết định này không được hỗ trợ.")
        if table is not None and table.hit_policy not in HIT_POLICIES:
            raise DecisionError(decision.id, f"Không biết chính sách khớp “{table.hit_policy}”.")
        job = {"kind": "decision", "decision": self.picture(decision, table)}
        try:
            answer = self.engine.perform([job], [self.surroundings(decision)], now=self.now)[0]
        except FeelError as error:
            raise DecisionError(decision.id, error.message) from error
        if answer.get("error"):
            raise DecisionError(decision.id, _told(answer["error"], table))
        value = answer["value"]
        try:
            if table is None:
                return from_feel(value["value"]), ()
            matches = [Match(match["row"], match["outputs"]) for match in value["matched"]]
            return settle(decision.id, table, matches, value["defaults"], value["priorities"])
        except CannotCross as error:
            raise DecisionError(decision.id, str(error)) from error

    def picture(self, decision: Decision, table: Table | None) -> dict[str, Any]:
        """The decision as rules/feel.table.js wants it."""
        declared = [self.decisions.data[each] for each in decision.data if each in self.decisions.data]
        return {
            "functions": self.functions(decision.id, decision.knowledge),
            "declared": [_declared(each) for each in declared],
            "result": _kind(decision.kind),
            "text": decision.logic.text if isinstance(decision.logic, Expression) else None,
            "table": None if table is None else _table(table),
        }

    def functions(self, decision_id: str, ids: tuple[str, ...]) -> list[dict[str, str]]:
        """The knowledge models a decision calls, those they call themselves first."""
        found: dict[str, dict[str, str]] = {}

        def gather(wanted: tuple[str, ...], on_the_way: tuple[str, ...]) -> None:
            for each in wanted:
                if each in found:
                    continue
                model = self.decisions.knowledge.get(each)
                if model is None or not isinstance(model.logic, Expression) or each in on_the_way:
                    name = model.name if model else each
                    raise DecisionError(decision_id, f"Không dùng được mô hình tri thức “{name}”.")
                gather(model.requires, (*on_the_way, each))
                found[each] = {"name": model.name, "text": model.logic.text}

        gather(ids, ())
        return list(found.values())


def _kind(kind: Kind) -> dict[str, str]:
    return {"type": kind.name, "allowed": kind.allowed}


def _declared(data: Data) -> dict[str, str]:
    return {"name": data.name, **_kind(data.kind)}


def _table(table: Table) -> dict[str, Any]:
    return {
        "first": table.hit_policy == "FIRST",
        "ranked": table.hit_policy in ("PRIORITY", "OUTPUT ORDER"),
        "inputs": [{"text": each.expression, **_kind(each.kind)} for each in table.inputs],
        "outputs": [{"fallback": each.fallback, **_kind(each.kind)} for each in table.outputs],
        "rules": [{"tests": rule.tests, "outputs": rule.outputs} for rule in table.rules],
    }


def _told(problem: Mapping[str, Any], table: Table | None) -> str:
    """Where in the decision it went wrong, and why."""
    place = _place(problem, table)
    if problem["kind"] != "refused":
        return place + describe(problem, problem.get("text", ""))
    if problem["fault"] == "type":
        hint = " (chữ lấy từ biểu mẫu phải đổi bằng date(…))" if problem["expected"] in ("date", "dateTime") else ""
        return f"{place}Giá trị không đúng kiểu đã khai báo “{problem['expected']}”{hint}."
    return f"{place}Giá trị nằm ngoài các giá trị cho phép ({problem['expected']})."


def _place(problem: Mapping[str, Any], table: Table | None) -> str:
    part, column, row = problem.get("part"), problem.get("column"), problem.get("row")
    words = []
    if table is not None and column is not None:
        entry = (table.inputs if part in ("input", "test") else table.outputs)[column]
        side = "Cột vào" if part in ("input", "test") else "Cột ra"
        words.append(f"{side} “{entry.label or getattr(entry, 'name', '') or getattr(entry, 'expression', '')}”")
    if row is not None:
        words.append(f"dòng {row + 1}")
    if problem.get("part") in ("data", "function"):
        words.append(f"Dữ liệu “{problem['name']}”" if part == "data" else f"Mô hình tri thức “{problem.get('name')}”")
    return ", ".join(words) + ": " if words else ""

"""DMN decisions: tables and expressions an office can read, taken with FEEL.

`parse_decisions` reads a file, `check_decisions` tells its author what is wrong with it, `evaluate` takes one decision
and first the decisions it requires. Each decision crosses into V8 once, as a whole table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.crossing import CannotCross, from_feel
from rules.decisions import HIT_POLICIES, Decision, DecisionError, Decisions, Function, Knowledge, Table, Unsupported
from rules.dmn_check import check_decisions
from rules.dmn_names import names_needed
from rules.dmn_picture import picture_of
from rules.dmn_reading import MOST_ELEMENTS, Unreadable, read_decisions
from rules.dmn_walk import boxes_in
from rules.feel import Feel, FeelError, describe, feel
from rules.sentences import Sentence

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


def parse_decisions(xml: bytes, file: str = "", *, most: int = MOST_ELEMENTS) -> Decisions:
    """Read DMN XML of at most `most` elements; raises Unreadable (Vietnamese message) for anything else, for a DTD and
    for bearing too much."""
    return read_decisions(xml, file, most=most)


def evaluate(
    decisions: Decisions,
    decision_id: str,
    context: Mapping[str, Any],
    *,
    now: datetime,
    feel: Feel | None = None,
    standard: bool = False,
) -> DecisionResult:
    """Take one decision over the variables of `context`, at the aware moment `now`.

    Required decisions are taken first, once each, and are seen under their variable, name and id, hiding data of the
    same name; all of it is one crossing. Raises DecisionError (Vietnamese) for an unknown decision, logic this engine
    does not know, an unknown name, data or a result that is not of its declared type or values, rules that contradict
    the hit policy (it names them), and overruns. With `standard` by the bare standard (docs/adr/0010): only what is
    declared is seen, zones stay as they are written, and what goes wrong is null.
    """
    check_supported(decisions, decision_id)
    answer = ask(decisions, decision_id, context, now=now, feel=feel or _own_feel(), standard=standard)
    if answer.get("error"):
        raise _refused(decisions, decision_id, answer["error"])
    try:
        steps = tuple(_step(decisions, step) for step in answer["value"]["steps"])
    except CannotCross as error:
        raise DecisionError(decision_id, str(error)) from error
    return DecisionResult(steps[-1].value, steps[-1].matched, steps)


def _own_feel() -> Feel:
    return feel()


def ask(
    decisions: Decisions,
    asked: str,
    context: Mapping[str, Any],
    *,
    now: datetime,
    feel: Feel,
    standard: bool = False,
    invoke: bool = False,
) -> dict[str, Any]:
    """The plain answer of rules/dmn.decide.js: {"value": {"steps": …}} or {"error": …}, values still as pictures.

    With `standard` by the bare standard: what is not declared is not seen, and what goes wrong is null. With `invoke`
    a knowledge model or decision service is called with the data of `context`.
    """
    key, picture = picture_of(decisions)
    job = {"kind": "decision", "model": key, "decision": asked, "standard": standard, "strict": not standard}
    job["invoke"] = invoke
    try:
        answer = feel.perform([job], [context], now=now)[0]
        if (answer.get("error") or {}).get("kind") == "model-missing":
            answer = feel.perform([{**job, "source": picture}], [context], now=now)[0]
    except FeelError as error:
        raise DecisionError(asked, error.message) from error
    return answer


def check_supported(decisions: Decisions, decision_id: str) -> None:
    """Refuse what cannot be taken, before anything is: raises DecisionError naming the element."""
    ahead, seen = [(decision_id, "")], set[str]()
    taking: list[str] = []
    _no_circle(decisions, decision_id, taking, set())
    while ahead:
        wanted, by = ahead.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        element = decisions.decisions.get(wanted) or decisions.knowledge.get(wanted) or decisions.services.get(wanted)
        if element is None:
            message = (
                Sentence("Không dùng được mô hình tri thức “%(name)s”.", name=wanted)
                if by and wanted in decisions.decisions[by].knowledge
                else Sentence("Không có quyết định nào mang mã “%(decision_id)s”.", decision_id=wanted)
            )
            raise DecisionError(by or wanted, message)
        if isinstance(element, Decision):
            _check_logic(element)
            ahead += [(each, wanted) for each in element.decisions + element.knowledge]
        elif isinstance(element, Knowledge):
            _check_logic(element)
            ahead += [(each, "") for each in element.requires]
        else:
            ahead += [(each, "") for each in element.outputs]


def _no_circle(decisions: Decisions, wanted: str, on_the_way: list[str], done: set[str]) -> None:
    """Refuse decisions that require one another in a circle."""
    stack: list[tuple[str, bool]] = [(wanted, False)]
    way = set(on_the_way)
    while stack:
        each, leaving = stack.pop()
        if leaving:
            way.discard(each)
            done.add(each)
            continue
        if each in way:
            raise DecisionError(each, Sentence("Các quyết định đòi hỏi lẫn nhau thành vòng tròn."))
        if each in done:
            continue
        way.add(each)
        stack.append((each, True))
        decision, model = decisions.decisions.get(each), decisions.knowledge.get(each)
        arrows = decision.decisions + decision.knowledge if decision else model.requires if model else ()
        stack += [(required, False) for required in arrows]


def _check_logic(element: Decision | Knowledge) -> None:
    for box in boxes_in(element.logic):
        if isinstance(box, Unsupported):
            if isinstance(element, Knowledge):
                raise DecisionError(
                    element.id, Sentence("Không dùng được mô hình tri thức “%(name)s”.", name=element.name)
                )
            raise DecisionError(element.id, Sentence("Cách viết quyết định này không được hỗ trợ."))
        if isinstance(box, Table) and box.hit_policy not in HIT_POLICIES:
            raise DecisionError(
                element.id, Sentence("Không biết chính sách khớp “%(hit_policy)s”.", hit_policy=box.hit_policy)
            )


def _step(decisions: Decisions, step: Mapping[str, Any]) -> Step:
    decision = decisions.decisions[step["id"]]
    table = decision.logic if isinstance(decision.logic, Table) else None
    matched = () if table is None else tuple(table.rules[row].id or str(row + 1) for row in step["rows"])
    return Step(decision.id, decision.name, from_feel(step["value"]), matched)


def _refused(decisions: Decisions, decision_id: str, problem: Mapping[str, Any]) -> DecisionError:
    """What went wrong, by the decision it went wrong in, with its place in the table."""
    where = problem.get("decision", decision_id)
    logic = decisions.decisions[where].logic
    while isinstance(logic, Function):
        logic = logic.body
    return DecisionError(where, _told(problem, logic if isinstance(logic, Table) else None))


_FAULTS = {
    "UNIQUE": Sentence("Bảng chỉ cho phép một dòng khớp (UNIQUE) nhưng có các dòng %(rows)s cùng khớp."),
    "ANY": Sentence("Các dòng cùng khớp phải cho một kết quả (ANY) nhưng các dòng %(rows)s khác nhau."),
    "priority": Sentence("Kết quả của dòng %(row)s không có trong danh sách giá trị xếp thứ tự ưu tiên."),
    "SUM": Sentence("Không cộng được: có kết quả không phải là số."),
    "MIN": Sentence("Không so sánh được các kết quả để lấy lớn nhất, nhỏ nhất."),
    "MAX": Sentence("Không so sánh được các kết quả để lấy lớn nhất, nhỏ nhất."),
}


def _told(problem: Mapping[str, Any], table: Table | None) -> Sentence:
    """Where in the decision it went wrong, and why."""
    return Sentence("%(place)s%(why)s", place=_place(problem, table), why=_why(problem))


def _why(problem: Mapping[str, Any]) -> Sentence:
    if problem["kind"] != "refused":
        return describe(problem, problem.get("text", ""))
    fault = problem["fault"]
    if fault in _FAULTS:
        rows = ", ".join(str(row + 1) for row in problem.get("rows", ()))
        return Sentence(_FAULTS[fault].msgid, rows=rows, row=problem.get("row", 0) + 1)
    if fault == "allowed":
        return Sentence("Giá trị nằm ngoài các giá trị cho phép (%(expected)s).", expected=problem["expected"])
    if problem["expected"] in ("date", "dateTime", "date and time"):
        return Sentence(
            "Giá trị không đúng kiểu đã khai báo “%(expected)s” (chữ lấy từ biểu mẫu phải đổi bằng date(…)).",
            expected=problem["expected"],
        )
    return Sentence("Giá trị không đúng kiểu đã khai báo “%(expected)s”.", expected=problem["expected"])


def _place(problem: Mapping[str, Any], table: Table | None) -> Sentence | str:
    part, column, row = problem.get("part"), problem.get("column"), problem.get("row")
    if part == "data":
        return Sentence("Dữ liệu “%(name)s”: ", name=problem["name"])
    if part == "function":
        return Sentence("Mô hình tri thức “%(name)s”: ", name=problem.get("name", ""))
    if table is None or column is None:
        return ""
    if part in ("input", "test"):
        label = table.inputs[column].label or table.inputs[column].expression
        if row is None:
            return Sentence("Cột vào “%(label)s”: ", label=label)
        return Sentence("Cột vào “%(label)s”, dòng %(row)s: ", label=label, row=row + 1)
    label = table.outputs[column].label or table.outputs[column].name
    if row is None:
        return Sentence("Cột ra “%(label)s”: ", label=label)
    return Sentence("Cột ra “%(label)s”, dòng %(row)s: ", label=label, row=row + 1)

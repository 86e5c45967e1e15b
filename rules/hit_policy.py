"""What a decision table answers when rules match (OMG DMN 1.3, chapter 8.2.10, hit policies)."""

import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from rules.crossing import from_feel
from rules.decisions import DecisionError, Table

_LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


class Match(NamedTuple):
    """A rule that matched: its place in the table and its answers, one per output, still as FEEL pictures them."""

    row: int
    outputs: list[Any]


def settle(
    decision_id: str,
    table: Table,
    matches: Sequence[Match],
    defaults: Sequence[Any],
    priorities: Sequence[Sequence[Any]],
) -> tuple[Any, tuple[str, ...]]:
    """The answer of a table and the ids of the rules it rests on.

    No match answers with the default outputs, or None (for a policy that gives lists: an empty list, for COUNT 0).
    Raises DecisionError when UNIQUE matches twice, ANY disagrees, an answer is outside the order of priority, or an
    aggregation cannot be made.
    """
    if not matches:
        return _without_match(decision_id, table, defaults), ()
    if table.hit_policy == "UNIQUE" and len(matches) > 1:
        raise DecisionError(
            decision_id, f"Bảng chỉ cho phép một dòng khớp (UNIQUE) nhưng có {_rows(matches)} cùng khớp."
        )
    if table.hit_policy == "ANY" and len({_same(match.outputs) for match in matches}) > 1:
        raise DecisionError(
            decision_id, f"Các dòng cùng khớp phải cho một kết quả (ANY) nhưng {_rows(matches)} khác nhau."
        )
    if table.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
        matches = sorted(matches, key=lambda match: _rank(decision_id, match, priorities))
    if table.hit_policy not in _LISTS:
        matches = matches[:1] if table.hit_policy != "ANY" else matches
        return _answer(table, matches[0].outputs), _ids(table, matches)
    answers = [_answer(table, match.outputs) for match in matches]
    if table.hit_policy == "COLLECT" and table.aggregation:
        return _aggregate(decision_id, table.aggregation, answers), _ids(table, matches)
    return answers, _ids(table, matches)


def _without_match(decision_id: str, table: Table, defaults: Sequence[Any]) -> Any:
    if table.aggregation == "COUNT":
        return 0
    if any(default is not None for default in defaults):
        answer = _answer(table, defaults)
        return [answer] if table.hit_policy in _LISTS and not table.aggregation else answer
    return [] if table.hit_policy in _LISTS and not table.aggregation else None


def _answer(table: Table, outputs: Sequence[Any]) -> Any:
    values = [from_feel(output) for output in outputs]
    if len(table.outputs) == 1:
        return values[0]
    return {output.name: value for output, value in zip(table.outputs, values, strict=True)}


def _ids(table: Table, matches: Sequence[Match]) -> tuple[str, ...]:
    return tuple(table.rules[match.row].id or str(match.row + 1) for match in matches)


def _rows(matches: Sequence[Match]) -> str:
    return "các dòng " + ", ".join(str(match.row + 1) for match in matches)


def _same(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _rank(decision_id: str, match: Match, priorities: Sequence[Sequence[Any]]) -> tuple[int, ...]:
    ranks = []
    for output, order in zip(match.outputs, priorities, strict=True):
        places = [_same(value) for value in order]
        if not places:
            ranks.append(0)
        elif _same(output) in places:
            ranks.append(places.index(_same(output)))
        else:
            message = f"Kết quả của dòng {match.row + 1} không có trong danh sách giá trị xếp thứ tự ưu tiên."
            raise DecisionError(decision_id, message)
    return tuple(ranks)


def _aggregate(decision_id: str, aggregation: str, answers: list[Any]) -> Any:
    if aggregation == "COUNT":
        return len(answers)
    if aggregation == "SUM":
        if not all(isinstance(answer, int | float) and not isinstance(answer, bool) for answer in answers):
            raise DecisionError(decision_id, "Không cộng được: có kết quả không phải là số.")
        return sum(answers) if all(isinstance(answer, int) for answer in answers) else math.fsum(answers)
    try:
        return min(answers) if aggregation == "MIN" else max(answers)
    except TypeError as error:
        raise DecisionError(decision_id, "Không so sánh được các kết quả để lấy lớn nhất, nhỏ nhất.") from error

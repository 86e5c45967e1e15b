"""Which data a decision asks for, read without taking it."""

from rules.decisions import Decisions, Expression, Table
from rules.feel import feel


def names_needed(decisions: Decisions, decision_id: str) -> frozenset[str]:
    """The variables a decision and those it requires look at: what whoever calls it must have in hand.

    Only top-level names; a name used inside a filter alone is left out, since it may belong to the items filtered.
    Unknown ids need nothing.
    """
    wanted, ahead, explained = set[str](), [decision_id], set[str]()
    while ahead:
        decision = decisions.decisions.get(ahead.pop())
        if decision is None or decision.id in wanted:
            continue
        wanted.add(decision.id)
        ahead += decision.decisions
        for required in decision.decisions:
            explained |= set(decisions.decisions[required].answers_to) if required in decisions.decisions else set()
        explained |= {decisions.knowledge[each].name for each in decision.knowledge if each in decisions.knowledge}
    known = explained | {data.name for data in decisions.data.values()}
    needed: set[str] = set()
    for each in sorted(wanted):
        tests, texts = _texts(decisions.decisions[each].logic)
        parsed = [*feel().parse_all(tests, known, unary=True), *feel().parse_all(texts, known)]
        needed.update(*(found.names for found in parsed))
    return frozenset(needed - explained)


def _texts(logic: object) -> tuple[list[str], list[str]]:
    """The unary tests and the expressions of one decision, each once."""
    if isinstance(logic, Expression):
        return [], [logic.text]
    if not isinstance(logic, Table):
        return [], []
    tests = [test for rule in logic.rules for test in rule.tests if test not in ("", "-")]
    texts = [each.expression for each in logic.inputs] + [each.fallback for each in logic.outputs]
    texts += [text for rule in logic.rules for text in rule.outputs if text != "-"]
    return list(dict.fromkeys(tests)), [text for text in dict.fromkeys(texts) if text]

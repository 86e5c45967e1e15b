"""Which data a decision asks for, read without taking it."""

from rules.decisions import Box, Decisions, Literal, Table
from rules.dmn_walk import boxes_with_names
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
        explained |= {decisions.services[each].name for each in decision.knowledge if each in decisions.services}
    known = explained | {data.name for data in decisions.data.values()}
    needed: set[str] = set()
    for each in sorted(wanted):
        for box, own in boxes_with_names(decisions.decisions[each].logic, frozenset()):
            tests, texts = _texts(box)
            parsed = [*feel().parse_all(tests, known | own, unary=True), *feel().parse_all(texts, known | own)]
            needed.update(*(found.names - own for found in parsed))
    return frozenset(needed - explained)


def _texts(box: Box) -> tuple[list[str], list[str]]:
    """The unary tests and the expressions of one box, each once."""
    if isinstance(box, Literal):
        return [], [box.text] if box.text else []
    if not isinstance(box, Table):
        return [], []
    tests = [test for rule in box.rules for test in rule.tests if test not in ("", "-")]
    texts = [each.expression for each in box.inputs] + [each.fallback for each in box.outputs]
    texts += [text for rule in box.rules for text in rule.outputs if text != "-"]
    return list(dict.fromkeys(tests)), [text for text in dict.fromkeys(texts) if text]

"""Words of a model that run for ever, wherever words stand: stopped there, and the next one is none the worse."""

import json

import pytest

from engine.letters.errors import LetterError
from engine.letters.template import fill_template
from forms.definition import parse_form
from forms.validation import validate
from rules.dmn import DecisionError, evaluate, parse_decisions
from rules.feel import FeelOverrun
from tests.unit.bpmn.drawings import NOW

MUCH = "count(for i in 1..n return i)"


def form(**first):
    return parse_form(json.dumps({"components": [{"type": "textfield", "key": "name", "label": "Tên", **first}]}))


RULES = {
    "a label": {"label": f"={MUCH}"},
    "a template": {"label": f"Tên {{{{{MUCH}}}}}"},
    "a condition": {"conditional": {"hide": f"={MUCH} > 2"}},
    "read-only": {"readonly": f"={MUCH} > 2"},
    "a limit": {"validate": {"maxLength": f"={MUCH}"}},
}


@pytest.mark.parametrize("drawn", RULES.values(), ids=RULES)
def test_a_form_rule(drawn):
    made = form(**drawn)
    with pytest.raises(FeelOverrun):
        validate(made, {"name": "An"}, context={"n": 100_000_000}, now=NOW)
    validate(made, {"name": "An"}, context={"n": 1}, now=NOW)


@pytest.mark.parametrize(
    "letter",
    [f"<p>{{{{ {MUCH} }}}}</p>", f'<p data-if="{MUCH} = 1">a</p>', f'<p data-each="i in [{MUCH}]">{{{{ i }}}}</p>'],
    ids=["a hole", "a condition", "a repetition"],
)
def test_a_letter(letter):
    with pytest.raises(LetterError, match="nên bị dừng"):
        fill_template(letter, {"n": 100_000_000}, now=NOW)
    assert ">1</p>" in fill_template(letter, {"n": 1}, now=NOW).replace(">a<", ">1<")


def test_a_decision_cell():
    decisions = parse_decisions(
        f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
        <decision id="fee" name="fee"><decisionTable id="t">
        <input id="i"><inputExpression id="e"><text>n</text></inputExpression></input><output id="o" name="fee"/>
        <rule id="r"><inputEntry id="c"><text>{MUCH} &gt; 0</text></inputEntry>
        <outputEntry id="v"><text>5000</text></outputEntry></rule></decisionTable></decision></definitions>""".encode()
    )
    with pytest.raises(DecisionError, match="nên bị dừng"):
        evaluate(decisions, "fee", {"n": 100_000_000}, now=NOW)
    assert evaluate(decisions, "fee", {"n": 1}, now=NOW).value == 5000


def test_a_letter_that_swells_is_refused_before_it_is_built():
    row = f'<p data-each="i in many">{"<b>a</b>" * 2_000}</p>'
    with pytest.raises(LetterError, match="ký tự"):
        fill_template(row, {"many": list(range(2_000))}, now=NOW)
    with pytest.raises(LetterError, match="ký tự"):
        fill_template("<p>{{ text }}{{ text }}{{ text }}</p>", {"text": "a" * 700_000}, now=NOW)

"""What the author of a decision model is told."""

import pytest

from rules.dmn import check_decisions, names_needed, parse_decisions
from tests.unit.rules.samples import DRAWN, model, table

ONE = [(["-"], ["1"])]


def findings(*elements):
    return check_decisions(parse_decisions(model(*elements), "phi.dmn"))


def codes(*elements):
    return [(finding.code, finding.severity) for finding in findings(*elements)]


def test_a_good_model_has_nothing_to_say():
    assert check_decisions(parse_decisions(DRAWN, "phi.dmn")) == []
    assert codes(table([(['"a"'], ["1"]), (['"b"'], ["2"])])) == []


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (table(ONE, policy="SOMETIMES"), "dmn.hit-policy"),
        (table(ONE, policy="FIRST", aggregation="SUM"), "dmn.aggregation"),
        (table(ONE, policy="COLLECT", aggregation="AVERAGE"), "dmn.aggregation"),
        (table(ONE, policy="PRIORITY"), "dmn.priority"),
        (table([(["-"], ["1", "2"])], outputs=[("x", ""), ("x", "")]), "dmn.outputs"),
        (table(ONE, outputs=[("x", ""), ("y", "")]), "dmn.cells"),
        (table([(["> "], ["1"])]), "dmn.feel"),
        (table([(["-"], ["1 +"])]), "dmn.feel"),
        (table(ONE, inputs=[("", "")]), "dmn.feel"),
        (table(ONE, inputs=[("a == 1", "")]), "dmn.feel"),
        (table(ONE, default="("), "dmn.feel"),
        (table([(["tinh(1)"], ["1"])]), "dmn.function"),
        (table(ONE, requires=["mat"]), "dmn.requirement"),
        (table(ONE, requires=["muc_phi"]), "dmn.circle"),
        (
            table(ONE)
            .replace("<text>1<", "<text>1<")
            .replace("<outputEntry ", '<outputEntry expressionLanguage="groovy" '),
            "dmn.language",
        ),
        ('<decision id="x" name="Trống"/>', "dmn.logic"),
        ('<decision id="x" name="X"><filter/></decision>', "dmn.logic"),
        (
            '<decision id="x" name="X"><literalExpression expressionLanguage="python"><text>1</text>'
            "</literalExpression></decision>",
            "dmn.logic",
        ),
        ('<decision id="x" name="X"><literalExpression/></decision>', "dmn.feel"),
        ("", "dmn.empty"),
    ],
)
def test_errors_keep_a_model_from_being_published(element, code):
    assert (code, "error") in codes(element)


def test_an_id_used_twice():
    assert ("dmn.id", "error") in codes(table(ONE), table(ONE))


def test_findings_are_vietnamese_and_name_the_element():
    (finding,) = findings(table([(['"a"', "1 +"], ["1"])], inputs=[("loai", ""), ("so", "")]))
    assert (finding.file, finding.element, finding.name) == ("phi.dmn", "muc_phi", "Mức phí")
    assert "Ô điều kiện ở dòng 1" in finding.message
    assert finding.advice


def test_rows_that_cover_one_another():
    assert codes(table([(['"a"'], ["1"]), (['"a"'], ["2"])])) == [("dmn.overlap", "error")]
    assert codes(table([(['"a","b"'], ["1"]), (['"b"'], ["2"])])) == [("dmn.overlap", "error")]
    assert codes(table([(["-"], ["1"]), (['"b"'], ["2"])], policy="FIRST")) == [("dmn.unreachable", "warning")]
    assert codes(table([(['"b"'], ["1"]), (["-"], ["2"])], policy="FIRST")) == []
    assert codes(table([(['"b"'], ["1"]), (["-"], ["2"])], policy="COLLECT")) == []


def test_a_text_without_quotes_is_doubted():
    (finding,) = findings(table([(["kham"], ["1"])]))
    assert (finding.code, finding.severity) == ("dmn.name", "warning")
    assert '"kham"' in finding.advice
    assert codes(table([(["< loai"], ["loai"])])) == []


def test_knowledge_models_are_known_functions():
    knowledge = (
        '<businessKnowledgeModel id="Bkm" name="thue"><encapsulatedLogic><formalParameter name="x"/><literalExpression>'
        "<text>x * 10</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    assert codes(knowledge, table([(["< thue(1)"], ["thue(2)"])])) == []


def test_knowledge_models_in_a_circle_or_calling_nothing():
    def knowledge(id, calls):
        arrow = f'<knowledgeRequirement><requiredKnowledge href="#{calls}"/></knowledgeRequirement>'
        body = "<encapsulatedLogic><literalExpression><text>1</text></literalExpression></encapsulatedLogic>"
        return f'<businessKnowledgeModel id="{id}" name="{id}">{arrow}{body}</businessKnowledgeModel>'

    assert ("dmn.circle", "error") in codes(knowledge("a", "b"), knowledge("b", "a"), table(ONE))
    assert ("dmn.requirement", "error") in codes(knowledge("a", "mat"), table(ONE))


def test_a_table_without_rows():
    assert codes(table([])) == [("dmn.no-rules", "warning")]


def test_what_a_decision_needs_in_hand():
    decisions = parse_decisions(DRAWN)
    assert names_needed(decisions, "Decision_phi") == {"so_ban"}
    rules = [(['"a"', "< han"], ["phu_thu"]), (["-", "?"], ["loai"])]
    decisions = parse_decisions(model(table(rules, inputs=[("loai", ""), ("nguoi.tuoi", "")])))
    assert names_needed(decisions, "muc_phi") == {"loai", "nguoi", "han", "phu_thu"}
    assert names_needed(decisions, "khac") == frozenset()

"""What a whole decision model can hold: boxes within boxes, knowledge models, decision services, types."""

from datetime import UTC, date, datetime

import pytest

from rules.dmn import DecisionError, ask, evaluate, parse_decisions
from rules.dmn_check import check_decisions
from rules.dmn_imports import with_imports
from rules.feel import feel
from tests.unit.rules.samples import escaped, model, table

NOW = datetime(2026, 2, 5, 1, 0, tzinfo=UTC)


def literal(text, kind=""):
    return f"<literalExpression{kind and f' typeRef={kind!r}'}><text>{escaped(text)}</text></literalExpression>"


def decision(logic, *, id="k", kind="", decisions=(), data=(), knowledge=()):
    arrows = "".join(
        f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>' for each in decisions
    )
    arrows += "".join(
        f'<informationRequirement><requiredInput href="#{each}"/></informationRequirement>' for each in data
    )
    arrows += "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in knowledge
    )
    variable = f'<variable name="{id}"{kind and f" typeRef={kind!r}"}/>'
    return f'<decision id="{id}" name="{id}">{variable}{arrows}{logic}</decision>'


def take(*elements, context=None, id="k"):
    return evaluate(parse_decisions(model(*elements)), id, context or {}, now=NOW).value


def codes(*elements):
    return [finding.code for finding in check_decisions(parse_decisions(model(*elements)))]


PERSON = (
    '<itemDefinition name="tNguoi"><itemComponent name="họ tên"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="tuổi"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tNhieuSo" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    '<itemDefinition name="tMuc"><typeRef>string</typeRef><allowedValues><text>"thấp","cao"</text></allowedValues>'
    "</itemDefinition>"
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "[10]", 10),
        ("tNhieuSo", "10", [10]),
        ("tNhieuSo", "[1, 2]", [1, 2]),
        ("tNguoi", '{"họ tên": "An", tuổi: 7, khác: 1}', {"họ tên": "An", "tuổi": 7, "khác": 1}),
        ("tMuc", '"cao"', "cao"),
        ("date and time", 'date("2026-02-05")', datetime(2026, 2, 4, 17, tzinfo=UTC)),
        ("string", "null", None),
    ],
)
def test_a_result_becomes_what_its_type_wants(kind, text, value):
    assert take(PERSON, decision(literal(text), kind=kind)) == value


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("number", '"a"', "không đúng kiểu đã khai báo “number”"),
        ("tNhieuSo", '[1, "a"]', "không đúng kiểu"),
        ("tNguoi", '{"họ tên": "An"}', "không đúng kiểu đã khai báo “tNguoi”"),
        ("tMuc", '"vừa"', "ngoài các giá trị cho phép"),
    ],
)
def test_a_result_of_another_type_is_refused(kind, text, told):
    with pytest.raises(DecisionError, match=told) as refused:
        take(PERSON, decision(literal(text), kind=kind))
    assert refused.value.decision_id == "k"


def test_data_is_held_to_its_type_with_everything_nested_in_it():
    data = '<inputData id="d" name="người"><variable name="người" typeRef="tNguoi"/></inputData>'
    wanted = decision(literal("người.họ tên"), data=["d"])
    assert take(PERSON, data, wanted, context={"người": {"họ tên": "An", "tuổi": 7}}) == "An"
    with pytest.raises(DecisionError, match="Dữ liệu “người”"):
        take(PERSON, data, wanted, context={"người": {"họ tên": "An", "tuổi": "bảy"}})


def knowledge(id, logic, parameters="", kind="", requires=""):
    variable = f'<variable name="{id}"{kind and f" typeRef={kind!r}"}/>'
    return (
        f'<businessKnowledgeModel id="{id}" name="{id}">{variable}<encapsulatedLogic>{parameters}{logic}'
        f"</encapsulatedLogic>{requires}</businessKnowledgeModel>"
    )


def test_a_knowledge_model_may_be_a_table_and_is_held_to_its_types():
    inner = table(
        [(["< 10"], ['"ít"']), ([">= 10"], ['"nhiều"'])], inputs=[("n", "number")], outputs=[("muc", "string")]
    )
    inner = inner[inner.index("<decisionTable") : inner.index("</decision>")]
    model_of = knowledge("xep", inner, '<formalParameter name="n" typeRef="number"/>', "string")
    assert take(model_of, decision(literal("[xep(3), xep(n: 10)]"), knowledge=["xep"])) == ["ít", "nhiều"]
    with pytest.raises(DecisionError, match=r"Gọi hàm “xep” với giá trị không đúng kiểu"):
        take(model_of, decision(literal('xep("ba")'), knowledge=["xep"]))
    with pytest.raises(DecisionError, match="không đúng số lượng"):
        take(model_of, decision(literal("xep(1, 2)"), knowledge=["xep"]))


def test_a_knowledge_model_calls_others_and_itself():
    factorial = knowledge(
        "giai_thua", literal("if n < 2 then 1 else n * giai_thua(n - 1)"), '<formalParameter name="n"/>'
    )
    arrow = '<knowledgeRequirement><requiredKnowledge href="#giai_thua"/></knowledgeRequirement>'
    twice = knowledge("gap_doi", literal("2 * giai_thua(n)"), '<formalParameter name="n"/>', requires=arrow)
    assert take(factorial, twice, decision(literal("gap_doi(5)"), knowledge=["gap_doi"])) == 240


def test_functions_are_values():
    adder = decision(literal("function(x: number) x + thue"), id="cong")
    assert take(adder, decision(literal("cong(1) + thue"), decisions=["cong"]), context={"thue": 10}) == 21
    entry = (
        '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>'
        f"{literal('x * 2')}</functionDefinition></contextEntry>"
        f"<contextEntry>{literal('f(4)')}</contextEntry></context>"
    )
    assert take(decision(entry)) == 8


SERVICE = (
    '<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>',
    decision(literal("a + 1"), id="trong", data=["a"]),
    decision(literal("cho_san * 100"), id="cho_san"),
    decision(literal("trong * 10 + cho_san"), id="ra", decisions=["trong", "cho_san"]),
    '<decisionService id="dv" name="dich vu"><variable name="dich vu"/><outputDecision href="#ra"/>'
    '<encapsulatedDecision href="#trong"/><inputDecision href="#cho_san"/><inputData href="#a"/></decisionService>',
    '<decisionService id="dv2" name="dv2"><variable name="dv2"/><outputDecision href="#ra"/>'
    '<outputDecision href="#trong"/><inputDecision href="#cho_san"/><inputData href="#a"/></decisionService>',
)


def test_a_decision_service_is_a_function_of_its_data_then_its_input_decisions():
    assert take(*SERVICE, decision(literal("dich vu(4, 7)"), knowledge=["dv"])) == 57
    assert take(*SERVICE, decision(literal("dich vu(cho_san: 7, a: 4)"), knowledge=["dv"])) == 57
    assert take(*SERVICE, decision(literal("dv2(4, 7)"), knowledge=["dv2"])) == {"ra": 57, "trong": 5}


def test_conditionals_loops_and_filters_in_boxes():
    pick = (
        f"<conditional><if>{literal('a > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    )
    assert take(decision(pick), context={"a": 5}) == 1
    assert take(decision(pick), context={"a": None}) == 2
    body = f"<return>{literal('x + count(partial)')}</return>"
    each = f'<for iteratorVariable="x"><in>{literal("[1, 2, 3]")}</in>{body}</for>'
    assert take(decision(each)) == [1, 3, 5]
    for word, value in (("some", True), ("every", False)):
        body = f"<satisfies>{literal('x > 2')}</satisfies>"
        test = f'<{word} iteratorVariable="x"><in>{literal("[1, 5]")}</in>{body}</{word}>'
        assert take(decision(test)) is value
    kept = f"<filter><in>{literal('ds')}</in><match>{literal('tuổi > 17')}</match></filter>"
    assert take(decision(kept), context={"ds": [{"tuổi": 20}, {"tuổi": 3}]}) == [{"tuổi": 20}]
    first = f"<filter><in>{literal('[5, 6]')}</in><match>{literal('1')}</match></filter>"
    assert take(decision(first)) == 5


def test_boxes_stand_within_boxes():
    columns = "<column name='a'/><column name='b' typeRef='number'/>"
    rows = f"<relation>{columns}<row>{literal('1')}{literal('[2]')}</row></relation>"
    assert take(decision(rows)) == [{"a": 1, "b": 2}]
    nested = (
        f'<context><contextEntry><variable name="Số bản sao"/>{literal("3")}</contextEntry><contextEntry>'
        f'<variable name="bảng"/><list>{rows}{literal("Số bản sao")}</list></contextEntry></context>'
    )
    assert take(decision(nested)) == {"Số bản sao": 3, "bảng": [[{"a": 1, "b": 2}], 3]}


def test_names_with_spaces_signs_and_marks():
    name = "Nguyên đơn's phí-gốc"
    base = decision(literal("2"), id="b").replace('name="b"', f'name="{name}"')
    arrow = '<informationRequirement><requiredDecision href="#b"/></informationRequirement>'
    top = f'<decision id="k" name="k">{arrow}{literal(name + " * 3")}</decision>'
    assert take(base, top) == 6


def test_a_type_may_narrow_another_and_hold_the_arguments_of_functions():
    types = (
        PERSON + '<itemDefinition name="tHuong"><typeRef>tMuc</typeRef><allowedValues><text>"trái","phải"</text>'
        '</allowedValues></itemDefinition><itemDefinition name="tHam"><functionItem outputTypeRef="tMuc">'
        '<parameters name="a" typeRef="number"/></functionItem></itemDefinition>'
    )
    assert take(types, decision(literal('"trái"'), kind="tHuong")) == "trái"
    with pytest.raises(DecisionError, match="không đúng kiểu"):
        take(types, decision(literal('(function(a: tMuc) a)("vừa")')))
    function = knowledge("ham", literal('if a > 1 then "cao" else "vừa"'), '<formalParameter name="a"/>', "tHam")
    assert take(types, function, decision(literal("ham(2)"), knowledge=["ham"])) == "cao"
    for call in ("ham(1)", 'ham("a")'):
        with pytest.raises(DecisionError):
            take(types, function, decision(literal(call), knowledge=["ham"]))


def test_a_function_written_as_text_is_held_to_the_function_type_of_its_place():
    types = (
        '<itemDefinition name="tMuc"><typeRef>string</typeRef><allowedValues><text>"cao", "thấp"</text>'
        '</allowedValues></itemDefinition><itemDefinition name="tHam"><functionItem outputTypeRef="tMuc">'
        '<parameters name="a"/></functionItem></itemDefinition>'
    )

    def given(text, call):
        elements = (types, decision(literal(text, "tHam"), id="ham"), decision(literal(call), decisions=["ham"]))
        found = ask(parse_decisions(model(*elements)), "k", {}, now=NOW, feel=feel(), standard=True)
        return found["value"]["steps"][-1]["value"]

    assert given("function(a) a", 'ham("cao")') == "cao"
    assert given("function(a) a", 'ham("vừa")') is None
    assert given("function(a: tMuc) a", 'ham("thấp")') == "thấp"
    assert given("function(a, b) a", 'ham("cao", 1)') is None
    assert given("function(a) 1", "ham(1)") is None


def test_names_with_points_and_digits():
    base = decision(literal("5"), id="b").replace('name="b"', 'name="quyết định A 2.1"')
    assert take(base, decision(literal("[quyết định A 2.1, quyết định A 2.1 + 1]"), decisions=["b"])) == [5, 6]


def test_clashing_rules_are_named():
    rows = [(["[1..5]"], ["1"]), (["[3..8]"], ["2"]), ([">= 7"], ["2"])]
    with pytest.raises(DecisionError, match="các dòng 1, 2 cùng khớp"):
        take(table(rows, inputs=[("n", "number")], id="k"), context={"n": 4})
    with pytest.raises(DecisionError, match="các dòng 1, 2 khác nhau"):
        take(table(rows, inputs=[("n", "number")], policy="ANY", id="k"), context={"n": 4})


@pytest.mark.parametrize("how", ["Java", "PMML"])
def test_functions_from_elsewhere_are_refused_by_name(how):
    foreign = (
        f'<businessKnowledgeModel id="ngoai" name="ngoai"><encapsulatedLogic kind="{how}">'
        f"<context/></encapsulatedLogic></businessKnowledgeModel>"
    )
    findings = check_decisions(parse_decisions(model(foreign, decision(literal("ngoai(1)"), knowledge=["ngoai"]))))
    (refused,) = [finding for finding in findings if finding.severity == "error"]
    assert (refused.code, refused.element) == ("dmn.logic", "ngoai")
    assert how in refused.message
    with pytest.raises(DecisionError, match="Không dùng được mô hình tri thức “ngoai”"):
        take(foreign, decision(literal("ngoai(1)"), knowledge=["ngoai"]))


def test_imports_are_refused_by_name():
    imported = (
        '<import name="luat_khac" namespace="http://khac" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    )
    findings = check_decisions(parse_decisions(model(imported, decision(literal("1")))))
    (refused,) = [finding for finding in findings if finding.code == "dmn.import"]
    assert "luat_khac" in refused.message


def far(*elements, namespace="http://luat"):
    return parse_decisions(model(*elements).replace(b"http://camunda.org/schema/1.0/dmn", namespace.encode()))


def test_imports_that_are_at_hand_are_one_with_the_model():
    imported = '<import name="luật" namespace="http://luat" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    own = parse_decisions(
        model(
            imported,
            decision(literal("luật.mức * 2 + luật.thêm(luật.số)"), kind="luật.tSo", id="k").replace(
                "<literalExpression>",
                '<informationRequirement><requiredDecision href="http://luat#b"/></informationRequirement>'
                '<informationRequirement><requiredInput href="http://luat#s"/></informationRequirement>'
                '<knowledgeRequirement><requiredKnowledge href="http://luat#t"/></knowledgeRequirement>'
                "<literalExpression>",
            ),
        )
    )
    law = far(
        '<itemDefinition name="tSo"><typeRef>number</typeRef><allowedValues><text>&lt; 100</text></allowedValues>'
        "</itemDefinition>",
        '<inputData id="s" name="số"><variable name="số" typeRef="tSo"/></inputData>',
        decision(literal("số + 1"), id="b", data=["s"]).replace('name="b"', 'name="mức"'),
        knowledge("t", literal("x + 10"), '<formalParameter name="x" typeRef="tSo"/>').replace(
            'name="t"', 'name="thêm"'
        ),
    )
    whole = with_imports(own, [law])
    assert evaluate(whole, "k", {"số": 3}, now=NOW).value == 21
    with pytest.raises(DecisionError, match="ngoài các giá trị cho phép"):
        evaluate(whole, "k", {"số": 40}, now=NOW)
    assert "dmn.import" not in [finding.code for finding in check_decisions(whole)]
    assert [fault.code for fault in with_imports(own, [far(namespace="http://khac")]).faults] == ["dmn.import"]


def test_a_type_nobody_knows_is_doubted():
    assert codes(decision(literal("1"), kind="tGiDo")) == ["dmn.type"]
    assert codes(PERSON, decision(literal("1"), kind="tNhieuSo")) == []


def test_a_model_changed_under_the_same_ids_is_another_model():
    for value in (1, 2, 1):
        assert take(decision(literal(str(value)))) == value


def test_by_the_bare_standard_what_goes_wrong_is_null():
    decisions = parse_decisions(
        model(PERSON, decision(literal('[ten_la, 1 + "a"]')), decision(literal('"x"'), id="so", kind="number"))
    )
    assert evaluate(decisions, "k", {"ten_la": 1}, now=NOW, standard=True).value == [None, None]
    assert evaluate(decisions, "so", {}, now=NOW, standard=True).value is None


def test_a_decision_drawn_without_logic_may_be_given():
    drawn = '<decision id="y" name="ý kiến"><variable name="ý kiến"/></decision>'
    decisions = parse_decisions(model(drawn, decision(literal('ý kiến + "!"'), decisions=["y"])))
    answer = ask(decisions, "k", {"ý kiến": "được"}, now=NOW, feel=feel(), standard=True)
    assert answer["value"]["steps"][-1]["value"] == "được!"
    with pytest.raises(DecisionError, match="không được hỗ trợ"):
        evaluate(decisions, "k", {"ý kiến": "được"}, now=NOW)


def test_today_is_seen_by_every_box():
    inner = knowledge("hom_nay", literal("today()"))
    assert take(inner, decision(literal("hom_nay()"), knowledge=["hom_nay"])) == date(2026, 2, 5)

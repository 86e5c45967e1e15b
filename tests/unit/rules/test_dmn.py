"""Decisions taken from DMN files as dmn-js draws them."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from rules.dmn import DecisionError, Unreadable, evaluate, parse_decisions
from rules.feel import Feel
from tests.unit.rules.samples import DRAWN, HEAD, model, table

NOW = datetime(2026, 2, 5, 1, 0, tzinfo=UTC)
OVERLAPPING = [(['"a"'], ["1"]), (['"a","b"'], ["2"]), (["-"], ["2"])]


def decide(xml, context, decision_id="muc_phi"):
    return evaluate(parse_decisions(xml, "phi.dmn"), decision_id, context, now=NOW)


@pytest.mark.parametrize(
    ("policy", "aggregation", "loai", "value", "matched"),
    [
        ("", "", "c", 2, ("r3",)),
        ("UNIQUE", "", "c", 2, ("r3",)),
        ("FIRST", "", "a", 1, ("r1",)),
        ("FIRST", "", "b", 2, ("r2",)),
        ("ANY", "", "b", 2, ("r2", "r3")),
        ("RULE ORDER", "", "a", [1, 2, 2], ("r1", "r2", "r3")),
        ("COLLECT", "", "a", [1, 2, 2], ("r1", "r2", "r3")),
        ("COLLECT", "SUM", "a", 5, ("r1", "r2", "r3")),
        ("COLLECT", "MIN", "a", 1, ("r1", "r2", "r3")),
        ("COLLECT", "MAX", "a", 2, ("r1", "r2", "r3")),
        ("COLLECT", "COUNT", "a", 3, ("r1", "r2", "r3")),
    ],
)
def test_hit_policies(policy, aggregation, loai, value, matched):
    result = decide(model(table(OVERLAPPING, policy=policy, aggregation=aggregation)), {"loai": loai})
    assert (result.value, result.matched) == (value, matched)


@pytest.mark.parametrize(("policy", "told"), [("UNIQUE", "các dòng 2, 3 cùng khớp"), ("", "các dòng 2, 3 cùng khớp")])
def test_unique_is_never_a_guess(policy, told):
    with pytest.raises(DecisionError, match=told):
        decide(model(table(OVERLAPPING, policy=policy)), {"loai": "b"})


def test_any_must_agree():
    with pytest.raises(DecisionError, match="khác nhau"):
        decide(model(table(OVERLAPPING, policy="ANY")), {"loai": "a"})
    mixed = [(["-"], ["1"]), (["-"], ["true"])]
    with pytest.raises(DecisionError, match="khác nhau"):
        decide(model(table(mixed, policy="ANY", outputs=[("x", "")])), {"loai": "a"})


@pytest.mark.parametrize(("policy", "value"), [("PRIORITY", "cao"), ("OUTPUT ORDER", ["cao", "vừa", "thấp"])])
def test_the_order_of_the_declared_values_decides(policy, value):
    rules = [(["-"], ['"thấp"']), (["-"], ['"cao"']), (['"a"'], ['"vừa"'])]
    xml = model(table(rules, policy=policy, values='"cao","vừa","thấp"', outputs=[("muc", "string")]))
    assert decide(xml, {"loai": "a"}).value == value


def test_priority_reads_several_outputs_from_left_to_right():
    rules = [(["-"], ['"b"', '"a"']), (["-"], ['"a"', '"b"']), (["-"], ['"a"', '"a"'])]
    xml = model(table(rules, policy="PRIORITY", values='"a","b"', outputs=[("x", "string"), ("y", "string")]))
    result = decide(xml, {"loai": "?"})
    assert (result.value, result.matched) == ({"x": "a", "y": "a"}, ("r3",))


@pytest.mark.parametrize(
    ("policy", "aggregation", "default", "value"),
    [
        ("UNIQUE", "", "", None),
        ("UNIQUE", "", "8000", 8000),
        ("FIRST", "", "8000", 8000),
        ("COLLECT", "", "", []),
        ("COLLECT", "", "8000", [8000]),
        ("COLLECT", "SUM", "", None),
        ("COLLECT", "SUM", "0", 0),
        ("COLLECT", "COUNT", "", 0),
        ("RULE ORDER", "", "", []),
    ],
)
def test_when_no_rule_matches(policy, aggregation, default, value):
    xml = model(table([(['"a"'], ["1"])], policy=policy, aggregation=aggregation, default=default))
    result = decide(xml, {"loai": "z"})
    assert (result.value, result.matched) == (value, ())


def test_sums_stay_exact_for_dong_and_refuse_words():
    rules = [(["-"], ["0.1"])] * 10
    assert decide(model(table(rules, policy="COLLECT", aggregation="SUM")), {"loai": "a"}).value == 1
    words = model(table([(["-"], ['"x"'])], policy="COLLECT", aggregation="SUM", outputs=[("x", "string")]))
    with pytest.raises(DecisionError, match="không phải là số"):
        decide(words, {"loai": "a"})


def test_several_outputs_make_a_context():
    rules = [(["> 16"], ['nop + duration("P5D")', '"UBND xã"'])]
    xml = model(table(rules, inputs=[("tuoi", "number")], outputs=[("han", "date"), ("noi", "string")]))
    value = decide(xml, {"tuoi": 17, "nop": date(2026, 2, 5)}).value
    assert value == {"han": date(2026, 2, 10), "noi": "UBND xã"}


def test_cells_see_the_moment_and_other_data():
    rules = [(['<= today() - duration("P3D")'], ["tre"]), (['> today() - duration("P3D")'], ["0"])]
    xml = model(table(rules, inputs=[("date(nop)", "date")]))
    assert decide(xml, {"nop": "2026-02-01", "tre": 7}).value == 7


def test_a_drawn_model_asks_its_required_decision_first():
    result = decide(DRAWN, {"so_ban": 12}, "Decision_phi")
    assert result.value == 48_000
    assert [(step.decision_id, step.value, step.matched) for step in result.steps] == [
        ("Decision_don_gia", 4000, ("DecisionRule_1",)),
        ("Decision_phi", 48_000, ()),
    ]
    assert parse_decisions(DRAWN).ids == ("Decision_phi", "Decision_don_gia")


def test_a_required_decision_is_known_by_name_and_id_too():
    base = table([(["-"], ["2"])], id="he_so", name="Hệ số phí")
    for text in ("he_so * 3", "Hệ số phí * 3"):
        top = '<decision id="phi" name="Phí"><informationRequirement id="i"><requiredDecision href="#he_so"/>'
        top += f'</informationRequirement><literalExpression id="l"><text>{text}</text></literalExpression></decision>'
        assert decide(model(base, top), {"loai": "a"}, "phi").value == 6


def test_a_decision_required_twice_is_taken_once():
    base = table([(["-"], ["1"])], id="goc", name="Gốc")
    left = table([(["-"], ["goc + 1"])], id="trai", name="Trái", requires=["goc"])
    right = table([(["-"], ["goc + 2"])], id="phai", name="Phải", requires=["goc"])
    top = table([(["-"], ["trai + phai"])], id="dinh", name="Đỉnh", requires=["trai", "phai"])
    result = decide(model(top, left, right, base), {"loai": "a"}, "dinh")
    assert result.value == 5
    assert [step.decision_id for step in result.steps] == ["goc", "trai", "phai", "dinh"]


def test_requirements_in_a_circle_or_into_nothing_are_refused():
    circle = model(table([(["-"], ["1"])], id="a", requires=["b"]), table([(["-"], ["1"])], id="b", requires=["a"]))
    with pytest.raises(DecisionError, match="vòng tròn"):
        decide(circle, {"loai": "x"}, "a")
    with pytest.raises(DecisionError, match="Không có quyết định"):
        decide(model(table([(["-"], ["1"])], requires=["mat"])), {"loai": "x"})
    with pytest.raises(DecisionError, match="Không có quyết định"):
        decide(DRAWN, {}, "khac")


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("string", "a", 1),
        ("number", 1.5, "1"),
        ("boolean", False, "false"),
        ("date", date(2026, 1, 1), "2026-01-01"),
        ("dateTime", NOW, "2026-01-01"),
        ("dayTimeDuration", timedelta(days=1), 1),
        ("integer", 3, 3.5),
        ("feel:string", "a", 1),
        ("Any", "a", None),
    ],
)
def test_inputs_are_of_their_declared_type(kind, right, wrong):
    xml = model(table([(["-"], ["1"])], inputs=[("loai", kind)]))
    assert decide(xml, {"loai": right}).value == 1
    assert decide(xml, {"loai": None}).value == 1
    if kind != "Any":
        with pytest.raises(DecisionError, match=r"Cột vào “loai”.*không đúng kiểu"):
            decide(xml, {"loai": wrong})


def test_inputs_and_outputs_are_among_their_declared_values():
    xml = model(table([(["-"], ['"x"'])], allowed='"a","b"', values='"x"', outputs=[("k", "string")]))
    assert decide(xml, {"loai": "a"}).value == "x"
    with pytest.raises(DecisionError, match="ngoài các giá trị cho phép"):
        decide(xml, {"loai": "c"})
    with pytest.raises(DecisionError, match=r"Cột ra “k”, dòng 1: .*ngoài các giá trị"):
        decide(model(table([(["-"], ['"y"'])], values='"x"', outputs=[("k", "string")])), {"loai": "a"})
    with pytest.raises(DecisionError, match=r"Cột ra “phi”, dòng 1: .*không đúng kiểu"):
        decide(model(table([(["-"], ['"y"'])])), {"loai": "a"})


def test_named_types_are_followed():
    items = (
        '<itemDefinition id="d" name="tLoai"><typeRef>string</typeRef>'
        '<allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'
    )
    xml = model(items, table([(["-"], ["1"])], inputs=[("loai", "tLoai")]))
    assert decide(xml, {"loai": "b"}).value == 1
    with pytest.raises(DecisionError, match="cho phép"):
        decide(xml, {"loai": "c"})


def test_unknown_names_say_where_they_stand():
    with pytest.raises(DecisionError, match=r"Cột vào “loai”: Không biết tên “loai”"):
        decide(model(table([(["-"], ["1"])])), {})
    with pytest.raises(DecisionError, match=r"Cột vào “loai”, dòng 1: Không biết tên “kham”"):
        decide(model(table([(["kham"], ["1"])])), {"loai": "kham"})
    with pytest.raises(DecisionError, match=r"Cột ra “phi”, dòng 1: .*viết chưa xong"):
        decide(model(table([(["-"], ["1 +"])])), {"loai": "a"})


def test_boxed_expressions():
    context = (
        '<decision id="k" name="K"><context id="c"><contextEntry><variable name="gốc 1"/>'
        "<literalExpression><text>a * 2</text></literalExpression></contextEntry>"
        '<contextEntry><variable name="b"/><list><literalExpression><text>gốc 1'
        "</text></literalExpression><literalExpression><text>1</text></literalExpression></list></contextEntry>"
        "<contextEntry><literalExpression><text>sum(b)</text></literalExpression></contextEntry></context></decision>"
    )
    assert decide(model(context), {"a": 5}, "k").value == 11
    relation = (
        '<decision id="k" name="K"><relation><column name="ma"/><column name="ten"/><row>'
        "<literalExpression><text>1</text></literalExpression>"
        '<literalExpression><text>"x"</text></literalExpression></row></relation></decision>'
    )
    assert decide(model(relation), {}, "k").value == [{"ma": 1, "ten": "x"}]


def test_knowledge_models_are_functions():
    knowledge = (
        '<businessKnowledgeModel id="Bkm" name="thue"><encapsulatedLogic><formalParameter name="x"/><literalExpression>'
        "<text>x * 10</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    arrow = '<knowledgeRequirement id="kr"><requiredKnowledge href="#Bkm"/></knowledgeRequirement>'
    literal = (
        f'<decision id="k" name="K">{arrow}<literalExpression><text>thue(a) + 1</text></literalExpression></decision>'
    )
    assert decide(model(knowledge, literal), {"a": 2}, "k").value == 21
    in_table = table([(["< thue(1)"], ["thue(2)"])], inputs=[("a", "number")]).replace(
        "<decisionTable", arrow + "<decisionTable"
    )
    assert decide(model(knowledge, in_table), {"a": 2}).value == 20
    call = (
        f'<decision id="k" name="K">{arrow}<invocation><literalExpression><text>thue</text></literalExpression>'
        '<binding><parameter name="x"/><literalExpression><text>a + 1</text></literalExpression></binding>'
        "</invocation></decision>"
    )
    assert decide(model(knowledge, call), {"a": 2}, "k").value == 30


@pytest.mark.parametrize(
    ("xml", "told"),
    [
        (model(*(table([(["-"], ["1"])], id=f"d{n}") for n in range(400))), "phần tử"),
        (b"", "XML"),
        (b"<a>", "XML"),
        (b"<definitions/>", "DMN"),
        (HEAD.encode().replace(b"20191111/MODEL", b"20991111/MODEL") + b"</definitions>", "DMN"),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>', "DOCTYPE"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><definitions/>'.encode("utf-16"), "DOCTYPE"),
        (b"<a>" * 5000, "XML"),
        (b"x" * 5_000_000, "MB"),
        (model(table([(["-"] * 40, ["1"] * 40)] * 300, inputs=[("a", "")] * 40, outputs=[("b", "")] * 40)), "ô"),
    ],
    ids=[
        "many decisions",
        "empty",
        "broken",
        "no namespace",
        "unknown version",
        "entity",
        "utf-16 entity",
        "deep",
        "large",
        "many cells",
    ],
)
def test_what_is_not_a_bearable_model_is_refused(xml, told):
    with pytest.raises(Unreadable, match=told):
        parse_decisions(xml)


@pytest.mark.parametrize(
    "version", ["20151101/dmn.xsd", "20180521/MODEL/", "20211108/MODEL/", "20230324/MODEL/", "20240513/MODEL/"]
)
def test_other_versions_of_dmn(version):
    scheme = "http" if version < "20191111" else "https"
    old = b"https://www.omg.org/spec/DMN/20191111/MODEL/"
    xml = DRAWN.replace(old, f"{scheme}://www.omg.org/spec/DMN/{version}".encode())
    assert decide(xml, {"so_ban": 1}, "Decision_phi").value == 8000


def test_a_long_chain_of_decisions():
    chain = [table([(["-"], [f"d{n + 1} + 1"])], id=f"d{n}", requires=[f"d{n + 1}"]) for n in range(250)]
    assert decide(model(*chain, table([(["-"], ["0"])], id="d250")), {"loai": "a"}, "d0").value == 250


def test_knowledge_models_that_all_call_one_another():
    def knowledge(n):
        calls = [f"k{n + 1}a", f"k{n + 1}b"] if n < 30 else []
        arrow = '<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>'
        arrows = "".join(arrow.format(each) for each in calls)
        body = "<encapsulatedLogic><formalParameter name='x'/><literalExpression><text>x</text></literalExpression>"
        return "".join(
            f'<businessKnowledgeModel id="k{n}{side}" name="k{n}{side}">{arrows}{body}</encapsulatedLogic>'
            "</businessKnowledgeModel>"
            for side in "ab"
        )

    arrow = '<knowledgeRequirement><requiredKnowledge href="#k0a"/></knowledgeRequirement>'
    literal = f'<decision id="k" name="K">{arrow}<literalExpression><text>k0a(7)</text></literalExpression></decision>'
    assert decide(model(*(knowledge(n) for n in range(31)), literal), {}, "k").value == 7


def test_a_runaway_cell_stops():
    engine = Feel(timeout_ms=500)
    decisions = parse_decisions(model(table([(["-"], ["count(for i in 1..100000000 return i)"])])))
    with pytest.raises(DecisionError, match=r"bị dừng|dừng đột ngột"):
        evaluate(decisions, "muc_phi", {"loai": "a"}, now=NOW, feel=engine)
    engine.close()


def test_a_large_table_is_taken_in_one_bearable_crossing():
    rules = [([f'"m{n}"', f"[{n}..{n + 1}]"], [str(n)]) for n in range(500)]
    decisions = parse_decisions(model(table(rules, inputs=[("loai", "string"), ("so", "number")])))
    context = {"loai": "m499", "so": 499, "nguoi": {f"f{n}": "x" * 20 for n in range(50)}}
    evaluate(decisions, "muc_phi", context, now=NOW)
    begun = time.monotonic()
    assert evaluate(decisions, "muc_phi", context, now=NOW).matched == ("r500",)
    assert time.monotonic() - begun < 1

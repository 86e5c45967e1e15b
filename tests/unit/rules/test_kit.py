"""A folder in the form of the DMN compatibility kit is run, and what fails is told."""

from xml.sax.saxutils import escape

import pytest

from cli.drills.tck import drill, lines
from tests.unit.rules.samples import model

CASES = (
    '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    "<modelName>kit.dmn</modelName>{}</testCases>"
)


def case(name, expected, given="", kind="decision", called=""):
    asked = f'<resultNode name="{name}"><expected>{expected}</expected></resultNode>'
    return f'<testCase id="{name}" type="{kind}" invocableName="{called}">{given}{asked}</testCase>'


def plain(kind, text):
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


@pytest.fixture
def kit(tmp_path):
    folder = tmp_path / "compliance-level-3" / "0001-kit"
    folder.mkdir(parents=True)
    texts = {"so": "0.1 + n", "ngay": '@"PT24H"', "sai": "ten_la", "ds": '[1, {a: null, b: "x"}]', "luc": "luc_nao"}
    needs = {"so": "n", "luc": "luc_nao"}
    decisions = "".join(
        f'<decision id="{name}" name="{name}"><variable name="{name}"/>'
        + (
            f'<informationRequirement><requiredInput href="#{needs.get(name)}"/></informationRequirement>'
            * (name in needs)
        )
        + f"<literalExpression><text>{text}</text></literalExpression></decision>"
        for name, text in texts.items()
    )
    decisions += "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>' for name in needs.values()
    )
    service = '<decisionService id="dv" name="dv"><outputDecision href="#so"/><inputData href="#n"/></decisionService>'
    (folder / "kit.dmn").write_bytes(model(decisions, service))
    return folder


def test_every_kind_of_result_is_compared(kit):
    given = f'<inputNode name="n">{plain("decimal", "0.2")}</inputNode>'
    when = f'<inputNode name="luc_nao">{plain("dateTime", "2020-01-01T00:00:00+01:00")}</inputNode>'
    listed = (
        f"<list><item>{plain('decimal', '1')}</item><item><component name='a'><value xsi:nil='true'/></component>"
        f"<component name='b'>{plain('string', 'x')}</component></item></list>"
    )
    good = case("so", plain("decimal", "0.3"), given) + case("ngay", plain("duration", "P1D"))
    good += case("sai", '<value xsi:nil="true"/>') + case("ds", listed)
    good += case("luc", plain("dateTime", "2020-01-01T00:00:00+01:00"), when)
    good += case("dv", plain("decimal", "0.3"), given, "decisionService", "dv")
    bad = (
        case("so", plain("decimal", "0.4"), given)
        + case("ngay", plain("duration", "P2D"))
        + case("ds", plain("string", "x"))
    )
    (kit / "kit-test-01.xml").write_text(CASES.format(good + bad), encoding="utf-8")
    found = drill(kit.parent.parent, say=lambda line: None)
    assert list(lines(found)) == ["compliance-level-3: 6 of 9 passed (66.7 %)"]
    assert [told.split(":")[0] for told in found["compliance-level-3"].failed] == [
        "kit-test-01 so so",
        "kit-test-01 ngay ngay",
        "kit-test-01 ds ds",
    ]


def test_a_value_that_does_not_say_its_kind_is_of_the_kind_the_model_or_the_answer_says(tmp_path):
    folder = tmp_path / "compliance-level-2" / "0002-bare"
    folder.mkdir(parents=True)
    items = '<itemDefinition name="tMuc" isCollection="true"><itemComponent name="so">'
    items += "<typeRef>number</typeRef></itemComponent>"
    items += '<itemComponent name="ngay"><typeRef>tNgay</typeRef></itemComponent></itemDefinition>'
    items += '<itemDefinition name="tNgay"><typeRef>date</typeRef></itemDefinition>'
    data = '<inputData id="muc" name="muc"><variable name="muc" typeRef="tMuc"/></inputData>'
    texts = {"tong": "sum(muc.so)", "sau": 'muc[1].ngay + @"P1D"', "lon": "muc[1].so > 2", "sai": "1 / 0"}
    decisions = "".join(
        f'<decision id="{name}" name="{name}"><variable name="{name}"/>'
        '<informationRequirement><requiredInput href="#muc"/></informationRequirement>'
        f"<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
        for name, text in texts.items()
    )
    knowledge = '<businessKnowledgeModel id="gap" name="gap"><variable name="gap"/><encapsulatedLogic>'
    knowledge += '<formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text>'
    knowledge += "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    (folder / "kit.dmn").write_bytes(model(items, data, decisions, knowledge))
    part = "<component name='{}'><value>{}</value></component>"
    rows = "".join(
        f"<item>{part.format('so', number)}{part.format('ngay', day)}</item>"
        for number, day in [("1.5", "2026-02-28"), ("2", "2026-03-01")]
    )
    given = f"<inputNode name='muc'><list>{rows}</list></inputNode>"
    wanted = {"tong": "3.50", "sau": "2026-03-01", "lon": "false", "sai": ""}
    good = "".join(case(name, f"<value>{text}</value>", given) for name, text in wanted.items())
    good += case("gap", "<value>5</value>", '<inputNode name="n"><value>2.5</value></inputNode>', "bkm", "gap")
    bad = "".join(case(name, "<value>x</value>", given) for name in wanted)
    bad += case("tong", plain("decimal", ""), given)  # a fault of the file ends nothing but this one
    (folder / "kit-test-01.xml").write_text(CASES.format(good + bad), encoding="utf-8")
    found = drill(tmp_path, say=lambda line: None)
    assert list(lines(found)) == ["compliance-level-2: 5 of 10 passed (50.0 %)"]

# ruff: noqa: E501  (a model reads best on one line)
"""One small valid model for every element of DMN, by the name it has in docs/bpmn-and-dmn.md."""

from __future__ import annotations

from tests.unit.rules.samples import model, table

TWO = [(['"a"'], ["1"]), (['"b"'], ["2"])]


def decision(logic: str, *more: str, requires: str = "") -> bytes:
    """A model with one decision of some logic."""
    return model(*more, f'<decision id="x" name="X"><variable id="v" name="X"/>{requires}{logic}</decision>')


def text(expression: str) -> str:
    return f"<literalExpression><text>{expression}</text></literalExpression>"


INPUT = '<inputData id="n" name="n"><variable id="nv" name="n" typeRef="number"/></inputData>'
NEEDS = '<informationRequirement id="ir"><requiredInput href="#n"/></informationRequirement>'
DOUBLE = f'<businessKnowledgeModel id="bkm" name="double"><encapsulatedLogic id="f"><formalParameter name="a" typeRef="number"/>{text("a * 2")}</encapsulatedLogic></businessKnowledgeModel>'
CALLS = '<knowledgeRequirement id="kr"><requiredKnowledge href="#bkm"/></knowledgeRequirement>'
CALL = f'<invocation>{text("double")}<binding><parameter name="a"/>{text("2")}</binding></invocation>'
SERVICE = '<decisionService id="ds" name="service"><outputDecision href="#x"/></decisionService>'

SPECIMENS: dict[str, bytes] = {
    "decision": decision(text("1")),
    "inputData, informationRequirement": decision(text("n"), INPUT, requires=NEEDS),
    "businessKnowledgeModel, knowledgeRequirement": decision(text("double(2)"), DOUBLE, requires=CALLS),
    "knowledgeSource, authorityRequirement": decision(text("1"), '<knowledgeSource id="ks" name="decree"/>', requires='<authorityRequirement id="ar"><requiredAuthority href="#ks"/></authorityRequirement>'),
    "decisionService": decision(text("1"), SERVICE),
    "itemDefinition": decision(text("1"), '<itemDefinition id="it" name="amount"><typeRef>number</typeRef></itemDefinition>'),
    "itemDefinition with allowedValues": decision(text("1"), '<itemDefinition id="it" name="kind"><typeRef>string</typeRef><allowedValues><text>"a","b"</text></allowedValues></itemDefinition>'),
    "itemDefinition of a structure, of a list (isCollection)": decision(text("[{a: 1}]"), '<itemDefinition id="it" name="rows" isCollection="true"><itemComponent id="ic" name="a"><typeRef>number</typeRef></itemComponent></itemDefinition>').replace(b'name="X"/>', b'name="X" typeRef="rows"/>'),
    "itemDefinition of a function (functionItem)": decision(text("1"), '<itemDefinition id="it" name="reckoning"><functionItem outputTypeRef="number"><parameters id="pa" name="a" typeRef="number"/></functionItem></itemDefinition>'),
    "typeConstraint (DMN 1.5)": decision(text("1"), '<itemDefinition id="it" name="few" isCollection="true"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 5</text></typeConstraint></itemDefinition>'),
    "import": decision(text("1"), '<import name="other" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'),
    "textAnnotation, association, group": decision(text("1"), '<textAnnotation id="ta"><text>…</text></textAnnotation>'),
    "elementCollection, performanceIndicator, organizationUnit": decision(text("1"), '<elementCollection id="ec" name="all"/>', '<performanceIndicator id="pi" name="speed"/>', '<organizationUnit id="ou" name="office"/>'),
    "decisionTable UNIQUE": model(table(TWO)),
    "decisionTable FIRST": model(table(TWO, policy="FIRST")),
    "decisionTable PRIORITY": model(table(TWO, policy="PRIORITY", values="2,1")),
    "decisionTable ANY": model(table(TWO, policy="ANY")),
    "decisionTable COLLECT": model(table(TWO, policy="COLLECT")),
    "decisionTable COLLECT with SUM, MIN, MAX, COUNT": model(table(TWO, policy="COLLECT", aggregation="SUM")),
    "decisionTable RULE ORDER": model(table(TWO, policy="RULE ORDER")),
    "decisionTable OUTPUT ORDER": model(table(TWO, policy="OUTPUT ORDER", values="2,1")),
    "decisionTable with several outputs": model(table([(['"a"'], ["1", "2"])], outputs=[("x", "number"), ("y", "number")])),
    "inputValues, outputValues, defaultOutputEntry": model(table(TWO, allowed='"a","b"', values="1,2", default="1")),
    "decisionTable, another language than FEEL": model(table(TWO).replace("<outputEntry ", '<outputEntry expressionLanguage="groovy" ')),
    "literalExpression": decision(text("1 + 1")),
    "literalExpression, another language than FEEL": decision('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'),
    "context": decision(f'<context><contextEntry><variable name="a"/>{text("1")}</contextEntry><contextEntry>{text("a")}</contextEntry></context>'),
    "relation": decision(f'<relation><column name="a"/><row>{text("1")}</row></relation>'),
    "list": decision(f"<list>{text('1')}{text('2')}</list>"),
    "invocation": decision(CALL, DOUBLE, requires=CALLS),
    "functionDefinition, FEEL": decision(f'<functionDefinition><formalParameter name="a"/>{text("a + 1")}</functionDefinition>'),
    "functionDefinition, Java or PMML": decision(f'<functionDefinition kind="Java"><context><contextEntry><variable name="class"/>{text("1")}</contextEntry></context></functionDefinition>'),
    "decisionTable inside another box": decision(f'<context><contextEntry><variable name="a"/><decisionTable id="dt"><output id="o"/><rule id="r"><outputEntry id="oe"><text>1</text></outputEntry></rule></decisionTable></contextEntry><contextEntry>{text("a")}</contextEntry></context>'),
    "conditional (DMN 1.4)": decision(f"<conditional><if>{text('true')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"),
    "for, every, some (DMN 1.4)": decision(f'<for iteratorVariable="i"><in>{text("[1,2]")}</in><return>{text("i")}</return></for>'),
    "filter (DMN 1.4)": decision(f"<filter><in>{text('[1,2]')}</in><match>{text('item &gt; 1')}</match></filter>"),
}  # fmt: skip

"""DMN models for the tests, drawn the way dmn-js saves them."""

from collections.abc import Sequence

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
    'xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="Definitions_1" name="Mẫu" '
    'namespace="http://camunda.org/schema/1.0/dmn" '
    'exporter="dmn-js (https://demo.bpmn.io/dmn)" exporterVersion="17.10.2">'
)


def model(*elements: str) -> bytes:
    """A whole DMN 1.3 file around the given elements."""
    return f"{HEAD}{''.join(elements)}</definitions>".encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def table(
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    inputs: Sequence[tuple[str, str]] = (("loai", "string"),),
    outputs: Sequence[tuple[str, str]] = (("phi", "number"),),
    policy: str = "",
    aggregation: str = "",
    values: str = "",
    default: str = "",
    allowed: str = "",
    id: str = "muc_phi",
    name: str = "Mức phí",
    requires: Sequence[str] = (),
) -> str:
    """One decision with a table: (input tests, output expressions) per rule; rules are r1, r2, …"""
    attributes = (f' hitPolicy="{policy}"' if policy else "") + (f' aggregation="{aggregation}"' if aggregation else "")
    within = f"<inputValues><text>{escaped(allowed)}</text></inputValues>" if allowed else ""
    columns = "".join(
        f'<input id="i{n}" label="{escaped(text)}"><inputExpression id="ie{n}" typeRef="{kind}"><text>{escaped(text)}'
        f"</text></inputExpression>{within}</input>"
        for n, (text, kind) in enumerate(inputs, 1)
    )
    columns += "".join(
        f'<output id="o{n}" name="{column}" typeRef="{kind}">'
        f"{f'<outputValues><text>{escaped(values)}</text></outputValues>' if values else ''}"
        f"{f'<defaultOutputEntry><text>{escaped(default)}</text></defaultOutputEntry>' if default else ''}</output>"
        for n, (column, kind) in enumerate(outputs, 1)
    )
    rows = "".join(
        f'<rule id="r{n}">'
        + "".join(
            f'<inputEntry id="r{n}i{c}"><text>{escaped(cell)}</text></inputEntry>' for c, cell in enumerate(tests)
        )
        + "".join(
            f'<outputEntry id="r{n}o{c}"><text>{escaped(cell)}</text></outputEntry>' for c, cell in enumerate(answers)
        )
        + "</rule>"
        for n, (tests, answers) in enumerate(rules, 1)
    )
    arrows = "".join(
        f'<informationRequirement id="ir_{each}"><requiredDecision href="#{each}" /></informationRequirement>'
        for each in requires
    )
    logic = f'<decisionTable id="t_{id}"{attributes}>{columns}{rows}</decisionTable>'
    return f'<decision id="{id}" name="{name}">{arrows}{logic}</decision>'


DRAWN = (
    HEAD.encode()
    + """
  <inputData id="InputData_so_ban" name="so_ban"><variable id="v0" name="so_ban" typeRef="number" /></inputData>
  <decision id="Decision_phi" name="Tổng phí">
    <variable id="v1" name="tong_phi" typeRef="number" />
    <informationRequirement id="ir1"><requiredDecision href="#Decision_don_gia" /></informationRequirement>
    <informationRequirement id="ir2"><requiredInput href="#InputData_so_ban" /></informationRequirement>
    <literalExpression id="le1"><text>don_gia * so_ban</text></literalExpression>
  </decision>
  <decision id="Decision_don_gia" name="Đơn giá bản sao">
    <variable id="v2" name="don_gia" typeRef="number" />
    <informationRequirement id="ir3"><requiredInput href="#InputData_so_ban" /></informationRequirement>
    <decisionTable id="DecisionTable_1" hitPolicy="FIRST">
      <input id="Input_1" label="Số bản"><inputExpression id="InputExpression_1" typeRef="number"><text>so_ban</text>
        </inputExpression></input>
      <output id="Output_1" label="Đơn giá" name="don_gia" typeRef="number" />
      <rule id="DecisionRule_1"><description>Nhiều bản</description>
        <inputEntry id="UnaryTests_1"><text>&gt;= 10</text></inputEntry>
        <outputEntry id="LiteralExpression_1"><text>4000</text></outputEntry></rule>
      <rule id="DecisionRule_2">
        <inputEntry id="UnaryTests_2"><text></text></inputEntry>
        <outputEntry id="LiteralExpression_2"><text>8000</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="DMNDiagram_1"><dmndi:DMNShape id="s1" dmnElementRef="Decision_phi">
    <dc:Bounds height="80" width="180" x="150" y="80" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>""".encode()
)

"""DMN XML (OMG DMN 1.1 to 1.5, as dmn-js and Camunda Modeler write it) read into plain decisions."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from lxml import etree

from rules.boxes import LOGIC, Box, is_feel
from rules.decisions import (
    Data,
    Decision,
    DecisionError,
    Decisions,
    Expression,
    Fault,
    Input,
    Kind,
    Knowledge,
    Output,
    Rule,
    Table,
    Unsupported,
)
from rules.sentences import Sentence

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
LARGEST_FILE = 4 * 1024 * 1024
MOST_CELLS = 20_000
MOST_ELEMENTS = 300
_Item = TypeVar("_Item", Data, Knowledge, Decision)


class Unreadable(DecisionError):
    """A file that is not a DMN model, or one that may not be read; `message` is Vietnamese."""


def read_decisions(xml: bytes, file: str) -> Decisions:
    """Read a DMN file; raises Unreadable for anything but a DMN model without a DTD and of bearable size."""
    return _Reader(_root(xml)).read(file)


def _root(xml: bytes) -> etree._Element:
    if len(xml) > LARGEST_FILE:
        raise Unreadable(
            "", Sentence("Tệp DMN lớn quá %(largest_file)s MB.", largest_file=LARGEST_FILE // 1024 // 1024)
        )
    if b"<!DOCTYPE" in xml.replace(b"\x00", b""):
        raise Unreadable("", Sentence("Tệp DMN không được chứa khai báo DOCTYPE."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("", Sentence("Tệp không phải là XML hợp lệ: %(error)s", error=error)) from error
    if len(root) > MOST_ELEMENTS:
        raise Unreadable("", Sentence("Tệp DMN có quá %(most_elements)s phần tử.", most_elements=MOST_ELEMENTS))
    if root.getroottree().docinfo.doctype:
        raise Unreadable("", Sentence("Tệp DMN không được chứa khai báo DOCTYPE."))
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise Unreadable("", Sentence("Tệp không phải là mô hình quyết định DMN 1.1–1.5."))
    return root


class _Reader:
    """One reading of one file, collecting what it finds fault with."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.space = f"{{{etree.QName(root).namespace}}}"
        self.faults: list[Fault] = []
        self.types: dict[str, Kind] = {}
        self.cells = 0
        self.box = Box(self.space, self.faults)

    def read(self, file: str) -> Decisions:
        """The whole file."""
        for item in self.children(self.root, "itemDefinition"):
            self.types[item.get("name", "")] = self.item_kind(item)
        data = self.by_id(self.data(node) for node in self.children(self.root, "inputData"))
        knowledge = self.by_id(self.knowledge(node) for node in self.children(self.root, "businessKnowledgeModel"))
        decisions = self.by_id(self.decision(node) for node in self.children(self.root, "decision"))
        return Decisions(file, self.root.get("name", ""), decisions, data, knowledge, tuple(self.faults))

    def by_id(self, items: Iterable[_Item]) -> dict[str, _Item]:
        """Items under their ids; an id used twice is a fault, the first one stays."""
        found: dict[str, _Item] = {}
        for item in items:
            if not item.id or item.id in found:
                self.faults.append(
                    Fault("dmn.id", item.id, item.name, Sentence("Thiếu mã (id) hoặc mã bị dùng hai lần."))
                )
            found.setdefault(item.id, item)
        return found

    def children(self, node: etree._Element, name: str) -> Iterator[etree._Element]:
        return node.iterchildren(f"{self.space}{name}")

    def text(self, node: etree._Element, name: str) -> str:
        """The FEEL text inside a child element such as inputEntry or defaultOutputEntry, "" when absent."""
        child = node.find(f"{self.space}{name}")
        return "" if child is None else self.box.text_of(child)

    def kind(self, name: str | None, allowed: str = "") -> Kind:
        """A type reference with its prefix dropped and item definitions followed."""
        plain = (name or "").rpartition(":")[2]
        named = self.types.get(plain, Kind(plain))
        return Kind(named.name, allowed or named.allowed)

    def item_kind(self, item: etree._Element) -> Kind:
        base = item.findtext(f"{self.space}typeRef", "").strip().rpartition(":")[2]
        if item.get("isCollection") == "true" or any(self.children(item, "itemComponent")):
            return Kind()
        return Kind(base, self.text(item, "allowedValues"))

    def variable(self, node: etree._Element) -> tuple[str, Kind]:
        variable = node.find(f"{self.space}variable")
        if variable is None:
            return "", Kind()
        return variable.get("name", ""), self.kind(variable.get("typeRef"))

    def data(self, node: etree._Element) -> Data:
        variable, kind = self.variable(node)
        return Data(node.get("id", ""), variable or node.get("name", ""), kind)

    def required(self, node: etree._Element, requirement: str, kind: str) -> tuple[str, ...]:
        found = node.iterfind(f"{self.space}{requirement}/{self.space}{kind}")
        return tuple(each.get("href", "").rpartition("#")[2] for each in found)

    def knowledge(self, node: etree._Element) -> Knowledge:
        variable, _ = self.variable(node)
        definition = node.find(f"{self.space}encapsulatedLogic")
        logic = Unsupported("encapsulatedLogic") if definition is None else self.box.function(definition)
        requires = self.required(node, "knowledgeRequirement", "requiredKnowledge")
        return Knowledge(node.get("id", ""), variable or node.get("name", ""), logic, requires)

    def decision(self, node: etree._Element) -> Decision:
        variable, kind = self.variable(node)
        logic = next((child for child in node.iterchildren() if etree.QName(child).localname in LOGIC), None)
        return Decision(
            node.get("id", ""),
            node.get("name", ""),
            variable,
            kind,
            self.logic(node, logic),
            self.required(node, "informationRequirement", "requiredDecision"),
            self.required(node, "informationRequirement", "requiredInput"),
            self.required(node, "knowledgeRequirement", "requiredKnowledge"),
        )

    def logic(self, decision: etree._Element, node: etree._Element | None) -> Table | Expression | Unsupported:
        if node is None:
            return Unsupported("")
        if etree.QName(node).localname == "decisionTable":
            return self.table(decision, node)
        return self.box.expression(node)

    def table(self, decision: etree._Element, node: etree._Element) -> Table:
        inputs = tuple(self.input(each) for each in self.children(node, "input"))
        outputs = tuple(self.output(each) for each in self.children(node, "output"))
        rules = tuple(self.rule(decision, each, inputs, outputs) for each in self.children(node, "rule"))
        return Table(node.get("hitPolicy", "UNIQUE"), node.get("aggregation", ""), inputs, outputs, rules)

    def input(self, node: etree._Element) -> Input:
        expression = node.find(f"{self.space}inputExpression")
        kind = self.kind(None if expression is None else expression.get("typeRef"), self.text(node, "inputValues"))
        return Input(node.get("id", ""), node.get("label", ""), self.text(node, "inputExpression"), kind)

    def output(self, node: etree._Element) -> Output:
        kind = self.kind(node.get("typeRef"), self.text(node, "outputValues"))
        fallback = self.text(node, "defaultOutputEntry")
        return Output(node.get("id", ""), node.get("label", ""), node.get("name", ""), kind, fallback)

    def rule(
        self, decision: etree._Element, node: etree._Element, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
    ) -> Rule:
        tests = tuple(self.cell(each, decision) for each in self.children(node, "inputEntry"))
        answers = tuple(self.cell(each, decision) for each in self.children(node, "outputEntry"))
        name = node.get("id", "")
        if len(tests) != len(inputs) or len(answers) != len(outputs):
            message = Sentence("Dòng “%(name)s” của bảng có số ô khác với số cột.", name=name)
            self.faults.append(Fault("dmn.cells", decision.get("id", ""), decision.get("name", ""), message))
        self.cells += len(tests) + len(answers)
        if self.cells > MOST_CELLS:
            raise Unreadable(
                decision.get("id", ""), Sentence("Bảng quyết định có quá %(most_cells)s ô.", most_cells=MOST_CELLS)
            )
        return Rule(name, tests, answers)

    def cell(self, node: etree._Element, decision: etree._Element) -> str:
        language = node.get("expressionLanguage", "")
        if not is_feel(language):
            message = Sentence(
                "Ô “%(value)s” viết bằng ngôn ngữ “%(language)s”, không phải FEEL.",
                value=node.get("id", ""),
                language=language,
            )
            self.faults.append(Fault("dmn.language", decision.get("id", ""), decision.get("name", ""), message))
        return self.box.text_of(node)

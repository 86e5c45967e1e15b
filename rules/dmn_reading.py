"""DMN XML (OMG DMN 1.1 to 1.5, as any tool writes it) read into plain decisions."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from lxml import etree

from rules.boxes import MOST_CELLS, Boxes, TooMany, is_feel, type_of
from rules.decisions import (
    Data,
    Decision,
    DecisionError,
    Decisions,
    Fault,
    Function,
    Item,
    Kind,
    Knowledge,
    ServedDecisions,
    Unsupported,
)
from rules.sentences import Sentence

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
LARGEST_FILE = 4 * 1024 * 1024
MOST_ELEMENTS = 300
_DEEPEST_TYPE = 20
_Element = TypeVar("_Element", Data, Knowledge, Decision, ServedDecisions)


class Unreadable(DecisionError):
    """A file that is not a DMN model, or one that may not be read; `message` is Vietnamese."""


def read_decisions(xml: bytes, file: str, *, most: int = MOST_ELEMENTS) -> Decisions:
    """Read a DMN file of at most `most` elements; raises Unreadable for anything but a DMN model without a DTD and of
    bearable size."""
    return _Reader(_root(xml, most)).read(file)


def _root(xml: bytes, most: int) -> etree._Element:
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
    if len(root) > most:
        raise Unreadable("", Sentence("Tệp DMN có quá %(most_elements)s phần tử.", most_elements=most))
    if root.getroottree().docinfo.doctype:
        raise Unreadable("", Sentence("Tệp DMN không được chứa khai báo DOCTYPE."))
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise Unreadable("", Sentence("Tệp không phải là mô hình quyết định DMN 1.1–1.6."))
    return root


class _Reader:
    """One reading of one file, collecting what it finds fault with."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.space = f"{{{etree.QName(root).namespace}}}"
        self.faults: list[Fault] = []
        language = root.get("expressionLanguage", "")
        self.boxes = Boxes(self.space, self.faults, language="" if is_feel(language) else language)

    def read(self, file: str) -> Decisions:
        """The whole file."""
        try:
            items = {node.get("name", ""): self.item(node) for node in self.children(self.root, "itemDefinition")}
            data = self.by_id(self.data(node) for node in self.children(self.root, "inputData"))
            knowledge = self.by_id(self.knowledge(node) for node in self.children(self.root, "businessKnowledgeModel"))
            services = self.by_id(self.service(node) for node in self.children(self.root, "decisionService"))
            decisions = self.by_id(self.decision(node) for node in self.children(self.root, "decision"))
        except TooMany as error:
            told = Sentence("Bảng quyết định có quá %(most_cells)s ô.", most_cells=MOST_CELLS)
            raise Unreadable(self.boxes.owner[0], told) from error
        imports = []
        for node in self.children(self.root, "import"):
            imports.append((node.get("name", ""), node.get("namespace", "")))
            told = Sentence("Tệp này nhập khẩu mô hình “%(name)s” từ tệp khác.", name=node.get("name", ""))
            self.faults.append(Fault("dmn.import", node.get("id", ""), node.get("name", ""), told))
        name = self.root.get("name", "")
        own, faults = self.root.get("namespace", ""), tuple(self.faults)
        return Decisions(file, name, decisions, data, knowledge, services, items, faults, own, tuple(imports))

    def by_id(self, elements: Iterable[_Element]) -> dict[str, _Element]:
        """Elements under their ids; an id used twice is a fault, the first one stays."""
        found: dict[str, _Element] = {}
        for element in elements:
            if not element.id or element.id in found:
                told = Sentence("Thiếu mã (id) hoặc mã bị dùng hai lần.")
                self.faults.append(Fault("dmn.id", element.id, element.name, told))
            found.setdefault(element.id, element)
        return found

    def children(self, node: etree._Element, name: str) -> Iterator[etree._Element]:
        return node.iterchildren(f"{self.space}{name}")

    def item(self, node: etree._Element, depth: int = 0) -> Item:
        """An item definition or one of its components, with everything nested in it."""
        components: tuple[tuple[str, Item], ...] = ()
        if depth < _DEEPEST_TYPE:
            components = tuple(
                (each.get("name", ""), self.item(each, depth + 1)) for each in self.children(node, "itemComponent")
            )
        function = node.find(f"{self.space}functionItem")
        parameters = None
        if function is not None:
            parameters = tuple(
                (each.get("name", ""), type_of(each.get("typeRef"))) for each in self.children(function, "parameters")
            )
        return Item(
            type_of(node.findtext(f"{self.space}typeRef", "")),
            node.get("isCollection") == "true",
            self.boxes.child_text(node, "allowedValues"),
            self.boxes.child_text(node, "typeConstraint"),
            components,
            parameters,
            "" if function is None else type_of(function.get("outputTypeRef")),
        )

    def variable(self, node: etree._Element) -> tuple[str, Kind]:
        name, kind = self.boxes.variable(node)
        return name, Kind(kind)

    def data(self, node: etree._Element) -> Data:
        variable, kind = self.variable(node)
        return Data(node.get("id", ""), variable or node.get("name", ""), kind)

    def references(self, node: etree._Element, *path: str) -> tuple[str, ...]:
        """The ids the elements at a path inside `node` point to, with the namespace before those of other files."""
        found = node.iterfind("/".join(f"{self.space}{name}" for name in path))
        hrefs = [each.get("href", "").rpartition("#") for each in found]
        return tuple(id if space in ("", self.root.get("namespace", "")) else f"{space}#{id}" for space, _, id in hrefs)

    def required(self, node: etree._Element, requirement: str, kind: str) -> tuple[str, ...]:
        return self.references(node, requirement, kind)

    def knowledge(self, node: etree._Element) -> Knowledge:
        variable, kind = self.variable(node)
        self.boxes.owner = node.get("id", ""), node.get("name", "")
        definition = node.find(f"{self.space}encapsulatedLogic")
        logic: Function | Unsupported = Unsupported("encapsulatedLogic")
        if definition is not None:
            logic = self.boxes.function(definition)
        requires = self.required(node, "knowledgeRequirement", "requiredKnowledge")
        return Knowledge(node.get("id", ""), variable or node.get("name", ""), logic, requires, kind)

    def service(self, node: etree._Element) -> ServedDecisions:
        variable, kind = self.variable(node)
        named = ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")
        references = (self.references(node, each) for each in named)
        return ServedDecisions(node.get("id", ""), variable or node.get("name", ""), kind, *references)

    def decision(self, node: etree._Element) -> Decision:
        variable, kind = self.variable(node)
        self.boxes.owner = node.get("id", ""), node.get("name", "")
        return Decision(
            node.get("id", ""),
            node.get("name", ""),
            variable,
            kind,
            self.boxes.logic(node),
            self.required(node, "informationRequirement", "requiredDecision"),
            self.required(node, "informationRequirement", "requiredInput"),
            self.required(node, "knowledgeRequirement", "requiredKnowledge"),
        )

"""A BPMN file as the structural rules look at it: every element by id, the flows by their ends, the findings made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from lxml import etree

from engine.bpmn.rulebook import RULES
from engine.bpmn.vocabulary import CHOREOGRAPHIES, CONTAINERS, DEFINITIONS, FLOW_NODES
from engine.bpmn.zeebe import BPMN
from rules.findings import Finding
from rules.sentences import Sentence

NAMESPACE = f"{{{BPMN}}}"


class Page:
    """A BPMN file with its elements by id, its flows by their ends, and the findings made on it.

    Ids are looked up in the same process first: tools that put several processes in one file repeat them.
    """

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root, self.file = root, file
        self.findings: list[Finding] = []
        self.elements: list[etree._Element] = []
        self.flows: list[etree._Element] = []
        self.nodes: list[etree._Element] = []
        self._home: dict[etree._Element, int] = {}
        self._by_id: dict[str, etree._Element] = {}
        self._at_home: dict[tuple[int, str], etree._Element] = {}
        self._came: dict[tuple[int, str], list[etree._Element]] = defaultdict(list)
        self._went: dict[tuple[int, str], list[etree._Element]] = defaultdict(list)
        self._watching: dict[tuple[int, str], list[etree._Element]] = defaultdict(list)
        processes = 0
        for node in _bpmn_elements(root):
            processes += node.getparent() is root
            self._home[node] = processes
            self._note(node)

    def _note(self, node: etree._Element) -> None:
        name, identifier, home = tag(node), node.get("id"), self._home[node]
        self.elements.append(node)
        if identifier and node is not self.root:
            self._by_id.setdefault(identifier, node)
            self._at_home.setdefault((home, identifier), node)
        if name == "sequenceFlow":
            self.flows.append(node)
            self._came[home, node.get("targetRef", "")].append(node)
            self._went[home, node.get("sourceRef", "")].append(node)
        elif name in FLOW_NODES:
            self.nodes.append(node)
            if name == "boundaryEvent":
                self._watching[home, node.get("attachedToRef", "")].append(node)

    def find(self, reference: str | None, near: etree._Element) -> etree._Element | None:
        """What an id means where it is written."""
        name = (reference or "").strip()
        found = self._at_home.get((self._home[near], name))
        return found if found is not None else self._by_id.get(name)

    def has_other(self, node: etree._Element) -> Literal["", "process", "file"]:
        """Whether an element before this one has its id: in the same process, elsewhere in the file, or nowhere."""
        identifier = node.get("id", "")
        if self._at_home.get((self._home[node], identifier)) is not node:
            return "process"
        return "" if self._by_id.get(identifier) is node else "file"

    def came(self, node: etree._Element) -> list[etree._Element]:
        """The flows into a node."""
        return self._came.get((self._home[node], node.get("id", "")), [])

    def went(self, node: etree._Element) -> list[etree._Element]:
        """The flows out of a node."""
        return self._went.get((self._home[node], node.get("id", "")), [])

    def watching(self, node: etree._Element) -> list[etree._Element]:
        """The boundary events of an activity."""
        return self._watching.get((self._home[node], node.get("id", "")), [])

    def say(self, code: str, about: etree._Element, **params: object) -> None:
        """Note that an element breaks a rule; what has no id of its own is told of the nearest element that has."""
        rule, named = RULES[code], about
        while not named.get("id") and named.getparent() is not None:
            named = named.getparent()
        message, advice = _fill(rule.message, params), _fill(rule.advice, params)
        element, name = named.get("id", ""), named.get("name", "")
        self.findings.append(Finding(f"bpmn.{code}", rule.severity, self.file, element, name, message, advice))

    def inside(self, container: etree._Element, names: frozenset[str] | set[str]) -> list[etree._Element]:
        """The elements of these names directly in a container."""
        return [child for child in children(container) if tag(child) in names]

    def containers(self) -> Iterator[etree._Element]:
        """Every process and sub-process, the outer one first."""
        yield from (node for node in self.elements if tag(node) in CONTAINERS)

    def kinds(self, event: etree._Element) -> list[str]:
        """What an event is about, one word for each of its definitions; empty for a plain event."""
        found = []
        for child in children(event):
            name = tag(child)
            if name == "eventDefinitionRef":
                other = self.find(child.text, event)
                name = tag(other) if other is not None else ""
            if name.removesuffix("EventDefinition") in DEFINITIONS and name.endswith("EventDefinition"):
                found.append(name.removesuffix("EventDefinition"))
        return found


def _fill(pattern: Sentence, params: dict[str, object]) -> Sentence:
    return Sentence(pattern.msgid, **params) if "%(" in pattern.msgid else pattern


def _bpmn_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Every element of the standard in document order; what stands in foreign extensions is not looked at."""
    skipped: etree._Element | None = None
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if node is skipped:
                skipped = None
        elif skipped is None and isinstance(node.tag, str):
            if node.tag == f"{NAMESPACE}extensionElements":
                skipped = node
            elif node.tag.startswith(NAMESPACE):
                yield node


def tag(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    name: str = node.tag.rpartition("}")[2]
    return name


def children(node: etree._Element) -> Iterator[etree._Element]:
    """The elements of the standard directly in an element."""
    return (child for child in node if isinstance(child.tag, str) and child.tag.startswith(NAMESPACE))


def local_name(reference: str) -> str:
    """A reference without the prefix of its namespace."""
    return reference.strip().rpartition(":")[2]


def container_of(node: etree._Element) -> etree._Element | None:
    """The process, sub-process or choreography a flow element stands directly in."""
    holder = node.getparent()
    return holder if holder is not None and tag(holder) in CONTAINERS | CHOREOGRAPHIES else None


def is_true(node: etree._Element, attribute: str, otherwise: bool = False) -> bool:
    """An attribute that is true or false, as XML Schema writes it."""
    value = node.get(attribute)
    return otherwise if value is None else value.strip() in ("true", "1")


def process_of(node: etree._Element) -> etree._Element | None:
    """The process around an element at any depth."""
    return next((holder for holder in node.iterancestors() if tag(holder) == "process"), None)

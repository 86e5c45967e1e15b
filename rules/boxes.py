"""Boxed expressions of DMN (OMG DMN 1.5, chapter 10.2) read from their XML."""

from collections.abc import Callable, Iterator

from lxml import etree

from rules.decisions import (
    Box,
    Conditional,
    Context,
    Fault,
    Filter,
    Function,
    Input,
    Invocation,
    Kind,
    Listing,
    Literal,
    Loop,
    Named,
    Output,
    Relation,
    Rule,
    Table,
    Unsupported,
)
from rules.feel import LONGEST_EXPRESSION
from rules.sentences import Sentence

DEEPEST = 20
MOST_CELLS = 20_000


class TooMany(Exception):
    """More cells than a file may have."""


def is_feel(language: str) -> bool:
    """Whether an expressionLanguage attribute means FEEL (absent, "feel", or the URI of any DMN version)."""
    return language.lower() in ("", "feel") or (language.startswith(("http:", "https:")) and "feel" in language.lower())


def type_of(written: str | None) -> str:
    """A type reference without the prefix DMN 1.1 wrote before it (`feel:string`)."""
    name = (written or "").strip()
    prefix, colon, plain = name.partition(":")
    return plain if colon and " " not in prefix else name


class Boxes:
    """The boxes of one file; faults found on the way are added to `faults`, under the element `owner` (id, name)."""

    def __init__(self, space: str, faults: list[Fault], *, language: str = "") -> None:
        self.space = space
        self.faults = faults
        self.language = language
        self.owner = ("", "")
        self.cells = 0
        self.readers: dict[str, Callable[[etree._Element, int], Box]] = {
            "literalExpression": self.literal,
            "decisionTable": self.table,
            "context": self.context,
            "list": self.list,
            "relation": self.relation,
            "invocation": self.invocation,
            "functionDefinition": self.function,
            "conditional": self.conditional,
            "for": self.loop,
            "some": self.loop,
            "every": self.loop,
            "filter": self.filter,
        }

    def logic(self, node: etree._Element, depth: int = 0) -> Box:
        """The one box inside an element; Unsupported("") when there is none."""
        return next((self.read(child, depth) for child in self.inside(node)), Unsupported(""))

    def inside(self, node: etree._Element) -> Iterator[etree._Element]:
        return (child for child in node.iterchildren() if etree.QName(child).localname in self.readers)

    def read(self, node: etree._Element, depth: int = 0) -> Box:
        if depth > DEEPEST:
            return Unsupported(Sentence("lồng nhau quá sâu"))
        return self.readers[etree.QName(node).localname](node, depth)

    def part(self, node: etree._Element, name: str, depth: int) -> Box:
        """The box inside a named child, such as `then`."""
        child = node.find(f"{self.space}{name}")
        return Unsupported(name) if child is None else self.logic(child, depth + 1)

    def text(self, node: etree._Element) -> str:
        """The FEEL text of an element with a `text` child, trimmed; texts beyond the longest are a fault."""
        text: str = node.findtext(f"{self.space}text", "").strip()
        if len(text) > LONGEST_EXPRESSION:
            told = Sentence("Ô dài quá %(longest_expression)s ký tự.", longest_expression=LONGEST_EXPRESSION)
            self.faults.append(Fault("dmn.long", node.get("id", ""), "", told))
            return "null"
        return text

    def child_text(self, node: etree._Element, name: str) -> str:
        child = node.find(f"{self.space}{name}")
        return "" if child is None else self.text(child)

    def literal(self, node: etree._Element, depth: int) -> Literal | Unsupported:
        language = node.get("expressionLanguage", self.language)
        if not is_feel(language):
            return Unsupported(f"literalExpression ({language})")
        if node.find(f"{self.space}importedValues") is not None:
            return Unsupported("importedValues")
        return Literal(self.text(node), type_of(node.get("typeRef")))

    def context(self, node: etree._Element, depth: int) -> Context:
        entries: list[Named] = []
        result: Box | None = None
        for entry in node.iterchildren(f"{self.space}contextEntry"):
            name, kind = self.variable(entry)
            box = self.logic(entry, depth + 1)
            if name:
                entries.append(Named(name, box, kind))
            else:
                result = box
        return Context(tuple(entries), result, type_of(node.get("typeRef")))

    def variable(self, node: etree._Element, name: str = "variable") -> tuple[str, str]:
        """Name and type of a variable or parameter inside an element."""
        found = node.find(f"{self.space}{name}")
        return ("", "") if found is None else (found.get("name", ""), type_of(found.get("typeRef")))

    def list(self, node: etree._Element, depth: int) -> Listing:
        return Listing(tuple(self.read(child, depth + 1) for child in self.inside(node)), type_of(node.get("typeRef")))

    def relation(self, node: etree._Element, depth: int) -> Relation | Unsupported:
        columns = tuple(
            (column.get("name", ""), type_of(column.get("typeRef")))
            for column in node.iterchildren(f"{self.space}column")
        )
        rows = []
        for row in node.iterchildren(f"{self.space}row"):
            cells = tuple(self.read(child, depth + 1) for child in self.inside(row))
            self.count(len(cells))
            if len(cells) != len(columns):
                return Unsupported("relation")
            rows.append(cells)
        return Relation(columns, tuple(rows), type_of(node.get("typeRef")))

    def invocation(self, node: etree._Element, depth: int) -> Invocation:
        bindings = []
        for binding in node.iterchildren(f"{self.space}binding"):
            name, kind = self.variable(binding, "parameter")
            box = self.logic(binding, depth + 1)
            bindings.append(Named(name, Literal("") if box == Unsupported("") else box, kind))
        return Invocation(self.logic(node, depth + 1), tuple(bindings), type_of(node.get("typeRef")))

    def function(self, node: etree._Element, depth: int = 0) -> Function | Unsupported:
        """A function definition, or the encapsulated logic of a knowledge model; Java and PMML are not known here."""
        how = node.get("kind", "FEEL")
        if how.upper() != "FEEL":
            return Unsupported(f"functionDefinition ({how})")
        parameters = tuple(
            (each.get("name", ""), type_of(each.get("typeRef")))
            for each in node.iterchildren(f"{self.space}formalParameter")
        )
        body = self.logic(node, depth + 1)
        return body if isinstance(body, Unsupported) else Function(parameters, body, type_of(node.get("typeRef")))

    def conditional(self, node: etree._Element, depth: int) -> Conditional:
        test, yes, no = (self.part(node, name, depth) for name in ("if", "then", "else"))
        return Conditional(test, yes, no, type_of(node.get("typeRef")))

    def loop(self, node: etree._Element, depth: int) -> Loop:
        kind = etree.QName(node).localname
        each = self.part(node, "return" if kind == "for" else "satisfies", depth)
        return Loop(
            kind, node.get("iteratorVariable", ""), self.part(node, "in", depth), each, type_of(node.get("typeRef"))
        )

    def filter(self, node: etree._Element, depth: int) -> Filter:
        return Filter(self.part(node, "in", depth), self.part(node, "match", depth), type_of(node.get("typeRef")))

    # decision tables

    def table(self, node: etree._Element, depth: int) -> Table:
        inputs = tuple(self.input(each) for each in node.iterchildren(f"{self.space}input"))
        outputs = tuple(self.output(each) for each in node.iterchildren(f"{self.space}output"))
        rules = tuple(self.rule(each, len(inputs), len(outputs)) for each in node.iterchildren(f"{self.space}rule"))
        policy, aggregation = node.get("hitPolicy", "UNIQUE"), node.get("aggregation", "")
        return Table(policy, aggregation, inputs, outputs, rules, type_of(node.get("typeRef")))

    def input(self, node: etree._Element) -> Input:
        expression = node.find(f"{self.space}inputExpression")
        kind = Kind(
            "" if expression is None else type_of(expression.get("typeRef")), self.child_text(node, "inputValues")
        )
        return Input(node.get("id", ""), node.get("label", ""), self.child_text(node, "inputExpression"), kind)

    def output(self, node: etree._Element) -> Output:
        kind = Kind(type_of(node.get("typeRef")), self.child_text(node, "outputValues"))
        fallback = self.child_text(node, "defaultOutputEntry")
        return Output(node.get("id", ""), node.get("label", ""), node.get("name", ""), kind, fallback)

    def rule(self, node: etree._Element, inputs: int, outputs: int) -> Rule:
        tests = tuple(self.cell(each) for each in node.iterchildren(f"{self.space}inputEntry"))
        answers = tuple(self.cell(each) for each in node.iterchildren(f"{self.space}outputEntry"))
        name = node.get("id", "")
        if len(tests) != inputs or len(answers) != outputs:
            told = Sentence("Dòng “%(name)s” của bảng có số ô khác với số cột.", name=name)
            self.faults.append(Fault("dmn.cells", *self.owner, told))
        self.count(len(tests) + len(answers))
        types = tuple(type_of(each.get("typeRef")) for each in node.iterchildren(f"{self.space}outputEntry"))
        return Rule(name, tests, answers, types if any(types) else ())

    def count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise TooMany

    def cell(self, node: etree._Element) -> str:
        language = node.get("expressionLanguage", self.language)
        if not is_feel(language):
            told = Sentence(
                "Ô “%(value)s” viết bằng ngôn ngữ “%(language)s”, không phải FEEL.",
                value=node.get("id", ""),
                language=language,
            )
            self.faults.append(Fault("dmn.language", *self.owner, told))
        return self.text(node)

"""Boxed expressions of DMN (OMG DMN 1.3, chapter 10.2) written out as the one line of FEEL they stand for."""

import json
import re
from collections.abc import Iterator

from lxml import etree

from rules.decisions import Expression, Fault, Unsupported
from rules.feel import LONGEST_EXPRESSION
from rules.sentences import Sentence

_SUPPORTED = ["literalExpression", "context", "list", "relation", "invocation", "functionDefinition", "conditional"]
LOGIC = frozenset([*_SUPPORTED, "decisionTable", "for", "every", "some", "filter"])
DEEPEST = 20
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
_RESULT = "ket_qua_cua_bang"


def is_feel(language: str) -> bool:
    """Whether an expressionLanguage attribute means FEEL (absent, "feel", or the URI of any DMN version)."""
    return language.lower() in ("", "feel") or (language.startswith(("http:", "https:")) and "feel" in language.lower())


class _NotFeel(Exception):
    """A box that cannot be written out; the text names it."""


class Box:
    """The boxes of one file; faults found on the way are added to `faults`."""

    def __init__(self, space: str, faults: list[Fault]) -> None:
        self.space = space
        self.faults = faults
        self.parts: list[str] = []

    def expression(self, node: etree._Element) -> Expression | Unsupported:
        """A literal expression or another box as one expression, or what it is that this engine does not know."""
        self.parts = []
        try:
            text = self.write(node, 0)
        except _NotFeel as error:
            return Unsupported(str(error))
        if len(text) > LONGEST_EXPRESSION:
            return Unsupported(Sentence("quá dài"))
        return Expression(text, tuple(self.parts))

    def function(self, node: etree._Element) -> Expression | Unsupported:
        """The encapsulated logic of a business knowledge model, as a FEEL function."""
        self.parts = []
        try:
            return Expression(self.write_function(node, 0), tuple(self.parts))
        except _NotFeel as error:
            return Unsupported(str(error))

    def text_of(self, node: etree._Element) -> str:
        """The FEEL text of an element with a `text` child, trimmed; texts beyond the longest are a fault."""
        text: str = node.findtext(f"{self.space}text", "").strip()
        if len(text) > LONGEST_EXPRESSION:
            self.faults.append(
                Fault(
                    "dmn.long",
                    node.get("id", ""),
                    "",
                    Sentence("Ô dài quá %(longest_expression)s ký tự.", longest_expression=LONGEST_EXPRESSION),
                )
            )
            return "null"
        return text

    def write(self, node: etree._Element, depth: int) -> str:
        kind = etree.QName(node).localname
        if depth > DEEPEST:
            raise _NotFeel(Sentence("lồng nhau quá sâu"))
        writers = {
            "literalExpression": self.write_literal,
            "context": self.write_context,
            "list": self.write_list,
            "relation": self.write_relation,
            "invocation": self.write_invocation,
            "functionDefinition": self.write_function,
            "conditional": self.write_conditional,
        }
        if kind not in writers:
            raise _NotFeel(kind)
        return writers[kind](node, depth)

    def write_literal(self, node: etree._Element, depth: int) -> str:
        language = node.get("expressionLanguage", "")
        if not is_feel(language):
            raise _NotFeel(f"literalExpression ({language})")
        text = self.text_of(node)
        self.parts.append(text)
        return f"({text})" if depth else text

    def write_context(self, node: etree._Element, depth: int) -> str:
        entries, has_result = [], False
        for entry in node.iterchildren(f"{self.space}contextEntry"):
            variable = entry.find(f"{self.space}variable")
            has_result = variable is None
            name = _RESULT if variable is None else variable.get("name", "")
            entries.append(f"{_key(name)}: {self.inner(entry, depth)}")
        text = "{" + ", ".join(entries) + "}"
        return f"({text}.{_RESULT})" if has_result else text

    def write_list(self, node: etree._Element, depth: int) -> str:
        return "[" + ", ".join(self.write(child, depth + 1) for child in self.logics(node)) + "]"

    def write_relation(self, node: etree._Element, depth: int) -> str:
        columns = [column.get("name", "") for column in node.iterchildren(f"{self.space}column")]
        rows = []
        for row in node.iterchildren(f"{self.space}row"):
            cells = [self.write(child, depth + 1) for child in self.logics(row)]
            if len(cells) != len(columns):
                raise _NotFeel("relation")
            rows.append(
                "{" + ", ".join(f"{_key(name)}: {cell}" for name, cell in zip(columns, cells, strict=True)) + "}"
            )
        return "[" + ", ".join(rows) + "]"

    def write_invocation(self, node: etree._Element, depth: int) -> str:
        called = self.inner(node, depth).strip("()")
        if not all(_PLAIN_NAME.fullmatch(word) for word in called.split()):
            raise _NotFeel("invocation")
        bindings = []
        for binding in node.iterchildren(f"{self.space}binding"):
            parameter = binding.find(f"{self.space}parameter")
            name = "" if parameter is None else parameter.get("name", "")
            bindings.append(f"{_plain(name)}: {self.inner(binding, depth)}")
        return f"{called}({', '.join(bindings)})"

    def write_function(self, node: etree._Element, depth: int) -> str:
        if node.get("kind", "FEEL") != "FEEL":
            raise _NotFeel(f"functionDefinition ({node.get('kind')})")
        names = [_plain(each.get("name", "")) for each in node.iterchildren(f"{self.space}formalParameter")]
        return f"function({', '.join(names)}) {self.inner(node, depth)}"

    def write_conditional(self, node: etree._Element, depth: int) -> str:
        parts = []
        for name in ("if", "then", "else"):
            part = node.find(f"{self.space}{name}")
            if part is None:
                raise _NotFeel("conditional")
            parts.append(f"{name} {self.inner(part, depth)}")
        return f"({' '.join(parts)})"

    def inner(self, node: etree._Element, depth: int) -> str:
        """The one box inside an entry, binding or branch."""
        child = next(self.logics(node), None)
        if child is None:
            raise _NotFeel(Sentence("%(localname)s (trống)", localname=etree.QName(node).localname))
        return self.write(child, depth + 1)

    def logics(self, node: etree._Element) -> Iterator[etree._Element]:
        return (child for child in node.iterchildren() if etree.QName(child).localname in LOGIC)


def _key(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _plain(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise _NotFeel(Sentence("tham số “%(name)s”", name=name))
    return name

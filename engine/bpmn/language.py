"""In which language the conditions of a drawing are written; this engine knows FEEL.

The zeebe dialect marks FEEL with a leading "=". A condition of BPMN itself (of a flow, an event, a loop, a gateway) is
always an expression: written without "=" it is FEEL too, unless it or its file names another language, or it is the
`${…}` of Java engines. A file that names no language would mean XPath by the letter of the standard; no tool does.
"""

from __future__ import annotations

from lxml import etree

from rules.feel import is_expression

CONDITIONS = frozenset(
    {
        "conditionExpression",
        "condition",
        "completionCondition",
        "loopCondition",
        "loopCardinality",
        "activationCondition",
        "transformation",
        "from",
        "messagePath",
        "dataPath",
    }
)
_JAVA = ("${", "#{")


def mark_feel(node: etree._Element) -> None:
    """Give a condition that is FEEL its leading "=", as the rest of the engine expects it."""
    text = _text(node)
    if text and not is_expression(text) and not text.isdecimal() and not foreign_language(node):
        node.text = f"={text}"


def foreign_language(node: etree._Element) -> str:
    """The name of the language a condition is written in, when that is not FEEL; "" otherwise."""
    text = _text(node)
    if not text or is_expression(text) or text.isdecimal():
        return ""
    if text.startswith(_JAVA):
        return "JUEL (${…})"
    declared: str = node.get("language") or node.getroottree().getroot().get("expressionLanguage") or ""
    return "" if "feel" in declared.lower() else declared


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()

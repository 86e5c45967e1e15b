"""Who does a user task by BPMN's own words: potential owners are candidate groups, a performer is the assignee.

A role names a resource of the file, whose name is the group or person, or says it by an expression (BPMN 2.0.2, 10.2.1
and 10.3.4). Where the dialect's assignment stands beside it, or several say who alone shall do it, nobody can tell.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import Element
from engine.bpmn.zeebe import BPMN
from rules.feel import is_expression
from rules.sentences import Sentence

OWNER, ALONE = "potentialOwner", frozenset({"humanPerformer", "performer"})
ROLES = ALONE | {OWNER, "resourceRole"}


def read_performers(element: Element, node: etree._Element) -> Sentence | None:
    """Write who does a task into its assignment; gives what keeps that from being clear."""
    roles = [child for child in node if isinstance(child.tag, str) and _tag(child) in ROLES]
    if not roles:
        return None
    ext = element.extensions
    if element.kind != "userTask" or any(_tag(role) == "resourceRole" for role in roles):
        return Sentence("Phần tử này không nói được ai làm bằng «%(tag)s».", tag=_tag(roles[0]))
    if ext.assignee or ext.candidate_groups or ext.candidate_users:
        return Sentence("Người làm được ghi hai lần: theo BPMN và theo zeebe:assignmentDefinition.")
    owners = [_who(role) for role in roles if _tag(role) == OWNER]
    alone = [_who(role) for role in roles if _tag(role) in ALONE]
    if None in (*owners, *alone) or len(alone) > 1 or (len(owners) > 1 and any(is_expression(one) for one in owners)):
        return Sentence("Không rõ ai làm bước này.")
    ext.candidate_groups = ",".join(one for one in owners if one) or None
    ext.assignee = alone[0] if alone else None
    return None


def _who(role: etree._Element) -> str | None:
    """The name of the resource, or the expression with its leading sign; None where neither can be told."""
    expression = role.find(f"{{{BPMN}}}resourceAssignmentExpression")
    if expression is not None:
        text = "".join(expression.itertext()).strip()
        file = role.getroottree().getroot().get("expressionLanguage", "")
        language = next((one.get("language") for one in expression.iter() if one.get("language")), file)
        if is_expression(text):
            return text
        foreign = text.startswith(("${", "#{")) or (language and "feel" not in language.lower())
        return None if not text or foreign else f"={text}"
    reference = (role.findtext(f"{{{BPMN}}}resourceRef") or "").strip().rpartition(":")[2]
    resources = role.getroottree().getroot().iterfind(f"{{{BPMN}}}resource")
    name = next((one.get("name") for one in resources if one.get("id") == reference), None)
    return None if not name or "," in name or is_expression(name) else name


def _tag(node: etree._Element) -> str:
    name: str = node.tag.rpartition("}")[2]
    return name

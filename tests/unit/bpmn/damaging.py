"""Random drawings with a few things broken in them: each is refused by name, or walked without a crash."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.bpmn import door
from engine.bpmn.advance import NotStartable, Refused
from engine.bpmn.lint import lint
from tests.unit.bpmn.blocks import Draughtsman
from tests.unit.bpmn.drawings import file, process
from tests.unit.bpmn.walk import Walk

TEXTS = ("", "=1", "=true", "=x", "R/PT1S", "P1D", "abc")
VALUES = ("", "x", "true", "false", "0", "2", "=1", "=x", "-1", "Parallel", "Sequential", "Complex", "None", "One")
ATTRIBUTES = (
    "triggeredByEvent", "instantiate", "isInterrupting", "cancelActivity", "parallelMultiple", "startQuantity",
    "completionQuantity", "isForCompensation", "eventGatewayType", "ordering", "cancelRemainingInstances", "behavior",
    "default", "attachedToRef",
)  # fmt: skip


def damaged(pen: random.Random, xml: bytes) -> bytes:
    """The same file with one to three elements or attributes removed, doubled, moved or changed."""
    root = etree.fromstring(xml)
    for _ in range(pen.randint(1, 3)):
        node = pen.choice([n for n in root.iter() if isinstance(n.tag, str)])
        parent, deed = node.getparent(), pen.randrange(6)
        if deed == 0 and parent is not None:
            parent.remove(node)
        elif deed == 1 and parent is not None:
            parent.append(copy.deepcopy(node))
        elif deed == 2 and node.attrib:
            node.attrib[pen.choice(list(node.attrib))] = pen.choice(VALUES)
        elif deed == 3:
            node.text = pen.choice(TEXTS)
        elif deed == 4:
            node.set(pen.choice(ATTRIBUTES), pen.choice(VALUES))
        elif len(node):
            node.insert(0, node[-1])
    return etree.tostring(root)


def stumble(seed: int, steps: int = 30) -> str:
    """Check, load and walk a damaged drawing at random; fails on a crash, or where saving makes a difference."""
    pen = random.Random(seed)
    drawn = Draughtsman(seed)
    parts, _ = drawn.whole(pen.randint(1, 3))
    models = {"p.bpmn": damaged(pen, file(drawn.definitions, process("p", *parts), *drawn.others))}
    lint(models, "bpmn")
    lint(models)
    try:
        walk = Walk(models)
        walk.start(**drawn.variables)
    except Refused:
        return "refused"
    except NotStartable:
        return "not startable"
    for _ in range(steps):
        if walk.ended or not _stumble_on(pen, walk, drawn.variables):
            break
    return "walked"


def _stumble_on(pen: random.Random, walk: Walk, variables: Mapping[str, Any]) -> bool:
    """Do anything that can be done now; False if there is nothing."""
    if walk.last.incidents and pen.random() < 0.3:
        walk.retry(**variables)
        return True
    if not walk.last.waiting:
        return False
    waits = pen.choice(walk.last.waiting)
    if waits.kind in ("user", "call") and pen.random() < 0.7:
        walk.act(door.complete, waits.token, {"x": pen.choice([1, True, "a", None])})
    elif waits.kind in ("user", "call"):
        walk.act(door.throw, waits.token, "E", escalation=pen.random() < 0.5)
    elif waits.kind == "message":
        walk.deliver(waits.message or "", waits.key)
    elif waits.kind == "enabled":
        walk.act(door.begin_activity, waits.token)
    else:
        walk.wait(days=2)
    return True

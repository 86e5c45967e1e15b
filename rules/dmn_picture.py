"""A DMN model as rules/dmn.decide.js wants it: plain JSON, sent once and known there by its key from then on."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from rules.decisions import (
    Box,
    Conditional,
    Context,
    Decisions,
    Filter,
    Function,
    Invocation,
    Item,
    Listing,
    Literal,
    Loop,
    Named,
    Relation,
    Rule,
    Space,
    Table,
)

Picture = dict[str, Any]
_kept: dict[int, tuple[Decisions, str, Picture]] = {}
_MOST_KEPT = 200


def picture_of(decisions: Decisions) -> tuple[str, Picture]:
    """The model's key, the same for the same model everywhere, and its picture."""
    kept = _kept.get(id(decisions))
    if kept is None or kept[0] is not decisions:
        picture = _model(decisions)
        key = hashlib.sha256(json.dumps(picture, sort_keys=True).encode()).hexdigest()
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[id(decisions)] = (decisions, key, picture)
    return kept[1], kept[2]


def _model(model: Decisions) -> Picture:
    spaces = model.spaces or {model.namespace: Space(model.items, ())}
    data = {each.id: {"name": each.name, "type": each.kind.name} for each in model.data.values()}
    knowledge = {
        each.id: {
            "name": each.name,
            "type": each.kind.name,
            "logic": box_picture(each.logic),
            "knowledge": each.requires,
            "as": _prefixes(model, each.id, each.requires),
        }
        for each in model.knowledge.values()
    }
    services = {
        each.id: {
            "name": each.name,
            "type": each.kind.name,
            "outputs": each.outputs,
            "inputDecisions": each.decisions,
            "inputs": each.data,
            "as": _prefixes(model, each.id, (*each.outputs, *each.decisions, *each.data)),
        }
        for each in model.services.values()
    }
    decisions = {
        each.id: {
            "names": each.answers_to,
            "type": each.kind.name,
            "logic": box_picture(each.logic),
            "decisions": each.decisions,
            "inputs": [wanted for wanted in each.data if wanted in model.data],
            "knowledge": each.knowledge,
            "as": _prefixes(model, each.id, (*each.decisions, *each.data, *each.knowledge)),
        }
        for each in model.decisions.values()
    }
    for elements in (data, knowledge, services, decisions):
        for id, element in elements.items():
            element["space"] = _space(model, id)
    return {
        "spaces": {
            name: {"items": {item: _item(each) for item, each in space.items.items()}, "imports": space.imports}
            for name, space in spaces.items()
        },
        "inputs": data,
        "knowledge": knowledge,
        "services": services,
        "decisions": decisions,
    }


def _space(model: Decisions, id: str) -> str:
    """The namespace of the file an element stands in."""
    return id.rpartition("#")[0] or model.namespace


def _prefixes(model: Decisions, id: str, references: Iterable[str]) -> dict[str, str]:
    """By which prefix an element sees those of other files; what is seen by its plain name is left out."""
    space = model.spaces.get(_space(model, id))
    names = {} if space is None else {far: name for name, far in space.imports}
    found = {each: names.get(_space(model, each), "") for each in references}
    return {each: prefix for each, prefix in found.items() if prefix}


def _item(item: Item) -> Picture:
    picture: Picture = {"type": item.type, "list": item.many, "allowed": item.allowed, "constraint": item.constraint}
    if item.components:
        picture["entries"] = [{"name": name, "item": _item(each)} for name, each in item.components]
    if item.parameters is not None:
        parameters = [{"name": name, "type": kind} for name, kind in item.parameters]
        picture["function"] = {"parameters": parameters, "result": item.result}
    return picture


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "type": kind} for name, kind in pairs]


def _named(boxes: Iterable[Named]) -> list[Picture]:
    return [{"name": each.name, "type": each.type, "box": box_picture(each.box)} for each in boxes]


def _literal(text: str, kind: str = "") -> Picture:
    return {"kind": "literal", "text": text, "type": kind}


def _rule(rule: Rule) -> Picture:
    types = rule.types or ("",) * len(rule.outputs)
    return {"tests": rule.tests, "outputs": [_literal(*each) for each in zip(rule.outputs, types, strict=True)]}


def _table(table: Table) -> Picture:
    return {
        "kind": "table",
        "type": table.type,
        "policy": table.hit_policy,
        "aggregation": table.aggregation,
        "inputs": [
            {"text": each.expression, "type": each.kind.name, "allowed": each.kind.allowed} for each in table.inputs
        ],
        "outputs": [
            {
                "name": each.name,
                "type": each.kind.name,
                "allowed": each.kind.allowed,
                "fallback": _literal(each.fallback) if each.fallback else None,
            }
            for each in table.outputs
        ],
        "rules": [_rule(rule) for rule in table.rules],
    }


def box_picture(box: Box) -> Picture:
    """One box with everything in it; what is not supported is refused before it is sent, here it is nothing."""
    match box:
        case Table():
            return _table(box)
        case Literal():
            return {"kind": "literal", "text": box.text, "type": box.type}
        case Context():
            result = None if box.result is None else box_picture(box.result)
            return {"kind": "context", "type": box.type, "entries": _named(box.entries), "result": result}
        case Listing():
            return {"kind": "list", "type": box.type, "items": [box_picture(each) for each in box.items]}
        case Relation():
            rows = [[box_picture(cell) for cell in row] for row in box.rows]
            return {"kind": "relation", "type": box.type, "columns": _pairs(box.columns), "rows": rows}
        case Invocation():
            called = box_picture(box.called)
            return {"kind": "invocation", "type": box.type, "called": called, "bindings": _named(box.bindings)}
        case Function():
            return {
                "kind": "function",
                "type": box.type,
                "parameters": _pairs(box.parameters),
                "body": box_picture(box.body),
            }
        case Conditional():
            parts = {"test": box_picture(box.test), "yes": box_picture(box.yes), "no": box_picture(box.no)}
            return {"kind": "if", "type": box.type, **parts}
        case Loop():
            parts = {"in": box_picture(box.source), "each": box_picture(box.each)}
            return {"kind": box.kind, "type": box.type, "variable": box.variable, **parts}
        case Filter():
            return {"kind": "filter", "type": box.type, "in": box_picture(box.source), "match": box_picture(box.match)}
        case _:
            return {"kind": "none", "type": ""}

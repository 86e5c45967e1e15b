"""Transactions: a cancel end event undoes what the transaction has completed, then its cancel boundary event leads on.

BPMN 2.0.2, 10.3.5: what is still going on in the transaction is ended, and what it had completed so far is undone with
the rest (13.5.5); an error out of a transaction (a hazard) or any other interruption undoes nothing.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.case import Case, Sheet
from engine.bpmn.compensation import completed, go_on, place_of
from engine.bpmn.ground import ROOT, Token
from engine.bpmn.memory import Memory


def cancel(token: Token) -> None:
    """Cancel the transaction around a token; its cancel boundary event goes off when everything is undone."""
    case: Case = token.workflow.top_workflow
    ground: Any = token.workflow
    while ground.owner.task_spec.element.kind != "transaction":
        ground = ground.owner.workflow
    owner = ground.owner
    if "cancelling" in owner.notes:  # what undoes it wants to cancel it again
        return
    kept = _gather(case, ground)
    ground.clear()
    for watching in owner.attached():
        owner.workflow.withdraw(watching)
    case.memory = kept
    owner.notes.update(cancelling=True, undo=[[owner.id, done] for done in kept.take(owner.id)])
    ground.over = False
    if go_on(case, owner) is not None:
        leave(owner)


def leave(owner: Token) -> None:
    """Everything in a cancelled transaction is undone: go on from its cancel boundary event."""
    ground = owner.workflow
    case: Case = ground.top_workflow
    boundary = next(b for b in owner.task_spec.boundaries if b.element.event.kind == "cancel")
    case.memory.forget(owner.id)
    ground.withdraw(owner)
    ground.put(boundary, phase="close")


def _gather(case: Case, ground: Sheet) -> Memory:
    """The memory with what is still going on in a transaction added to it, as far as something was completed inside."""
    active: list[Token] = []
    todo: list[Any] = [ground]
    while todo:
        sheet = todo.pop(0)
        for token in sheet.tasks.values():
            if token.id != ROOT:
                active.append(token)
                todo += [case.subprocesses[token.id]] if token.id in case.subprocesses else []
    kept, case.memory = case.memory, Memory()
    for token in reversed(active):
        # What was being undone just now is undone from its beginning: half is not undone.
        for place, done in [*([token.notes["now"]] if "now" in token.notes else []), *token.notes.get("undo", ())]:
            kept.add(place, done)
    inside = [t for t in active if "undoing" not in t.notes or ("reopened" in t.notes and "reopens" not in t.notes)]
    # A round of a loop stands on the same sheet as the whole of it, which has to come after its rounds.
    for token in sorted(inside, key=lambda t: -_depth(t)):
        if kept.at(token.id):
            sheet = case.subprocesses.get(token.id)
            place = token.notes.get("body", place_of(token.workflow))
            kept.add(place, completed(token, dict(sheet.data) if sheet is not None else None, partial=True))
    for token in active:
        if "reopens" in token.notes:
            kept.move(token.id, token.notes["reopens"])
    return kept


def _depth(token: Token) -> int:
    """How far inside a token stands, a round of a loop further than the loop."""
    depth, ground = int("body" in token.notes), token.workflow
    while isinstance(ground, Sheet):
        depth += 2
        ground = ground.owner.workflow
    return depth

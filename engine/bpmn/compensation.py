"""Compensation: what was completed is undone, the latest first, by the handlers drawn for it (BPMN 2.0.2, 13.5.5).

An activity is undone by the activity associated with its compensation boundary event, once, also when it was repeated;
a sub-process by its compensation event sub-process, with its data as they were; one that has neither by undoing what
was completed inside. One handler runs at a time; `undo` in a token's notes is what it still has to have undone, `now`
what is being undone for it.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.advance import Passed
from engine.bpmn.case import Case, Sheet
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Ground, Token
from engine.bpmn.memory import Done
from rules.sentences import Sentence


def remember(token: Token) -> None:
    """Keep in mind that an activity was completed, if anything is drawn to undo it."""
    case: Case = token.workflow.top_workflow
    node, notes = token.task_spec, token.notes
    element, instance = node.element, "body" in notes
    if element.scope is None and element.kind != "callActivity" and node.handler is None:
        return
    black_box = node.handler is not None
    inside = not black_box and (case.memory.at(token.id) or _undoes_itself(case, token))
    if element.for_compensation or _is_handler(node) or (black_box and instance) or not (black_box or inside):
        case.memory.forget(token.id)
        return
    if len(case.memory) >= case.limits.remembered:
        text = Sentence("Hồ sơ có quá %(most)s bước đã xong còn có thể bù trừ.", most=case.limits.remembered)
        raise Trouble(text, "limit")
    if black_box:
        case.memory.forget(token.id)
    place = notes["body"] if instance else place_of(token.workflow)
    case.memory.add(place, completed(token, notes.pop("called_data", None)))


def completed(token: Token, variables: dict[str, Any] | None, partial: bool = False) -> Done:
    """An activity as it is at this moment."""
    return Done(
        number=token.id,
        element=token.task_spec.element.id,
        order=token.workflow.top_workflow.next_serial(),
        data=dict(token.data),
        called=token.notes.get("called", ""),
        variables=dict(variables or {}),
        instance="body" in token.notes,
        partial=partial,
    )


def place_of(ground: Ground) -> int:
    """The number under which what is completed on a sheet is remembered: that of the activity it is inside of."""
    return ground.owner.id if isinstance(ground, Sheet) else 0


def compensate(token: Token) -> bool:
    """Have undone what a compensation event throws at; True when there is nothing (more) to wait for."""
    case: Case = token.workflow.top_workflow
    event = token.task_spec.element.event
    if not event.wait:
        case.room_for(2)
    pending = _in_sight(token, event.activity)
    if not pending:
        return True
    if event.wait:
        token.notes["undo"] = pending
        return go_on(case, token) is not None
    aside = Token(token.workflow, token.task_spec, state=TaskState.STARTED)
    aside.notes.update(phase="open", undo=pending, aside=True)
    _finish(go_on(case, aside))
    return True


def undone(token: Token) -> None:
    """A handler is done, or the sheet it ran on is: whoever asked for it goes on to the next."""
    case: Case = token.workflow.top_workflow
    inner = case.subprocesses.get(token.id)
    if inner is None:
        _finish(go_on(case, case.index[token.notes["undoing"]]))
    else:
        inner.over = False
        _finish(go_on(case, token))


def go_on(case: Case, boss: Token) -> Token | None:
    """Begin the next thing to undo; the token that asked for all of it when nothing is left."""
    while True:
        pending = boss.notes.get("undo")
        boss.notes.pop("now", None)
        if pending:
            place, done = pending.pop(0)
            following = _begin(case, boss, place, done)
            if following is None:
                return None
            boss = following
        elif boss.notes.get("reopened"):
            above = case.index[boss.notes["undoing"]]
            case.subprocesses.pop(boss.id).clear()
            case.memory.forget(boss.id)
            boss.workflow.drop(boss)
            boss = above
        else:
            return boss


def _finish(boss: Token | None) -> None:
    """Everything a token asked to undo is undone."""
    if boss is None:
        return
    boss.notes.pop("undo", None)
    if boss.notes.get("aside"):
        boss.workflow._task_completed_notify(boss)
    else:
        boss.task_spec.all_undone(boss)


def _in_sight(token: Token, activity: str | None) -> list[Any]:
    """What a compensation event undoes: completed in its own scope, or in the one its event sub-process stands in."""
    case: Case = token.workflow.top_workflow
    grounds: list[Any] = [token.workflow]
    if isinstance(token.workflow, Sheet) and token.workflow.owner.task_spec.element.by_event:
        grounds.append(token.workflow.owner.workflow)
    for ground in grounds:
        gone = {d["element"] for d in case.memory.at(place_of(ground))} - set(ground.spec.task_specs)
        if gone:
            text = Sentence("Sơ đồ không còn phần tử «%(element)s» để bù trừ.", element=min(gone))
            raise Trouble(text, "compensation")
    found: list[Any] = []
    for ground in grounds:
        place = place_of(ground)
        whole = activity is None or (place and ground.owner.task_spec.element.id == activity)
        found += [[place, done] for done in case.memory.take(place, None if whole else activity)]
    return sorted(found, key=lambda entry: -entry[1]["order"])


def _begin(case: Case, boss: Token, place: int, done: Done) -> Token | None:
    """Start undoing one activity: None when a handler now runs, else the token whose list is next."""
    ground: Any = case.subprocesses[place] if place else case
    node = ground.spec.node(done["element"])
    if node.handler is not None and not done["partial"]:
        case.memory.forget(done["number"])
        caught = node.undo_event
        case.passed.append(Passed(caught.id, caught.name, caught.kind, case.now))
        boss.notes["now"] = [place, done]
        ground.put(node.handler, undoing=boss.id, snapshot=done["data"])
        return None
    if node.element.loop is not None and not done["instance"]:
        rounds = case.memory.take(done["number"])
        boss.notes["undo"][:0] = [[place, {**each, "data": {**done["data"], **each["data"]}}] for each in rounds]
        return boss
    return _reopen(case, boss, place, node, done)


def _reopen(case: Case, boss: Token, place: int, node: Any, done: Done) -> Token | None:
    """Lay out a completed sub-process or called process once more, only to undo what was done in it."""
    ground: Any = case.subprocesses[place] if place else case
    owner = Token(ground, node, state=TaskState.STARTED)
    owner.data.update(done["data"])
    owner.notes.update(phase="open", undoing=boss.id, reopened=True)
    sheet = case.unfold(owner, done["called"] or f"{node.sheet.process.id}/{node.element.id}")
    sheet.data.update(done["variables"])
    case.memory.move(done["number"], owner.id)
    handler = _handler_of(sheet.spec)
    if handler is not None and not done["partial"]:
        boss.notes["now"], owner.notes["reopens"] = [place, done], done["number"]
        sheet.put(handler)
        return None
    owner.notes["undo"] = [[owner.id, each] for each in case.memory.take(owner.id)]
    return owner


def _undoes_itself(case: Case, token: Token) -> bool:
    """Whether a compensation event sub-process is drawn inside an activity that was done once."""
    if "loop" in token.notes:
        return False
    called, node = token.notes.get("called"), token.task_spec
    name = called or f"{node.sheet.process.id}/{node.element.id}"
    spec = case.subprocess_specs.get(name)
    return spec is not None and _handler_of(spec) is not None


def _handler_of(spec: Any) -> Any:
    return next((node for node in spec.event_sheets if _is_handler(node)), None)


def _is_handler(node: Any) -> bool:
    return bool(node.element.by_event) and node.start_event.kind == "compensate"

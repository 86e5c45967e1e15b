"""What a case remembers of completed activities finds its place in another drawing: they can still be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from engine.bpmn.case import Case
from engine.bpmn.memory import Done
from rules.sentences import Sentence


class Finder(Protocol):
    """Who knows the case as it was, as it will be, and what each element is called in the new drawing."""

    before: Case
    after: Case

    def target(self, process_id: str, name: str) -> str: ...


def remembered(mover: Finder, before: Case, after: Case) -> Iterator[tuple[Sentence, str]]:
    """Carry the memory over; what would no longer be undone by anything is told as (why, element id)."""
    sheets: dict[int, Any] = {0: (before.spec, after.spec)}
    for owner_id, sheet in before.subprocesses.items():
        if owner_id in after.subprocesses:
            sheets[owner_id] = (sheet.spec, after.subprocesses[owner_id].spec)
    pending = dict(before.memory.picture())
    while ready := [place for place in pending if place in sheets]:
        for place in ready:
            old, new = sheets[place]
            for done in pending.pop(place):
                moved = _done(mover, done, old, new)
                if moved is None:
                    yield _lost(done, old), done["element"]
                    continue
                after.memory.add(place, moved)
                inner = _inner(mover, done, old, moved, new)
                if inner is not None:
                    sheets[done["number"]] = inner
    for leftover in pending.values():  # inside something that has been told of already
        for done in leftover:
            yield _lost(done, None), done["element"]


def _done(mover: Finder, done: Done, old: Any, new: Any) -> Done | None:
    node = new.task_specs.get(mover.target(old.process.id, done["element"]))
    element = getattr(node, "element", None)
    if element is None or (node.handler is None and element.scope is None and element.kind != "callActivity"):
        return None
    called = mover.target(old.process.id, done["called"]) if done["called"] else ""
    if called and called not in mover.after.definition.sheets:
        return None
    return Done({**done, "element": element.id, "called": called})


def _inner(mover: Finder, done: Done, old: Any, moved: Done, new: Any) -> tuple[Any, Any] | None:
    """The sheets what was completed inside an activity is remembered on; a loop's rounds stand on the loop's own."""
    known, later = mover.before.definition.sheets, mover.after.definition.sheets
    if old.task_specs[done["element"]].element.loop is not None and not done["instance"]:
        return old, new
    before = known.get(done["called"] or f"{old.process.id}/{done['element']}")
    after = later.get(moved["called"] or f"{new.process.id}/{moved['element']}")
    return (before, after) if before is not None and after is not None else None


def _lost(done: Done, old: Any) -> Sentence:
    node = old.task_specs.get(done["element"]) if old is not None else None
    name = (node.element.name if node is not None else "") or done["element"]
    return Sentence(
        "«%(step)s» đã làm xong và còn phải hoàn tác được, nhưng bản mới không hoàn tác được nữa.", step=name
    )

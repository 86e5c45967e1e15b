"""Whether a mapping of renamed elements makes sense between two drawings, before any case is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.building import class_of
from engine.bpmn.definition import Definition
from engine.bpmn.model import Drawing, Element, Scope
from rules.sentences import Sentence


def mapping_faults(old: Definition, new: Definition, mapping: Mapping[str, str]) -> list[Sentence]:
    """What is wrong with a mapping: ids nobody has, another kind of wait, another scope. Best said before the dry run.

    A person's task may go on at any step of the same scope; everything else keeps its kind.
    """
    faults: list[Sentence] = []
    for written, wanted in mapping.items():
        process, _, name = written.rpartition(":")
        sources, targets = _found(old.drawing, name, process), _found(new.drawing, wanted, "")
        if name in old.drawing.processes and wanted in new.drawing.processes:
            continue
        if not sources:
            faults.append(Sentence("Bản cũ không có phần tử “%(id)s”.", id=name))
        elif not targets:
            faults.append(Sentence("Bản mới không có phần tử “%(id)s”.", id=wanted))
        elif not any(_same_place(a, b, mapping) for a, _ in sources for b, _ in targets):
            apart = Sentence(
                "“%(old)s” và “%(new)s” không nằm trong cùng một phần của quy trình.",
                old=_told(sources[0][1]),
                new=_told(targets[0][1]),
            )
            faults.append(apart)
        elif not any(_same_kind(a, b) for _, a in sources for _, b in targets):
            unlike = Sentence(
                "“%(old)s” và “%(new)s” không cùng loại bước.", old=_told(sources[0][1]), new=_told(targets[0][1])
            )
            faults.append(unlike)
    return faults


def _found(drawing: Drawing, name: str, process: str) -> list[tuple[Scope, Element]]:
    chosen = [scope for key, scope in drawing.processes.items() if process in ("", key)]
    return [(inside, element) for scope in chosen for inside, element in scope.everything() if element.id == name]


def _same_place(old: Scope, new: Scope, mapping: Mapping[str, str]) -> bool:
    return mapping.get(old.id, old.id) == new.id


def _same_kind(old: Element, new: Element) -> bool:
    if old.kind == "userTask" or class_of(old) is class_of(new):
        return True
    caught = {"receiveTask", "intermediateCatchEvent"}
    return {old.kind, new.kind} <= caught and old.event.kind == new.event.kind


def _told(element: Element) -> str:
    return element.name or element.id

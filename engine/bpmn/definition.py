"""Checked drawings ready to run, parsed once per content."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping

from engine.bpmn.advance import Refused
from engine.bpmn.building import build_sheets
from engine.bpmn.checks import check
from engine.bpmn.model import Drawing
from engine.bpmn.nodes import SheetSpec
from engine.bpmn.reading import read_drawing
from engine.bpmn.rulebook import HARMLESS
from rules.dmn import Decisions
from rules.findings import Finding


class Definition:
    """Checked drawings ready to run, with the decisions they may ask; safe to share between threads and cases."""

    def __init__(
        self, drawing: Drawing, sheets: dict[str, SheetSpec], decisions: Mapping[str, Decisions], digest: str
    ) -> None:
        self.drawing = drawing
        self.sheets = sheets
        self.digest = digest
        self.size = sum(len(sheet.task_specs) for sheet in sheets.values())
        self._decisions = {name: made for made in decisions.values() for name in made.ids}

    def decision(self, name: str) -> Decisions | None:
        """The file of decisions that holds this decision id."""
        return self._decisions.get(name)

    @property
    def process_ids(self) -> tuple[str, ...]:
        """Ids of the processes in the drawings."""
        return tuple(name for name, scope in self.drawing.processes.items() if not scope.one_task)

    def name(self, process_id: str) -> str:
        """The name of a process as drawn."""
        return self.drawing.processes[process_id].name

    def properties(self, process_id: str, element_id: str | None = None) -> dict[str, str]:
        """The zeebe properties of a process, or of one element at any depth in it. Raises KeyError."""
        process = self.drawing.processes[process_id]
        if element_id is None:
            return dict(process.properties)
        return dict({e.id: e.extensions.properties for _, e in process.everything()}[element_id])

    def messages(self, process_id: str) -> tuple[str, ...]:
        """Names of the messages that start this process."""
        events = [event for node, _ in self.drawing.processes[process_id].beginners() for event in node.events]
        return tuple(event.name for event in events if event.kind == "message" and event.name)


_KEPT = 64
_loaded: OrderedDict[str, tuple[Drawing, dict[str, SheetSpec]]] = OrderedDict()
_loading = threading.Lock()


def load(models: Mapping[str, bytes], decisions: Mapping[str, Decisions] | None = None) -> Definition:
    """Make BPMN files (name → XML bytes) executable; parsed once per content.

    `decisions` are the parsed DMN files their business rule tasks may ask. Raises Refused with a finding for every
    element that would not be executed exactly as drawn.
    """
    decisions = decisions or {}
    known = sorted({name for made in decisions.values() for name in made.ids})
    digest = hashlib.sha256()
    for part in [text for name, xml in sorted(models.items()) for text in (name.encode(), xml)] + [
        n.encode() for n in known
    ]:
        digest.update(len(part).to_bytes(8, "big") + part)
    key = digest.hexdigest()
    with _loading:
        found = _loaded.get(key)
        if found is not None:
            _loaded.move_to_end(key)
    if found is None:
        found = _read(models, frozenset(known))
        with _loading:
            _loaded[key] = found
            while len(_loaded) > _KEPT:
                _loaded.popitem(last=False)
    return Definition(*found, decisions, key)


def _read(models: Mapping[str, bytes], known: frozenset[str]) -> tuple[Drawing, dict[str, SheetSpec]]:
    drawing, found = read_drawing(models)
    errors = [finding for finding in [*found, *check(drawing, known)] if refuses(finding)]
    if errors:
        raise Refused(errors)
    return drawing, build_sheets(drawing)


def refuses(finding: Finding) -> bool:
    """Whether a finding keeps a drawing from being executed; some breaches leave no doubt about how it is meant."""
    return finding.severity == "error" and finding.code not in HARMLESS

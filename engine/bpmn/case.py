"""A running case and the sheets inside it: SpiffWorkflow's workflows, taken step by step until somebody is needed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.advance import Passed
from engine.bpmn.expressions import FeelScriptEngine, Trouble
from engine.bpmn.ground import Ground, Token
from engine.bpmn.memory import Memory
from engine.bpmn.saved import values_of
from rules.sentences import Sentence


@dataclass(frozen=True)
class Limits:
    """What a drawing may ask for in one act before it becomes an incident instead of a hang."""

    steps: int = 5_000
    """A drawing with more nodes than half of this may take two steps for each node instead."""
    tokens: int = 2_000
    depth: int = 40
    instances: int = 1_000
    remembered: int = 5_000
    """Completed activities of one case that can still be undone."""


class Sheet(Ground, BpmnSubWorkflow):
    """A sub-process or called process that is being executed inside an activity."""

    def __init__(self, spec: Any, owner: Token, case: Case) -> None:
        self.owner = owner
        self.embedded = not spec.is_process
        super().__init__(spec, parent_task_id=owner.id, top_workflow=case, deserializing=True)
        self.lay()

    def _calculate_depth(self) -> int:
        # SpiffWorkflow's own version walks outwards each time and counts sub-processes too.
        return int(getattr(self.owner.workflow, "depth", 0)) + (not self.embedded)

    def clear(self, keep: Token | None = None) -> None:
        """Cancel every token; in an ad-hoc sub-process nothing may be begun afterwards either."""
        if self.embedded and self.owner.task_spec.element.ad_hoc is not None:
            self.owner.notes["completing"] = True
        super().clear(keep)

    def holding(self) -> bool:
        """Whether a token keeps this sheet open, or somebody may still begin one of its activities."""
        ad_hoc = self.owner.task_spec.element.ad_hoc
        may_begin = self.embedded and ad_hoc is not None and not ad_hoc.active and "completing" not in self.owner.notes
        return may_begin or super().holding()

    def finished(self) -> None:
        """Hand over to the activity that contains this sheet."""
        if "reopened" in self.owner.notes or "cancelling" in self.owner.notes:
            self.owner.task_spec.sheet_undone(self.owner)
            return
        self.top_workflow.subprocesses.pop(self.owner.id, None)
        self.owner.task_spec.sheet_finished(self.owner, self)


class Case(Ground, BpmnWorkflow):
    """One process instance with all its sub-processes and called processes."""

    def __init__(self, definition: Any, process_id: str, *, now: datetime, limits: Limits | None = None) -> None:
        self.definition = definition
        self.limits = limits or Limits()
        self.now = now
        self.serial = 0
        self.index: dict[int, Token] = {}
        self.agenda: deque[Token] = deque()
        self.passed: list[Passed] = []
        self.signals: list[str] = []
        self.end_element: str | None = None
        self.memory = Memory()
        self.begun_by: str | None = None
        self.begun_key: str | None = None
        self.kept = b""
        self._data: dict[str, Any] | None = {}
        sheets = definition.sheets
        super().__init__(sheets[process_id], sheets, FeelScriptEngine(now), deserializing=True)
        self.lay()

    @property
    def opened(self) -> bool:
        """Whether anybody has asked for the variables since the case was restored."""
        return self._data is not None

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]
        """The variables of the process instance, read when they are first asked for."""
        if self._data is None:
            self._data = dict.fromkeys(self.spec.scope.declares)
            self._data.update(values_of(self.kept))
        return self._data

    @data.setter
    def data(self, values: dict[str, Any]) -> None:
        self._data = values

    def keep(self, data: bytes) -> None:
        """Take the variables as they were saved, unread."""
        self.kept, self._data = data, None

    def next_serial(self) -> int:
        """The next token number; numbers are never used again."""
        self.serial += 1
        return self.serial

    def room_for(self, count: int) -> None:
        """Trouble if this many more tokens would be too many for one case."""
        if len(self.index) + count > self.limits.tokens:
            raise Trouble(Sentence("Hồ sơ có quá %(most)s nhánh cùng lúc.", most=self.limits.tokens), "limit")

    def check_depth(self, owner: Token) -> None:
        """Trouble if a process called by this activity would be called too deep; a sub-process is as deep as drawn."""
        if owner.workflow.depth >= self.limits.depth:
            raise Trouble(Sentence("Quy trình gọi nhau sâu quá %(most)s cấp.", most=self.limits.depth), "limit")

    def get_task_from_id(self, task_id: int) -> Token:
        """The live token of this number."""
        return self.index[task_id]

    def unfold(self, owner: Token, name: str) -> Sheet:
        """Open the sheet of a sub-process or called process inside its activity."""
        sheet = Sheet(self.subprocess_specs[name], owner, self)
        self.subprocesses[owner.id] = sheet
        return sheet

    def finished(self) -> None:
        """The case is at its end."""
        self.completed = True
        self.memory.clear()

    def grounds(self) -> list[Ground]:
        """The case's own sheet and all open inner ones."""
        return [self, *self.subprocesses.values()]

    def record(self, token: Token) -> None:
        """Note that a node was finished."""
        element = token.task_spec.element
        if token.notes.get("loop", {}).get("size"):
            return  # each round was noted itself
        if token.notes.get("quiet") or element.implicit:
            return  # a complex gateway that only reset, or a start that is not drawn
        self.passed.append(Passed(element.id, element.name, element.kind, self.now))
        if element.kind == "endEvent" and token.workflow is self:
            self.end_element = element.id

    def carry_on(self) -> None:
        """Take every step that needs nobody, until only waiting tokens and incidents are left."""
        steps, most = 0, max(self.limits.steps, 2 * self.definition.size)
        while True:
            while self.agenda:
                token = self.agenda.popleft()
                if token.state != TaskState.READY or token.id not in self.index:
                    continue
                steps += 1
                if steps > most:
                    told = Sentence("Sơ đồ chạy quá %(most)s bước mà không dừng.", most=most)
                    self.stop(token, Trouble(told, "limit"))
                else:
                    self.step(token)
            if not self.settle():
                return

    def step(self, token: Token) -> None:
        """Run one token; trouble stops this token only."""
        try:
            token.run()
        except Trouble as trouble:
            self.stop(token, trouble)

    def stop(self, token: Token, trouble: Trouble) -> None:
        """Turn trouble into an incident; the token keeps its place and can be retried."""
        token._set_state(TaskState.ERROR)
        token.notes["incident"] = {"message": trouble.message, "code": trouble.code}

    def go_again(self, token: Token) -> None:
        """Take an incident's step again; a token that was waiting when it was stopped waits again."""
        del token.notes["incident"]
        if token.notes.get("joining") or token.notes.get("armed"):
            token._set_state(TaskState.WAITING)
        elif token.notes.get("phase") == "open":
            token._set_state(TaskState.STARTED)
            self.renumber(token)
        else:
            token._set_state(TaskState.STARTED)
            token._ready()

    def renumber(self, token: Token) -> None:
        """Give a task that waits once more a new number: whoever kept the old one knows it as closed."""
        ground, old, new = token.workflow, token.id, self.next_serial()
        for other in token.attached():
            for key in ("host", "race", "body"):
                if other.notes.get(key) == old:
                    other.notes[key] = new
        del ground.tasks[old], self.index[old]
        token.id = new
        ground.tasks[new] = self.index[new] = token
        children = ground.task_tree._children
        children[children.index(old)] = new

    def test_conditions(self) -> bool:
        """Ask all conditions that are waited for; those that have become true happen. True if one did."""
        waiting = [t for t in self.index.values() if t.notes.get("kind") == "condition" and "incident" not in t.notes]
        if not waiting:
            return False
        waiting.sort(key=lambda token: token.id)
        try:
            found = self.script_engine.lenient([(t.notes["text"], t.visible()) for t in waiting])
        except Trouble as trouble:
            for token in waiting:
                self.stop(token, trouble)
            return False
        happened = False
        for token, outcome in zip(waiting, found, strict=True):
            if token.id not in self.index:
                continue
            if outcome.error is not None:
                told = Sentence("%(problem)s (biểu thức: %(text)s)", problem=outcome.error, text=token.notes["text"])
                self.stop(token, Trouble(told, "condition"))
                continue
            became, token.notes["was"] = outcome.value is True and not token.notes["was"], outcome.value is True
            if became:
                happened = True
                token.task_spec.happen(token)
        return happened

    def settle(self) -> bool:
        """With nothing left to run: fire or reset a join nobody can reach any more, report joins that are stuck."""
        if self.test_conditions():
            return True
        # By number, so that a restored case, whose sheets and tokens were put together anew, takes the same order.
        for _, sheet in sorted(self.subprocesses.items()):
            if sheet.embedded and sheet.owner.task_spec.element.ad_hoc is not None:
                sheet.owner.task_spec.refresh(sheet)
        asked: set[tuple[int, str]] = set()
        for token in sorted(self.index.values(), key=lambda token: token.id):
            if token.notes.get("joining") in ("inclusive", "complex") or "spent" in token.notes:
                gate = (id(token.workflow), token.task_spec.name)
                if gate not in asked and token.task_spec.try_quiet(token.workflow):
                    return True
                asked.add(gate)
        if not any(_lives(token) for token in self.index.values()):
            for token in list(self.index.values()):
                if token.notes.get("joining"):
                    self.stop(token, Trouble(Sentence("Cổng hợp nhánh không bao giờ đủ nhánh đến."), "stuck"))
        self._miss_data()
        return False

    def _miss_data(self) -> None:
        """Activities that wait for data are stuck when nothing else is left that could bring them."""
        waiting = [t for t in self.index.values() if t.notes.get("kind") or "incident" in t.notes]
        if all("data" in token.notes and "incident" not in token.notes for token in waiting):
            for token in waiting:
                self.stop(token, Trouble(Sentence("Bước này chờ dữ liệu mà không còn bước nào đưa ra."), "data"))


def _lives(token: Token) -> bool:
    """Whether a token can still bring the flow forward: it waits for something in the flow, or for a retry."""
    waits = token.notes.get("kind") and token.has_state(TaskState.WAITING | TaskState.STARTED)
    beside = token.notes.get("armed") and "race" not in token.notes and token.notes.get("kind") != "enabled"
    return "incident" in token.notes or bool(waits and not beside)

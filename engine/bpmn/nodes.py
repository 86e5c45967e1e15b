"""How a token goes through a node: enter, wait if it must, write results, choose the way on. Each part happens whole
or not at all, so that a failing expression leaves a token that can be retried where it stands."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import compensation
from engine.bpmn.data import handed_on
from engine.bpmn.expressions import FeelScriptEngine, Trouble
from engine.bpmn.ground import Token
from engine.bpmn.model import Element, Flow, Scope
from rules.sentences import Sentence

ENTERING, OPEN, CLOSING, LEAVING = "enter", "open", "close", "leave"


class SheetSpec(BpmnProcessSpec):
    """SpiffWorkflow's specification of one process or sub-process, with none of its internal tasks."""

    def __init__(self, name: str, scope: Scope, process: Scope) -> None:
        # Not BpmnProcessSpec.__init__: its Start, End and EndJoin tasks collide with ids used in drawings.
        WorkflowSpec.__init__(self, name=name, filename=scope.file)
        self.scope = scope
        self.process = process
        self.is_process = scope is process
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = StartTask(self, "#start")
        self.event_sheets: list[Any] = []

    @property
    def plain_start(self) -> Any:
        """The start event a sub-process or a plainly started process begins with."""
        return next(self.task_specs[e.id] for e in self.scope.starts() if e.event.kind == "none")

    def node(self, element_id: str) -> Any:
        """The specification of one node."""
        return self.task_specs[element_id]


class Node(BpmnSpecMixin):
    """One flow node. Subclasses say what happens on entering, finishing and choosing."""

    def __init__(self, sheet: SheetSpec, element: Element) -> None:
        super().__init__(sheet, element.id, bpmn_name=element.name, lane=element.lane)
        self.sheet = sheet
        self.element = element
        self.boundaries: list[Any] = []
        self.handler: Any = None
        self.undo_event: Element | None = None

    @property
    def out(self) -> list[Flow]:
        """The flows that leave this node, in the order of the file."""
        return [self.sheet.scope.flows[flow] for flow in self.element.outgoing]

    # What SpiffWorkflow calls

    def _predict(self, my_task: Token, *args: Any, **kwargs: Any) -> None:
        """No token is made before it is there."""

    def test(self) -> None:
        """Checked once when the drawing is loaded."""

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.agenda.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        notes = my_task.notes
        phase = notes.get("phase", ENTERING)
        if phase == ENTERING:
            if not self.enter(my_task):
                notes["phase"] = OPEN
                return None
            notes["phase"] = phase = CLOSING
        if phase in (OPEN, CLOSING):
            self.finish(my_task)
            notes["phase"] = LEAVING
        my_task.taken = self.choose(my_task)
        my_task.workflow.top_workflow.room_for(len(my_task.taken) * self.element.gives - 1)
        compensation.remember(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        ground = my_task.workflow
        ground.top_workflow.record(my_task)
        for other in my_task.attached():
            ground.withdraw(other)
        self.left(my_task)
        still_here = my_task.id in ground.tasks
        ground.drop(my_task)
        if still_here:  # what it threw may have ended the sheet it stood on
            for flow in my_task.taken:
                for _ in range(self.element.gives):
                    ground.put(self.sheet.node(flow.target), flow=flow.id)
        if still_here and "undoing" in my_task.notes:
            compensation.undone(my_task)

    # What a kind of node says

    def enter(self, token: Token) -> bool:
        """Do what happens on arrival; True when there is nothing to wait for."""
        return True

    def finish(self, token: Token) -> None:
        """Write what the node was given, by its output mappings if it has any."""
        given = token.notes.get("given") or {}
        outputs = [*handed_on(token, given), *self.element.extensions.outputs]
        if outputs:
            results = self.engine(token).mappings(outputs, {**token.visible(), **given})
            token.write(results, own="body" in token.notes)
        else:
            token.write(given)
        token.notes.pop("given", None)

    def choose(self, token: Token) -> list[Flow]:
        """The flows a token leaves by: unconditional ones, those whose condition is true, else the default one."""
        flows = self.out
        asked = [flow for flow in flows if flow.condition is not None and flow.id != self.element.default]
        truths = self.truths(token, asked)
        taken = [f for f in flows if f.id != self.element.default and (f.condition is None or truths[f.id])]
        return self.or_default(taken)

    def left(self, token: Token) -> None:
        """Do what happens when the token is gone."""

    # What they share

    def or_default(self, taken: list[Flow]) -> list[Flow]:
        """The default flow where nothing else was taken; it is an error if there is none."""
        if taken or not self.element.outgoing:
            return taken
        if self.element.default is None:
            text = Sentence("Không có nhánh nào đúng điều kiện và không có nhánh mặc định.")
            raise Trouble(text, "no-way-out")
        return [self.sheet.scope.flows[self.element.default]]

    def truths(self, token: Token, flows: list[Flow]) -> dict[str, bool]:
        """Whether each flow's condition is true, all asked in one crossing; anything but true or false is trouble."""
        found = self.engine(token).outcomes([f.condition or "" for f in flows], lambda: token.visible(own=False))
        return {flow.id: truth(flow, outcome) for flow, outcome in zip(flows, found, strict=True)}

    def engine(self, token: Token) -> FeelScriptEngine:
        """The FEEL engine of the running case."""
        return token.workflow.top_workflow.script_engine

    def resume(self, token: Token, given: dict[str, Any] | None = None) -> None:
        """Let a waiting token go on with what it was given."""
        token.notes["phase"] = CLOSING
        if given:
            token.notes["given"] = given
        token._set_state(TaskState.STARTED)
        token._ready()

    def happen(self, token: Token) -> None:
        """The condition a token waited for has become true; said by the kinds of nodes that wait for one."""
        raise NotImplementedError

    def sheet_undone(self, token: Token) -> None:
        """The sheet on which this activity is being undone has nothing left on it."""
        compensation.undone(token)

    def all_undone(self, token: Token) -> None:
        """Everything this token asked to undo is undone."""
        self.resume(token)

    def sheet_finished(self, token: Token, sheet: Any) -> None:
        """The sheet inside this activity is done."""
        self.resume(token)


def truth(flow: Flow, outcome: Any) -> bool:
    """A condition's answer, or trouble with the condition quoted."""
    label = f"«{flow.name or flow.id}»"
    if outcome.error is not None:
        told = Sentence(
            "Không tính được điều kiện của nhánh %(flow)s: %(problem)s (biểu thức: %(text)s)",
            flow=label, problem=outcome.error, text=flow.condition,
        )  # fmt: skip
        raise Trouble(told, "condition")
    if not isinstance(outcome.value, bool):
        told = Sentence(
            "Điều kiện của nhánh %(flow)s không cho kết quả đúng hay sai (%(text)s).", flow=label, text=flow.condition
        )
        raise Trouble(told, "condition")
    return outcome.value

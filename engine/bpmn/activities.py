"""Activities: tasks of people, calls to the outside, scripts, decisions, sub-processes, called processes, loops."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.case import Token
from engine.bpmn.catching import ARMED_KINDS, plans
from engine.bpmn.expressions import Trouble, place
from engine.bpmn.model import Flow, Loop
from engine.bpmn.nodes import Node
from engine.bpmn.timers import moment_of
from rules.dmn import DecisionError
from rules.dmn import evaluate as evaluate_decision
from rules.feel import FeelError


class Activity(Node):
    """Anything with a frame: it can have boundary events, local variables and loop over a collection."""

    def enter(self, token: Token) -> bool:
        """Arm the boundary events, then begin the work or the loop."""
        if "body" in token.notes:
            return self.begin(token)
        case = token.workflow.top_workflow
        armed = [b for b in self.boundaries if b.element.event.kind in ARMED_KINDS]
        planned = plans(case, [b.element.event for b in armed], token.visible(own=False))
        case.room_for(len(armed))
        done = self.begin_loop(token) if self.element.loop else self.begin(token)
        if not done:
            for boundary, notes in zip(armed, planned, strict=True):
                token.workflow.arm(boundary, host=token.id, **notes)
        return done

    def begin(self, token: Token) -> bool:
        """Set the local variables, then do what this kind of activity does."""
        inputs = self.engine(token).mappings(self.element.extensions.inputs, token.visible())
        before = dict(token.data)
        token.data.update(inputs)
        try:
            return self.perform(token)
        except Trouble:
            token.data = before
            raise

    def perform(self, token: Token) -> bool:
        """The work itself; True when it is done at once. A plain or manual task is."""
        return True

    # Multi-instance

    def begin_loop(self, token: Token) -> bool:
        """Start one instance per item, or only the first of a sequence."""
        loop, case = self.element.loop, token.workflow.top_workflow
        assert loop is not None
        if loop.standard:
            return self._begin_standard(token, loop)
        items = self._items(token, loop)
        if len(items) > case.limits.instances:
            raise Trouble(f"Lặp quá {case.limits.instances} lần.", "limit")
        case.room_for(1 if loop.sequential else len(items))
        token.notes["loop"] = {"size": len(items), "done": 0, "rest": items[1:] if loop.sequential else []}
        if loop.output_collection:
            token.data[loop.output_collection] = [None] * len(items)
        for index, item in enumerate(items[:1] if loop.sequential else items):
            self._instance(token, index, item)
        return not items

    def _items(self, token: Token, loop: Loop) -> list[Any]:
        """What a multi-instance goes through: the collection, or as many numbers as the cardinality says."""
        if not loop.cardinality:
            items = self.engine(token).values([loop.collection], token.visible())[0]
            if not isinstance(items, list):
                raise Trouble(f"Danh sách để lặp không phải là danh sách ({loop.collection}).", "loop")
            return items
        count = self.engine(token).values([loop.cardinality], token.visible())[0]
        count = int(count) if isinstance(count, str) and count.isdigit() else count
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise Trouble(f"Số lần lặp không phải là số nguyên ({loop.cardinality}).", "loop")
        return list(range(1, min(count, token.workflow.top_workflow.limits.instances + 1) + 1))

    def _begin_standard(self, token: Token, loop: Loop) -> bool:
        """Start the first round of a standard loop, unless its condition is asked before and is false."""
        token.workflow.top_workflow.room_for(1)
        go = not loop.test_before or self._again(token, loop, 0)
        token.notes["loop"] = {"size": int(go), "done": 0, "rest": []}
        if go:
            self._instance(token, 0, None)
        return not go

    def _again(self, token: Token, loop: Loop, done: int) -> bool:
        """Whether a standard loop takes another round."""
        if loop.maximum is not None and done >= loop.maximum:
            return False
        if done >= token.workflow.top_workflow.limits.instances:
            raise Trouble(f"Lặp quá {done} lần.", "limit")
        if loop.condition is None:
            return True
        answer = self.engine(token).values([loop.condition], token.visible())[0]
        if not isinstance(answer, bool):
            raise Trouble(f"Điều kiện lặp không cho kết quả đúng hay sai ({loop.condition}).", "loop")
        return answer

    def _instance(self, body: Token, index: int, item: Any) -> None:
        loop = self.element.loop
        assert loop is not None
        token = Token(body.workflow, self)
        token.notes.update(body=body.id, index=index)
        token.data["loopCounter"] = index + 1
        if loop.output_item:
            name = loop.output_item.removeprefix("=").strip().split(".")[0]
            if name.isidentifier():
                token.data[name] = None
        if loop.item:
            token.data[loop.item] = item
        self._update(token)

    def finish(self, token: Token) -> None:
        """Write results; the end of a loop gives its collected outputs, each instance its own results."""
        if "loop" in token.notes:
            loop = self.element.loop
            if loop is not None and loop.output_collection:
                token.write({loop.output_collection: token.data[loop.output_collection]}, own=False)
            token.notes.pop("given", None)
            return
        super().finish(token)

    def choose(self, token: Token) -> list[Flow]:
        """An instance of a loop goes nowhere itself: it hands its output to the loop."""
        if "body" not in token.notes:
            return super().choose(token)
        loop, body = self.element.loop, token.workflow.tasks[token.notes["body"]]
        assert loop is not None
        if loop.standard:
            more = self._again(token, loop, body.notes["loop"]["done"] + 1)
            token.notes["result"] = [None, not more]
            return []
        done, size = body.notes["loop"]["done"] + 1, body.notes["loop"]["size"]
        counts = {
            "numberOfInstances": size,
            "numberOfCompletedInstances": done,
            "numberOfActiveInstances": sum(t.notes.get("body") == body.id for t in token.workflow.tasks.values()) - 1,
            "numberOfTerminatedInstances": 0,
        }
        texts = [loop.output_item or None, loop.completion]
        output, complete = self.engine(token).values(texts, {**token.visible(), **counts})
        if loop.completion and not isinstance(complete, bool):
            raise Trouble(f"Điều kiện dừng lặp không cho kết quả đúng hay sai ({loop.completion}).", "loop")
        token.notes["result"] = [output, bool(complete)]
        return []

    def left(self, token: Token) -> None:
        """Count a finished instance; the last one, or the completion condition, ends the loop."""
        if "body" not in token.notes:
            return
        loop, body = self.element.loop, token.workflow.tasks[token.notes["body"]]
        assert loop is not None
        output, complete = token.notes["result"]
        state = body.notes["loop"]
        state["done"] += 1
        if loop.output_collection:
            body.data[loop.output_collection][token.notes["index"]] = output
        if loop.standard and not complete:
            self._instance(body, state["done"], None)
        elif state["rest"] and not complete:
            self._instance(body, state["done"], state["rest"].pop(0))
        if complete or (state["done"] == state["size"] and not loop.standard):
            token.workflow.drop(token)
            for other in body.attached():
                if other.notes.get("body") == body.id:
                    token.workflow.withdraw(other)
            self.resume(body)


class UserTask(Activity):
    """Work of a person: waits with its form, assignee and groups."""

    def perform(self, token: Token) -> bool:
        """Wait for a person."""
        ext = self.element.extensions
        texts = [ext.assignee, ext.candidate_groups, ext.candidate_users, ext.due_date, ext.form_id]
        assignee, groups, users, due, form = self.engine(token).values(texts, token.visible())
        if assignee is not None and not isinstance(assignee, str):
            raise Trouble(f"Người được giao không phải là chữ ({ext.assignee}).", "assignment")
        if due is not None:
            due = moment_of("date", due, token.workflow.top_workflow.now).due
        token.notes.update(
            kind="user", assignee=assignee, groups=_names(groups), users=_names(users), due=due, form=form
        )
        return False


class CallTask(Activity):
    """Work of a program outside: service and send tasks, and others that name a task type."""

    def perform(self, token: Token) -> bool:
        """Wait for the outside to answer."""
        start_call(self, token)
        return False


class ScriptTask(Activity):
    """A FEEL expression whose value becomes a variable."""

    def perform(self, token: Token) -> bool:
        """Calculate at once."""
        ext = self.element.extensions
        value = self.engine(token).values([ext.script], token.visible())[0]
        token.notes["given"] = results(ext.result_variable, value, token)
        return True


class DecisionTask(Activity):
    """A decision table or expression (DMN) whose value becomes a variable."""

    def perform(self, token: Token) -> bool:
        """Decide at once."""
        case, ext = token.workflow.top_workflow, self.element.extensions
        name = self.engine(token).values([ext.decision_id], token.visible())[0]
        decisions = case.definition.decision(name) if isinstance(name, str) else None
        if decisions is None:
            raise Trouble(f"Không có bảng quyết định «{name}».", "decision")
        try:
            found = evaluate_decision(decisions, name, token.visible(), now=case.now)
        except (FeelError, DecisionError) as error:
            raise Trouble(f"Không quyết định được «{name}»: {error}", "decision") from error
        token.notes["given"] = results(ext.result_variable, found.value, token)
        return True


class ReceiveTask(Activity):
    """Waits for a message."""

    def perform(self, token: Token) -> bool:
        """Wait for the message, with its key."""
        token.notes.update(plans(token.workflow.top_workflow, [self.element.event], token.visible())[0])
        return False


class SubProcess(Activity):
    """A sub-process drawn inside: has its own sheet, shares the variables of the process around it."""

    def perform(self, token: Token) -> bool:
        """Put a token on the inner start event."""
        open_sheet(token, f"{self.sheet.process.id}/{self.element.id}", {})
        return False


class CallActivity(Activity):
    """Another process, executed inside this case with variables of its own."""

    def perform(self, token: Token) -> bool:
        """Start the called process with the variables it is given."""
        ext, case = self.element.extensions, token.workflow.top_workflow
        name = self.engine(token).values([ext.called_process], token.visible())[0]
        if not isinstance(name, str) or name not in case.definition.drawing.processes:
            raise Trouble(f"Không có quy trình «{name}» để gọi.", "called-process")
        token.notes["called"] = name
        open_sheet(token, name, dict(token.visible() if ext.pass_parent else token.data))
        return False

    def sheet_finished(self, token: Token, sheet: Any) -> None:
        """Take over the called process's variables, as far as the drawing says so."""
        ext = self.element.extensions
        self.resume(token, dict(sheet.data) if ext.pass_child or ext.outputs else None)


def start_call(node: Node, token: Token) -> None:
    """Let a token wait for an outside call of the node's task type."""
    kind = node.engine(token).values([node.element.extensions.task_type], token.visible())[0]
    if not isinstance(kind, str):
        raise Trouble(f"Loại công việc không phải là chữ ({node.element.extensions.task_type}).", "task-type")
    token.notes.update(kind="call", type=kind)


def open_sheet(token: Token, name: str, data: dict[str, Any], start: str | None = None, given: Any = None) -> None:
    """Open the inner sheet of an activity and put a token on its start event."""
    case = token.workflow.top_workflow
    case.room_for(2)
    spec = case.subprocess_specs[name]
    case.check_depth(token)
    sheet = case.unfold(token, name)
    sheet.data.update(data)
    sheet.put(spec.node(start or spec.plain_start.name), given=given or {})


def results(variable: str | None, value: Any, token: Token) -> dict[str, Any]:
    """A result under its variable name, which may be an entry of a context variable ("fee.amount")."""
    given: dict[str, Any] = {}
    if variable:
        place(given, variable, value, token.visible())
    return given


def _names(value: Any) -> list[str]:
    """Names from a FEEL list or from text with commas."""
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return list(value)
    raise Trouble(f"Danh sách nhóm hoặc người không đúng dạng: {value!r}.", "assignment")


def is_open(token: Token) -> bool:
    """Whether a token waits for somebody outside."""
    return bool(token.notes.get("kind")) and token.has_state(TaskState.WAITING | TaskState.STARTED)

"""Activities: tasks of people, calls to the outside, scripts, decisions, sub-processes, called processes."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.adhoc import after_inner, inner_left, open_ad_hoc, refresh
from engine.bpmn.calls_and_sheets import open_sheet, start_call
from engine.bpmn.catching import listen_on_sheet, listening, no_longer_waits, plans
from engine.bpmn.data import lacks_data, take_data
from engine.bpmn.expressions import Trouble, place
from engine.bpmn.ground import Token
from engine.bpmn.loops import Looping
from engine.bpmn.model import Flow
from engine.bpmn.nodes import ENTERING
from engine.bpmn.quantities import gathered
from engine.bpmn.timers import moment_of
from engine.bpmn.transactions import leave
from rules.dmn import DecisionError
from rules.dmn import evaluate as evaluate_decision
from rules.feel import FeelError
from rules.sentences import Sentence


class Activity(Looping):
    """Anything with a frame: it can have boundary events, local variables and loop over a collection."""

    def _update_hook(self, my_task: Token) -> bool:
        return gathered(my_task)

    def choose(self, token: Token) -> list[Flow]:
        """The ways on; in an ad-hoc sub-process the end of an activity may be the end of the whole."""
        taken = super().choose(token)
        return taken if "body" in token.notes else after_inner(token, taken)

    def left(self, token: Token) -> None:
        """An activity that is done may end the ad-hoc sub-process it stands in."""
        super().left(token)
        inner_left(token)

    def enter(self, token: Token) -> bool:
        """Wait for data it needs, arm the boundary events, then begin the work or the loop."""
        if "body" in token.notes:
            return self.begin(token)
        if lacks_data(token):
            return False
        take_data(token)
        case = token.workflow.top_workflow
        armed = listening(case, [(b, b.element.events) for b in self.boundaries], lambda: token.visible(own=False))
        done = self.begin_loop(token) if self.element.loop else self.begin(token)
        if not done:
            for boundary, notes in armed:
                token.workflow.arm(boundary, host=token.id, **notes)
        return done

    def begin(self, token: Token) -> bool:
        """Set the local variables, then do what this kind of activity does."""
        inputs = self.engine(token).mappings(self.element.extensions.inputs, token.visible)
        before = dict(token.data)
        token.data.update(inputs)
        try:
            return self.perform(token)
        except Trouble:
            token.data = before
            raise

    def happen(self, token: Token) -> None:
        """The data it waited for are there: it begins."""
        no_longer_waits(token)
        del token.notes["data"]
        token.notes["phase"] = ENTERING
        token._set_state(TaskState.STARTED)
        token._ready()

    def perform(self, token: Token) -> bool:
        """The work itself; True when it is done at once. A plain or manual task is."""
        return True


class UserTask(Activity):
    """Work of a person: waits with its form, assignee and groups."""

    def perform(self, token: Token) -> bool:
        """Wait for a person."""
        ext = self.element.extensions
        texts = [ext.assignee, ext.candidate_groups, ext.candidate_users, ext.due_date, ext.form_id]
        assignee, groups, users, due, form = self.engine(token).values(texts, token.visible)
        if assignee is not None and not isinstance(assignee, str):
            raise Trouble(Sentence("Người được giao không phải là chữ (%(text)s).", text=ext.assignee), "assignment")
        if due is not None:
            due = moment_of("date", due, token.workflow.top_workflow.now).due
        asked = {"assignee": assignee, "groups": _names(groups), "users": _names(users), "due": due, "form": form}
        token.notes.update({name: value for name, value in asked.items() if value}, kind="user")
        return False


class CallTask(Activity):
    """Work of a program outside: service and send tasks, and others that name a task type."""

    def perform(self, token: Token) -> bool:
        """Wait for the outside to answer."""
        start_call(self, token)
        return False


class ScriptTask(Activity):
    """A FEEL expression whose value becomes a variable, or a context whose entries become variables."""

    def perform(self, token: Token) -> bool:
        """Calculate at once."""
        ext, data = self.element.extensions, self.element.data
        value = self.engine(token).values([ext.script], token.visible())[0]
        if ext.names_results and not isinstance(value, dict):
            named = list(data.results.values()) if data else []
            if len(named) != 1:
                raise Trouble(Sentence("Kịch bản phải cho một context: tên biến và giá trị."), "script")
            value = {named[0]: value}
        token.notes["given"] = value if ext.names_results else results(ext.result_variable, value, token)
        return True


class DecisionTask(Activity):
    """A decision table or expression (DMN) whose value becomes a variable."""

    def perform(self, token: Token) -> bool:
        """Decide at once."""
        case, ext = token.workflow.top_workflow, self.element.extensions
        name = self.engine(token).values([ext.decision_id], token.visible())[0]
        decisions = case.definition.decision(name) if isinstance(name, str) else None
        if decisions is None:
            raise Trouble(Sentence("Không có bảng quyết định «%(decision)s».", decision=name), "decision")
        try:
            found = evaluate_decision(decisions, name, token.visible(), now=case.now)
        except (FeelError, DecisionError) as error:
            told = Sentence("Không quyết định được «%(decision)s»: %(problem)s", decision=name, problem=error.message)
            raise Trouble(told, "decision") from error
        token.notes["given"] = results(ext.result_variable, found.value, token)
        return True


class ReceiveTask(Activity):
    """Waits for a message."""

    def perform(self, token: Token) -> bool:
        """Wait for the message, with its key."""
        if "begun_by" in token.notes:  # the message it receives has begun the process
            listen_on_sheet(token)
            return True
        token.notes.update(plans(token.workflow.top_workflow, [self.element.event], token.visible)[0])
        return False


class SubProcess(Activity):
    """A sub-process drawn inside: has its own sheet, shares the variables of the process around it."""

    def perform(self, token: Token) -> bool:
        """Put a token on the inner start event."""
        open_sheet(token, f"{self.sheet.process.id}/{self.element.id}", {})
        return False

    def all_undone(self, token: Token) -> None:
        """A cancelled transaction is undone."""
        leave(token)


class AdHocSubProcess(SubProcess):
    """A sub-process whose activities are begun by those who work on it, in the order they choose."""

    def perform(self, token: Token) -> bool:
        """Offer the inner activities, or begin those the drawing names."""
        assert self.element.ad_hoc is not None
        return open_ad_hoc(token, self.element.ad_hoc, f"{self.sheet.process.id}/{self.element.id}")

    def refresh(self, sheet: Any) -> None:
        """Show which of its activities may be begun now."""
        refresh(sheet)


class CallActivity(Activity):
    """Another process, executed inside this case with variables of its own."""

    def perform(self, token: Token) -> bool:
        """Start the called process with the variables it is given."""
        ext, case = self.element.extensions, token.workflow.top_workflow
        name = self.engine(token).values([ext.called_process], token.visible)[0]
        if not isinstance(name, str) or name not in case.definition.drawing.processes:
            raise Trouble(Sentence("Không có quy trình «%(called)s» để gọi.", called=name), "called-process")
        if not case.definition.drawing.processes[name].starts_plainly():
            text = Sentence("Quy trình «%(called)s» không bắt đầu thường được.", called=name)
            raise Trouble(text, "called-process")
        token.notes["called"] = name
        open_sheet(token, name, dict(token.visible() if ext.pass_parent else token.data))
        return False

    def sheet_finished(self, token: Token, sheet: Any) -> None:
        """Take over the called process's variables, as far as the drawing says so."""
        ext = self.element.extensions
        token.notes["called_data"] = dict(sheet.data)
        taken_over = ext.pass_child or ext.outputs or (self.element.data and self.element.data.outputs)
        self.resume(token, dict(sheet.data) if taken_over else None)


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
    raise Trouble(Sentence("Danh sách nhóm hoặc người không đúng dạng: %(value)s.", value=repr(value)), "assignment")


def is_open(token: Token) -> bool:
    """Whether a token waits for somebody outside."""
    return bool(token.notes.get("kind")) and token.has_state(TaskState.WAITING | TaskState.STARTED)

"""The complex gateway: goes on when its condition says so, then resets when the rest has come (BPMN 2.0.2, table 13.5).

While it waits for its reset a token of its own stands at the gateway; `spent` in its notes are the incoming flows from
which a token was consumed when it went on. Conditions see `activationCount` (tokens that wait), each incoming flow's
count under its id where that is a name of FEEL and otherwise in the context `activationCounts`, and `waitingForStart`.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.expressions import Trouble
from engine.bpmn.gateways import Join
from engine.bpmn.ground import ROOT, Token
from engine.bpmn.model import Flow
from engine.bpmn.nodes import ENTERING, LEAVING, truth
from rules.sentences import Sentence


class ComplexGateway(Join):
    """Waits until its activation condition is true, takes every true way, and waits for the rest before it resets."""

    joining = "complex"

    def _update_hook(self, my_task: Token) -> bool:
        if "flow" in my_task.notes:
            my_task.notes["joining"] = self.joining
        return True

    def enter(self, token: Token) -> bool:
        """Wait for the others; go on with one token of each flow that has any as soon as the condition is true."""
        ground = token.workflow
        if self._memory(ground) is not None or not self._active(token):
            return False
        consumed = self.arrivals(ground) | {token.notes["flow"]: token}
        ground.top_workflow.room_for(1)
        memory = Token(ground, self, state=TaskState.WAITING)
        memory.notes["spent"] = sorted(consumed)
        for other in consumed.values():
            if other is not token:
                ground.drop(other)
        del token.notes["joining"]
        return True

    def choose(self, token: Token) -> list[Flow]:
        """Every way whose condition is true, else the default one; ways without a condition only the first time."""
        reset = bool(token.notes.get("reset"))
        asked = [flow for flow in self.out if flow.condition is not None and flow.id != self.element.default]
        context = {**token.visible(), **self._counts(token.workflow), "waitingForStart": not reset}
        found = self.engine(token).outcomes([flow.condition or "" for flow in asked], context)
        truths = {flow.id: truth(flow, outcome) for flow, outcome in zip(asked, found, strict=True)}
        taken = [f for f in self.out if truths.get(f.id, not reset and f.id != self.element.default)]
        if not reset or (not taken and self.element.default is not None):
            taken = self.or_default(taken)
        token.notes["quiet"] = reset and not taken
        return taken

    def try_reset(self, ground: Any) -> bool:
        """Reset if no token can come any more to a gate that has had none, unless it can also come to one that had."""
        memory = self._memory(ground)
        if memory is None:
            return False
        waiting, spent = self.arrivals(ground), set(memory.notes["spent"])
        had = spent | set(waiting)
        if self.on_its_way(ground, [flow for flow in self.element.incoming if flow not in had], sorted(had)):
            return False
        ground.drop(memory)
        consumed = [token for flow, token in waiting.items() if flow not in spent]
        for other in consumed:
            ground.drop(other)
        # Table 13.5 asks the conditions at every reset, 10.6.5 says that late tokens cause it and may produce new ones:
        # where none came late there is nothing to produce, and a gateway with one way in does not fire twice.
        if consumed:
            ground.put(self, phase=LEAVING, reset=True)
        else:
            ground.close_if_empty()
        return True

    def try_again(self, ground: Any) -> bool:
        """Ask the condition once more: what it speaks of besides the tokens may have changed."""
        oldest = min(self.arrivals(ground).values(), key=lambda t: t.id, default=None)
        if oldest is None or "incident" in oldest.notes:
            return False
        try:
            goes_on = self._active(oldest)
        except Trouble as trouble:
            ground.top_workflow.stop(oldest, trouble)
            return False
        if goes_on:
            oldest.notes["phase"] = ENTERING
            oldest._set_state(TaskState.STARTED)
            oldest._ready()
        return goes_on

    def try_quiet(self, ground: Any) -> bool:
        """Nothing else moves: reset if the gateway has gone on, else see whether it may now."""
        return self.try_again(ground) if self._memory(ground) is None else self.try_reset(ground)

    def _active(self, token: Token) -> bool:
        condition = self.element.activation
        if condition is None:  # nothing to wait for: it only chooses
            return True
        context = {**token.visible(), **self._counts(token.workflow), "waitingForStart": True}
        value = self.engine(token).values([condition], context)[0]
        if not isinstance(value, bool):
            text = Sentence("Điều kiện kích hoạt cổng không cho kết quả đúng hay sai (%(text)s).", text=condition)
            raise Trouble(text, "condition")
        return value

    def _counts(self, ground: Any) -> dict[str, Any]:
        found = dict.fromkeys(self.element.incoming, 0)
        for token in ground.tasks.values():
            if token.id != ROOT and token.task_spec is self and "joining" in token.notes:
                found[token.notes["flow"]] += 1
        names = {flow: count for flow, count in found.items() if flow.isidentifier()}
        return {**names, "activationCount": sum(found.values()), "activationCounts": found}

    def _memory(self, ground: Any) -> Token | None:
        found = (t for t in ground.tasks.values() if t.id != ROOT and t.task_spec is self and "spent" in t.notes)
        return next(found, None)

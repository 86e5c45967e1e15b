"""Walks a drawing twice at once: saved and restored before every act, and never interrupted. Both must be equal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.bpmn.case import Case, Limits
from engine.bpmn.expressions import FeelScriptEngine
from engine.bpmn.saved import Saved
from engine.bpmn.state import restore, save
from tests.unit.bpmn.drawings import NOW


class Walk:
    """One case on its way, with what it passed so far."""

    def __init__(self, models: dict[str, bytes], decisions: Any = None, limits: Limits | None = None) -> None:
        self.definition = door.load(models, decisions)
        self.limits = limits
        self.now: datetime = NOW
        self.trace: list[str] = []
        self.signals: list[str] = []
        self.last: Advance
        self._live: Case | None = None

    # acts

    def start(self, process: str = "p", **variables: Any) -> Walk:
        return self._both(lambda: door.start(self.definition, process, variables, now=self.now, limits=self.limits))

    def start_by_message(self, name: str, **variables: Any) -> Walk:
        return self._both(lambda: door.start_by_message(self.definition, name, variables, now=self.now))

    def start_by_signal(self, name: str, **variables: Any) -> Walk:
        return self._both(lambda: door.start_by_signal(self.definition, name, variables, now=self.now))

    def start_at(self, element: str, process: str = "p", **variables: Any) -> Walk:
        return self._both(lambda: door.start_at(self.definition, process, element, variables, now=self.now))

    def complete(self, element: str, **variables: Any) -> Walk:
        return self.act(door.complete, self._work(element), variables)

    def begin(self, element: str) -> Walk:
        token = next(w.token for w in self.last.waiting if w.element_id == element and w.kind == "enabled")
        return self.act(door.begin_activity, token)

    def throw(self, element: str, code: str, *, escalation: bool = False, **variables: Any) -> Walk:
        return self.act(door.throw, self._work(element), code, "", variables, escalation=escalation)

    def deliver(self, name: str, key: str | None = None, **variables: Any) -> Walk:
        return self.act(door.deliver, name, key, variables)

    def signal(self, name: str, **variables: Any) -> Walk:
        return self.act(door.deliver_signal, name, variables)

    def wait(self, **span: float) -> Walk:
        self.now += timedelta(**span)
        return self.act(door.pass_time)

    def retry(self, **variables: Any) -> Walk:
        return self.act(door.retry, self.last.incidents[0].token, variables=variables)

    def act(self, verb: Any, *args: Any, **more: Any) -> Walk:
        state = self.last.state
        return self._both(lambda: verb(self.definition, state, *args, now=self.now, limits=self.limits, **more))

    # what is seen

    @property
    def open(self) -> list[str]:
        """Element ids of everything that waits."""
        return [w.element_id for w in self.last.waiting]

    @property
    def work(self) -> list[str]:
        """Element ids of open tasks and calls only."""
        return [w.element_id for w in self.last.waiting if w.kind in ("user", "call")]

    @property
    def enabled(self) -> list[str]:
        """Element ids of the ad-hoc activities that may be begun."""
        return [w.element_id for w in self.last.waiting if w.kind == "enabled"]

    @property
    def variables(self) -> dict[str, Any]:
        return self.last.variables

    @property
    def ended(self) -> bool:
        return self.last.ended

    def waiting(self, element: str) -> Waiting:
        return next(w for w in self.last.waiting if w.element_id == element)

    def _work(self, element: str) -> str:
        """The token of the oldest open task or call of this element."""
        return next(w.token for w in self.last.waiting if w.element_id == element and w.kind in ("user", "call"))

    def _both(self, act: Any) -> Walk:
        restored = act()
        with patch.object(door, "restore", self._uninterrupted), patch.object(door, "save", self._keep):
            straight = act()
        assert restored == straight, "a restored case went another way than an uninterrupted one"
        assert repr(restored.variables) == repr(straight.variables)
        assert door.look(self.definition, restored.state).waiting == restored.waiting
        again = restore(self.definition, restored.state, now=self.now)
        assert save(again) == restored.state, "what was restored is not what was saved"
        self.last = restored
        self.trace += [passed.element_id for passed in restored.passed]
        self.signals += restored.signals
        return self

    def _uninterrupted(self, definition: Any, state: bytes, *, now: datetime, limits: Any = None) -> Case:
        assert self._live is not None
        case = self._live
        case.now, case.script_engine = now, FeelScriptEngine(now)
        case.passed, case.signals = [], []
        return case

    def _keep(self, case: Case) -> Saved:
        self._live = case
        return save(case)

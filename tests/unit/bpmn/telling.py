"""Tells a story of a case act by act through the door: what waited, what was passed, how it stood in the end."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.bpmn.saved import Saved
from tests.unit.bpmn.stories import Act


@dataclass
class Told:
    """A case on its way, with what has been seen of it after every act."""

    definition: door.Definition
    state: Saved
    now: datetime
    seen: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, act: Act) -> None:
        """Let a case begin plainly, or by a message."""
        verb, *given = act
        if verb == "start":
            self._see(door.start(self.definition, "p", *given, now=self.now))
        else:
            self._see(getattr(door, verb)(self.definition, *given, now=self.now))

    def act(self, act: Act) -> None:
        """Do one thing to the case; elements stand for their oldest open token."""
        verb, *given = act
        match verb:
            case "complete":
                self._do(door.complete, self._token(given[0], "user", "call"), given[1])
            case "begin":
                self._do(door.begin_activity, self._token(given[0], "enabled"))
            case "throw":
                self._do(door.throw, self._token(given[0], "user", "call"), given[1])
            case "deliver":
                self._do(door.deliver, *given)
            case "signal":
                self._do(door.deliver_signal, *given)
            case "wait":
                self.now += timedelta(**given[0])
                self._do(door.pass_time)
            case "retry":
                token = door.look(self.definition, self.state).incidents[0].token
                self._do(door.retry, token, variables=given[0])
            case _:
                raise AssertionError(f"no act is called {verb}")

    def look(self) -> dict[str, Any]:
        """The case as it stands, in words that can be compared."""
        return picture(door.look(self.definition, self.state, now=self.now))

    def _token(self, element: str, *kinds: str) -> str:
        waiting = door.look(self.definition, self.state, now=self.now).waiting
        return next(w.token for w in waiting if w.element_id == element and w.kind in kinds)

    def _do(self, verb: Any, *args: Any, **more: Any) -> None:
        self._see(verb(self.definition, self.state, *args, now=self.now, **more))

    def _see(self, advance: Advance) -> None:
        self.state = advance.state
        self.seen.append(picture(advance))


def picture(advance: Advance) -> dict[str, Any]:
    """All an advance says, as JSON; values are shown as Python writes them, so that types and order count."""
    return {
        "variables": repr(advance.variables),
        "waiting": [_shown(one) for one in advance.waiting],
        "passed": [one.element_id for one in advance.passed],
        "ended": [advance.ended, advance.end_element],
        "incidents": [[one.element_id, one.code, one.token] for one in advance.incidents],
        "moved": advance.moved,
        "key": advance.key,
    }


def _shown(waiting: Waiting) -> dict[str, str]:
    """What is said of one thing that waits; what is empty is left out, so that later fields change nothing."""
    said = {one.name: getattr(waiting, one.name) for one in fields(waiting)}
    if waiting.process_id != "p":  # what those inside a called process are told beside their own has grown since
        del said["inputs"]
    return {name: repr(value) for name, value in said.items() if value not in (None, "", (), {})}

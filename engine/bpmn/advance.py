"""What the engine hands back: how far a case came, what it waits for and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.bpmn.saved import Saved
from engine.errors import Conflict, Invalid, NotFound
from rules.findings import Finding
from rules.sentences import Sentence

WaitingKind = Literal["user", "call", "timer", "message", "signal", "condition", "enabled"]


@dataclass(frozen=True)
class Waiting:
    """One thing a case waits for: a person, an outside call, a moment, a message, a signal, a condition or a choice.

    Kind "enabled" is an activity of an ad-hoc sub-process that may be begun (`door.begin_activity`).

    `token` is unique within its case, never used again, and the same before and after saving. `type` is the task type
    of a call. `inputs` are the local variables of the element (what its input mappings gave). `due` is an aware
    instant: the moment of a timer, or the due date of a user task when its drawing gives one. `message` is the name
    of the message waited for or to be sent, `key` its correlation key as text (None: it needs no key). `attached_to` is
    the token of the task a boundary event watches, or of the event gateway it competes in. `process_id` names the
    (called) process it stands in.
    """

    token: str
    kind: WaitingKind
    element_id: str
    name: str
    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    due: datetime | None = None
    message: str | None = None
    key: str | None = None
    lane: str | None = None
    attached_to: str | None = None
    process_id: str = ""


@dataclass(frozen=True)
class Passed:
    """One element of the drawing that was finished, at the aware instant the caller gave."""

    element_id: str
    name: str
    type: str
    at: datetime


@dataclass(frozen=True)
class Incident:
    """Something in the drawing could not be executed; the token stands still until `retry`, nothing is lost."""

    element_id: str
    name: str
    message: str
    token: str = ""
    code: str = "expression"


@dataclass(frozen=True)
class Advance:
    """How far a case came by one act.

    `waiting` is all that is open now; `opened` and `closed` are the difference to before the act; `incidents` are all
    that are open now. `moved` is False when nobody waited for what was delivered. `signals` are the names thrown by
    the drawing, for other cases to hear. `end_element` is the end event that ended the case. `key` is the correlation
    key of the message that began the case, when its drawing asks one of that message.
    """

    state: Saved
    waiting: tuple[Waiting, ...]
    opened: tuple[Waiting, ...]
    closed: tuple[str, ...]
    passed: tuple[Passed, ...]
    ended: bool
    end_element: str | None
    incidents: tuple[Incident, ...]
    moved: bool = True
    signals: tuple[str, ...] = ()
    key: str | None = None

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance, as they were saved."""
        return self.state.variables


class Refused(Invalid):
    """The drawing has parts this engine does not execute right; `findings` name each by id, name and reason."""

    code = "model_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown: Sentence | str = ""
        for one in self.findings[:5]:
            place = f"{one.file} {one.element} «{one.name}»"
            told = Sentence("%(place)s: %(message)s", place=place, message=one.message)
            shown = Sentence("%(before)s; %(after)s", before=shown, after=told) if shown else told
        super().__init__("Không thể dùng sơ đồ quy trình: %(findings)s", findings=shown)


class NotWaiting(Conflict):
    """Nobody waits under this token any more: somebody was faster, or the drawing took another way."""

    code = "not_waiting"

    def __init__(self, token: str) -> None:
        super().__init__("Bước này không còn chờ xử lý (mã %(token)s).", token=token)


class NotStartable(NotFound):
    """No process of this name can be started this way."""

    code = "not_startable"

"""Where tokens stand: SpiffWorkflow's tasks and sheets, carrying tokens by BPMN's rules and variables by zeebe's.

Every process instance (also a called one) has one set of variables, `workflow.data`; an activity, a sub-process and
each round of a loop have local variables besides, `token.data`. Nothing is copied per token and nothing merged at a
join. The whole scope rule, with a test for each sentence, is docs/variables.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

ROOT = -1
"""The number of the task SpiffWorkflow wants at the top of every tree; no token of the drawing."""


class Token(Task):
    """One place of a case's progress. Its number is unique in the case and survives saving."""

    def __init__(self, workflow: Any, spec: Any, *, serial: int | None = None, state: int = TaskState.FUTURE) -> None:
        case = workflow.top_workflow
        number = case.next_serial() if serial is None else serial
        root = workflow.tasks.get(ROOT)
        super().__init__(workflow, spec, parent=root, state=state, id=number)
        self.taken: list[Any] = []
        if number != ROOT:
            case.index[number] = self

    def _set_state(self, value: int) -> None:
        # SpiffWorkflow's own version reads the clock and builds log records for each change.
        self._state = value

    @property
    def notes(self) -> dict[str, Any]:
        """What the engine keeps about this token beside its variables."""
        return self.internal_data

    def scopes(self, own: bool = True) -> Iterator[dict[str, Any]]:
        """The variables this token sees, innermost scope first; an undoing one sees those of what it undoes."""
        if own:
            yield self.data
        token: Token = self
        while True:
            if "snapshot" in token.notes:
                yield token.notes["snapshot"]
            body = token.notes.get("body")
            if body is not None:
                token = token.workflow.tasks[body]
            elif token.workflow.embedded:
                token = token.workflow.owner
            else:
                yield token.workflow.data
                return
            yield token.data

    def visible(self, own: bool = True) -> dict[str, Any]:
        """All variables this token sees, inner ones hiding outer ones."""
        seen: dict[str, Any] = {}
        for scope in reversed(list(self.scopes(own))):
            seen.update(scope)
        return seen

    def write(self, values: Mapping[str, Any], own: bool = True) -> None:
        """Set variables in the innermost scope that has them, otherwise in the process instance."""
        if not values:
            return
        scopes = list(self.scopes(own))
        for name, value in values.items():
            next((scope for scope in scopes if name in scope), scopes[-1])[name] = value

    def attached(self) -> list[Token]:
        """Tokens that live only as long as this one: boundary and competing events, loop instances, what undoes."""
        keys = ("host", "race", "body", "undoing")
        near = self.workflow.top_workflow.index if "undo" in self.notes else self.workflow.tasks
        return [t for t in list(near.values()) if any(t.internal_data.get(k) == self.id for k in keys)]


class Ground:
    """What a case and each sub-process in it have in common: tokens standing on one sheet of the drawing."""

    tasks: dict[int, Token]
    spec: Any
    data: dict[str, Any]
    top_workflow: Any
    embedded = False
    over = False

    def lay(self) -> None:
        """Prepare an empty sheet; a process begins with the data it declares."""
        for name in () if self.embedded else self.spec.scope.declares:
            self.data.setdefault(name, None)
        self.task_tree = Token(self, self.spec.start, serial=ROOT, state=TaskState.STARTED)

    def put(self, spec: Any, **notes: Any) -> Token:
        """Let a token arrive at a node."""
        token = Token(self, spec)
        token.notes.update(notes)
        token.task_spec._update(token)
        return token

    def arm(self, spec: Any, **notes: Any) -> Token:
        """Let an event wait beside the flow."""
        token = Token(self, spec, state=TaskState.WAITING)
        token.notes.update(notes, armed=True)
        return token

    def drop(self, token: Token) -> None:
        """Forget a token that is done."""
        if self.tasks.pop(token.id, None) is not None:
            self.task_tree._children.remove(token.id)
            self.top_workflow.index.pop(token.id, None)

    def withdraw(self, token: Token) -> None:
        """Cancel a token with everything that lives in or beside it, however deep."""
        todo = [token]
        while todo:
            gone = todo.pop()
            ground = gone.workflow
            if gone.id not in ground.tasks:
                continue
            ground.drop(gone)
            gone._set_state(TaskState.CANCELLED)
            self.top_workflow.memory.forget(gone.id)
            for _, done in gone.notes.get("undo", ()):
                self.top_workflow.memory.forget(done["number"])
            todo += gone.attached()
            inner = self.top_workflow.subprocesses.pop(gone.id, None)
            if inner is not None:
                inner.over = True
                todo += [other for other in inner.tasks.values() if other.id != ROOT]

    def clear(self, keep: Token | None = None) -> None:
        """Cancel every token on this sheet."""
        self.over = keep is None
        for token in list(self.tasks.values()):
            if token.id != ROOT and token is not keep:
                self.withdraw(token)

    def stands(self) -> bool:
        """Whether this sheet is still being executed."""
        owner = getattr(self, "owner", None)
        return owner is None or self.top_workflow.subprocesses.get(owner.id) is self

    def holding(self) -> bool:
        """Whether any token still keeps this sheet from being finished."""
        return any(token.id != ROOT and not token.internal_data.get("armed") for token in self.tasks.values())

    def _task_completed_notify(self, token: Task) -> None:
        """SpiffWorkflow says a token is done; a sheet without tokens is finished."""
        self.drop(token)  # type: ignore[arg-type]
        self.close_if_empty()

    def close_if_empty(self) -> None:
        """A sheet without tokens is finished."""
        if not self.over and not self.holding():
            self.clear()
            self.finished()

    def finished(self) -> None:
        """The last token left this sheet."""
        raise NotImplementedError

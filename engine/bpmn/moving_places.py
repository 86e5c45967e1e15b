"""Finding the place of each live token of a case in another drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bpmn.case import Case, Sheet
from engine.bpmn.catching import listening, plans
from engine.bpmn.events import EventSubProcess, StartEvent
from engine.bpmn.gateways import EventGateway
from engine.bpmn.ground import ROOT, Ground, Token
from engine.bpmn.model import Element
from engine.bpmn.moving_fit import event_name, events_of, fits, kind_of, may_arrive, same_loop, signature, told, waits
from engine.bpmn.moving_memory import remembered
from engine.bpmn.nodes import OPEN
from rules.feel import is_expression
from rules.sentences import Sentence

UNDOING = frozenset({"undoing", "undo", "reopened", "aside", "now", "reopens", "cancelling"})
ASKED = ("assignee", "candidate_groups", "candidate_users", "due_date", "form_id")


class Mover:
    """One move under way: the case as it was, the case as it will be, and what was found on the way."""

    def __init__(self, before: Case, after: Case, mapping: Mapping[str, str]) -> None:
        self.before, self.after, self.mapping = before, after, mapping
        self.ways: list[tuple[Any, ...]] = []
        self.warnings: list[Sentence] = []
        self.objections: list[tuple[Sentence, str, bool]] = []
        self.arrivals: list[tuple[Ground, Any]] = []
        self.arrived: set[int] = set()

    def object(self, message: Sentence, element_id: str, *, passing: bool = False) -> None:
        """Say why this case cannot move."""
        if (message, element_id, passing) not in self.objections:
            self.objections.append((message, element_id, passing))

    def target(self, process_id: str, name: str) -> str:
        """The id an element or called process has in the new drawing, as far as the mapping knows."""
        return self.mapping.get(f"{process_id}:{name}", self.mapping.get(name, name))

    def place_everything(self) -> None:
        """Lay every open sheet out anew, owners before what is inside them."""
        before, after = self.before, self.after
        after.serial, after.completed, after.end_element = before.serial, before.completed, before.end_element
        after.begun_by, after.begun_key = before.begun_by, before.begun_key
        if before.opened:
            after.data.update(before.data)
            after.kept = before.kept
        else:  # nobody has asked for the variables: they go along unread
            after.keep(before.kept)
        self._ground(before, after)
        for owner_id, sheet in sorted(before.subprocesses.items()):
            owner = after.index.get(owner_id)
            if owner is None:
                if owner_id not in self.arrived:
                    self._cut_off(sheet)
                continue
            name = self._inner_name(sheet, owner)
            if name is not None:
                inner = after.unfold(owner, name)
                inner.data.update(sheet.data)
                self._ground(sheet, inner)
        for message, element in remembered(self, before, after) if not self.objections else ():
            self.object(message, element)

    def arrive(self) -> None:
        """Let the tokens whose task has vanished arrive where the mapping sends them."""
        for ground, node in self.arrivals:
            ground.put(node)

    # One sheet

    def _ground(self, old: Ground, new: Ground) -> None:
        mine = sorted((t for t in old.tasks.values() if t.id != ROOT), key=lambda t: t.id)
        for token in mine:
            if not token.notes.get("armed"):
                self._place(token, new)
        for token in mine:
            if token.notes.get("armed") and token.notes.get("kind") == "enabled":
                node = self._node(token, new)
                if node is not None:  # what may be begun is offered anew by the drawing itself
                    self._take_over(token, node, new)
        self._boundaries(mine, new)
        self._races(mine, new)
        self._event_sheets(mine, old, new)

    def _node(self, token: Token, new: Ground) -> Any:
        element = token.task_spec.element
        node = new.spec.task_specs.get(self.target(token.workflow.spec.process.id, element.id))
        return node if hasattr(node, "element") else None

    def _place(self, token: Token, new: Ground) -> None:
        element, notes = token.task_spec.element, token.notes
        if not UNDOING.isdisjoint(notes):
            text = Sentence("«%(step)s» đang được hoàn tác; chuyển được khi hoàn tác xong.", step=told(element))
            self.object(text, element.id, passing=True)
            return
        node = self._node(token, new)
        if node is None:
            text = Sentence(
                "Bước «%(step)s» không còn ở chỗ đó trong bản mới. Hãy chỉ rõ hồ sơ đi tiếp từ bước nào.",
                step=told(element),
            )
            self.object(text, element.id)
        elif fits(token, node):
            self._keep_place(token, node, new)
        elif notes.get("kind") == "user" and "body" not in notes and may_arrive(node):
            self.arrivals.append((new, node))
            self.arrived.add(token.id)
            self._way(token, node, "goes on")
        else:
            text = Sentence(
                "«%(step)s» và «%(new)s» của bản mới không chờ cùng một việc.",
                step=told(element),
                new=told(node.element),
            )
            self.object(text, element.id)

    def _keep_place(self, token: Token, node: Any, new: Ground) -> None:
        old = token.task_spec.element
        if ("loop" in token.notes or "body" in token.notes) and not same_loop(old, node.element):
            self.object(Sentence("«%(step)s» đang lặp dở mà bản mới lặp cách khác.", step=told(old)), old.id)
            return
        if node.element.loop is not None and not {"loop", "body", "incident"} & token.notes.keys():
            text = Sentence("Bản mới làm «%(step)s» nhiều lần, còn hồ sơ đang làm một lần.", step=told(old))
            self.object(text, old.id)
            return
        if not self._flow(token, node):
            return
        placed = self._take_over(token, node, new)
        self._way(token, node, "stays" if node.element.id == old.id else "renamed")
        if "incident" not in placed.notes:
            refresh(self, placed, old)

    def _take_over(self, token: Token, node: Any, new: Ground) -> Token:
        """The token at its place in the new drawing, with its number, variables and notes."""
        placed = Token(new, node, serial=token.id, state=token.state)
        placed.data, placed.internal_data = dict(token.data), dict(token.notes)
        return placed

    def _way(self, token: Token, node: Any, how: str) -> None:
        old, new = token.task_spec.element, node.element
        self.ways.append((str(token.id), kind_of(token), old.id, told(old), new.id, told(new), how))

    def _flow(self, token: Token, node: Any) -> bool:
        """Find the flow a token came by again; one that waits at a gateway for others has to have it."""
        came = token.notes.get("flow")
        if came is None or came in node.element.incoming:
            return True
        scope, old = node.sheet.scope, token.task_spec.sheet.scope.flows.get(came)
        source = self.target(token.workflow.spec.process.id, old.source) if old is not None else ""
        found = [flow for flow in node.element.incoming if scope.flows[flow].source == source]
        if len(found) == 1:
            token.notes["flow"] = found[0]
            return True
        if "joining" not in token.notes:
            return True
        name = told(token.task_spec.element)
        text = Sentence("Một nhánh đã đến cổng «%(gate)s» theo đường mà bản mới không còn.", gate=name)
        self.object(text, token.task_spec.element.id)
        return False

    def _inner_name(self, sheet: Sheet, owner: Token) -> str | None:
        """Which sheet of the new drawing goes on inside an activity."""
        node = owner.task_spec
        if sheet.embedded:
            return f"{node.sheet.process.id}/{node.element.id}"
        was, written = sheet.spec.name, node.element.extensions.called_process
        name = self.target(owner.workflow.spec.process.id, was)
        if name == was and written and not is_expression(written):
            name = written
        if name not in self.after.definition.sheets or name not in self.after.definition.drawing.processes:
            text = Sentence(
                "«%(step)s» đang thực hiện quy trình chung «%(called)s», mà bản mới không có quy trình đó.",
                step=told(node.element),
                called=sheet.spec.scope.name or was,
            )
            self.object(text, node.element.id)
            return None
        owner.notes["called"] = name
        return name

    def _cut_off(self, sheet: Sheet) -> None:
        """What goes on inside an activity without a place has none either; the activity itself was told already."""
        element = sheet.owner.task_spec.element
        if not self.objections:
            self.object(Sentence("«%(step)s» không có chỗ trong bản mới.", step=told(element)), element.id)

    # What waits beside the flow

    def _boundaries(self, mine: list[Token], new: Ground) -> None:
        for host in mine:
            notes, placed = host.notes, self.after.index.get(host.id)
            watched = notes.get("phase") == OPEN and not {"body", "incident", "data"} & notes.keys()
            if placed is None or not watched or not hasattr(host.task_spec, "boundaries"):
                continue
            standing = [t for t in mine if t.notes.get("host") == host.id]
            olds = {self.target(host.workflow.spec.process.id, b.element.id): b for b in host.task_spec.boundaries}
            news = {b.element.id: b for b in placed.task_spec.boundaries}
            self._beside(standing, olds, news, placed, new, {"host": host.id}, own=False)

    def _races(self, mine: list[Token], new: Ground) -> None:
        for gate in mine:
            placed = self.after.index.get(gate.id)
            standing = [t for t in mine if t.notes.get("race") == gate.id]
            if placed is None or not standing:
                continue
            if isinstance(gate.task_spec, EventGateway):
                nodes = [gate.task_spec.sheet.node(flow.target) for flow in gate.task_spec.out]
                olds = {self.target(gate.workflow.spec.process.id, n.element.id): n for n in nodes}
                news = {f.target: placed.task_spec.sheet.node(f.target) for f in placed.task_spec.out}
            else:  # an event of several definitions competes with itself
                olds, news = (
                    {placed.task_spec.element.id: gate.task_spec},
                    {placed.task_spec.element.id: placed.task_spec},
                )
            self._beside(standing, olds, news, placed, new, {"race": gate.id})
            if not any(t.notes.get("race") == gate.id for t in new.tasks.values() if t.id != ROOT):
                element = gate.task_spec.element
                text = Sentence("«%(step)s» không còn chờ sự kiện nào trong bản mới.", step=told(element))
                self.object(text, element.id)

    def _event_sheets(self, mine: list[Token], old: Ground, new: Ground) -> None:
        flowing = [t for t in mine if not t.notes.get("armed")]
        begun = [t for t in flowing if isinstance(t.task_spec, EventSubProcess)]
        if not flowing or any(isinstance(t.task_spec, StartEvent) for t in flowing):
            return
        if any(t.task_spec.start.interrupting for t in begun):
            return  # an interrupting one has ended everything else that waited here
        keys = ("host", "race")
        beside = [t for t in mine if t.notes.get("armed") and not any(key in t.notes for key in keys)]
        standing = [t for t in beside if isinstance(t.task_spec, EventSubProcess)]
        olds = {self.target(old.spec.process.id, n.element.id): n for n in old.spec.event_sheets}
        news = {n.element.id: n for n in new.spec.event_sheets}
        self._beside(standing, olds, news, next(iter(flowing)), new, {})

    def _beside(
        self, standing: Iterable[Token], olds: Mapping[str, Any], news: Mapping[str, Any], seen_by: Token, new: Ground,
        link: dict[str, Any], *, own: bool = True,
    ) -> None:  # fmt: skip
        """Take over what waits beside a token and stands in both drawings alike; arm what is new or drawn otherwise."""
        places: dict[int, str] = {id(old): name for name, old in olds.items()}
        standing = list(standing)
        to_arm: list[Any] = []
        for name, node in news.items():
            old = olds.get(name)
            waiting = [t for t in standing if places.get(id(t.task_spec)) == name]
            if old is None:
                to_arm.append(node)
            elif [signature(e) for e in events_of(old)] == [signature(e) for e in events_of(node)]:
                for token in waiting:
                    self._take_over(token, node, new)
            elif any("came" in t.notes for t in waiting):
                text = Sentence(
                    "«%(step)s» đã nhận một phần sự kiện nó chờ, mà bản mới chờ khác.", step=event_name(old)
                )
                self.object(text, old.element.id)
            elif waiting:
                to_arm.append(node)
                self.warnings.append(Sentence("«%(step)s» bắt đầu chờ lại theo bản mới.", step=event_name(node)))
        viewer = self.after.index.get(seen_by.id)
        context = viewer.visible(own=own) if viewer is not None else dict(new.data)
        for node, notes in listening(self.after, [(node, events_of(node)) for node in to_arm], context):
            new.arm(node, **link, **notes)


def refresh(mover: Mover, token: Token, old: Element) -> None:
    """Work out anew what a waiting token was given, as far as the new drawing says it otherwise."""
    node, kind = token.task_spec, token.notes.get("kind")
    was, now = old.extensions, node.element.extensions
    if kind in ("user", "call") and was.inputs != now.inputs:
        gone = {target.split(".")[0] for _, target in was.inputs} - {target.split(".")[0] for _, target in now.inputs}
        token.data = {name: value for name, value in token.data.items() if name not in gone}
        token.data.update(node.engine(token).mappings(now.inputs, token.visible()))
    if kind == "user" and any(getattr(was, name) != getattr(now, name) for name in ASKED):
        node.perform(token)
    elif kind == "call" and was.task_type != now.task_type:
        token.notes["type"] = str(node.engine(token).values([now.task_type or ""], token.visible())[0])
    elif waits(token) and signature(old.event) != signature(node.element.event):
        for name in ("name", "key", "due", "rest", "every", "text", "was"):
            token.notes.pop(name, None)
        token.notes.update(plans(mover.after, [node.element.event], token.visible())[0])
        mover.warnings.append(Sentence("«%(step)s» bắt đầu chờ lại theo bản mới.", step=told(node.element)))

"""Repeated activities: for each item of a collection, a number of times, or while a condition holds.

One token, the body, stands for the whole activity and its boundary events; each round is a token of its own whose
notes name the body. The body's local variables hold the collected outputs until the loop is done.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.behaviour import announce
from engine.bpmn.data import handed_on
from engine.bpmn.expressions import Trouble
from engine.bpmn.ground import Token
from engine.bpmn.model import Flow, Loop
from engine.bpmn.nodes import Node
from rules.sentences import Sentence


class Looping(Node):
    """A node that can be repeated."""

    def begin_loop(self, token: Token) -> bool:
        """Start one instance per item, or only the first of a sequence."""
        loop, case = self.element.loop, token.workflow.top_workflow
        assert loop is not None
        if loop.standard:
            return self._begin_standard(token, loop)
        items = self._items(token, loop)
        if len(items) > case.limits.instances:
            raise Trouble(Sentence("Lặp quá %(most)s lần.", most=case.limits.instances), "limit")
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
                told = Sentence("Danh sách để lặp không phải là danh sách (%(text)s).", text=loop.collection)
                raise Trouble(told, "loop")
            return items
        count = self.engine(token).values([loop.cardinality], token.visible())[0]
        count = int(count) if isinstance(count, str) and count.isdigit() else count
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise Trouble(Sentence("Số lần lặp không phải là số nguyên (%(text)s).", text=loop.cardinality), "loop")
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
            raise Trouble(Sentence("Lặp quá %(most)s lần.", most=done), "limit")
        if loop.condition is None:
            return True
        answer = self.engine(token).values([loop.condition], token.visible())[0]
        if not isinstance(answer, bool):
            told = Sentence("Điều kiện lặp không cho kết quả đúng hay sai (%(text)s).", text=loop.condition)
            raise Trouble(told, "loop")
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
            handed = handed_on(token, {})
            results = self.engine(token).mappings(handed, token.visible()) if handed else {}
            if loop is not None and loop.output_collection and not loop.keeps:
                token.write({loop.output_collection: token.data[loop.output_collection]}, own=False)
            token.write(results, own=False)
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
        context = {**token.visible(), **counts}
        output, complete = self.engine(token).values(texts, context)
        token.notes["throws"] = self.thrown(token, loop, counts, context)
        if loop.completion and not isinstance(complete, bool):
            told = Sentence("Điều kiện dừng lặp không cho kết quả đúng hay sai (%(text)s).", text=loop.completion)
            raise Trouble(told, "loop")
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
        for kind, name, given in token.notes.get("throws", ()):
            announce(body, kind, name, given)
        if body.id not in token.workflow.tasks:
            return  # what was thrown has ended the whole activity
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

    def thrown(self, token: Token, loop: Loop, counts: dict[str, Any], context: dict[str, Any]) -> list[list[Any]]:
        """What a finished instance throws (BPMN 2.0.2, table 10.30): kind, name and what goes along with each event."""
        rules = loop.throws if loop.behavior != "One" or counts["numberOfCompletedInstances"] == 1 else []
        found: list[list[Any]] = []
        truths = self.engine(token).values([condition for condition, _ in rules], context)
        for (condition, events), holds in zip(rules, truths, strict=True):
            if condition is not None and not isinstance(holds, bool):
                told = Sentence("Điều kiện ném sự kiện không cho kết quả đúng hay sai (%(text)s).", text=condition)
                raise Trouble(told, "loop")
            for event in events if holds is not False else ():
                name = self.engine(token).values([event.name], context)[0]
                # Only the standard's default signal carries the attributes of the multi-instance.
                found.append([event.kind, name or "", {} if name else counts])
        return found

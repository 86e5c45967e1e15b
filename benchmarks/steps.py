"""What a step of a case costs: CPU and bytes against bare SpiffWorkflow with its canonical serializer, and growth.

Both sides take the same drawing with the same data from wait to wait: read what was saved, finish the task, go on as
far as possible, save. They run in turns in one process, and the middle of all rounds counts. The CPU of the expression
engine's child process is counted with ours.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.rows import Row
from benchmarks.step_drawings import BEFORE_GATE, COUNTED, LISTED, chain, procedure, ring
from engine.bpmn import door
from engine.sample.applicants import sample_answers
from forms.definition import parse_form
from processes.bundle import library, load_bundle
from rules.feel import feel

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OPINION = {"approval": {"outcome": "approve", "remark": "Hồ sơ đủ điều kiện."}}


class Ours:
    """A case taken through the door of the engine."""

    def __init__(self, xml: bytes, variables: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
        self.definition = door.load({"p.bpmn": xml})
        self.variables, self.answers = variables, answers

    def begin(self) -> Any:
        """The state of a new case."""
        return self._after(door.start(self.definition, "p", self.variables, now=NOW))

    def step(self, held: Any) -> Any:
        """Finish what has been open longest; None when the case has ended."""
        state, token = held
        return self._after(door.complete(self.definition, state, token, self.answers, now=NOW))

    def size(self, held: Any) -> int:
        """Bytes of a saved case, its variables among them."""
        return len(held[0].tokens) + len(held[0].data)

    def _after(self, advance: door.Advance) -> Any:
        assert not advance.incidents, advance.incidents
        return None if advance.ended else (advance.state, advance.waiting[0].token)


class Bare:
    """The same case in SpiffWorkflow as it comes, saved as JSON by its canonical serializer."""

    def __init__(self, xml: bytes, variables: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(xml))
        self.spec, self.inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.serializer = BpmnWorkflowSerializer()
        self.variables, self.answers = variables, answers

    def begin(self) -> Any:
        """The JSON of a new case."""
        workflow = BpmnWorkflow(self.spec, self.inner)
        workflow.task_tree.data.update(self.variables)
        workflow.do_engine_steps()
        return self._saved(workflow)

    def step(self, held: Any) -> Any:
        """Finish what has been open longest; None when the case has ended."""
        workflow = self.serializer.deserialize_json(held)
        task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
        task.data.update(self.answers)
        task.run()
        workflow.do_engine_steps()
        return self._saved(workflow)

    def size(self, held: Any) -> int:
        """Bytes of a saved case, its variables among them."""
        return len(held.encode())

    def _saved(self, workflow: BpmnWorkflow) -> str | None:
        return None if workflow.completed else self.serializer.serialize_json(workflow)


def cpu() -> float:
    """Seconds of CPU of this process and of the expression engine's child, whatever its threads."""
    child = feel().process_id
    threads = Path(f"/proc/{child}/task").glob("*/schedstat") if child else ()
    return time.process_time() + sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


Side = Ours | Bare


def whole_life(side: Side) -> float:
    """CPU of a step, one case taken from its first wait to its end."""
    held, steps = side.begin(), 0
    began = cpu()
    while held is not None:
        held = side.step(held)
        steps += 1
    return (cpu() - began) / steps


def mean_bytes(side: Side) -> float:
    """What is saved between two steps, over a whole life."""
    sizes, held = [], side.begin()
    while held is not None:
        sizes.append(side.size(held))
        held = side.step(held)
    return statistics.mean(sizes)


def early_and_late(side: Side, before: int, steps: int = 8) -> Callable[[], float]:
    """CPU of a step of a case that has taken so many steps already, always the same ones."""
    first = side.begin()
    for _ in range(before):
        first = side.step(first)

    def measured() -> float:
        held, began = first, cpu()
        for _ in range(steps):
            held = side.step(held)
        return (cpu() - began) / steps

    return measured


def form_data() -> dict[str, Any]:
    """What a case of household business holds when its application has been handed in."""
    bundle = load_bundle(next(path for path in library() if path.name == "household-business"))
    place = {"code": "bt", "name": "Phường Bến Thành"}
    return {
        "dossier_id": "019363a0-6b1e-7d5e-8c11-0a4ad6e7f001",
        "channel": "online",
        "components_complete": True,
        "form": sample_answers(parse_form(bundle.forms["application"])),
        "case_key": "",
        "limit_case": "",
        "received_at": NOW.isoformat(),
        **dict.fromkeys(("receiving", "handling", "signing", "returning", "consulted"), place),
    }


THIN = {"dossier_id": "019363a0-6b1e-7d5e-8c11-0a4ad6e7f001", "channel": "online"}
PAPERS = {**THIN, "papers": [{"name": "don.pdf"}, {"name": "hop-dong.pdf"}]}


def measure(rounds: int) -> list[Row]:
    """Take every case `rounds` times in turn with the others; what counts is the middle of each."""
    full = form_data()
    sides: dict[str, Side] = {
        "thin": Ours(procedure(), THIN, {"outcome": "approve"}),
        "thin, bare": Bare(procedure(), THIN, {"outcome": "approve"}),
        "full": Ours(procedure(), full, OPINION),
        "full, bare": Bare(procedure(), full, OPINION),
        "gate": Ours(procedure(LISTED), PAPERS, {"outcome": "approve"}),
        "gate, bare": Bare(procedure(COUNTED), PAPERS, {"outcome": "approve"}),
    }
    ways: dict[str, Callable[[], float]] = {name: partial(whole_life, side) for name, side in sides.items()}
    ways["asks"] = early_and_late(sides["gate"], BEFORE_GATE, 1)
    ways["asks, bare"] = early_and_late(sides["gate, bare"], BEFORE_GATE, 1)
    ways["10 nodes"] = early_and_late(Ours(chain(10), full, OPINION), 0)
    ways["1,000 nodes"] = early_and_late(Ours(chain(1_000), full, OPINION), 500)
    ways["10 steps"] = early_and_late(Ours(ring(), full, OPINION), 10)
    ways["1,000 steps"] = early_and_late(Ours(ring(), full, OPINION), 1_000)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 2):
        for name, way in ways.items():
            spent = way()
            if number >= 2:  # the first rounds warm everything up
                taken[name].append(spent)
    size = {name: mean_bytes(side) for name, side in sides.items()}
    return [
        _cost("CPU of a step ÷ bare, thin", taken, "thin", "thin, bare", 0.1),
        _cost("CPU of a step ÷ bare, with a full form", taken, "full", "full, bare", 0.1),
        _cost("the same, one gateway in nine steps asks V8", taken, "gate", "gate, bare", None),
        _cost("the same, the step with that gateway alone", taken, "asks", "asks, bare", None),
        _bytes("bytes saved ÷ bare, thin", size, "thin", "thin, bare", 1 / 50),
        _bytes("bytes saved ÷ bare, with a full form", size, "full", "full, bare", 1 / 10),
        _cost("CPU of a step at 1,000 nodes ÷ at 10", taken, "1,000 nodes", "10 nodes", 1.5),
        _cost("CPU of a step after 1,000 steps ÷ after 10", taken, "1,000 steps", "10 steps", 1.5),
    ]


def _cost(title: str, taken: dict[str, list[float]], ours: str, other: str, most: float | None) -> Row:
    """The middle of the ratios of all rounds: within a round a busy machine falls on both alike."""
    ratio = statistics.median(a / b for a, b in zip(taken[ours], taken[other], strict=True))
    middle = {name: statistics.median(taken[name]) * 1e6 for name in (ours, other)}
    return Row(title, ratio, f"{middle[ours]:,.0f} µs ÷ {middle[other]:,.0f} µs", most=most)


def _bytes(title: str, size: dict[str, float], ours: str, other: str, most: float | None) -> Row:
    return Row(title, size[ours] / size[other], f"{size[ours]:,.0f} ÷ {size[other]:,.0f} bytes", most=most)

"""Asking a register of another authority, as a task type that a worker carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases.models import Call, Case
from engine.ports import Ports
from engine.registers.sample import SAMPLE_REGISTERS
from engine.usecases.calls import NotPossible, deferred
from engine.work import Work


@dataclass(frozen=True)
class Question:
    """What is asked of another authority's register."""

    register: str
    values: dict[str, Any]
    reference: str
    trial: bool = False


@deferred("register.ask")
class AskRegister:
    """Ask a register of another authority; the answer becomes a variable of the case.

    A trial never reaches another authority: it gets the plausible answers the sample office gets.
    """

    outside = True

    def plan(self, work: Work, case: Case, call: Call) -> Question:
        name = call.headers.get("register", "")
        if name not in (SAMPLE_REGISTERS if case.trial else work.ports.registers):
            raise NotPossible(f"Chưa kết nối cơ sở dữ liệu “{name}”.")
        values = {"dossier_id": str(case.id), "form": case.variables.get("form", {}), **call.inputs}
        return Question(name, values, reference=str(call.id), trial=case.trial)

    def act(self, plan: Question, ports: Ports, now: datetime) -> Mapping[str, Any]:
        registers = SAMPLE_REGISTERS if plan.trial else ports.registers
        return registers[plan.register].ask(plan.values, reference=plan.reference, now=now)

    def keep(self, work: Work, case: Case, call: Call, plan: Question, outcome: Mapping[str, Any]) -> Mapping[str, Any]:
        work.record(case, "register.answered", {"register": plan.register}, {"answer": dict(outcome)})
        return {call.headers.get("resultVariable") or plan.register.replace("-", "_"): dict(outcome)}

"""Registers of other authorities as the sample office knows them: plausible answers, the same for the same question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import legal_date
from engine.ports import Register


def _digits(text: str, count: int) -> str:
    value = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return str(value % 10**count).zfill(count)


@dataclass(frozen=True)
class SampleTaxCodes:
    """Stands for the national business register: the household's number, which is its tax code as well."""

    name: str = "tax-code"

    def ask(self, question: Mapping[str, Any], *, reference: str, now: datetime) -> Mapping[str, Any]:
        owner = (question.get("form") or {}).get("owner") or {}
        number = str(owner.get("identity") or "") or f"8{_digits(reference, 9)}"
        return {"number": number, "registered_on": legal_date(now).isoformat(), "source": "mẫu"}


@dataclass(frozen=True)
class SamplePopulation:
    """Stands for the national population database: gives a child its personal identification number."""

    name: str = "population"

    def ask(self, question: Mapping[str, Any], *, reference: str, now: datetime) -> Mapping[str, Any]:
        child = (question.get("form") or {}).get("child") or {}
        gender = {"male": "2", "female": "3"}.get(str(child.get("gender")), "2")
        year = str(child.get("birth_date") or legal_date(now).isoformat())[2:4]
        return {"number": f"079{gender}{year}{_digits(reference, 6)}", "source": "mẫu", "found": True}


SAMPLE_REGISTERS: dict[str, Register] = {register.name: register for register in (SampleTaxCodes(), SamplePopulation())}

"""Reading the variables of a case by a path of their drawing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.cases.models import Case
from rules.feel import expression_of, feel


def variable(case: Case, path: str, now: datetime, given: Mapping[str, Any] | None = None) -> Any:
    """The value of a FEEL path over the case's variables and what a step was given itself; null where nothing is."""
    seen = {**case.variables, **(given or {})}
    return feel().evaluate(expression_of(path), seen, now=now, strict=False) if path else None

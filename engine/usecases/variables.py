"""Reading the variables of a case by a path of their drawing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.cases.models import Case
from rules.feel import expression_of, feel


def variable(case: Case, path: str, now: datetime) -> Any:
    """The value of a FEEL path over the case's variables; null where nothing is."""
    return feel().evaluate(expression_of(path), case.variables, now=now, strict=False) if path else None

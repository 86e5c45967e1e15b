"""What counts: dossiers and reports of a trial (thử nghiệm) are in no figure, rating or public list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from engine.cases.models import Case


def counts(case_id: Any) -> ColumnElement[bool]:
    """Whether the case of this column is a real one and no trial."""
    return ~exists(select(Case.id).where(Case.id == case_id, Case.trial))

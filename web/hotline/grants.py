"""Which reports a reader has shown to know, kept for half an hour in the signed session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import session

from web.actor import now

GRANT = "reports"
GRANTED_FOR = 30 * 60
MOST_GRANTS = 5


def grant(code: str, case_id: Any) -> None:
    """Remember in the signed session that this reader has shown code and second fact of a report."""
    grants = {key: value for key, value in session.get(GRANT, {}).items() if key != code}
    grants[code] = [str(case_id), int(now().timestamp())]
    session[GRANT] = dict(list(grants.items())[-MOST_GRANTS:])


def tidy(code: str) -> str:
    """A code as people type it, in its one form."""
    return "".join(code.split()).upper()[:40]


def granted(code: str) -> UUID | None:
    """The report this reader has proved to know, for half an hour."""
    case_id, given = session.get(GRANT, {}).get(tidy(code), (None, 0))
    if case_id is None or now().timestamp() - given > GRANTED_FOR:
        return None
    return UUID(case_id)

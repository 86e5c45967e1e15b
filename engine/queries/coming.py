"""What the law will change and when, for designers, counters, leaders and everybody who looks a procedure up."""

from __future__ import annotations

from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.procedures.effect import Coming, Ending, coming, endings
from engine.work import Reading

WARNED = ("designer", "procedure_controller", "leader", "centre_director", "unit_head")
"""Who is shown which legal bases end; those of them who are also told by message stand in `usecases.law_warnings`."""


def coming_versions(read: Reading, procedure: str | None = None) -> tuple[Coming, ...]:
    """The versions published ahead, of one procedure or of all, the nearest day first; no secret to anybody."""
    return coming(read.session, legal_date(read.now), procedure)


def ending_bases(read: Reading) -> tuple[Ending, ...]:
    """What procedures in force stand on and what ends within thirty days with nothing after it."""
    require_role(read.actor, *WARNED)
    return endings(read.session, legal_date(read.now))

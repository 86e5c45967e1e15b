"""Carry on: the one function by which every entry takes a case as far as its diagram allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine.bpmn import door
from engine.bpmn.advance import Advance, Waiting
from engine.cases.models import Case, Incident, Subscription
from engine.errors import Refusal, Unlawful
from engine.usecases.keeping import keep, report_trouble
from engine.usecases.running import bundle_of
from engine.work import Work
from rules.feel import FeelError
from rules.sentences import Sentence

Inline = Callable[[Work, Case, Waiting], Mapping[str, Any]]
INLINE: dict[str, Inline] = {}
"""Task types carried out in the transaction of the act that reached them; each returns the variables it sets."""

DEFERRED: set[str] = set()
"""Task types that a worker carries out: files, signatures, the outside world."""

MOST_INLINE = 200


def inline(task_type: str) -> Callable[[Inline], Inline]:
    """Provide a task type that needs nothing but the database."""

    def provide(function: Inline) -> Inline:
        INLINE[task_type] = function
        return function

    return provide


def carry_on(work: Work, case: Case, advance: Advance, *, finished: str | None = None) -> None:
    """Keep the state, open and close what the diagram opened and closed, and do what it asks until it waits.

    `finished` is the token of the task or call whose own row the caller has closed.
    """
    definition = bundle_of(work, case).definition
    stuck: set[str] = set()
    for _ in range(MOST_INLINE):
        keep(work, case, advance, at_once=INLINE.keys(), later=DEFERRED, finished=finished)
        _tell_others(work, case, advance)
        done = _carry_out_inline(work, case, advance, stuck)
        if done is None:
            break
        token, variables = done
        finished = token
        advance = door.complete(definition, case.state, token, variables, now=work.now)
    else:
        report_trouble(work, case, "", "", "loop", Sentence("Quy trình lặp quá nhiều bước tự động mà không chờ ai."))
    while work.afterwards:
        work.afterwards.pop(0)()


def _tell_others(work: Work, case: Case, advance: Advance) -> None:
    """Ask that every other running case hears the signals this one has thrown, each in a transaction of its own."""
    for signal in advance.signals:
        waiting = select(Subscription.case_id).where(Subscription.kind == "signal", Subscription.message == signal)
        others = select(Case.id).where(
            Case.id.in_(waiting), Case.id != case.id, Case.ended_at.is_(None), Case.trial == case.trial
        )
        for other in work.session.scalars(others):
            work.defer("TellSignal", {"case": str(other), "signal": signal})


def _carry_out_inline(work: Work, case: Case, advance: Advance, stuck: set[str]) -> tuple[str, dict[str, Any]] | None:
    """Do the next thing the diagram asks for at once: (token, variables); None when there is nothing left to do.

    One that cannot be done becomes an incident; what led here stays done, and the next act on the case tries again.
    Only what is unlawful refuses the act of the person that led to it.
    """
    for asked in advance.waiting:
        if asked.kind != "call" or asked.type not in INLINE or asked.token in stuck:
            continue
        later = len(work.afterwards)
        try:
            with work.session.begin_nested():
                variables = dict(INLINE[asked.type](work, case, asked))
        except (Refusal, FeelError, ValueError, LookupError) as reason:
            if isinstance(reason, Unlawful) and work.actor.kind != "system":
                raise
            del work.afterwards[later:]
            stuck.add(asked.token)
            if not _standing(work, case, asked.token):
                report_trouble(work, case, asked.token, asked.element_id, "inline", said_of(reason), asked.name)
            continue
        for incident in _standing(work, case, asked.token) if case.troubled else ():
            incident.resolved_at = work.now
        return asked.token, variables
    return None


def said_of(reason: Exception) -> str:
    """Why something could not be done, as a sentence where it was one."""
    return Sentence(reason.message, **reason.params) if isinstance(reason, Refusal) else str(reason)


def _standing(work: Work, case: Case, token: str) -> list[Incident]:
    """The open incidents of one token."""
    return list(
        work.session.scalars(
            select(Incident).where(Incident.case_id == case.id, Incident.token == token, Incident.resolved_at.is_(None))
        )
    )


def deliver(
    work: Work, case: Case, message: str, key: str, variables: Mapping[str, Any], *, host: str | None = None
) -> bool:
    """Give a message to the diagram if it waits for it, with `host` only at the edge of the open task of that token.

    False when nothing waits.
    """
    waits = work.session.scalar(
        select(Subscription.id).where(
            Subscription.case_id == case.id, Subscription.message == message, Subscription.key == key
        )
    )
    if waits is None:
        return False
    definition = bundle_of(work, case).definition
    advance = door.deliver(definition, case.state, message, key, dict(variables), now=work.now, host=host)
    carry_on(work, case, advance)
    return True

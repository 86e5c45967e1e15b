"""What must hold at the end of simulated time, looked up where people look it up; a fault names its dossier."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from cli.figures import listed_letters, unreached_cases
from cli.simulating.closing import every_date
from cli.simulating.letters import letter_faults
from cli.simulating.year import Span
from engine.accounts.models import Mandate, Person
from engine.cases.clocks import calendar_under, reckoning_of
from engine.cases.models import Call, Case, Clock, Incident, Task
from engine.clock import legal_date
from engine.composition import House
from engine.deadlines.ledger import BrokenLedger, ledger_from_json, replay
from engine.deadlines.limits import Limit
from engine.dossiers.accounting import account
from engine.dossiers.models import Apology, Dossier
from engine.journal import verify
from engine.queries.heads import heads_of
from engine.queries.keyset import Window
from engine.queries.people import actor_of
from engine.queries.warnings import legal_notices
from engine.usecases.figures import differences
from engine.usecases.late_checks import late_faults
from engine.usecases.late_dates import LATENESS
from engine.work import SYSTEM, Actor

HEADS = ("leader", "unit_head")
OPERATOR = "operator"


def broken(house: House, span: Span) -> Iterator[str]:
    """Every promise that does not hold, in words with the dossier's code; nothing, if all is well."""
    yield from _untold(house)
    yield from _unlisted(house)
    yield from _letters(house)
    yield from _not_reproduced(house)
    yield from _journal(house)
    yield from _account(house, span)
    yield from _figures(house)
    yield from _left_behind(house)


def _codes(house: House) -> dict[UUID, str]:
    with house.reading(actor=SYSTEM) as look:
        rows = look.session.execute(select(Dossier.case_id, Dossier.code, Dossier.filing_code))
        return {case_id: code or filing for case_id, code, filing in rows}


def _holding(house: House, *roles: str) -> list[Actor]:
    """Everybody who holds one of these roles now."""
    with house.reading(actor=SYSTEM) as look:
        holders = select(Person.id).join(Mandate, Mandate.person_id == Person.id).where(Mandate.role.in_(roles))
        people = look.session.scalars(holders.distinct().order_by(Person.id)).all()
        found = [actor_of(look, person_id) for person_id in people]
    return [one for one in found if one is not None]


def _untold(house: House) -> Iterator[str]:
    """A missed date nobody told of is a fault, unless every channel failed and somebody finds it on the list."""
    codes = _codes(house)
    listed = _unreached(house)
    for one in every_date(house):
        if one.told != "never":
            continue
        what = f"dossier {codes[one.case_id]}, promised for {one.promised_on:%d/%m/%Y}"
        if not one.undelivered:
            yield f"{what}: late, and nobody was ever told"
        elif one.case_id not in listed:
            yield f"{what}: late, no message arrived, and it stands on no list of those nobody reached"


def _unreached(house: House) -> set[UUID]:
    """The cases on the list of those to whom nothing about their delay could be delivered, as an operator reads it."""
    found: set[UUID] = set()
    for actor in _holding(house, OPERATOR)[:1]:
        window: Window | None = Window()
        while window is not None:
            with house.reading(actor=actor) as look:
                page = legal_notices(look, window=window)
            found |= {line.case_id for line in page.lines if line.case_id is not None and line.event in LATENESS}
            window = Window(after=page.after) if page.after is not None else None
    return found


def _unlisted(house: House) -> Iterator[str]:
    """A letter that is owed stands on the list of everybody who heads the unit that owes it."""
    codes = _codes(house)
    with house.reading(actor=SYSTEM) as look:
        owed = look.session.scalars(
            select(Apology).where(Apology.sent_at.is_(None), Apology.closed_at.is_(None)).order_by(Apology.due_by)
        ).all()
        handling: dict[UUID, UUID] = dict(look.session.execute(select(Dossier.case_id, Dossier.handling_id)).all())
        today = legal_date(look.now)
    owed = [one for one in owed if one.kept_at is None or one.promised_on < today]
    lists: list[tuple[Actor, set[UUID]]] = []
    for actor in _holding(house, *HEADS):
        with house.reading(actor=actor) as look:
            lists.append((actor, set(listed_letters(look))))
    for one in owed:
        theirs = [(actor, listed) for actor, listed in lists if handling[one.case_id] in actor.oversight]
        what = f"dossier {codes[one.case_id]}: the letter owed since {one.due_by:%d/%m/%Y}"
        if not theirs:
            yield f"{what} belongs to a unit nobody heads"
        for actor, listed in theirs:
            if one.id not in listed:
                yield f"{what} is not on the list of {actor.name}"


def _letters(house: House) -> Iterator[str]:
    """Every letter went a way the rules allow, and what its counter has not read stands on that counter's list."""
    codes, clerks = _codes(house), _holding(house, "counter_clerk")
    with house.reading(actor=SYSTEM) as look:
        received: set[UUID] = set(
            look.session.scalars(select(Dossier.receiving_id).join(Apology, Apology.case_id == Dossier.case_id))
        )
        for office in sorted(received):
            clerk = next((one for one in clerks if one.holds("counter_clerk", office)), None)
            if clerk is None:
                yield f"counter {office} has nobody to read what it is told"
            else:
                yield from letter_faults(look, codes, clerk, office)


def _not_reproduced(house: House) -> Iterator[str]:
    """Every kept due date follows from its ledger alone, and again from limit, start and interruptions."""
    codes = _codes(house)
    with house.reading(actor=SYSTEM) as look:
        clocks = look.session.scalars(select(Clock).options(selectinload(Clock.interruptions)).order_by(Clock.id))
        for clock in clocks:
            what = f"dossier {codes.get(clock.case_id, clock.case_id)}, term {clock.term}"
            limit = Limit(clock.limit_value, clock.limit_unit)  # type: ignore[arg-type]
            try:
                told = replay(ledger_from_json(clock.ledger), limit)
            except (BrokenLedger, ValueError, KeyError) as fault:
                yield f"{what}: its ledger cannot be read ({fault})"
                continue
            if told != clock.due_at:
                yield f"{what}: due {clock.due_at}, its ledger says {told}"
            if clock.status == "stopped" and clock.due_at is None:
                continue  # it ended while it stood still: there is no date to count anew
            counted = reckoning_of(clock, calendar_under(look.session, clock)).due_at
            if counted != clock.due_at:
                yield f"{what}: due {clock.due_at}, counted anew {counted}"


def _journal(house: House) -> Iterator[str]:
    with house.reading(actor=SYSTEM) as look:
        for fault in verify(look.session, heads_of(look.session)):
            yield f"journal: {fault.chain} act {fault.seq} {fault.problem}"


def _account(house: House, span: Span) -> Iterator[str]:
    with house.reading(actor=SYSTEM) as look:
        for office, figures in account(look.session, span.first, span.last, until=look.now).items():
            if figures.gap:
                yield f"office {office}: its account does not come out, by {figures.gap}"


def _figures(house: House) -> Iterator[str]:
    """The figures reports read are what the facts say, in the house's own check of them."""
    with house.reading(actor=SYSTEM) as look:
        yield from differences(look)
        yield from late_faults(look, owed=set(listed_letters(look)), unreached=set(unreached_cases(look)))


def _left_behind(house: House) -> Iterator[str]:
    """Nothing asked of a worker was lost, nothing fell due and was not told, no dossier stands nowhere."""
    codes = _codes(house)
    with house.reading(actor=SYSTEM) as look:
        lost = select(Call.case_id, Call.type).where(Call.status.in_(("waiting", "attempting", "unknown")))
        for case_id, kind in look.session.execute(lost):
            yield f"dossier {codes.get(case_id, case_id)}: {kind} was never carried out"
        missed = select(Incident.case_id, Incident.message).where(
            Incident.resolved_at.is_(None), Incident.kind.in_(("moment", "call"))
        )
        for case_id, message in look.session.execute(missed):
            yield f"dossier {codes.get(case_id, case_id)}: {message}"
        at_task = select(Task.case_id).where(Task.status == "open")
        waiting = select(Clock.case_id).where(Clock.status != "stopped")
        nowhere = select(Case.id).where(
            Case.kind == "dossier", Case.ended_at.is_(None), Case.id.not_in(at_task), Case.id.not_in(waiting)
        )
        for case_id in look.session.scalars(nowhere):
            yield f"dossier {codes.get(case_id, case_id)} is open and stands nowhere"

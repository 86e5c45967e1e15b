"""The stamps of dossiers as the forecast reads them: acceptance, steps, pauses and decision; never a saved state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, load_only, selectinload

from engine.calendars.load import calendar_joined
from engine.cases.clocks import DOSSIER, rules_of, waits_of
from engine.cases.models import Case, Clock, Task
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Limit
from engine.dossiers.figures import ENDED_OTHERWISE
from engine.dossiers.lists import DossierOffice
from engine.dossiers.models import Dossier
from engine.forecasts.lives import Life, Stay

AT_ONCE = 400
APOLOGY = "apology"
"""How the steps begin that write a letter of apology beside the real work."""


@dataclass(frozen=True)
class History:
    """The life of a dossier, the calendar that counts it, and where its term stands now."""

    life: Life
    calendar: Calendar
    handling_id: UUID
    signing_id: UUID
    running: bool
    promised_at: datetime | None
    apology_by: datetime | None


def histories(session: Session, case_ids: Sequence[UUID]) -> Iterator[tuple[UUID, History]]:
    """Those of these dossiers that were accepted, are under a term and are no trials, in no order."""
    for start in range(0, len(case_ids), AT_ONCE):
        yield from _some(session, case_ids[start : start + AT_ONCE])


def _some(session: Session, case_ids: Sequence[UUID]) -> Iterator[tuple[UUID, History]]:
    trial = exists(select(Case.id).where(Case.id == Dossier.case_id, Case.trial))
    rows = session.execute(
        select(
            Dossier.case_id, Dossier.procedure, Dossier.handling_id, Dossier.signing_id, Dossier.status,
            Dossier.decided_at,
        ).where(Dossier.case_id.in_(case_ids), Dossier.accepted_at.is_not(None), ~trial)
    ).all()  # fmt: skip
    clocks, stays = _clocks(session, case_ids), _stays(session, case_ids)
    for case_id, procedure, handling_id, signing_id, status, decided_at in rows:
        clock = clocks.get(case_id)
        if clock is None:
            continue
        life = Life(
            key=str(case_id),
            procedure=procedure,
            office=str(handling_id),
            accepted_at=clock.started_at,
            limit=Limit(clock.limit_value, clock.limit_unit),  # type: ignore[arg-type]
            stays=tuple(stays.get(case_id, ())),
            pauses=waits_of(clock),
            ended_at=max(decided_at, clock.started_at) if decided_at is not None else None,
            decided=decided_at is not None and status not in ENDED_OTHERWISE,
            rules=rules_of(clock),
        )
        calendar = calendar_joined(session, clock.calendar, clock.calendar_version, clock.earlier)
        running = clock.status == "running" and decided_at is None
        yield case_id, History(life, calendar, handling_id, signing_id, running, clock.promised_at, clock.apology_by)


def _clocks(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, Clock]:
    """The dossier's own terms, without their ledgers."""
    columns = (
        Clock.case_id, Clock.limit_value, Clock.limit_unit, Clock.calendar, Clock.calendar_version, Clock.earlier,
        Clock.effective_on, Clock.same_day_cut_off, Clock.start_cut_off, Clock.started_at, Clock.status,
        Clock.promised_at, Clock.apology_by,
    )  # fmt: skip
    rows = session.scalars(
        select(Clock)
        .options(load_only(*columns), selectinload(Clock.interruptions))
        .where(Clock.case_id.in_(case_ids), Clock.term == DOSSIER)
    )
    return {clock.case_id: clock for clock in rows}


def _stays(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[Stay]]:
    rows = session.execute(
        select(Task.case_id, Task.element_id, Task.opened_at, Task.closed_at)
        .where(Task.case_id.in_(case_ids), Task.element_id.not_like(f"{APOLOGY}%"))
        .order_by(Task.opened_at, Task.id)
    )
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for case_id, element_id, opened_at, closed_at in rows:
        found[case_id].append(Stay(element_id, opened_at, closed_at))
    return found


def spread(session: Session, procedure: str, office_id: UUID | None, since: datetime, most: int) -> list[UUID]:
    """Dossiers of a procedure filed since a moment, of one deciding unit where it is named, the latest first.

    At most `most`, evenly taken from the whole time: the latest alone would be those nobody has decided yet.
    """
    if office_id is None:
        at, case_id = Dossier.submitted_at, Dossier.case_id
        listed = select(at, case_id).where(Dossier.procedure == procedure, at >= since)
    else:
        at, case_id = DossierOffice.submitted_at, DossierOffice.case_id
        listed = (
            select(at, case_id)
            .join(Dossier, Dossier.case_id == DossierOffice.case_id)
            .where(DossierOffice.office_id == office_id, DossierOffice.procedure == procedure, at >= since)
            .where(Dossier.handling_id == office_id)
        )
    place = func.row_number().over(order_by=(at.desc(), case_id)).label("place")
    numbered = listed.add_columns(place, func.count().over().label("whole")).subquery()
    step = (numbered.c.whole + (most - 1)) // most
    asked = select(numbered.c.case_id).where((numbered.c.place - 1) % step == 0).order_by(numbered.c.place)
    return list(session.scalars(asked))


def accepted_since(session: Session, since: datetime, most: int) -> list[History]:
    """Dossiers accepted from a moment on, at most so many of the latest, whatever became of them."""
    asked = select(Dossier.case_id).where(Dossier.accepted_at >= since)
    ids = session.scalars(asked.order_by(Dossier.accepted_at.desc(), Dossier.case_id).limit(most)).all()
    return [one for _, one in histories(session, ids)]

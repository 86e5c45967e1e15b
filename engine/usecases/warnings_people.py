"""Who is warned of a dossier: who has it on the desk, who heads that unit, who leads the agency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.absences import absence_on
from engine.accounts.holders import LEADERS, heads, holders, in_post
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Case, Task

MOST_TASKS = 20
APOLOGY = "apology"
"""How the ids of the steps around a letter of apology begin, in every drawing."""


def people_for(session: Session, case: Case, posts: Iterable[str], day: date) -> dict[UUID, Person]:
    """Everybody of these posts ("officer", "unit_head", "leader") who answers for a case on a day, each once."""
    tasks = open_tasks(session, case)
    offices = list(dict.fromkeys(task.office_id for task in tasks if task.office_id)) or _handling(case)
    return _together(session, tasks, offices, posts, day)


def people_for_step(session: Session, task: Task, posts: Iterable[str], day: date) -> dict[UUID, Person]:
    """Everybody of these posts who answers for one step on a day, each once."""
    offices = [task.office_id] if task.office_id else []
    return _together(session, [task], offices, posts, day)


def open_tasks(session: Session, case: Case) -> Sequence[Task]:
    """What lies on desks of a case now; a letter of apology beside other work has warnings of its own."""
    asked = select(Task).where(Task.case_id == case.id, Task.status == "open").order_by(Task.opened_at, Task.id)
    found = session.scalars(asked.limit(MOST_TASKS)).all()
    return [task for task in found if not task.element_id.startswith(APOLOGY)] or found


def _together(
    session: Session, tasks: Sequence[Task], offices: Sequence[UUID], posts: Iterable[str], day: date
) -> dict[UUID, Person]:
    found: list[Person] = []
    for post in posts:
        if post == "officer":
            found += _officers(session, tasks, offices, day)
        elif post == "unit_head":
            found += [person for office in offices for person in _heads(session, office, day)]
        else:
            found += [person for office in offices for person in _leaders(session, office, day)]
    return {person.id: person for person in found}


def _officers(session: Session, tasks: Sequence[Task], offices: Sequence[UUID], day: date) -> list[Person]:
    """Who holds the tasks or stands in; of one nobody took, or whose holder is not in post, the head of its unit."""
    if not tasks:
        return [person for office in offices for person in _heads(session, office, day)]
    found: list[Person] = []
    for task in tasks:
        holder = _holder(session, task, day)
        if holder is not None:
            found.append(holder)
        elif task.office_id is not None:
            found += _heads(session, task.office_id, day)
    return found


def _holder(session: Session, task: Task, day: date) -> Person | None:
    """The person a task lies with, if their account is open and they serve in its office on that day."""
    person = session.get(Person, task.assignee_id) if task.assignee_id else None
    if person is None or not person.active:
        return None
    serves = select(Mandate.id).where(Mandate.person_id == person.id, Mandate.office_id == task.office_id, in_post(day))
    if task.office_id is not None and session.scalar(serves.limit(1)) is None:
        return None
    return _present(session, person, day)


def _present(session: Session, person: Person, day: date) -> Person | None:
    """That person, or whoever stands in while they are away; None where nobody does."""
    absence = absence_on(session, person.id, day)
    if absence is None:
        return person
    other = session.get(Person, absence.stand_in_id) if absence.stand_in_id else None
    return other if other is not None and other.active and absence_on(session, other.id, day) is None else None


def _heads(session: Session, office_id: UUID, day: date) -> list[Person]:
    """Who heads an office and is there, or whoever stands in; where nobody is, the same one office higher."""
    office = session.get(Office, office_id)
    while office is not None:
        there = [_present(session, person, day) for person in heads(session, office.id, day)]
        found = [person for person in there if person is not None]
        if found:
            return found
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return []


def _leaders(session: Session, office_id: UUID, day: date) -> list[Person]:
    """Who leads the agency an office belongs to, or the nearest one above it that somebody leads."""
    office = session.get(Office, office_id)
    office = agency_of(session, office) if office is not None else None
    agency = office
    while office is not None:
        there = [_present(session, one, day) for role in LEADERS for one in holders(session, office.id, role, day)]
        found = [person for person in there if person is not None]
        if found:
            return found
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return _heads(session, agency.id, day) if agency is not None else []


def _handling(case: Case) -> list[UUID]:
    """The deciding unit, where nothing lies on a desk."""
    office = case.places.get("handling")
    return [UUID(str(office))] if office else []

"""Who is warned of a dossier: who has it on the desk, who heads that unit, who leads the agency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.absences import Absence, standing
from engine.accounts.holders import HEADS, LEADERS, in_post
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Case, Task

MOST_TASKS = 20
APOLOGY = "apology"
"""How the ids of the steps around a letter of apology begin, in every drawing."""


Offices = dict[UUID, UUID | None]
"""Who is warned, each with the office of the post in which they answer for it."""


def people_for(session: Session, case: Case, posts: Iterable[str], day: date) -> Offices:
    """Everybody of these posts ("officer", "unit_head", "leader") who answers for a case on a day, each once."""
    tasks = open_tasks(session, case)
    offices = list(dict.fromkeys(task.office_id for task in tasks if task.office_id)) or _handling(case)
    return _together(session, tasks, offices, posts, day)


def people_for_step(session: Session, task: Task, posts: Iterable[str], day: date) -> Offices:
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
) -> Offices:
    found: Offices = {}
    for post in posts:
        if post == "officer":
            _add(found, _officers(session, tasks, offices, day))
        else:
            for office in offices:
                _add(found, (_heads if post == "unit_head" else _leaders)(session, office, day))
    return found


def _add(found: Offices, more: Offices) -> None:
    for person_id, office_id in more.items():
        found.setdefault(person_id, office_id)


def _officers(session: Session, tasks: Sequence[Task], offices: Sequence[UUID], day: date) -> Offices:
    """Who holds the tasks or stands in; of one nobody took, or whose holder is not in post, the head of its unit."""
    found: Offices = {}
    unheld = [] if tasks else list(offices)
    for task in tasks:
        holder = _there(session, _holder(session, task, day), task.office_id, day)
        _add(found, holder)
        if not holder and task.office_id is not None:
            unheld.append(task.office_id)
    for office in dict.fromkeys(unheld):
        _add(found, _heads(session, office, day))
    return found


def _holder(session: Session, task: Task, day: date) -> list[Person]:
    """The person a task lies with, if their account is open and they serve in its office on that day."""
    if task.assignee_id is None:
        return []
    asked = select(Person).where(Person.id == task.assignee_id, Person.active)
    if task.office_id is not None:
        asked = asked.join(Mandate, Mandate.person_id == Person.id).where(
            Mandate.office_id == task.office_id, in_post(day)
        )
    return list(session.scalars(asked.limit(1)))


def _heads(session: Session, office_id: UUID, day: date) -> Offices:
    """Who heads an office and is there, or whoever stands in; where nobody is, the same one office higher."""
    return _nearest(session, session.get(Office, office_id), HEADS, day)


def _leaders(session: Session, office_id: UUID, day: date) -> Offices:
    """Who leads the agency an office belongs to, or the nearest one above it that somebody leads."""
    office = session.get(Office, office_id)
    agency = agency_of(session, office) if office is not None else None
    return _nearest(session, agency, LEADERS, day) or _nearest(session, agency, HEADS, day)


def _nearest(session: Session, office: Office | None, roles: Sequence[str], day: date) -> Offices:
    while office is not None:
        asked = (
            select(Person)
            .join(Mandate, Mandate.person_id == Person.id)
            .where(Mandate.office_id == office.id, Mandate.role.in_(roles), in_post(day), Person.active)
            .distinct()
            .order_by(Person.sort_key, Person.id)
        )
        found = _there(session, list(session.scalars(asked)), office.id, day)
        if found:
            return found
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return {}


def _there(session: Session, people: Sequence[Person], office_id: UUID | None, day: date) -> Offices:
    """Those of them who are there, and whoever stands in for the others, if that one is there."""
    away = _away(session, [person.id for person in people], day)
    found: Offices = {person.id: office_id for person in people if person.id not in away}
    others = [absence.stand_in_id for absence in away.values() if absence.stand_in_id is not None]
    gone = _away(session, others, day)
    for other in others:
        person = session.get(Person, other)
        if other not in gone and person is not None and person.active:
            found.setdefault(other, office_id)
    return found


def _away(session: Session, people: Sequence[UUID], day: date) -> dict[UUID, Absence]:
    asked = select(Absence).where(Absence.person_id.in_(people), standing(day, day))
    return {row.person_id: row for row in session.scalars(asked)} if people else {}


def _handling(case: Case) -> list[UUID]:
    """The deciding unit, where nothing lies on a desk."""
    office = case.places.get("handling")
    return [UUID(str(office))] if office else []

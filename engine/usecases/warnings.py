"""Warning officials of terms that run out: at the marks of a dossier's terms and of the steps' own times, each once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import not_, or_, select, update

from engine.accounts.warning_rules import MARKS, STEP_MARKS, WarningRules, warning_rules
from engine.cases.calendars import calendar_for
from engine.cases.clocks import DOSSIER, LEGAL
from engine.cases.marks import Aim, aim_of, step_aim, step_mark, told_as, warnings_ahead
from engine.cases.models import Case, Clock, Task
from engine.clock import legal_date, legal_time
from engine.db import new_id
from engine.deadlines.calendar import Calendar
from engine.deadlines.limits import Reckoning
from engine.dossiers.models import Dossier
from engine.notifications.staff import StaffWarning
from engine.notifications.staff_choices import listeners_of
from engine.usecases.opening import subject_of
from engine.usecases.running import lock_task
from engine.usecases.warnings_people import Offices, people_for, people_for_step
from engine.work import Reading, Work

BATCH = 200


@dataclass(frozen=True)
class Subject:
    """What people are warned of: a term of a case, or a step of it."""

    id: UUID
    term: str = ""
    name: str = ""

    @property
    def step(self) -> bool:
        return not self.term


def warn_staff(work: Work, case: Case, clock: Clock, reckoning: Reckoning, calendar: Calendar) -> list[str]:
    """Warn whoever answers for a running term of the marks it has reached; gives those marks.

    The caller has locked the case and found its clock running. Where several marks were reached since the last look,
    the people of the latest one are warned of it alone. Trials and decided dossiers warn nobody.
    """
    aim = aim_of(clock, calendar)
    ahead = warnings_ahead(clock, reckoning, calendar)
    reached = [name for name, moment in sorted(ahead, key=lambda one: one[1]) if moment <= work.now]
    if aim is None or not reached:
        return []
    told = [told_as(name, aim) for name in MARKS]
    clock.warned = [one for one in [*clock.warned, *(told_as(name, aim) for name in reached)] if one in told]
    if case.trial or _decided(work, case):
        return reached
    today = legal_date(work.now)
    rules = warning_rules(work.session, _office(case), today)
    subject = Subject(clock.id, term=clock.term)
    warned: set[UUID] = set()
    for name in reversed(reached):
        people = people_for(work.session, case, rules.posts(name), today)
        fresh = {person_id: office for person_id, office in people.items() if person_id not in warned}
        warned |= people.keys()
        _raise(work, case, subject, name, aim, fresh)
    return reached


def due_steps(read: Reading) -> list[UUID]:
    """The open tasks whose own time has reached a mark, longest waiting first."""
    rows = read.session.scalars(
        select(Task.id).where(Task.status == "open", Task.warn_at <= read.now).order_by(Task.warn_at).limit(BATCH)
    )
    return list(rows)


def warn_of_step(work: Work, task_id: UUID) -> str | None:
    """Warn whoever has a step on the desk of the latest mark its own time has reached; gives that mark.

    While the dossier's term stands still nobody is warned: it is looked at again on the next working day.
    """
    found = lock_task(work, task_id)
    if found is None:
        return None
    case, task = found
    if task.status != "open" or task.due_at is None or case.ended_at is not None or case.trial or _decided(work, case):
        task.warn_at = None
        return None
    calendar = calendar_for(work.session, task.office_id)
    if _paused(work, case):
        task.warn_at = calendar.opening(calendar.add(legal_time(work.now).date(), 1))
        return None
    moments = [(name, step_mark(task.opened_at, task.due_at, calendar, int(name))) for name in STEP_MARKS]
    task.warn_at = min((moment for _, moment in moments if moment > work.now), default=None)
    reached = [name for name, moment in moments if moment <= work.now]
    if not reached:
        return None
    today = legal_date(work.now)
    rules = warning_rules(work.session, task.office_id, today)
    people = people_for_step(work.session, task, _posts(rules, reached), today)
    subject = Subject(task.id, name=task.name)
    _raise(work, case, subject, reached[-1], step_aim(task.due_at), people)
    return reached[-1]


def _posts(rules: WarningRules, reached: list[str]) -> tuple[str, ...]:
    """Whom the reached marks of a step concern; a mark nobody is warned at leaves it to the one before."""
    return tuple(dict.fromkeys(post for name in reached for post in rules.posts(name, step=True)))


def _raise(work: Work, case: Case, subject: Subject, name: str, aim: Aim, people: Offices) -> None:
    """Write one warning a person, unless they have this one or a graver one; what it takes the place of is closed.

    A short limit is half used on its last day but one: whoever was told "tomorrow" is not told "50 %" after that.
    """
    session = work.session
    same = StaffWarning.subject_id == subject.id
    rank = MARKS.index(name)
    same_date = StaffWarning.due_at == aim.at if aim.eve_on is None else StaffWarning.due_on == aim.on
    milder = StaffWarning.person_id.in_(people) & StaffWarning.mark.in_(MARKS[:rank])
    session.execute(
        update(StaffWarning)
        .where(same, StaffWarning.closed_at.is_(None), or_(not_(same_date), milder))
        .values(closed_at=work.now, mail_at=None)
    )
    asked = select(StaffWarning.person_id).where(same, same_date, StaffWarning.mark.in_(MARKS[rank:]))
    known = set(session.scalars(asked))
    fresh = [person_id for person_id in people if person_id not in known]
    if not fresh:
        return
    code = subject_of(work, case).code
    for person_id, listener in listeners_of(session, fresh, work.now).items():
        way = listener.choice.way(name, step=subject.step)
        session.add(
            StaffWarning(
                id=new_id(),
                person_id=person_id,
                case_id=case.id,
                subject_id=subject.id,
                step=subject.step,
                office_id=people[person_id],
                code=code,
                name=subject.name,
                term=subject.term,
                mark=name,
                due_on=aim.on,
                due_at=aim.at,
                over_at=aim.over_at,
                eve_on=aim.eve_on,
                raised_at=work.now,
                how=way,
                mail_at=listener.mail_at(way, work.now),
            )
        )
    facts = {"mark": name, "due_on": aim.on, "people": [str(person_id) for person_id in fresh]}
    about = {"task": str(subject.id)} if subject.step else {"term": subject.term}
    work.record(case, "staff.warned", facts | about)


def _decided(work: Work, case: Case) -> bool:
    dossier = work.session.get(Dossier, case.id)
    return dossier is not None and dossier.decided_at is not None


def _paused(work: Work, case: Case) -> bool:
    """Whether the dossier's own term stands still."""
    paused = select(Clock.id).where(
        Clock.case_id == case.id, Clock.term.in_((DOSSIER, LEGAL)), Clock.status == "paused"
    )
    return work.session.scalar(paused.limit(1)) is not None


def _office(case: Case) -> UUID | None:
    office = case.places.get("handling") or case.places.get("receiving")
    return UUID(str(office)) if office else None

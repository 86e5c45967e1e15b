"""The screens that are measured, each with the calls its page makes, and who of the generated city opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from benchmarks.screens_fill import NOW
from engine.accounts.models import Person
from engine.cases.models import Task
from engine.clock import legal_date
from engine.composition import House
from engine.dossiers.models import Dossier
from engine.queries import counter, desk, dossiers, drawer, logbook, oversight, owed, slips, worklist
from engine.queries.control import control_sheet
from engine.queries.finding import Criteria
from engine.queries.keyset import Window
from engine.queries.month import running_month
from engine.queries.opinions import forms_of_tasks, opinions, own_open_tasks
from engine.queries.people import actor_of
from engine.queries.progress import progress
from engine.queries.standings import standings
from engine.queries.supplements import supplement_rules
from engine.queries.weekly import weekly
from engine.usecases.apologies_owed import due_letters
from engine.usecases.calls import stranded_calls
from engine.usecases.deadlines import due_clocks, due_timers, next_moment_of_all
from engine.usecases.warnings import due_steps
from engine.usecases.warnings_mail import due_people
from engine.work import ANONYMOUS, SYSTEM, Actor, Reading

Show = Callable[[Reading], Any]


@dataclass(frozen=True)
class Screen:
    """One page, or one look of the sweep: what it is called, who opens it, what it asks."""

    name: str
    who: str
    actor: Actor
    show: Show


def inbox(view: str, window: Window | None = None, **more: Any) -> Show:
    """The worklist's page as `web.officer.worklist` asks for it."""

    def show(read: Reading) -> None:
        found = worklist.worklist(read, view=view, window=window or Window(), **more)
        standings(read, [line.case_id for line in found.lines])
        worklist.steps_of(read, view)

    return show


def search(criteria: Criteria, window: Window | None = None) -> Show:
    """The search page as `web.officer.search` asks for it, without its filters' choices."""

    def show(read: Reading) -> None:
        found = desk.search(read, criteria, window=window or Window())
        standings(read, [line.id for line in found.lines])

    return show


def case_page(case_id: UUID) -> Show:
    """A dossier's page as an official sees it."""

    def show(read: Reading) -> None:
        page = dossiers.dossier_page(read, case_id)
        progress(read, page)
        opinions(read, case_id)
        standings(read, [case_id])
        dossiers.history(read, case_id)
        forms_of_tasks(read, case_id)
        dossiers.notices_of(read, case_id)
        supplement_rules(read, case_id)
        own_open_tasks(read, case_id)

    return show


def tracked(code: str, second: str) -> Show:
    """What a citizen with a code and the last digits of a number is shown."""

    def show(read: Reading) -> None:
        progress(read, dossiers.track(read, code, second))

    return show


def newly_due(read: Reading) -> None:
    """What the sweep asks every half minute."""
    due_clocks(read)
    due_timers(read)
    due_letters(read)
    due_steps(read)
    due_people(read)
    next_moment_of_all(read)
    stranded_calls(read)


def menu(read: Reading) -> None:
    """The numbers beside the menu's entries, on every office page."""
    worklist.counts(read)
    oversight.pressing_count(read)
    slips.waiting_slips(read)


def paper_desk(read: Reading) -> None:
    """What lies in a counter's drawer on paper, and its slips."""
    (office_id, _name), *_ = drawer.own_offices(read)
    drawer.drawer(read, office_id)
    slips.slips(read, office_id, outgoing=False, open_only=True)
    slips.slips(read, office_id, outgoing=True, open_only=True)


def log_book(read: Reading) -> None:
    """A page of the busiest counter's book of the running month."""
    today = legal_date(read.now)
    (office_id, _name), *_ = logbook.book_offices(read)
    logbook.book_page(read, logbook.book_of(read, office_id, today.replace(day=1), today))


def watch(read: Reading) -> None:
    """The page a head or a leader opens first."""
    oversight.pressing(read)
    owed.owed_letters(read)
    oversight.standstills(read)


def counters(read: Reading) -> None:
    """The counter's day and what waits to be handed over."""
    counter.today(read)
    counter.ready_results(read)
    counter.awaited_supplements(read)


def _next(house: House, actor: Actor, view: str) -> Window:
    with house.reading(actor=actor, now=NOW) as look:
        return Window(after=worklist.worklist(look, view=view).after)


def _people(house: House) -> dict[str, Actor]:
    """Who opens the screens, by login: people of the busiest unit and room, and one who oversees the city."""
    found = {}
    with house.reading(actor=SYSTEM, now=NOW) as look:
        for login in ("clerk-0-0", "officer-0-0-0", "head-0-0", "leader-0", "kiem"):
            person = look.session.scalars(select(Person.id).where(Person.login == login)).one()
            actor = actor_of(look, person)
            assert actor is not None, login
            found[login] = actor
    return found


def screens(house: House) -> list[Screen]:
    """Every screen with somebody for whom it is a busy one."""
    people = _people(house)
    with house.reading(actor=SYSTEM, now=NOW) as look:
        busiest = look.session.execute(
            select(Task.case_id).where(Task.status == "open", Task.office_id.in_(people["head-0-0"].reach)).limit(1)
        ).scalar_one()
        some = look.session.get_one(Dossier, busiest)
        code, second, identity = some.code or some.filing_code, some.owner_phone, some.owner_identity
        procedure = look.session.scalar(
            select(Dossier.procedure).group_by(Dossier.procedure).order_by(func.count().desc()).limit(1)
        )
    clerk, officer, head, leader, city = (
        people[login] for login in ("clerk-0-0", "officer-0-0-0", "head-0-0", "leader-0", "kiem")
    )
    found = [
        Screen("status by code", "citizen", ANONYMOUS, tracked(code, second)),
        Screen("menu", "unit head", head, menu),
        Screen("menu", "city controller", city, menu),
        Screen("inbox", "clerk", clerk, inbox("mine")),
        Screen("inbox, next page", "clerk", clerk, inbox("mine", _next(house, clerk, "mine"))),
        Screen("inbox", "specialist", officer, inbox("mine")),
        Screen("inbox of the room", "unit head", head, inbox("office")),
        Screen("inbox of the room, next page", "unit head", head, inbox("office", _next(house, head, "office"))),
        Screen("inbox, late ones", "unit head", head, inbox("office", late=True)),
        Screen("inbox, may be late", "unit head", head, inbox("office", likely=True)),
        Screen("inbox, by a name", "unit head", head, inbox("office", text="nguyen van a")),
        Screen("case page", "unit head", head, case_page(busiest)),
        Screen("case page", "city controller", city, case_page(busiest)),
        Screen("newly due", "the sweep", SYSTEM, newly_due),
        Screen("control sheet", "unit head", head, lambda read: control_sheet(read, busiest)),
        Screen("log book of a month", "clerk", clerk, log_book),
        Screen("papers in the drawer", "clerk", clerk, paper_desk),
        Screen("month's account", "city controller", city, running_month),
        Screen("weekly report", "city controller", city, weekly),
        Screen("weekly report", "unit leader", leader, weekly),
    ]
    people_and_names = (("clerk", clerk), ("unit leader", leader), ("city controller", city))
    for who, actor in people_and_names:
        found += [
            Screen("search: nguyen van a", who, actor, search(Criteria(text="Nguyễn Văn A"))),
            Screen("search: a rare name", who, actor, search(Criteria(text="quach gia luan"))),
            Screen("search: newest", who, actor, search(Criteria())),
            Screen("search: supplement awaited", who, actor, search(Criteria(statuses=(5,)))),
            Screen("search: late", who, actor, search(Criteria(late=True))),
            Screen("search: one procedure", who, actor, search(Criteria(procedure=procedure or ""))),
        ]
    found += [
        Screen("search: a code", "clerk", clerk, search(Criteria(text=code))),
        Screen("search: a number", "clerk", clerk, search(Criteria(text=identity))),
        Screen("search: its filters", "city controller", city, desk.choices),
        Screen("watch", "unit head", head, watch),
        Screen("watch", "unit leader", leader, watch),
        Screen("watch", "city controller", city, watch),
        Screen("counter", "clerk", clerk, counters),
    ]
    return found

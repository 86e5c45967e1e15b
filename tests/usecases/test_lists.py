"""Long lists: pages by key in both directions, names found by their words, screens that cost what they did before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, inspect, select

from engine.cases.models import Case, Task
from engine.db import new_id
from engine.dossiers.lists import DossierOffice, DossierWord, enter, rebuild
from engine.dossiers.models import Dossier
from engine.queries import counter, finding, keyset, oversight, owed
from engine.queries.dossiers import dossiers
from engine.queries.finding import Criteria, find
from engine.queries.keyset import Place, Window, place_of
from engine.queries.standings import standings
from engine.queries.worklist import counts, steps_of, worklist
from engine.work import Reading
from tests.factories import Ward

NAMES = ("Nguyễn Văn An", "Trần Thị Bích", "Nguyễn Văn Ánh", "Lê An", "Đỗ Văn An")


def _copy(row: Any, **changes: Any) -> Any:
    values = {one.key: getattr(row, one.key) for one in inspect(type(row)).mapper.column_attrs}
    return type(row)(**{**values, **changes})


def multiply(ward: Ward, case_id: UUID, number: int) -> None:
    """So many more dossiers at the same step, each filed a minute after the one before."""
    from engine.accounts.models import fold

    with ward.work() as work:
        session = work.session
        case, dossier = session.get_one(Case, case_id), session.get_one(Dossier, case_id)
        tasks = session.scalars(select(Task).where(Task.case_id == case_id)).all()
        for index in range(number):
            id_, name = new_id(), NAMES[index % len(NAMES)]
            session.add(_copy(case, id=id_))
            copy = _copy(
                dossier, case_id=id_, code=f"M-{new_id()}", filing_code=f"N-{new_id()}", submission_key=str(id_),
                owner_name=name, owner_search_key=fold(name),
                submitted_at=dossier.submitted_at + timedelta(minutes=index),
            )  # fmt: skip
            session.add(copy)
            session.flush()
            enter(session, copy)
            session.add_all([_copy(task, id=new_id(), case_id=id_) for task in tasks])


@pytest.fixture
def filed(ward: Ward) -> UUID:
    return ward.dossier_at("appraise")


def walked(page: Callable[[Window], Any]) -> tuple[list[UUID], list[UUID]]:
    """Every line of a list read from page to page to its end, and again from its end to its beginning."""
    forwards, window = [], Window()
    while True:
        found = page(window)
        forwards.append([line.id for line in found.lines])
        if found.after is None:
            break
        window = Window(after=place_of(str(found.after)))
    backwards = [forwards[-1]]
    while found.before is not None:
        found = page(Window(before=place_of(str(found.before))))
        backwards.insert(0, [line.id for line in found.lines])
    return [one for lines in forwards for one in lines], [one for lines in backwards for one in lines]


def test_pages_hold_every_line_once_in_both_directions(ward, filed):
    multiply(ward, filed, 69)
    with ward.look("nam") as look:
        tasks, back = walked(lambda window: worklist(look, window=window))
        assert len(tasks) == len(set(tasks)) == 70
        assert back == tasks
        assert worklist(look).total == counts(look)["mine"] == 70
        assert [number for _step, number in steps_of(look, "mine")] == [70]
    with ward.look("dung") as look:  # the leader: a dossier lies on the lists of several of his offices
        seen, back = walked(lambda window: dossiers(look, window=window, per_page=25))
        assert len(seen) == len(set(seen)) == 70
        assert back == seen
        first = find(look, Criteria(), size=25)
        assert first.total == 70 or (first.at_least and 25 <= first.total < 70)


def test_a_name_is_found_from_the_beginning_of_any_of_its_words(ward, filed):
    multiply(ward, filed, 10)
    with ward.look("nam") as look:
        assert dossiers(look, text="nguyen van a").total == 4
        assert dossiers(look, text="VAN AN").total == 6
        assert dossiers(look, text="an").total == 8
        assert dossiers(look, text="guyen").total == 0
        assert {line.owner for line in dossiers(look, text="Đỗ").lines} == {"Đỗ Văn An"}
        assert dossiers(look, text="van an", statuses=[5]).total == 0


def test_a_code_is_found_without_the_unit_before_it(ward, filed):
    code = ward.dossier(filed).code
    with ward.look("nam") as look:
        for text in (code, code.lower(), code.partition("-")[2], code.partition("-")[2][:6]):
            assert [line.id for line in dossiers(look, text=text).lines] == [filed], text


def test_a_common_name_is_met_on_a_walk_that_goes_on_where_it_stopped(ward, filed, monkeypatch):
    multiply(ward, filed, 40)
    text = "nguyen van an"
    with ward.look("nam") as look:
        whole = [line.id for line in dossiers(look, text=text, per_page=100).lines]
    for name, value in {"FEW": 3, "FEW_OF_ALL": 3, "FAR": 8, "FAR_BY_NAME": 8}.items():
        monkeypatch.setattr(finding, name, value)
    for login in ("nam", "dung", "kiem"):  # one list, several lists, the list of all
        with ward.look(login) as look:
            found, _back = walked(lambda window, look=look: dossiers(look, text=text, window=window, per_page=5))
            short = dossiers(look, text=text, per_page=50)
        assert found == whole, login
        assert len(short.lines) < len(whole)
        assert short.after is not None, "the walk says that there may be more"
        assert short.at_least


def test_what_lists_read_is_what_the_dossiers_say(ward, filed):
    def kept() -> tuple[list[Any], list[Any]]:
        with ward.look() as look:
            rows = look.session.execute(select(DossierOffice.__table__).order_by("case_id", "office_id")).all()
            return [tuple(row) for row in rows], sorted(look.session.scalars(select(DossierWord.key)))

    paused = ward.paused()
    before = kept()
    with ward.work() as work:
        for dossier in work.session.scalars(select(Dossier)).all():
            rebuild(work.session, dossier)
    assert kept() == before
    with ward.look() as look:
        waiting = look.session.scalars(select(DossierOffice).where(DossierOffice.case_id == paused)).all()
    assert all(row.owed_at is None and row.due_at is not None for row in waiting), "nothing is owed while it waits"
    assert not [task for task in ward.rows(Task, Task.case_id == paused, Task.status == "open") if task.owed_at]


def test_a_counter_counts_and_lists_what_it_has_to_check_and_to_hand_over(ward, monkeypatch):
    done, asked = ward.dossier_at("hand_over"), ward.paused()
    ward.filed_online()
    with ward.look("lan") as look:
        figures, results, awaited = counter.today(look), counter.ready_results(look), counter.awaited_supplements(look)
        assert (figures.to_check, figures.to_return, figures.supplements) == (1, 1, 1)
        assert [(one.case_id, one.decided_at) for one in results] == [(done, ward.dossier(done).decided_at)]
        assert [one.case_id for one in awaited] == [asked]
        assert counter.awaited_supplements(look, "nguyen hoa") == awaited
        assert counter.awaited_supplements(look, awaited[0].code) == awaited
        assert counter.awaited_supplements(look, "ai khac") == []
    multiply(ward, done, 3)
    monkeypatch.setattr(keyset, "MOST", 2)
    with ward.look("lan") as look:
        assert (counter.today(look).to_return, len(counter.ready_results(look))) == (3, 4), "counted up to a bound"
    sent = _sent(ward, "lan", lambda look: (counter.today(look), counter.ready_results(look)))
    assert len(sent) == 2


def test_an_address_that_names_no_line_is_no_place():
    for text in ("", "-", "x-y", "12", "ff-00", f"{'f' * 40}-{new_id().hex}"):
        assert place_of(text) is None, text
    place = Place(ward_moment(), new_id())
    assert place_of(str(place)) == place


def ward_moment() -> Any:
    from tests.conftest import MORNING

    return MORNING.replace(microsecond=123456)


SCREENS: dict[str, tuple[str, Callable[[Reading], Any]]] = {
    "inbox": ("nam", lambda look: standings(look, [line.case_id for line in worklist(look).lines])),
    "inbox of the room": ("an", lambda look: worklist(look, view="office", late=True, text="nguyen")),
    "steps": ("an", lambda look: steps_of(look, "office")),
    "search": ("dung", lambda look: find(look, Criteria(), size=10)),
    "search by name": ("kiem", lambda look: find(look, Criteria(text="nguyen van a"), size=10)),
    "search, filtered": ("dung", lambda look: find(look, Criteria(statuses=(4,), late=True), size=10)),
    "pressing": ("an", oversight.pressing),
    "letters": ("an", owed.owed_letters),
    "menu": ("kiem", oversight.pressing_count),
}


def test_no_screen_sends_more_statements_because_there_is_more_to_show(ward, filed):
    multiply(ward, filed, 2)
    few = {name: _sent(ward, *screen) for name, screen in SCREENS.items()}
    multiply(ward, filed, 20)
    many = {name: _sent(ward, *screen) for name, screen in SCREENS.items()}
    assert {name: len(sent) for name, sent in many.items() if len(sent) > len(few[name]) + ALLOWED} == {}
    heavy = [statement for sent in many.values() for statement in sent if "tasks.inputs" in statement]
    assert not heavy, "a list reads what its lines show"


ALLOWED = 1
"""A list with a second page counts what it holds."""


def _sent(ward: Ward, login: str, show: Callable[[Reading], Any]) -> list[str]:
    sent: list[str] = []
    with ward.look(login) as look:
        link = look.session.connection()
        event.listen(link, "before_cursor_execute", lambda *args: sent.append(args[2]))
        show(look)
    return sent

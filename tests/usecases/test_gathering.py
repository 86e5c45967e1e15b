"""What an act writes is gathered and written together: nothing gets lost, overtaken or left behind on the way."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime

import pytest
from sqlalchemy import event, func, select, text

from engine.cases.models import Passage, Task
from engine.errors import Conflict
from engine.journal import Entry
from engine.usecases.running import lock_case, lock_task
from engine.usecases.tasks import complete_task
from tests.factories import ANSWERS


@pytest.fixture
def waiting(ward):
    """A dossier to be appraised."""
    return ward.dossier_at("appraise")


@contextmanager
def statements(house):
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_):
        asked.append(" ".join(statement.split())[:160])

    event.listen(house.database, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(house.database, "before_cursor_execute", note)


class Broken(Exception):
    """Something an act did not reckon with."""


def verbs(ward, case_id):
    return [one.verb for one in ward.acts(case_id)]


def test_a_completion_costs_few_ways_to_the_database(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work("nam") as work:  # the bundle is open, the calendar known
        work.record(lock_case(work, waiting), "case.looked_at")
    with statements(ward.house) as asked, ward.work("nam") as work:
        complete_task(work, task_id, ANSWERS["appraise"])
    most = 6 if ward.house.database.dialect.name == "postgresql" else 14
    assert len(asked) <= most, "\n".join(asked)


def test_what_was_gathered_is_seen_by_the_act_itself(ward, waiting):
    count = select(func.count()).select_from(Entry).where(Entry.chain == f"case:{waiting}")
    with ward.work() as work:
        case = lock_case(work, waiting)
        before = work.session.scalar(count)
        work.record(case, "case.looked_at")
        assert work.session.scalar(count) == before + 1


def test_a_savepoint_taken_back_takes_its_acts_along(ward, waiting):
    with ward.work() as work:
        case = lock_case(work, waiting)
        work.record(case, "first.kept")
        with suppress(Broken), work.session.begin_nested():
            work.record(case, "never.kept")
            work.session.scalar(select(func.count()).select_from(Entry))  # written already when it is taken back
            work.record(case, "neither.kept")
            raise Broken
        work.record(case, "second.kept")
    assert verbs(ward, waiting)[-2:] == ["first.kept", "second.kept"]
    assert not {"never.kept", "neither.kept"} & set(verbs(ward, waiting))
    assert ward.faults() == []


def test_what_was_set_before_a_savepoint_is_still_told_after_the_act(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work() as work:
        case, task = lock_task(work, task_id)
        work.session.change(task, title="kept")
        with suppress(Broken), work.session.begin_nested(), work.session.begin_nested():
            work.record(case, "never.kept")
            raise Broken
    assert (task.title, ward.row(Task, task_id).title) == ("kept", "kept")
    assert ward.faults() == []


def test_an_act_that_fails_leaves_nothing(ward, waiting):
    before = ward.case(waiting), verbs(ward, waiting)
    with suppress(Broken), ward.work() as work:
        case = lock_case(work, waiting)
        work.record(case, "never.kept")
        work.session.gather(Passage, case_id=waiting, seq=999, element_id="x", name="", type="task", at=work.now)
        work.session.flush()
        raise Broken
    assert (ward.case(waiting).journal_seq, verbs(ward, waiting)) == (before[0].journal_seq, before[1])
    assert ward.rows(Passage, Passage.case_id == waiting, Passage.seq == 999, by=Passage.seq) == []


def test_the_last_word_on_a_column_counts_whichever_way_it_was_set(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    with ward.work() as work:
        lock_case(work, waiting)
        task = work.session.get_one(Task, task_id)
        work.session.change(task, title="gathered", outcome="gathered")
        task.title = "set"
        work.session.flush()
        task.outcome = "set"
        work.session.change(task, outcome="gathered last")
    task = ward.row(Task, task_id)
    assert (task.title, task.outcome) == ("set", "gathered last")


def test_a_moment_without_a_time_zone_is_not_written(ward, waiting):
    bare = datetime(2026, 3, 2, 8, 0)
    with pytest.raises(Exception, match="time zone"), ward.work() as work:
        work.session.gather(Passage, case_id=waiting, seq=999, element_id="x", name="", type="task", at=bare)


def test_who_waited_for_a_case_finds_its_task_as_it_is_now(ward, waiting):
    task_id = ward.task(waiting, "appraise")
    nam, yen = ward.actor("nam"), ward.actor("yen")

    def second():
        with ward.house.unit_of_work(actor=yen) as work:
            complete_task(work, task_id, ANSWERS["appraise"])

    with ThreadPoolExecutor(1) as pool:
        with ward.house.unit_of_work(actor=nam) as work:
            complete_task(work, task_id, ANSWERS["appraise"])
            work.session.flush()
            late = pool.submit(second)
            _until_somebody_waits(ward)
        with pytest.raises(Conflict) as refusal:
            late.result(timeout=30)
    assert refusal.value.code == "task_gone"
    assert ward.row(Task, task_id).closed_by == ward.people["nam"]
    assert ward.faults() == []


def _until_somebody_waits(ward):
    if ward.house.database.dialect.name != "postgresql":
        time.sleep(0.2)  # SQLite does not tell who waits; the second one does so at its very start
        return
    waits = text("select count(*) from pg_locks where not granted")
    for _ in range(200):
        with ward.house.database.connect() as connection:
            if connection.execute(waits).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")

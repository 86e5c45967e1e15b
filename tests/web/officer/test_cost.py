"""What a page adds to an act: a few questions, none of them twice; and that who asks is nevertheless known anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from engine.accounts.models import Mandate, Office
from engine.cases.models import Task
from engine.clock import legal_date
from engine.usecases.accounts import close_account
from engine.usecases.tasks import complete_task
from tests.web.officer.visitor import address

pytestmark = pytest.mark.dialects("sqlite")  # the same questions are asked of both

GRANT = {"appraisal.outcome": "propose_grant", "appraisal.note": "Hồ sơ hợp lệ", "__shown": "appraisal.verified"}
MOST = 3
"""Who asks, the task with its form, where work goes on."""


@contextmanager
def asked(ward) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        said.append(" ".join(statement.split()))

    event.listen(ward.house.database, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(ward.house.database, "before_cursor_execute", note)


def test_a_post_asks_three_questions_beside_the_act_itself(ward, visit):
    by_hand, by_page = (ward.task(ward.dossier_at("appraise"), "appraise") for _ in range(2))
    answers = {"appraisal": {"outcome": "propose_grant", "note": "Hồ sơ hợp lệ", "verified": []}}
    nam = visit("nam")
    key = nam.key(address(by_page))
    with ward.work("nam") as work, asked(ward) as act:
        complete_task(work, by_hand, answers, shown="")
        work.session.flush()
    with asked(ward) as whole:
        answer = nam.client.post(address(by_page), data={**GRANT, "csrf_token": key})
    assert answer.status_code == 303
    act, whole = ([one for one in said if not one.startswith("BEGIN")] for said in (act, whole))
    assert len(whole) <= len(act) + MOST, "\n".join([*act, "---", *whole])


def test_a_post_of_today_is_gone_tomorrow_without_signing_in_anew(ward, visit):
    task_id = ward.task(ward.dossier_at("appraise"), "appraise")
    nam = visit("nam")
    assert nam.get(address(task_id)).status_code == 200
    yesterday = legal_date(ward.house.clock.now()) - timedelta(days=1)
    with ward.work() as work:
        work.session.execute(update(Mandate).where(Mandate.person_id == ward.people["nam"]).values(valid_to=yesterday))
    assert nam.get(address(task_id)).status_code == 403


def test_a_closed_account_ends_its_sessions_with_the_next_request(ward, visit):
    task_id = ward.task(ward.dossier_at("appraise"), "appraise")
    nam = visit("nam")
    key = nam.key(address(task_id))
    with ward.work("van") as work:
        close_account(work, ward.people["nam"], "Nghỉ việc")
    answer = nam.client.post(address(task_id), data={**GRANT, "csrf_token": key})
    assert answer.status_code == 401
    assert ward.row(Task, task_id).status == "open"


def test_whoever_leads_an_agency_oversees_all_under_it_and_nothing_beside(ward):
    with ward.look() as look:
        codes = {row.id: row.code for row in look.session.scalars(select(Office))}
    above = {codes[office_id] for office_id in ward.actor("dung").oversight}
    beside = {codes[office_id] for office_id in ward.actor("hung").oversight}
    alone = {codes[office_id] for office_id in ward.actor("nam").oversight}
    assert above == beside == {code for code in codes.values() if code.split("-")[0] == "bt"}
    assert alone == {"bt-kthtdt"}

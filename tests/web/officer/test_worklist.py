"""The list of tasks: who sees what, in which order, and how tasks change hands."""

from __future__ import annotations

import pytest

from engine.cases.models import Task
from tests.factories import legal
from tests.web.officer.visitor import address


def codes(page: str) -> list[str]:
    """The codes of a list, from top to bottom."""
    return [part.split("<")[0] for part in page.split('table__main" href="')[1:] for part in [part.split(">", 1)[1]]]


def test_mine_come_with_the_nearest_legal_date_on_top(ward, visit):
    first = ward.dossier_at("appraise")
    ward.clock.set(legal(3))
    second = ward.dossier_at("appraise")
    page = visit("nam").text("/cong-viec")
    assert codes(page) == [ward.dossier(first).code, ward.dossier(second).code]
    assert "Còn 2 ngày làm việc" in page
    assert "Còn 3 ngày làm việc" in page


def test_late_says_so_in_words(ward, visit):
    ward.dossier_at("appraise")
    ward.wait_until(legal(9))
    page = visit("nam").text("/cong-viec?tre=1")
    assert "Quá hạn 2 ngày làm việc" in page
    assert "is-late" in page


def test_the_whole_of_the_last_day_is_in_time_and_a_pause_is_not_late(ward, visit):
    case_id = ward.dossier_at("appraise")
    code = ward.dossier(case_id).code
    late = {"list": "/cong-viec?tre=1", "search": "/ho-so?tre=1"}
    ward.clock.set(legal(5, 18))
    nam = visit("nam")
    assert all(code not in nam.text(path) for path in late.values()), "due today, after closing"
    ward.clock.set(legal(6, 8))
    nam.step_in("nam")
    assert all(code in nam.text(path) for path in late.values())
    paused = ward.paused()
    ward.clock.set(legal(16, 9))
    nam.step_in("nam")
    assert ward.dossier(paused).code not in nam.text(late["search"])


@pytest.mark.dialects("sqlite")
def test_filters_live_in_the_address_and_can_be_taken_off(ward, visit):
    ward.dossier_at("appraise")
    nam = visit("nam")
    assert "1 việc" in nam.text("/cong-viec?tim=hoa&buoc=Thẩm định hồ sơ")
    nothing = nam.text("/cong-viec?tim=khong-co-ai&tre=1")
    assert "Không có việc nào khớp bộ lọc" in nothing
    assert 'href="/cong-viec?tim=khong-co-ai"' in nothing
    assert 'href="/cong-viec?tre=1"' in nothing


@pytest.mark.dialects("sqlite")
def test_each_role_sees_its_own_desk_only(ward, visit):
    code = ward.dossier(ward.dossier_at("approve")).code
    assert code in visit("an").text("/cong-viec")
    assert code not in visit("nam").text("/cong-viec")
    assert code not in visit("dung").text("/cong-viec")


@pytest.mark.dialects("sqlite")
def test_a_colleague_who_is_slower_gets_a_clear_conflict(ward, visit):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    nam, yen = visit("nam"), visit("yen")
    assert nam.post(f"{address(task_id)}/nhan").status_code == 303
    assert ward.row(Task, task_id).assignee_id == ward.people["nam"]
    assert nam.post(f"{address(task_id)}/nhan").status_code == 303
    late = yen.post(f"{address(task_id)}/nhan")
    assert late.status_code == 409
    assert "Đồng nghiệp khác đã nhận việc này" in yen.words(late)
    assert yen.post(f"{address(task_id)}/tra-lai").status_code == 403
    assert nam.post(f"{address(task_id)}/tra-lai").status_code == 303
    assert ward.row(Task, task_id).assignee_id is None


@pytest.mark.dialects("sqlite")
def test_a_head_gives_tasks_to_the_room_and_sees_the_load(ward, visit):
    task_id = ward.task(ward.dossier_at("appraise"), "appraise")
    an = visit("an")
    page = an.text(address(task_id))
    assert "Hồ Hải Yến – đang giữ 0 việc" in page
    answer = an.post(f"{address(task_id)}/phan-cong", {"person": str(ward.people["yen"])})
    assert answer.status_code == 303
    assert ward.row(Task, task_id).assignee_id == ward.people["yen"]
    assert an.post(f"{address(task_id)}/phan-cong", {"person": str(ward.people["mai"])}).status_code == 422
    assert an.post(f"{address(task_id)}/phan-cong", {"person": "nobody"}).status_code == 422
    assert visit("nam").post(f"{address(task_id)}/phan-cong", {"person": str(ward.people["nam"])}).status_code == 403


@pytest.mark.dialects("sqlite")
def test_strangers_and_citizens_stay_outside(ward, visit):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    document = ward.documents(case_id)[0].id
    pages = ["/cong-viec", address(task_id), f"{address(task_id)}/xac-nhan", "/ho-so", "/ho-so.csv", "/theo-doi"]
    pages += [f"/ho-so/{case_id}", f"/ho-so/{case_id}/so-do.bpmn", f"/ho-so/{case_id}/van-ban/{document}", "/tim?ma=1"]
    acts = [address(task_id), *(f"{address(task_id)}/{act}" for act in ("nhan", "tra-lai", "phan-cong", "luu"))]
    acts += [f"{address(task_id)}/xac-nhan", "/cong-viec/ky-nhieu", f"/cong-viec/ky/{case_id}/xac-nhan"]
    stranger, citizen = visit(""), visit("hoa")
    assert {stranger.get(page).status_code for page in pages} == {401}
    assert {citizen.get(page).status_code for page in pages} == {403}
    assert {stranger.post(act).status_code for act in acts} == {401}
    assert {citizen.post(act).status_code for act in acts} == {403}
    assert {visit("nam").client.post(act).status_code for act in acts} == {400}, "a form without its key"


@pytest.mark.dialects("sqlite")
def test_another_room_reads_nothing_here(ward, visit):
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    outsider = visit("tam")
    assert outsider.get(address(task_id)).status_code == 403
    assert outsider.get(f"/ho-so/{case_id}").status_code == 404
    document = ward.documents(case_id)[0].id
    assert outsider.get(f"/ho-so/{case_id}/van-ban/{document}").status_code == 404
    assert outsider.post(address(task_id), {"appraisal.outcome": "propose_grant"}).status_code == 403

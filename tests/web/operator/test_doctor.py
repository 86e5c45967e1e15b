"""The doctor's pages: whoever may look is told, the act says what the second look saw, two people correct a value."""

from __future__ import annotations

import pytest

from engine.cases.mending import Proposal
from tests.usecases import faults
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database


def code_of(ward, case_id):
    return ward.dossier(case_id).code


def test_an_operator_finds_the_standing_dossier_and_mends_it_on_its_page(ward, visit):
    case_id = faults.unknown_call(ward)
    faults.beating(ward)
    code, page = code_of(ward, case_id), visit("van")
    assert code in page.get("/vi-sao").text
    assert page.get(f"/vi-sao/tim?ma={code}").location.endswith(f"/vi-sao/{code}")
    shown = page.get(f"/vi-sao/{code}")
    assert shown.status_code == 200
    assert "Không rõ bước" in shown.text
    assert "Nguyễn Thị Hòa" not in shown.text
    call = ward.calls(case_id, "register.ask")[0]
    order = {"kind": "call-unknown", "subject": str(call.id)}
    refused = page.post(f"/vi-sao/{code}/lam", data=order)
    assert (refused.status_code, "hỏi bên ngoài" in refused.text) == (422, True)
    done = page.post(f"/vi-sao/{code}/lam", data={**order, "looked": "yes"}, follow_redirects=True)
    assert "Đã giao lại, chưa biết kết quả" in done.text
    ward.run_deferred()
    assert "Hồ sơ đi bình thường" in page.get(f"/vi-sao/{code}").text
    assert page.post(f"/vi-sao/{code}/lam", data={**order, "looked": "yes"}).status_code == 409


def test_a_value_is_corrected_by_two_people_on_the_page(ward, visit):
    case_id = faults.stopped_at_gateway(ward)
    faults.beating(ward)
    code, proposer, head = code_of(ward, case_id), visit("nam"), visit("an")
    shown = proposer.get(f"/vi-sao/{code}").text
    assert "form.business.employees" in shown
    token = shown.split('name="token" value="')[1].split('"')[0]
    order = {"token": token, "path": "form.business.employees", "value": "nhiều", "reason": "Theo giấy kê khai"}
    refused = proposer.post(f"/vi-sao/{code}/gia-tri", data=order)
    assert refused.status_code == 422
    assert 'value="nhiều"' in refused.text
    kept = proposer.post(f"/vi-sao/{code}/gia-tri", data={**order, "value": "4"}, follow_redirects=True)
    assert "Chưa có gì thay đổi" in kept.text
    proposal = ward.rows(Proposal)[0]
    address = f"/vi-sao/{code}/de-nghi/{proposal.id}"
    assert proposer.post(address, data={"decision": "agree"}).status_code == 403
    assert "Đồng ý và làm ngay" in head.get(f"/vi-sao/{code}").text
    done = head.post(address, data={"decision": "agree"}, follow_redirects=True)
    assert "Đã xem lại: chỗ này đã hết" in done.text
    assert ward.case(case_id).variables["form"]["business"]["employees"] == 4


def test_strangers_and_citizens_are_told_nothing_and_english_readers_in_english(ward, visit):
    case_id = faults.account_closed(ward)
    code = code_of(ward, case_id)
    assert visit("").get(f"/vi-sao/{code}").status_code == 401
    assert visit("hoa").get(f"/vi-sao/{code}").status_code == 403
    assert visit("tam").get(f"/vi-sao/{code}").status_code == 404
    shown = visit("an").get(f"/vi-sao/{code}?lang=en").text
    assert "whose account is closed" in shown
    assert "Put the work back on the common list" in shown


def test_what_cannot_be_read_can_be_ended_by_two_leaders_and_the_applicant_is_told_in_their_words(ward, visit):
    case_id = faults.state_cut(ward)
    code, first, second = code_of(ward, case_id), visit("dung"), visit("huong")
    shown = first.get(f"/vi-sao/{code}").text
    assert "Không đọc được trạng thái" in shown
    assert "Lời báo cho người nộp" in shown
    order = {"ground": "Điều 9 Nghị định 118/2025/NĐ-CP", "reason": "Không khôi phục được", "words": ""}
    assert first.post(f"/vi-sao/{code}/ket-thuc", data=order).status_code == 422
    order["words"] = "Hồ sơ phải nộp lại, xin gọi 028 3822 0000."
    first.post(f"/vi-sao/{code}/ket-thuc", data=order)
    proposal = ward.rows(Proposal)[0]
    second.post(f"/vi-sao/{code}/de-nghi/{proposal.id}", data={"decision": "agree"})
    assert ward.case(case_id).ended_at is not None
    assert ward.dossier(case_id).status == 8
    assert ward.open_steps(case_id) == []
    assert any("xin gọi 028 3822 0000" in one.body for one in ward.notices(case_id, "ended_by_office"))
    assert ward.faults() == []


def test_a_form_that_runs_away_is_an_incident_of_its_dossier_and_a_clear_page(ward):
    hide = b'"hide": "=appraisal.outcome != \\"request_supplement\\""'
    endless = b'"hide": "=count(for i in 1..9000000 return for j in 1..9000000 return i) > appraisal.outcome"'
    faults.published_with(ward, ("forms/appraise.form", hide, endless))
    case_id = ward.filed_at_counter()
    ward.run_deferred()
    app = create_application(
        ward.house,
        audiences=("pages", "signin", "officer", "operator"),
        config={"RATELIMIT_ENABLED": False, "WTF_CSRF_ENABLED": False},
    )
    client = app.test_client()
    with client.session_transaction() as session:
        moment = int(ward.clock.now().timestamp())
        session.update(person=str(ward.people["nam"]), signed_in=moment, seen=moment)
    address = f"/cong-viec/{ward.task(case_id, 'appraise')}"
    for _ in range(2):
        answer = client.get(address)
        assert (answer.status_code, "Biểu mẫu này đang có lỗi" in answer.text) == (503, True)
    assert [one.kind for one in ward.incidents(case_id)] == ["form-runaway"]
    shown = client.get(f"/vi-sao/{code_of(ward, case_id)}").text
    assert "Biểu mẫu của việc “Thẩm định hồ sơ”" in shown
    assert "công bố phiên bản mới rồi chuyển hồ sơ" in shown

"""Working on one task: its form, what is kept, what is asked twice, and what happens when somebody was faster."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.cases.models import Task, TaskNote
from engine.dossiers.models import Document, SigningConsent
from engine.dossiers.points import Brought
from engine.usecases.supplements import answer_supplement
from tests.factories import MISSING, legal
from tests.usecases.test_signing import as_deputy
from tests.web.officer.visitor import address, hidden

pytestmark = pytest.mark.dialects("sqlite")  # pages; what they call is tested on both

GRANT = {"appraisal.outcome": "propose_grant", "appraisal.note": "Hồ sơ hợp lệ", "__shown": "appraisal.verified"}
ASK = {
    "appraisal.outcome": "request_supplement",
    "appraisal.items.0.name": "Biên bản họp",
    "appraisal.items.0.form": "copy",
    "appraisal.reason": "Thiếu chữ ký",
}


@pytest.fixture
def appraisal(ward):
    """(case, task) of a dossier on the specialist's desk."""
    case_id = ward.dossier_at("appraise")
    return case_id, ward.task(case_id, "appraise")


@pytest.fixture
def approval(ward):
    """(case, task) of a dossier whose draft waits for the head's signature."""
    case_id = ward.dossier_at("approve")
    return case_id, ward.task(case_id, "approve")


def test_the_page_has_everything_the_decision_rests_on(ward, visit, appraisal):
    case_id, task_id = appraisal
    page = visit("nam").text(address(task_id))
    dossier = ward.dossier(case_id)
    assert dossier.code in page
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in page
    assert f"/ho-so/{case_id}/so-do.bpmn" in page
    assert "Ngày đầu tiên của thời hạn không tính" in page
    assert "Tiếp nhận hồ sơ" in page
    assert "Đủ điều kiện: cấp giấy chứng nhận" in page
    assert dossier.owner_address in page


def test_questions_appear_as_the_server_decides(visit, appraisal):
    nam = visit("nam")
    assert "appraisal.items.0.name" not in nam.text(address(appraisal[1]))
    answer = nam.post(f"{address(appraisal[1])}/bieu-mau", {"appraisal.outcome": "request_supplement"})
    assert answer.status_code == 200
    assert "appraisal.items.0.name" in nam.words(answer)
    assert "appraisal.items" not in nam.words(nam.post(f"{address(appraisal[1])}/bieu-mau", GRANT))


def test_without_script_a_button_redraws_and_nothing_is_lost(visit, appraisal):
    nam = visit("nam")
    answer = nam.post(address(appraisal[1]), ASK | {"refresh": "1"})
    assert answer.status_code == 200
    assert 'value="Biên bản họp"' in nam.words(answer)
    more = nam.post(address(appraisal[1]), ASK | {"__add.appraisal.items": "1"})
    assert "appraisal.items.1.name" in nam.words(more)


def test_what_was_typed_is_kept_and_comes_back(ward, visit, appraisal):
    nam = visit("nam")
    kept = nam.post(f"{address(appraisal[1])}/luu", GRANT, headers={"Accept": "application/json"})
    assert kept.json == {"saved": "09:00"}
    page = nam.text(address(appraisal[1]))
    assert "Hồ sơ hợp lệ</textarea>" in page
    assert "Đã lưu bản nháp lúc 09:00" in page
    assert "Hồ sơ hợp lệ" not in visit("yen").text(address(appraisal[1]))


def test_errors_are_named_on_top_and_beside(ward, visit, appraisal):
    nam = visit("nam")
    answer = nam.post(address(appraisal[1]), {"appraisal.note": "chưa chọn"})
    page = nam.words(answer)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in page
    assert "govuk-error-summary" in page
    assert 'href="#f-appraisal-outcome"' in page
    assert "chưa chọn</textarea>" in page
    assert ward.row(Task, appraisal[1]).status == "open"


def test_done_goes_on_to_the_next_of_my_list(ward, visit, appraisal):
    other = ward.task(ward.dossier_at("appraise"), "appraise")
    nam = visit("nam")
    answer = nam.post(address(appraisal[1]), GRANT)
    assert (answer.status_code, answer.location) == (303, address(other))
    assert "Đã xong “Thẩm định hồ sơ”" in nam.text(answer.location)


def test_a_double_click_completes_once_and_ends_calmly(ward, visit, appraisal):
    nam = visit("nam")
    nam.post(address(appraisal[1]), GRANT)
    again = nam.post(address(appraisal[1]), GRANT)
    assert again.status_code == 303
    assert "không có gì được ghi hai lần" in nam.text(again.location)
    assert [act.verb for act in ward.acts(appraisal[0])].count("task.completed") == 1


def test_who_was_slower_keeps_the_typed_answers_as_a_note(ward, visit, appraisal):
    yen = visit("yen")
    yen.text(address(appraisal[1]))
    ward.do(appraisal[0], "appraise")
    answer = yen.post(address(appraisal[1]), {"appraisal.outcome": "propose_refusal", "appraisal.reason": "Trùng tên"})
    page = yen.words(answer)
    assert answer.status_code == 409
    assert "Việc này đã có người làm" in page
    assert "Ngô Hoài Nam" in page
    assert "Trùng tên" in page
    (note,) = ward.rows(TaskNote, TaskNote.person_id == ward.people["yen"])
    assert (note.reason, note.answers["appraisal"]["reason"]) == ("vanished", "Trùng tên")


def test_signing_is_asked_twice_and_names_the_exact_paper(ward, visit, approval):
    case_id, task_id = approval
    (draft,) = ward.documents(case_id, "result")
    an = visit("an")
    assert "Giấy chứng nhận đăng ký hộ kinh doanh" in an.text(address(task_id))
    asked = an.post(address(task_id), {"approval.outcome": "approve"})
    assert (asked.status_code, asked.location) == (303, f"{address(task_id)}/xac-nhan")
    page = an.text(asked.location)
    assert "Ký văn bản này?" in page
    assert draft.sha256[:4] in page
    assert "Ký số của lãnh đạo phòng" in page
    assert "Vào số, đóng dấu" in page
    assert ward.row(Task, task_id).status == "open", "looking signs nothing"
    sent = {"mark": hidden(page, "mark"), "document": hidden(page, "document")}
    assert an.post(asked.location, sent).status_code == 303
    (consent,) = ward.rows(SigningConsent)
    assert consent.sha256 == draft.sha256
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_by == ward.people["an"]


def test_a_confirmation_is_for_what_was_shown_only(ward, visit, approval):
    an = visit("an")
    asked = an.post(address(approval[1]), {"approval.outcome": "approve"})
    page = an.text(asked.location)
    changed = an.post(asked.location, {"mark": hidden(page, "mark"), "document": "0" * 64})
    assert changed.status_code == 409
    assert "Chưa có gì được ký" in an.words(changed)
    assert not ward.rows(SigningConsent)


def test_a_paper_that_changed_since_it_was_read_is_shown_anew_before_anything_is_signed(ward, visit, approval):
    case_id, task_id = approval
    (draft,) = ward.documents(case_id, "result")
    an = visit("an")
    asked = an.post(address(task_id), {"approval.outcome": "approve"})
    page = an.text(asked.location)
    with ward.work() as work:  # a colleague has the draft printed anew
        other = ward.documents(case_id, "form01")[0].sha256
        work.session.get_one(Document, draft.id).sha256 = other
    answer = an.post(asked.location, {"mark": hidden(page, "mark"), "document": hidden(page, "document")})
    assert answer.status_code == 409
    anew = an.words(answer)
    assert "đã thay đổi từ khi bạn mở trang này" in anew
    assert hidden(anew, "document") == other, "the page shows what would be signed now"
    assert not ward.rows(SigningConsent)
    assert ward.row(Task, task_id).status == "open"


def test_a_deputy_sees_whose_name_a_draft_bears_and_has_it_printed_in_his_own(ward, visit, approval):
    assert "Lập lại dự thảo" not in visit("an").text(address(approval[1])), "the draft names the head already"
    as_deputy(ward, capacity="KT.")
    huong = visit("huong")
    page = huong.text(address(approval[1]))
    assert "đang đề Dương Thành Ân ký (TRƯỞNG PHÒNG)" in page
    assert huong.post(f"{address(approval[1])}/lap-lai-du-thao").status_code == 303
    ward.run_deferred()
    assert "Lập lại dự thảo" not in huong.text(address(approval[1]))
    assert "đang đề Võ Thị Thanh Hương ký (KT. TRƯỞNG PHÒNG / PHÓ TRƯỞNG PHÒNG)" in visit("an").text(
        address(approval[1])
    )
    assert visit("nam").post(f"{address(approval[1])}/lap-lai-du-thao").status_code == 403


def test_returning_a_draft_is_not_asked_twice(ward, visit, approval):
    an = visit("an")
    answer = an.post(address(approval[1]), {"approval.outcome": "return", "approval.comment": "Làm rõ ngành nghề"})
    assert answer.status_code == 303
    assert ward.open_steps(approval[0]) == ["appraise"]
    assert "Làm rõ ngành nghề" in visit("nam").text(address(ward.task(approval[0], "appraise")))


def test_asking_for_a_supplement_says_what_it_does_first(ward, visit, appraisal):
    nam = visit("nam")
    asked = nam.post(address(appraisal[1]), ASK)
    page = nam.text(asked.location)
    assert "Yêu cầu người nộp bổ sung hồ sơ?" in page
    assert "thời hạn giải quyết tạm dừng" in page
    assert "Biên bản họp" in page
    nam.post(asked.location, {"mark": hidden(page, "mark"), "document": hidden(page, "document")})
    assert ward.dossier(appraisal[0]).status == 5


def test_a_request_the_law_no_longer_allows_is_refused_in_words_on_the_page(ward, visit, appraisal):
    case_id, task_id = appraisal
    nam = visit("nam")
    assert "Thông báo chậm nhất hết ngày 05/03/2026" in nam.text(address(task_id))
    ward.clock.advance(timedelta(days=4))
    nam.step_in("nam")
    assert "Đã quá thời hạn thông báo (hết ngày 05/03/2026)" in nam.text(address(task_id))
    refused = nam.post(address(task_id), ASK)
    words = nam.words(refused)
    assert refused.status_code == 422
    assert "phải được lãnh đạo duyệt và không tạm dừng thời hạn: hãy đánh dấu" in words
    assert "Thiếu chữ ký" in words, "what was typed is still there"
    assert ward.supplements(case_id) == []


def test_which_papers_came_with_which_round(ward, visit):
    case_id = ward.paused()
    with ward.work("lan") as work:
        answer_supplement(work, case_id, answers={}, via="counter", brought=[Brought("minutes", originals=2)])
    ward.run_deferred()
    page = visit("nam").text(address(ward.task(case_id, "appraise")))
    assert "Các lần bổ sung" in page
    assert "2 bản chính" in page
    assert "đã dùng 1/3 lần" in page
    assert "1 giấy tờ" in page


def test_refusing_at_the_counter_is_asked_twice(ward, visit):
    case_id = ward.filed_online()
    task_id = ward.task(case_id, "check")
    lan = visit("lan")
    asked = lan.post(address(task_id), {"check.outcome": "refuse", "check.reason": "Không thuộc thẩm quyền"})
    page = lan.text(asked.location)
    assert "Từ chối tiếp nhận hồ sơ này?" in page
    lan.post(asked.location, {"mark": hidden(page, "mark"), "document": hidden(page, "document")})
    assert ward.dossier(case_id).status == 3


def test_a_session_that_ended_keeps_what_was_typed(ward, visit, appraisal):
    nam = visit("nam")
    nam.text(address(appraisal[1]))
    key = nam.key(address(appraisal[1]))
    ward.clock.advance(timedelta(hours=2))
    answer = nam.client.post(address(appraisal[1]), data=GRANT | {"csrf_token": key})
    page = nam.words(answer)
    assert answer.status_code == 401
    assert "Phiên làm việc đã hết hạn" in page
    assert hidden(page, "appraisal.note") == "Hồ sơ hợp lệ"
    assert ward.row(Task, appraisal[1]).status == "open"


def test_a_head_reads_a_task_of_the_room_but_does_not_do_it(ward, visit, appraisal):
    page = visit("an").text(address(appraisal[1]))
    assert "không xử lý" in page
    assert 'data-autosave="' not in page
    assert visit("an").post(address(appraisal[1]), GRANT).status_code == 403


def test_initials_show_in_the_history(ward, visit):
    from tests.factories import PERMIT

    case_id = ward.filed_at_counter(procedure=PERMIT)
    ward.run_deferred()
    page = visit("nam").text(f"/ho-so/{case_id}")
    assert "Kiểm tra, ký nháy" in page


def test_ending_a_dossier_at_the_counter_is_asked_twice(ward, visit):
    case_id = ward.filed_online()
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu giấy tờ."}})
    ward.wait_until(legal(3, month=4))
    task_id, lan = ward.task(case_id, "lapse_guide"), visit("lan")
    asked = lan.post(address(task_id), {"lapse.outcome": "end", "lapse.reason": "Hết hạn."})
    page = lan.text(asked.location)
    assert "Kết thúc hồ sơ này?" in page
    assert ward.dossier(case_id).status == 5
    lan.post(asked.location, {"mark": hidden(page, "mark"), "document": ""})
    assert ward.dossier(case_id).status == 3

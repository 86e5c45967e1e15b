"""What happens at the counter after the intake: slips, supplements, results, the day's figures."""

from __future__ import annotations

import io

import pytest

from engine.dossiers.models import Attachment
from engine.usecases.corrections import attach_correction
from engine.usecases.drafts import store_upload
from tests.factories import MISSING
from tests.web.counter.form import fields
from tests.web.counter.test_intake import PDF
from tests.web.officer.visitor import hidden


def test_a_supplement_is_taken_in_with_scans_and_the_date_said_first(ward, visit):
    case_id = ward.paused()
    lan = visit("lan")
    code = ward.dossier(case_id).code
    assert code in lan.text("/tiep-nhan/bo-sung?tim=hoa")
    page = lan.text(f"/tiep-nhan/ho-so/{case_id}/bo-sung")
    assert "Biên bản họp" in page
    assert "Thời hạn đang tạm dừng" in page
    assert "05/03/2026" in page
    data = [*fields(ward.dossier(case_id).answers), ("note", "Đã nộp đủ")]
    data += [("scan-minutes", (io.BytesIO(PDF), "bb.pdf"))]
    answer = lan.post(f"/tiep-nhan/ho-so/{case_id}/bo-sung", data, content_type="multipart/form-data")
    assert answer.status_code == 303, lan.words(answer)
    (request,) = ward.supplements(case_id)
    assert (request.answered_via, request.answer["note"]) == ("counter", "Đã nộp đủ")
    (scan,) = ward.rows(Attachment, Attachment.case_id == case_id)
    assert (scan.name, scan.round) == ("bb.pdf", 1)
    ward.run_deferred()
    assert ward.open_steps(case_id) == ["appraise"]
    assert "Biên bản họp" in lan.text(f"/tiep-nhan/ho-so/{case_id}")
    again = lan.post(f"/tiep-nhan/ho-so/{case_id}/bo-sung", data[:-1])
    assert again.status_code == 409


@pytest.mark.dialects("sqlite")
def test_what_the_applicant_had_uploaded_counts_beside_what_is_handed_over(ward, visit):
    case_id = ward.filed_online()
    ward.do(case_id, "check")
    asked = ward.asking(items=[*MISSING, {"name": "Hợp đồng thuê nhà", "form": "copy"}])
    ward.do(case_id, "appraise", {"appraisal": asked})
    lease = ward.supplements(case_id)[0].items[1]["key"]
    with ward.work("hoa") as work:
        stored = store_upload(ward.house.ports, io.BytesIO(PDF), "hợp đồng.pdf")
        attach_correction(work, case_id, field=f"supplement.1.{lease}", stored=stored)
    answers = fields(ward.dossier(case_id).answers)
    taken = visit("lan").post(f"/tiep-nhan/ho-so/{case_id}/bo-sung", [*answers, ("bc-minutes", "1")])
    assert taken.status_code == 303
    (request,) = ward.supplements(case_id)
    assert [one["name"] for one in request.answer["received"]] == ["Biên bản họp", "Hợp đồng thuê nhà"]


@pytest.mark.dialects("sqlite")
def test_corrections_are_checked_and_nothing_is_lost(ward, visit):
    case_id = ward.paused()
    lan = visit("lan")
    path = f"/tiep-nhan/ho-so/{case_id}/bo-sung"
    sent = [one for one in fields(ward.dossier(case_id).answers) if one[0] != "owner.phone"]
    wrong = lan.post(path, [*sent, ("owner.phone", "123"), ("note", "sửa số")])
    assert wrong.status_code == 422
    assert "sửa số" in lan.words(wrong)
    assert 'href="#f-owner-phone"' in lan.words(wrong)
    assert ward.dossier(case_id).status == 5
    right = [*sent, ("owner.phone", "0907654321")]
    short = lan.post(path, [*right, ("gc-minutes", "hẹn mang sau")])
    assert short.status_code == 422
    assert "Còn thiếu: Biên bản họp" in lan.words(short)
    assert "hẹn mang sau" in lan.words(short)
    unfit = [*right, ("bc-minutes", "1"), ("kd-minutes", "1"), ("outcome", "partly")]
    assert lan.post(path, unfit).status_code == 303
    assert ward.dossier(case_id).owner_phone == "0907654321"
    (request,) = ward.supplements(case_id)
    assert (request.answer["received"], [one["key"] for one in request.answer["left"]]) == ([], ["minutes"])


def test_results_wait_in_a_list_and_are_handed_over(ward, visit):
    case_id = ward.dossier_at("hand_over")
    lan = visit("lan")
    code, task_id = ward.dossier(case_id).code, ward.task(case_id, "hand_over")
    assert code in lan.text("/tiep-nhan/tra-ket-qua")
    assert code not in lan.text("/tiep-nhan/tra-ket-qua?tim=khong-phai")
    given = {"hand_over.method": "counter", "hand_over.receiver": "Nguyễn Thị Hòa"}
    assert lan.post(f"/cong-viec/{task_id}", given).status_code == 303
    assert (ward.dossier(case_id).status, ward.dossier(case_id).returned_to) == (10, "Nguyễn Thị Hòa")
    assert f"{code}</a>" not in lan.text("/tiep-nhan/tra-ket-qua")


def test_the_day_in_figures(ward, visit):
    ward.paused()
    ward.filed_online()
    ward.dossier_at("hand_over")
    page = visit("lan").text("/tiep-nhan")
    figures = [part.split("</strong>")[0] for part in page.split("<strong>")[1:7]]
    assert figures == ["3", "2", "0", "1", "1", "1"]


@pytest.mark.dialects("sqlite")
def test_a_refusal_at_the_desk_prints_form_03(ward, visit):
    case_id = ward.filed_at_counter(missing=("application",))
    task_id, lan = ward.task(case_id, "check"), visit("lan")
    asked = lan.post(f"/cong-viec/{task_id}", {"check.outcome": "refuse", "check.reason": "Không thuộc thẩm quyền"})
    page = lan.text(asked.location)
    done = lan.post(asked.location, {"mark": hidden(page, "mark"), "document": ""})
    assert done.location == f"/tiep-nhan/ho-so/{case_id}"
    ward.run_deferred()
    printed = lan.text(done.location)
    assert "Không tiếp nhận hồ sơ" in printed
    assert "In: Phiếu từ chối" in printed


@pytest.mark.dialects("sqlite")
def test_a_receipt_is_printed_again_by_its_code(ward, visit):
    case_id = ward.dossier_at("approve")
    lan = visit("lan")
    opened = lan.get("/tim", query_string={"ma": ward.dossier(case_id).code})
    assert f"/tiep-nhan/ho-so/{case_id}" in lan.text(opened.location)
    assert "In: Giấy tiếp nhận hồ sơ" in lan.text(f"/tiep-nhan/ho-so/{case_id}")


@pytest.mark.dialects("sqlite")
def test_other_counters_keep_to_their_own(ward, visit):
    case_id = ward.paused()
    thu = visit("thu")
    assert thu.get(f"/tiep-nhan/ho-so/{case_id}").status_code == 404
    assert thu.get(f"/tiep-nhan/ho-so/{case_id}/bo-sung").status_code == 404
    assert thu.post(f"/tiep-nhan/ho-so/{case_id}/bo-sung").status_code == 404
    assert ward.dossier(case_id).code not in thu.text("/tiep-nhan/bo-sung")

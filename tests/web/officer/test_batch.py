"""Signing several papers at once."""

from __future__ import annotations

import pytest

from engine.dossiers.models import SigningConsent
from tests.web.officer.visitor import hidden

pytestmark = pytest.mark.dialects("sqlite")  # pages; what they call is tested on both


def test_each_paper_is_shown_first_and_has_a_result_of_its_own(ward, visit):
    cases = [ward.dossier_at("approve") for _ in range(3)]
    tasks = [ward.task(case_id, "approve") for case_id in cases]
    strange = ward.task(ward.dossier_at("appraise"), "appraise")
    an = visit("an")
    page = an.words(an.post("/cong-viec/ky-nhieu", [("task", str(one)) for one in (*tasks, strange)]))
    assert "Ký 3 văn bản?" in page
    assert "thuộc vai trò hoặc người khác" in page
    assert not ward.rows(SigningConsent)
    sent = [("task", str(one)) for one in tasks]
    sent += [(f"document-{one}", hidden(page, f"document-{one}")) for one in tasks]
    ward.do(cases[1], "approve", {"approval": {"outcome": "return", "comment": "Xem lại"}})
    done = an.words(an.post("/cong-viec/ky-nhieu/xac-nhan", sent))
    assert "Đã ký 2 trên 3 văn bản" in done
    assert "Việc này đã được xử lý" in done
    ward.run_deferred()
    assert [ward.open_steps(case_id) for case_id in cases] == [["register"], ["appraise"], ["register"]]


def test_a_draft_that_was_not_shown_is_not_signed(ward, visit):
    task_id = ward.task(ward.dossier_at("approve"), "approve")
    an = visit("an")
    done = an.words(an.post("/cong-viec/ky-nhieu/xac-nhan", {"task": str(task_id), f"document-{task_id}": "0" * 64}))
    assert "đã thay đổi từ khi bạn xem. Chưa có gì được ký." in done
    assert not ward.rows(SigningConsent)


def test_nothing_ticked_is_said(visit):
    an = visit("an")
    assert an.post("/cong-viec/ky-nhieu").status_code == 303
    assert "đánh dấu ít nhất một việc" in an.text("/cong-viec")


def test_who_signs_nothing_has_no_such_door(visit):
    assert visit("nam").post("/cong-viec/ky-nhieu").status_code == 403
    assert visit("mai").post("/cong-viec/ky-nhieu/xac-nhan").status_code == 403

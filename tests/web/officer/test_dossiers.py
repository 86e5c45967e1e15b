"""Looking through dossiers: codes, filters, files, and what is late."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.factories import legal


def test_a_code_opens_and_a_name_searches(ward, visit):
    code = ward.dossier(ward.dossier_at("appraise")).code
    nam = visit("nam")
    opened = nam.get("/tim", query_string={"ma": f" {code.lower()} "})
    assert opened.status_code == 303
    assert code in nam.text(opened.location)
    sought = nam.get("/tim", query_string={"ma": "nguyen thi hoa"})
    assert "1 hồ sơ" in nam.text(sought.location)
    assert "Không tìm thấy hồ sơ nào" in nam.text("/ho-so?tim=khong-co")


def test_the_file_is_the_list(ward, visit):
    ward.dossier_at("appraise")
    ward.paused()
    nam = visit("nam")
    assert "2 hồ sơ" in nam.text("/ho-so")
    assert "1 hồ sơ" in nam.text("/ho-so?trang-thai=5&tu=01/03/2026&den=2026-03-31")
    answer = nam.get("/ho-so.csv?trang-thai=5")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 2
    assert rows[0][0] == "Mã hồ sơ"
    assert rows[1][4] == "Yêu cầu bổ sung, hoàn thiện hồ sơ"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.dialects("sqlite")
def test_a_name_never_becomes_a_formula(ward, visit):
    from web.ui.sheets import harmless

    assert [harmless(value) for value in ("=1+1", "@x", "Nguyễn", "")] == ["'=1+1", "'@x", "Nguyễn", ""]


@pytest.mark.dialects("sqlite")
def test_everybody_sees_their_own_offices_only(ward, visit):
    ward.dossier_at("appraise")
    assert "Không tìm thấy hồ sơ nào" in visit("tam").text("/ho-so")
    assert "1 hồ sơ" in visit("thanh").text("/ho-so")
    assert "1 hồ sơ" in visit("dung").text("/ho-so")


@pytest.mark.dialects("sqlite")
def test_papers_open_in_the_browser_and_stay_private(ward, visit):
    case_id = ward.dossier_at("approve")
    (draft,) = ward.documents(case_id, "result")
    answer = visit("an").get(f"/ho-so/{case_id}/van-ban/{draft.id}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_leader_sees_late_dossiers_owed_letters_and_who_has_them(ward, visit):
    code = ward.dossier(ward.dossier_at("appraise")).code
    ward.wait_until(legal(9))
    page = visit("dung").text("/theo-doi")
    assert code in page
    assert "1 quá hạn" in page
    assert "Đã trễ hẹn, chưa xin lỗi" in page
    assert "Nêu lý do trễ hẹn" in page
    assert visit("nam").get("/theo-doi").status_code == 403


@pytest.mark.dialects("sqlite")
def test_a_letter_that_is_not_needed_is_not_owed(ward, visit):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(4, 9))
    ward.do(case_id, "apology_reason", {"apology": {"outcome": "on_time"}})
    assert "Thư xin lỗi còn nợ</h2>" not in visit("dung").text("/theo-doi")
    ward.wait_until(legal(9))
    assert "Đã trễ hẹn, chưa xin lỗi" in visit("dung").text("/theo-doi")


@pytest.mark.dialects("sqlite")
def test_the_page_of_a_dossier_tells_its_whole_story(ward, visit):
    case_id = ward.dossier_at("hand_over")
    lan = visit("lan")
    page = lan.text(f"/ho-so/{case_id}")
    for words in ("Nộp hồ sơ", "Ký số: Giấy chứng nhận", "Vào số:", "Đóng dấu", "Phát hành", "Hồ sơ này đang chờ bạn"):
        assert words in page, words
    assert "task." not in page
    assert "document." not in page.replace("document.querySelector", "")


@pytest.mark.dialects("sqlite")
def test_english_is_whole(ward, visit):
    case_id = ward.dossier_at("approve")
    an = visit("an")
    for path in ("/cong-viec", f"/ho-so/{case_id}", "/ho-so", "/theo-doi"):
        page = an.text(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert 'lang="en"' in page
    assert "My tasks" in an.text("/cong-viec?lang=en")


@pytest.mark.dialects("sqlite")
def test_a_leader_reads_the_week_on_the_page_and_as_a_file(ward, visit):
    from engine.usecases.figures import close_days

    ward.dossier_at("hand_over")
    monday = ward.clock.now().date()
    ward.clock.advance(timedelta(days=8))
    with ward.work() as work:
        close_days(work)
    page = visit("an").get(f"/bao-cao/tuan?tuan={monday.isoformat()}")
    assert page.status_code == 200
    assert "Tồn cuối tuần" in page.text
    file = visit("an").get(f"/bao-cao/tuan.csv?tuan={monday.isoformat()}")
    assert file.text.splitlines()[-1].startswith("Cộng,0,1,1,1,0,100")
    assert visit("nam").get("/bao-cao/tuan").status_code == 403

"""Moving running cases by pages: looked at, asked for, approved by another person, watched, undone."""

from __future__ import annotations

import re

import pytest

from engine.cases.models import Case
from engine.cases.moves import Move, MoveBatch
from tests.factories import HOUSEHOLD
from tests.usecases.moving import SETTINGS, asked, carried_out, looked, published, renamed
from tests.web.officer.visitor import hidden
from web.moving import trial as trial_views

pytestmark = pytest.mark.dialects("sqlite")  # pages; what they call is tested on both

GROUND = {"number": "45/2026/QĐ-UBND", "dated_on": "20/02/2026", "text": "Điều 3 khoản 2: chuyển tiếp"}
GRANTED = {"appraisal": {"outcome": "propose_grant", "note": "Đủ", "verified": []}}
RENAMED = renamed("appraise", "review")
LIMIT = (SETTINGS, "default = { value = 3,", "default = { value = 6,")


def trial(target: int, source: int = 1) -> str:
    return f"/chuyen-ho-so/{HOUSEHOLD}/{source}/{target}"


def order(batch_id) -> str:
    return f"/chuyen-ho-so/dot/{batch_id}"


@pytest.fixture
def waiting(ward):
    """(number of the new version, case on the specialist's desk): a version that says some words otherwise."""
    case_id = ward.dossier_at("appraise")
    return published(ward), case_id


def test_only_those_who_may_ask_or_approve_come_in(visit, waiting):
    address = trial(waiting[0])
    assert visit("").get(address).status_code == 401
    assert visit("nam").get(address).status_code == 403
    for login in ("thiet", "dung", "van"):
        page = visit(login).text(address)
        assert ("Gửi yêu cầu chuyển" in page) == (login == "thiet")
    assert visit("dung").post(address, GROUND).status_code == 403
    assert visit("thiet").get(trial(99)).status_code == 404


def test_the_way_begins_at_the_version_s_own_page(visit, waiting, ward):
    thiet = visit("thiet")
    page = thiet.text(f"/thiet-ke/thu-tuc/{HOUSEHOLD}")
    link = f"/chuyen-ho-so/{HOUSEHOLD}/{waiting[0]}"
    assert f'href="{link}"' in page
    answer = thiet.get(link)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(trial(waiting[0]))


def test_the_dry_run_says_counts_first_and_writes_nothing(visit, waiting, ward):
    page = visit("thiet").text(trial(waiting[0]))
    assert page.index("Chuyển được") < page.index("Điều gì xảy ra với hồ sơ")
    assert ward.dossier(waiting[1]).code in page
    assert "chưa có gì được ghi" in page
    assert ward.rows(MoveBatch) == []


def test_a_vanished_step_is_told_and_gets_its_place_by_the_form(visit, ward):
    case_id = ward.dossier_at("appraise")
    target = published(ward, *RENAMED)
    thiet = visit("thiet")
    page = thiet.text(trial(target))
    assert 'name="buoc.appraise"' in page
    assert "Gửi yêu cầu chuyển" not in page
    mapped = thiet.text(f"{trial(target)}?buoc.appraise=review")
    assert "Gửi yêu cầu chuyển" in mapped
    assert re.search(r'value="review"\s+selected', mapped)
    table = thiet.get(f"{trial(target)}.csv?buoc.appraise=review")
    assert table.mimetype == "text/csv"
    assert ward.dossier(case_id).code in table.get_data(as_text=True)


def test_a_request_without_a_ground_comes_back_with_what_is_missing(visit, waiting, ward):
    thiet = visit("thiet")
    address = trial(waiting[0])
    digest = hidden(thiet.text(address), "digest")
    answer = thiet.post(address, {"digest": digest, "number": "", "dated_on": "hôm qua", "text": "Điều 3"})
    assert answer.status_code == 422
    assert "Nhập ngày dạng" in thiet.words(answer)
    answer = thiet.post(address, {"digest": digest, "number": "", "dated_on": "20/02/2026", "text": "Điều 3"})
    assert answer.status_code == 422
    assert 'href="#number"' in thiet.words(answer)
    assert "Điều 3" in thiet.words(answer)
    assert ward.rows(MoveBatch) == []


def test_what_has_changed_since_it_was_shown_is_shown_anew(visit, waiting, ward):
    thiet = visit("thiet")
    digest = hidden(thiet.text(trial(waiting[0])), "digest")
    ward.do(waiting[1], "appraise", GRANTED)
    answer = thiet.post(trial(waiting[0]), {**GROUND, "digest": digest})
    assert answer.status_code == 409
    assert "Hồ sơ đã thay đổi từ khi bạn xem kết quả thử" in thiet.words(answer)
    assert hidden(thiet.words(answer), "digest") != digest


def test_very_many_cases_are_tried_behind_the_page_and_asked_for_from_what_is_kept(visit, waiting, ward, monkeypatch):
    monkeypatch.setattr(trial_views, "AT_ONCE", 0)
    thiet = visit("thiet")
    page = thiet.text(trial(waiting[0]))
    assert "Bắt đầu thử" in page
    assert "Gửi yêu cầu chuyển" not in page
    assert "Bắt đầu thử" not in visit("van").text(trial(waiting[0]))
    assert thiet.get(f"{trial(waiting[0])}.csv").status_code == 303
    answer = thiet.post(f"{trial(waiting[0])}/thu")
    here = answer.headers["Location"]
    assert "Đang thử" in thiet.text(here)
    assert visit("van").get(here).status_code == 404
    ward.run_deferred()
    assert thiet.get(f"{here}/tien-do").headers["HX-Refresh"] == "true"
    assert ward.dossier(waiting[1]).code in thiet.text(here)
    answer = thiet.post(f"{here}/yeu-cau", {**GROUND, "number": ""})
    assert answer.status_code == 422
    assert "Điều 3 khoản 2" in thiet.words(answer)
    assert thiet.post(f"{here}/yeu-cau", {**GROUND, "dated_on": "hôm qua"}).status_code == 422
    assert thiet.post(f"{here}/yeu-cau", GROUND).status_code == 303
    assert thiet.post(f"{here}/yeu-cau", GROUND).status_code == 409
    assert "Duyệt và chuyển" in visit("dung").text(here)


def test_asked_by_one_approved_by_another_carried_out_and_undone(visit, waiting, ward):
    target, case_id = waiting
    thiet, dung = visit("thiet"), visit("dung")
    before = ward.row(Case, case_id).bundle_id
    digest = hidden(thiet.text(trial(target)), "digest")
    answer = thiet.post(trial(target), {**GROUND, "digest": digest})
    assert answer.status_code == 303
    here = answer.headers["Location"]
    assert "không tự duyệt được" in thiet.text(here)
    assert thiet.post(f"{here}/duyet").status_code == 403
    assert GROUND["number"] in dung.text("/chuyen-ho-so/")
    assert "Duyệt và chuyển" in dung.text(here)
    assert dung.post(f"{here}/duyet").status_code == 303
    under_way = dung.text(here)
    assert "every 2s" in under_way
    assert 'http-equiv="refresh"' in under_way
    assert "HX-Refresh" not in dung.get(f"{here}/tien-do").headers
    ward.run_deferred()
    assert dung.get(f"{here}/tien-do").headers["HX-Refresh"] == "true"
    assert ward.row(Case, case_id).bundle_id != before
    done = dung.text(here)
    assert "Đã chuyển" in done
    assert ward.dossier(case_id).code in done
    assert dung.post(f"{here}/duyet").status_code == 409
    assert thiet.post(f"{here}/hoan-lai", {"reason": "nhầm"}).status_code == 403
    assert dung.post(f"{here}/hoan-lai", {"reason": ""}).status_code == 422
    assert dung.post(f"{here}/hoan-lai", {"reason": "Văn bản bị bãi bỏ"}).status_code == 303
    ward.run_deferred()
    assert ward.row(Case, case_id).bundle_id == before
    assert "Đã hoàn lại" in dung.text(here)
    assert ward.dossier(case_id).code in dung.text(f"{here}.csv")


def test_an_order_is_turned_down_or_taken_back_with_a_reason(visit, waiting, ward):
    for login in ("van", "thiet"):
        here = order(asked(ward, looked(ward, waiting[0])))
        browser = visit(login)
        assert browser.post(f"{here}/khong-duyet", {"reason": " "}).status_code == 422
        assert browser.post(f"{here}/khong-duyet", {"reason": "Căn cứ chưa đủ"}).status_code == 303
        assert "Căn cứ chưa đủ" in browser.text(here)


def test_a_case_that_went_on_says_why_it_is_not_laid_back(visit, waiting, ward):
    target, case_id = waiting
    batch_id = carried_out(ward, target)
    ward.do(case_id, "appraise", GRANTED)
    dung = visit("dung")
    one = f"{order(batch_id)}/ho-so/{case_id}"
    assert dung.post(f"{one}/hoan-lai", {"reason": ""}).status_code == 422
    answer = dung.post(f"{one}/hoan-lai", {"reason": "nhầm"})
    assert answer.status_code == 409
    assert "Không hoàn lại được" in dung.words(answer)
    assert ward.rows(Move, Move.case_id == case_id)[0].status == "moved"


def test_dates_stand_beside_each_other_with_the_days_between(visit, ward):
    ward.dossier_at("appraise")
    target = published(ward, LIMIT)
    page = visit("thiet").text(trial(target))
    assert "3 ngày làm việc → 6 ngày làm việc" in page
    assert re.search(r"muộn hơn \d+ ngày", page)
    assert "ngày hẹn với người nộp giữ nguyên" in page
    paper = visit("thiet").text(f"{trial(target)}?giay=form01")
    assert "chỉ khi giấy mới đã gửi" in paper


def test_every_page_speaks_english(visit, waiting, ward):
    batch_id = carried_out(ward, waiting[0])
    dung = visit("dung")
    for path in ("/chuyen-ho-so/", trial(waiting[0]), order(batch_id), f"{order(batch_id)}/ho-so/{waiting[1]}"):
        page = dung.text(f"{path}?lang=en")
        words = re.sub(r"<(script|style|head).*?</\1>|<[^>]*lang=\"vi\"[^>]*>.*?</\w+>|<[^>]+>", " ", page, flags=re.S)
        assert "Moving" in page or "move" in page
        assert not re.search(r"\b(Chuyển|Hồ sơ|Không|Đã)\b", words), words

"""The open pages: what there is to apply for, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import HOUSEHOLD
from tests.usecases.moving import published
from web.ui.catalogues import ROOT, missing

pytestmark = pytest.mark.dialects("sqlite")  # what a page shows does not depend on the database


@pytest.mark.parametrize("words", ["ho kinh doanh", "HỘ KINH DOANH", "household business", "mo cua hang"])
def test_a_search_ignores_marks_and_case(visit, words):
    page = visit("").text(f"/thu-tuc?q={words}")
    assert f'href="/thu-tuc/{HOUSEHOLD}"' in page
    assert "1 thủ tục" in page


def test_a_search_that_finds_nothing_says_what_to_do(visit):
    page = visit("").text("/thu-tuc?q=khongcogi")
    assert "Không có thủ tục nào khớp" in page
    assert "1022" in page


def test_filters_live_in_the_address_and_can_be_taken_off(visit):
    page = visit("").text("/thu-tuc?free=1&online=1")
    assert 'href="/thu-tuc?online=1"' in page
    assert f"/thu-tuc/{HOUSEHOLD}" in page


def test_a_procedure_says_everything_needed_before_filing(visit):
    page = visit("").text(f"/thu-tuc/{HOUSEHOLD}")
    for words in (
        "3 ngày làm việc",
        "miễn phí",
        "Biên bản họp thành viên",
        "Nghị định 168/2025",
        "chưa đối chiếu",
        "Trung tâm Phục vụ hành chính công phường Bến Thành",
        f"/nop-ho-so/{HOUSEHOLD}",
    ):
        assert words in page
    drawing = visit("").get(f"/thu-tuc/{HOUSEHOLD}/so-do.bpmn")
    assert drawing.status_code == 200
    assert b"userTask" in drawing.data
    assert "Thẩm định hồ sơ" in page, "the drawing's content stands there in words as well"


def test_a_published_limit_is_what_is_promised_and_the_laws_stands_beside_it(visit, ward):
    plain = 'default = { value = 3, unit = "working_days" }'
    law = plain.replace("3", "5") + '\npublished = { value = 2, unit = "working_days" }'
    published(ward, ("procedure.toml", plain, law))
    page = visit("").text(f"/thu-tuc/{HOUSEHOLD}")
    assert "2 ngày làm việc" in page
    assert "Thời hạn theo luật: 5 ngày làm việc" in page
    listed = visit("").text("/thu-tuc?q=ho+kinh+doanh")
    assert "2 ngày làm việc" in listed
    assert "5 ngày làm việc" not in listed


def test_the_filled_in_example_shows_an_answer_to_every_question(visit):
    page = visit("").text(f"/thu-tuc/{HOUSEHOLD}/mau-don")
    assert "Hộ kinh doanh Hòa Bình" in page
    assert "50.000.000" in page


def test_an_unknown_procedure_is_not_found(visit):
    assert visit("").get("/thu-tuc/9.999999").status_code == 404


def test_english_readers_find_english(visit):
    page = visit("").text(f"/thu-tuc/{HOUSEHOLD}?lang=en")
    assert "Household business registration" in page
    assert "3 working days" in page
    assert "Cần giấy tờ gì" not in page


@pytest.mark.parametrize("room", ["web/public", "web/citizen"])
def test_every_word_has_its_english(room):
    assert [word.key for word in missing(Path(ROOT) / room)] == []


def test_the_steps_of_a_drawing_are_english_where_the_bundle_has_english(visit):
    page = visit("").text(f"/thu-tuc/{HOUSEHOLD}?lang=en")
    assert "Check the dossier" in page
    assert "Kiểm tra hồ sơ" not in page
    assert "words=en" in page
    asked, plain = (visit("").get(f"/thu-tuc/{HOUSEHOLD}/so-do.bpmn{query}").text for query in ("?words=en", ""))
    assert 'name="Check the dossier"' in asked
    assert 'name="Kiểm tra hồ sơ"' in plain

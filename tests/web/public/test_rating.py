"""Rating a finished dossier by its code and a second fact, without an account."""

from __future__ import annotations

import pytest

from engine.dossiers.models import Rating
from tests.usecases.test_rating import returned
from tests.web.citizen.office import key_of
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database


@pytest.fixture
def client(ward):
    return create_application(ward.house, config={"RATELIMIT_ENABLED": False}).test_client()


def post(client, path, **data):
    return client.post(path, data={"csrf_token": key_of(client.get("/privacy").text), **data})


def test_the_applicant_rates_once_after_the_result_was_returned(ward, client):
    case_id = returned(ward)
    code = ward.dossier(case_id).code
    address = f"/tra-cuu/{code}/danh-gia"
    assert client.get(address).headers["Location"].startswith("/tra-cuu?code="), "code and second fact first"
    assert post(client, address, score="5").headers["Location"].startswith("/tra-cuu?code=")
    assert ward.rows(Rating, by=Rating.case_id) == []
    assert post(client, "/tra-cuu", code=code, second="4567").status_code == 303
    assert address in client.get(f"/tra-cuu/{code}").text
    assert "Thái độ của người tiếp nhận" in client.get(address).text
    refused = post(client, address, words="Không chấm điểm")
    assert refused.status_code == 422
    assert "Chọn mức hài lòng từ 1 đến 5" in refused.text
    assert "Không chấm điểm" in refused.text, "what was written stays"
    assert client.post(address, data={"score": "5"}).status_code == 400, "not without the form key"
    sent = {"score": "4", "criterion-time": "2", "criterion-attitude": "1", "words": "Cảm ơn"}
    assert post(client, address, **sent).headers["Location"] == f"/tra-cuu/{code}"
    assert "Bạn đã đánh giá 4/5" in client.get(f"/tra-cuu/{code}").text
    assert post(client, address, **sent).status_code == 409
    (rating,) = ward.rows(Rating, by=Rating.case_id)
    assert (rating.score, rating.criteria, rating.words) == (4, {"time": 2, "attitude": 1}, "Cảm ơn")


def test_a_leader_s_page_shows_the_average_and_the_officer_s_page_nothing(ward, client):
    case_id = returned(ward)
    post(client, "/signin/sample", person=str(ward.people["hoa"]))
    own = f"/ho-so-cua-toi/{case_id}/danh-gia"
    assert own in client.get(f"/ho-so-cua-toi/{case_id}").text
    assert post(client, own).status_code == 422
    assert post(client, own, score="2", words="Chị Hòa đi lại hai lần").status_code == 303
    post(client, "/signin/sample", person=str(ward.people["dung"]))
    page = client.get("/theo-doi").text
    assert "trung bình 2/5 qua 1 lượt" in page or "trung bình 2,0/5 qua 1 lượt" in page
    assert "đi lại hai lần" in page
    for login in ("an", "nam"):
        post(client, "/signin/sample", person=str(ward.people[login]))
        assert "Người dân đánh giá" not in client.get("/theo-doi").text
        dossier = client.get(f"/ho-so/{case_id}").text
        assert "dossier.rated" not in dossier
        assert "đi lại hai lần" not in dossier


def test_before_the_result_there_is_nothing_to_rate(ward, client):
    case_id = ward.dossier_at("hand_over")
    code = ward.dossier(case_id).code
    post(client, "/tra-cuu", code=code, second="4567")
    assert "danh-gia" not in client.get(f"/tra-cuu/{code}").text
    assert client.get(f"/tra-cuu/{code}/danh-gia").headers["Location"] == f"/tra-cuu/{code}"
    assert post(client, f"/tra-cuu/{code}/danh-gia", score="5").status_code == 409

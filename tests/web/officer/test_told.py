"""Missed dates on pages: two questions, the counter's telephone, both figures side by side, the dossiers behind."""

from __future__ import annotations

from datetime import date

import pytest

from engine.dossiers.late_dates import LateQuestion
from engine.errors import Refusal
from engine.queries.told import FEW, month_of, period_of, share, told_figures
from engine.queries.told_list import told_dates
from tests.factories import legal
from tests.usecases.test_late_dates import closed, finish
from tests.web.citizen.office import key_of
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # what a page says does not depend on the database

MARCH = month_of(date(2026, 3, 1))
REPORT = "/bao-cao/tre-hen?ky=2026-03"


@pytest.fixture
def client(ward):
    return create_application(ward.house, config={"RATELIMIT_ENABLED": False}).test_client()


@pytest.fixture
def late(ward):
    """Two dossiers decided after their date, both told of in time, their days counted."""
    both = ward.dossier_at("appraise"), ward.dossier_at("appraise")
    ward.wait_until(legal(9, 9))
    for case_id in both:
        finish(ward, case_id)
    closed(ward)
    return both


def post(client, path, **data):
    return client.post(path, data={"csrf_token": key_of(client.get("/privacy").text), **data})


def step_in(ward, client, login):
    post(client, "/signin/sample", person=str(ward.people[login]))


def test_days_that_are_not_counted_yet_are_not_said_to_be_without_a_missed_date(ward, client):
    ward.dossier_at("appraise")
    ward.wait_until(legal(9, 9))
    step_in(ward, client, "dung")
    assert "Chưa tính ngày nào của kỳ này" in client.get(REPORT).text
    assert "chưa tính ngày nào" in client.get("/theo-doi").text
    closed(ward)
    assert "Chưa tính ngày nào" not in client.get(REPORT).text
    assert "chưa tính ngày nào" not in client.get("/theo-doi").text


def test_two_questions_once_and_both_figures_side_by_side(ward, client, late):
    asked, telephoned = late
    code = ward.dossier(asked).code
    address = f"/tra-cuu/{code}/bao-tre"
    step_in(ward, client, "dung")
    assert "Chưa ai trả lời" in client.get(REPORT).text
    step_in(ward, client, "hoa")  # not hers: filed at the counter without an account
    assert client.get(f"/ho-so-cua-toi/{asked}/bao-tre").status_code == 404

    client.get("/signout")
    assert client.get(address).headers["Location"].startswith("/tra-cuu?code="), "code and second fact first"
    assert post(client, "/tra-cuu", code=code, second="4567").status_code == 303
    assert address in client.get(f"/tra-cuu/{code}").text
    page = client.get(address).text
    assert "Ngày hẹn là 5/3/2026" in page or "Ngày hẹn là 05/03/2026" in page
    refused = post(client, address, told="never", words="Không ai gọi bà Hòa")
    assert refused.status_code == 422
    assert "Không ai gọi bà Hòa" in refused.text, "what was written stays"
    assert client.post(address, data={"told": "never", "letter": "no"}).status_code == 400, "not without the form key"
    sent = {"told": "never", "letter": "no", "words": "Không ai gọi bà Nguyễn Thị Hòa 0901234567"}
    assert post(client, address, **sent).headers["Location"] == f"/tra-cuu/{code}"
    assert "không được báo" in client.get(f"/tra-cuu/{code}").text
    assert client.get(address).headers["Location"] == f"/tra-cuu/{code}"
    assert post(client, address, **sent).status_code == 409

    step_in(ward, client, "lan")
    page = client.get("/tiep-nhan/hoi-tre-hen").text
    assert ward.dossier(telephoned).code in page
    assert code not in page
    at = f"/tiep-nhan/hoi-tre-hen/{telephoned}"
    assert post(client, at, told="before").status_code == 422
    assert post(client, at, told="before", letter="yes").status_code == 303
    assert post(client, at, told="before", letter="yes").status_code == 409
    assert ward.row(LateQuestion, telephoned).via == "counter"

    step_in(ward, client, "dung")
    page = client.get(REPORT).text
    assert "Người nộp nói: báo trước" in page
    assert "1 nói bị báo muộn hơn hồ sơ ghi" in page
    assert "Nguyễn Thị Hòa" not in page
    assert "0901234567" not in page
    assert "ít, không tính" in page, "two are too few for a share"
    lines = client.get(REPORT.replace("tre-hen?", "tre-hen.csv?")).text.splitlines()
    assert lines[-1].startswith("Cộng,2,2,0,0,0,0,0,0,,2,2,2,1,0,0,1,1,1,1,1")
    step_in(ward, client, "an")
    page = client.get(REPORT).text
    assert "Báo trước ngày hẹn" in page
    assert "Người nộp nói" not in page, "who handled the dossiers reads no answers"


def test_the_dossiers_behind_a_number(ward, client, late):
    step_in(ward, client, "an")
    address = "/bao-cao/tre-hen/ho-so?ky=2026-03&loai=before"
    page = client.get(address).text
    assert all(ward.dossier(case_id).code in page for case_id in late)
    assert len(client.get(address.replace("ho-so?", "ho-so.csv?")).text.splitlines()) == 3
    assert "Không có hồ sơ nào" in client.get(address.replace("before", "never")).text
    with ward.look("an") as look:
        first = told_dates(look, MARCH, most=1)
        second = told_dates(look, MARCH, after=first.after, most=1)
        assert {first.lines[0].case_id, second.lines[0].case_id} == set(late)
        assert second.after is None
        assert told_figures(look, MARCH, by_procedure=True).lines[0].key == ward.dossier(late[0]).procedure
        assert told_figures(look, MARCH).whole.told == {"before": 2}
    with ward.look("phong") as look:  # another authority's room
        assert told_figures(look, MARCH).lines == ()
        assert told_dates(look, MARCH).lines == ()
    for login in ("nam", "hoa", "van", ""):
        for asked in (told_figures, told_dates):
            with pytest.raises(Refusal), ward.look(login) as look:
                asked(look, MARCH)


def test_periods_as_addresses_name_them_and_shares_of_enough_only():
    assert (period_of("2026-Q1").last, period_of("2026").first) == (date(2026, 3, 31), date(2026, 1, 1))
    assert period_of("2026-02").last == date(2026, 2, 28)
    assert period_of("2026-03-02..2026-03-08").last == date(2026, 3, 8)
    for wrong in (
        "2026-03-08..2026-03-02",
        "..",
        "2026-03-02..",
        "",
        "2026-13",
        "2026-Q5",
        "26-01",
        "2026-1",
        "2026-",
        "٢٠٢٦",
        "abcd-01",
    ):
        assert period_of(wrong) is None, wrong
    assert share(FEW - 1, FEW - 1) is None
    assert share(FEW // 2, FEW) == 50.0

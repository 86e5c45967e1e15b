"""The what-if pages as people use them: a question put together, its answer, a worker's answer, absences, the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from engine.accounts.absences import Absence
from engine.accounts.models import Office
from engine.clock import legal_date
from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")
HOME = "/thu-thay-doi"


@pytest.fixture
def visit(ward: Ward) -> Callable[[str], FlaskClient]:
    app = create_application(
        ward.house,
        audiences=("pages", "signin", "whatif"),
        config={"RATELIMIT_ENABLED": False, "WTF_CSRF_ENABLED": False},
    )

    def enter(login: str) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            moment = int(ward.clock.now().timestamp())
            session.update(person=str(ward.people[login]), signed_in=moment, seen=moment)
        return client

    return enter


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def typed(name: str, day: date | str) -> dict[str, str]:
    """A date as the three fields of its question send it."""
    year, month, number = str(day).split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def room_of(ward: Ward, case_id: object) -> str:
    with ward.look() as look:
        return look.session.get_one(Office, ward.dossier(case_id).handling_id).code


def test_a_question_is_put_together_in_the_address_and_answered_by_unit(ward, visit):
    case_id = ward.dossier_at("appraise")
    code, today, page = room_of(ward, case_id), legal_date(ward.clock.now()), visit("dung")
    week = typed("tu", today) | typed("den", today + timedelta(days=4))
    assert "Chọn một thay đổi" in page.get(HOME).text
    asked = page.get(HOME, query_string={"loai": "vang", "noi": code, "vai-tro": "specialist", "so": "nam", **week})
    assert asked.status_code == 303
    answer = page.get(asked.location).text
    assert "phường Bến Thành vắng 1 người" in text_of(answer), "offices by their names"
    assert "Theo đơn vị giải quyết" in answer
    both = page.get(asked.location.partition("#")[0] + "&loai=nghi&tu-day=5&tu-month=3&tu-year=2026")
    assert both.status_code == 303
    assert both.location.count("doi=") == 2
    assert "Nghỉ ngày 05/03/2026" in text_of(page.get(both.location).text)
    english = page.get(both.location.partition("#")[0] + "&lang=en").text
    assert "05/03/2026 is a day off" in english
    assert page.get(f"{HOME}/ket-qua.csv?{both.location.partition('?')[2]}").text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"loai": "nghi"}, "Nhập ngày, tháng, năm"),
        ({"loai": "nghi", **typed("tu", "2026-mai-1")}, "Không có ngày này trong lịch"),
        ({"loai": "nghi", **typed("tu", "2200-1-1")}, "không phải một ngày"),
        ({"loai": "lam", **typed("tu", "2026-02-28"), **typed("den", "2026-2-30")}, "Không có ngày này trong lịch"),
        ({"loai": "han", "thu-tuc": "1.001612", "so": "mười"}, "không phải một thời hạn"),
        ({"loai": "gio", "noi": "bt-pvhcc", "gio": "sáng", **typed("tu", "2026-03-05")}, "không phải giờ làm việc"),
        ({"loai": "vang", "noi": "bt-pvhcc", "so": "", **typed("tu", "2026-03-05")}, "số người vắng"),
        ({"loai": "khac"}, "Chọn loại thay đổi"),
    ],
)
def test_what_is_not_understood_is_said_beside_the_form_and_kept_in_it(visit, form, said):
    found = visit("van").get(HOME, query_string=form)
    assert found.status_code == 422
    assert said in text_of(found.text)
    assert all(
        f'value="{typed}"' in found.text for name, typed in form.items() if name.startswith(("tu-", "so")) and typed
    )


def test_of_two_days_the_wrong_one_is_marked_and_the_message_leads_to_it(visit):
    form = {"loai": "lam", **typed("tu", "2026-02-28"), **typed("den", "2026-2-30")}
    page = html.fromstring(visit("van").get(HOME, query_string=form).text)
    marked = page.xpath("//input[contains(@class, 'govuk-input--error')]/@name")
    assert marked == ["den-day", "den-month", "den-year"]
    (link,) = page.xpath("//div[contains(@class, 'error-summary')]//a/@href")
    assert page.xpath(f"//input[@id='{link[1:]}']/@name") == ["den-day"]


@pytest.mark.parametrize(("kind", "name", "said"), [("han", "so", "?!"), ("gio", "gio", "?!"), ("vang", "so", "")])
def test_an_answer_that_is_not_understood_is_marked_at_its_field(visit, kind, name, said):
    form = {"loai": kind, "noi": "bt-pvhcc", "thu-tuc": "1.001612", name: said, **typed("tu", "2026-03-05")}
    page = html.fromstring(visit("van").get(HOME, query_string=form).text)
    assert page.xpath("//input[contains(@class, 'govuk-input--error')]/@id") == [f"{kind}-{name}"]
    assert page.xpath("//div[contains(@class, 'error-summary')]//a/@href") == [f"#{kind}-{name}"]


def test_addresses_nobody_wrote_by_the_form_are_refused(visit):
    page = visit("van")
    for text in ("", "off", "off|2026-03-05", "limit|1|2|3", "away||2026-03-05|2|x", "hours|x|Mon 25h-26h|2026-03-05"):
        assert 400 <= page.get(HOME, query_string={"doi": text}).status_code < 500, text
    assert page.get(HOME, query_string={"doi": "off|9999-12-31|"}).status_code == 422
    assert page.get(HOME, query_string={"doi": "limit|1.001612|30 working days||"}).status_code == 422
    assert page.get(HOME, query_string={"doi": "away|no-such|2026-03-05|2|specialist"}).status_code == 404


def test_a_large_house_is_gone_through_by_a_worker(ward, visit, monkeypatch):
    monkeypatch.setattr("web.whatif.asking.AT_ONCE", 0)
    case_id, page = ward.dossier_at("appraise"), visit("van")
    today = legal_date(ward.clock.now())
    change = f"away|{room_of(ward, case_id)}|{today}..{today + timedelta(days=4)}|nam|specialist"
    assert "Tính trên mọi hồ sơ" in page.get(HOME, query_string={"doi": change}).text
    sent = page.post(f"{HOME}/chay", data={"doi": change})
    assert sent.status_code == 303
    assert "Đang tính" in page.get(sent.location).text
    ward.run_deferred()
    answer = page.get(sent.location).text
    assert "Đang tính" not in answer
    assert "Theo đơn vị giải quyết" in answer
    assert page.get(f"{sent.location}.csv").status_code == 200
    assert visit("dung").get(sent.location).status_code == 404, "an answer is its asker's"


def test_an_absence_is_written_down_and_planned_with(ward, visit):
    case_id, page = ward.dossier_at("appraise"), visit("an")
    today = legal_date(ward.clock.now())
    who = {"nguoi": str(ward.people["nam"])}
    for last, said in (
        ("2026-02-01", 'href="#den"'),
        ("2026-2-30", "Không có ngày này trong lịch"),
        ("--", "Nhập ngày"),
    ):
        wrong = page.post(f"{HOME}/vang-mat", data=who | typed("tu", today) | typed("den", last))
        assert wrong.status_code == 422
        assert said in wrong.text
        assert f'value="{today.year}"' in wrong.text, "what was typed stays"
    linked = page.get(f"{HOME}/vang-mat", query_string={"tu": "2026-03-19", "den": "no day"}).text
    assert 'value="19"' in linked
    data = who | typed("tu", today) | typed("den", today)
    assert page.post(f"{HOME}/vang-mat", data=data).status_code == 303
    assert page.post(f"{HOME}/vang-mat", data=data).status_code == 409
    listed = page.get(f"{HOME}/vang-mat").text
    plan = page.get(f"{HOME}/du-kien", query_string={"don-vi": room_of(ward, case_id)}).text
    assert ward.dossier(case_id).code in plan
    assert "vắng" in text_of(plan)
    (absence,) = ward.rows(Absence)
    assert f"{HOME}/vang-mat/{absence.id}/rut" in listed
    assert page.post(f"{HOME}/vang-mat/{absence.id}/rut").status_code == 303
    assert ward.row(Absence, absence.id).withdrawn_at is not None


def test_nobody_else_comes_in(visit):
    for login in ("hoa", "lan", "nam"):
        for address in (HOME, f"{HOME}/du-kien", f"{HOME}/ket-qua.csv"):
            assert visit(login).get(address).status_code == 403
    assert visit("hoa").get(f"{HOME}/vang-mat").status_code == 403


def test_everybody_writes_down_their_own_absence_and_nobody_elses(ward, visit):
    today, page = legal_date(ward.clock.now()), visit("nam")
    for who, status in (("lan", 403), ("nam", 303)):
        data = {"nguoi": str(ward.people[who])} | typed("tu", today) | typed("den", today)
        assert page.post(f"{HOME}/vang-mat", data=data).status_code == status
    assert "Ngô Hoài Nam" in page.get(f"{HOME}/vang-mat").text

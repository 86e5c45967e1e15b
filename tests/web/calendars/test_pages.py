"""The calendar pages: what an administrator reads, drafts, sees in advance and puts in force; nobody else comes in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from engine.calendars.load import calendar_of
from engine.calendars.models import CalendarChange
from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from web.application import create_application
from web.ui.months import ledger_months

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")


@pytest.fixture
def visit(ward: Ward) -> Callable[[str], FlaskClient]:
    app = create_application(
        ward.house,
        audiences=("pages", "signin", "calendars"),
        config={"RATELIMIT_ENABLED": False, "WTF_CSRF_ENABLED": False},
    )

    def enter(login: str) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            moment = int(ward.clock.now().timestamp())
            session.update(person=str(ward.people[login]), signed_in=moment, seen=moment)
        return client

    return enter


def change_of(ward: Ward) -> CalendarChange:
    with ward.look() as look:
        return look.session.scalars(select(CalendarChange).order_by(CalendarChange.opened_at.desc())).first()


def on(name: str, day: str) -> dict[str, str]:
    """A date as its three fields send it; `day` as ISO text, empty for none."""
    return dict(zip((f"{name}-year", f"{name}-month", f"{name}-day"), day.split("-"), strict=False))


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_a_change_goes_from_the_first_line_to_every_dossier(ward, visit):
    case_id = ward.dossier_at("appraise")
    before = ward.clock_of(case_id).due_on
    with ward.look() as look:
        day = calendar_of(look.session, "vn").before(before).isoformat()
    page = visit("van")
    assert "Lịch làm việc cơ quan hành chính" in page.get("/lich-lam-viec").text
    assert page.post("/lich-lam-viec/vn/thay-doi").status_code == 303
    change = change_of(ward)
    at = f"/lich-lam-viec/thay-doi/{change.id}"
    day_off = {**on("first", day), "kind": "OFF_HOLIDAY", "name": "Nghỉ bão"}
    assert page.post(f"{at}/ngay", data=day_off).status_code == 303
    document = {"document": "Công điện 5/CĐ-TTg", **on("dated_on", "2026-03-01")}
    assert page.post(f"{at}/van-ban", data=document).status_code == 303
    shown = text_of(page.get(at).text)
    assert "Nghỉ bão" in shown
    assert ward.dossier(case_id).code in shown
    assert ward.dossier(case_id).code in page.get(f"{at}/ngay-hen.csv").get_data(as_text=True)
    refused = page.post(f"{at}/ap-dung", data={})
    assert (refused.status_code, "Xác nhận đã xem" in refused.text) == (422, True)
    assert page.post(f"{at}/ap-dung", data={"sure": "yes"}).status_code == 303
    assert "Đang tính lại thời hạn" in page.get(at).text
    ward.run_deferred()
    assert "Mọi thời hạn đang chạy tính theo lịch mới" in page.get(at).text
    rows = list(csv.reader(io.StringIO(page.get(f"{at}/ngay-hen.csv").get_data(as_text=True).removeprefix("\ufeff"))))
    mine = [row for row in rows if row[0] == ward.dossier(case_id).code and row[1] == "Giải quyết hồ sơ"]
    assert [row[6] for row in mine] == [f"{ward.dossier(case_id).promised_on:%d/%m/%Y}"]
    assert ward.clock_of(case_id).due_on > before
    year = page.get(f"/lich-lam-viec/vn?nam={day[:4]}").text
    assert "Công điện 5/CĐ-TTg" in year
    assert len(html.fromstring(year).xpath("//table[contains(@class, 'month')]/caption[@class='month__name']")) == 12


def test_a_file_goes_out_and_what_it_adds_comes_in(ward, visit):
    page = visit("van")
    ics = page.get("/lich-lam-viec/vn/lich.ics?nam=2026")
    assert ics.headers["Content-Type"] == "text/calendar; charset=utf-8"
    days = page.get("/lich-lam-viec/vn/lich.csv").get_data(as_text=True)
    page.post("/lich-lam-viec/vn/thay-doi")
    at = f"/lich-lam-viec/thay-doi/{change_of(ward).id}"
    more = (days + "2026-12-30,OFF_SWAP,Nghỉ thử,,,\r\n").encode()
    assert page.post(f"{at}/tep", data={"file": (BytesIO(more), "l.csv")}).status_code == 303
    assert [edit["day"] for edit in change_of(ward).edits] == ["2026-12-30"]
    assert "không bằng nhau" in page.get(at).text
    broken = page.post(f"{at}/tep", data={"file": (BytesIO(b"day,kind,name\n2026-13-01,X,y"), "l.csv")})
    assert (broken.status_code, "Dòng 2: không phải ngày: “2026-13-01”" in broken.text) == (422, True)
    told = page.post(f"{at}/tep?lang=en", data={"file": (BytesIO(b"day,kind,name\n2026-13-01,X,y"), "l.csv")}).text
    assert "Line 2: not a date: “2026-13-01”" in told


def test_hours_and_saturday_windows_are_entered_as_people_write_them(ward, visit):
    page = visit("van")
    page.post("/lich-lam-viec/vn/thay-doi")
    at = f"/lich-lam-viec/thay-doi/{change_of(ward).id}"
    week = {f"hours-{day}": "7h30-11h30, 13:00–17:00" for day in range(1, 6)}
    windows = {"reception-6": "7:30-11:30", "fields": "DD HT"}
    sent = page.post(f"{at}/gio", data=week | on("since", "2026-06-01") | windows)
    assert sent.status_code == 303
    edit = change_of(ward).edits[0]
    assert edit["hours"]["1"] == [["07:30", "11:30"], ["13:00", "17:00"]]
    assert edit["reception"]["6"] == {"windows": [["07:30", "11:30"]], "fields": ["DD", "HT"], "starts_clock": False}
    for wrong in ("13:00-07:30", "25:00-26:00", "sáng"):
        assert page.post(f"{at}/gio", data={**on("since", "2026-06-01"), "hours-1": wrong}).status_code == 422
    assert page.post(f"{at}/gio", data={**on("since", "2026-13-01"), **week}).status_code == 422
    for first, last in (("", ""), ("2026-06-01", "2026-05-01"), ("2026-06-01", "2027-06-01")):
        sent = page.post(f"{at}/ngay", data={**on("first", first), **on("last", last), "kind": "OFF_HOLIDAY"})
        assert sent.status_code == 422
    page.post(f"{at}/bo-dong", data={"subject": "week:2026-06-01"})
    assert change_of(ward).edits == []
    assert page.post(f"{at}/bo").status_code == 303


def test_nobody_else_comes_in(ward, visit):
    for login in ("nam", "an", "hoa"):
        page = visit(login)
        assert page.get("/lich-lam-viec").status_code == 403
        assert page.get(f"/lich-lam-viec/thay-doi/{ward.people['van']}/ngay-hen.csv").status_code == 403
        assert page.post("/lich-lam-viec/vn/thay-doi").status_code == 403
        assert page.post("/lich-lam-viec/rieng", data={"office": "bt"}).status_code == 403


def test_a_stranger_address_is_not_there(ward, visit):
    page = visit("van")
    for address in ("/lich-lam-viec/nowhere", "/lich-lam-viec/vn?nam=x", "/lich-lam-viec/vn/lich.pdf"):
        assert page.get(address).status_code == 404


def test_the_picture_of_a_ledger_shows_what_its_days_were(ward):
    case_id = ward.dossier_at("appraise")
    from engine.queries.dossiers import dossier_page

    with ward.look("nam") as look:
        clock = dossier_page(look, case_id).clock
    marks = {cell.day: cell.mark.kind for month in ledger_months(clock.ledger) for week in month.weeks for cell in week
             if cell and cell.mark}  # fmt: skip
    assert marks[clock.due_on] == "due"
    assert marks[clock.effective_on] == "received"
    assert list(marks.values()).count("counted") == clock.limit_value - 1
    assert isinstance(clock.due_on, date)
    assert re.fullmatch(r"\d+", str(clock.limit_value))

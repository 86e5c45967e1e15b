"""The pages of an authority's dated rules: read with their documents, laid down by administrators."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from lxml import html
from sqlalchemy import func, select

from engine.accounts.authority_rules import AuthorityRule
from engine.deadlines.apologies import ApologyRules
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.calendars.test_pages import on, text_of, visit

__all__ = ["database", "offices", "run_deferred", "visit", "ward"]

pytestmark = pytest.mark.dialects("sqlite")
AT = "/lich-lam-viec/quy-dinh"
ADDRESS = f"{AT}/xin-loi"


def test_rules_of_apologies_are_read_with_their_document_and_laid_down_from_a_day_on(ward, visit):
    van = visit("van")
    page = text_of(van.get(ADDRESS).text)
    assert "Nghị định 61/2018/NĐ-CP, Điều 19" in page
    assert "Chưa đối chiếu với văn bản gốc" in page
    wrong = van.post(ADDRESS, data={"office": "bt", "draft_hours": "900", **on("dated_on", "2026-02-31")})
    assert wrong.status_code == 422
    assert 'id="draft_hours-error"' in wrong.text
    assert 'id="valid_from-date-error"' in wrong.text
    typed = html.fromstring(wrong.text)
    assert [typed.xpath(f"//input[@name='dated_on-{part}']/@value") for part in ("day", "month", "year")] == [
        ["31"], ["02"], ["2026"],
    ]  # fmt: skip
    assert not typed.xpath("//input[@type='date']")
    rules = {name: str(value) for name, value in asdict(ApologyRules()).items()} | {"draft_hours": "24"}
    told = {"document": "12/QĐ-UBND", "verified": "yes"} | on("valid_from", "2026-03-01") | on("dated_on", "2026-02-20")
    assert van.post(ADDRESS, data=rules | told | {"office": "bt"}).status_code == 303
    page = text_of(van.get(ADDRESS).text)
    assert "Ủy ban nhân dân phường Bến Thành, từ ngày 01/03/2026" in page
    assert "12/QĐ-UBND" in page
    for login in ("dung", "hoa"):
        assert visit(login).post(ADDRESS, data=rules | told | {"office": "bt"}).status_code == 403
    with ward.look() as look:
        assert look.session.scalar(select(func.count()).select_from(AuthorityRule)) == 1
    assert van.get(f"{AT}/khac").status_code == 404
    assert van.post(f"{AT}/khac").status_code == 404


def test_an_administrator_lays_down_who_is_warned_from_a_day_on(ward, visit):
    page, van = f"{AT}/nhac-han", visit("van")
    assert "Nghị định 61/2018/NĐ-CP" in van.get(page).get_data(as_text=True)
    given = {
        "office": "bt", "document": "Quyết định 12/QĐ-UBND",
        **on("valid_from", "2026-03-01"), **on("dated_on", "2026-02-20"),
        "officer": ["80", "100"], "leader": ["tomorrow"], "step_officer": ["100"],
    }  # fmt: skip
    refused = van.post(page, data=given | {"officer": ["80"], "document": ""})
    assert refused.status_code == 422
    assert "Ít nhất một người phải được nhắc khi hết thời hạn" in refused.get_data(as_text=True)
    assert van.post(page, data=given).status_code == 303
    with ward.look() as look:
        rule = look.session.scalars(select(AuthorityRule)).one()
    assert (rule.kind, rule.content["officer"], rule.content["unit_head"]) == ("warnings", ["80", "100"], [])
    assert "Quyết định 12/QĐ-UBND" in van.get(page).get_data(as_text=True)
    assert visit("an").get(page).status_code == 403


def test_an_administrator_lays_down_how_papers_are_scanned(ward, visit):
    page, van = f"{AT}/ban-quet", visit("van")
    shown = text_of(van.get(page).text)
    assert "Thông tư 01/2023/TT-VPCP" in shown
    assert "Chưa đối chiếu với văn bản gốc" in shown
    given = {
        "office": "bt", "document": "Quyết định 13/QĐ-UBND", **on("valid_from", "2026-03-01"),
        **on("dated_on", "2026-02-20"), "least_dpi": "300", "low_resolution": "refuse", "no_colour": "accept",
        "unknown_size": "warn", "shown": "none",
    }  # fmt: skip
    refused = van.post(page, data=given | {"least_dpi": "20", "shown": ""})
    assert refused.status_code == 422
    assert 'id="least_dpi-error"' in refused.text
    assert van.post(page, data=given).status_code == 303
    assert "không hiện trên trang" in text_of(van.get(page).text)

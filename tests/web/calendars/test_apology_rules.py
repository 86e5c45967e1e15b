"""The page of an authority's rules of letters of apology: read with their documents, laid down by administrators."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import func, select

from engine.accounts.authority_rules import AuthorityRule
from engine.deadlines.apologies import ApologyRules
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.calendars.test_pages import text_of, visit

__all__ = ["database", "offices", "run_deferred", "visit", "ward"]

pytestmark = pytest.mark.dialects("sqlite")
ADDRESS = "/lich-lam-viec/quy-dinh/xin-loi"


def test_rules_are_read_with_their_document_and_laid_down_from_a_day_on(ward, visit):
    van = visit("van")
    page = text_of(van.get(ADDRESS).text)
    assert "Nghị định 61/2018/NĐ-CP, Điều 19" in page
    assert "Chưa đối chiếu với văn bản gốc" in page
    wrong = van.post(ADDRESS, data={"office": "bt", "draft_hours": "900"})
    assert wrong.status_code == 422
    assert 'id="draft_hours-error"' in wrong.text
    assert 'id="valid_from-error"' in wrong.text
    rules = {name: str(value) for name, value in asdict(ApologyRules()).items()} | {"draft_hours": "24"}
    told = {"valid_from": "2026-03-01", "document": "12/QĐ-UBND", "dated_on": "2026-02-20", "verified": "yes"}
    assert van.post(ADDRESS, data=rules | told | {"office": "bt"}).status_code == 303
    page = text_of(van.get(ADDRESS).text)
    assert "Ủy ban nhân dân phường Bến Thành, từ ngày 01/03/2026" in page
    assert "12/QĐ-UBND" in page
    for login in ("dung", "hoa"):
        assert visit(login).post(ADDRESS, data=rules | told | {"office": "bt"}).status_code == 403
    with ward.look() as look:
        assert look.session.scalar(select(func.count()).select_from(AuthorityRule)) == 1

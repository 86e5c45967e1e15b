"""A filing in a browser without scripts: nothing of it needs them."""

from __future__ import annotations

import pytest

from engine.dossiers.models import Attachment, Dossier
from tests.factories import HOUSEHOLD
from tests.journeys.test_online import PAGES
from tests.unit.storage.files import pdf

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both

MEMBER = {
    "founding.members.0.full_name": "Trần Văn Bình",
    "founding.members.0.identity": "079083004321",
    "founding.members.0.relation": "Chồng",
}
BIRTHDAY = {"owner.birth_date-day": 8, "owner.birth_date-month": 3, "owner.birth_date-year": 1985}


def test_a_household_is_filed_with_its_papers(window, ward):
    hoa = window("Nguyễn Thị Hòa", script=False)
    hoa.go(f"/nop-ho-so/{HOUSEHOLD}")
    hoa.page.check("text=Trung tâm Phục vụ hành chính công phường Bến Thành")
    hoa.press("Bắt đầu")
    hoa.fill({"owner.gender": "female", **BIRTHDAY})
    hoa.press("Lưu và tiếp tục")
    hoa.fill({"founding.kind": "household"})
    hoa.press("Lưu và tiếp tục")
    assert hoa.page.title().startswith("Lỗi:"), "the members are asked for when the page was sent"
    hoa.fill(MEMBER)
    for answers in PAGES[1:]:
        hoa.press("Lưu và tiếp tục")
        assert not hoa.page.title().startswith("Lỗi:"), hoa.words()
        hoa.fill(answers)
    hoa.press("Lưu và tiếp tục")
    assert "Giấy tờ kèm theo" in hoa.words()
    for section in ("minutes", "authorisation"):
        paper = {"name": f"{section}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        hoa.page.set_input_files(f"#giay-to-{section} input[type=file]", paper)
        with hoa.page.expect_navigation():
            hoa.page.click(f"#giay-to-{section} button:has-text('Tải lên')")
        assert f"{section}.pdf" in hoa.words()
    hoa.press("Tiếp tục")
    assert "Kiểm tra trước khi nộp" in hoa.words()
    hoa.press("Nộp hồ sơ")
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    assert dossier.filing_code in hoa.words()
    assert {one.case_id for one in ward.rows(Attachment)} == {dossier.case_id}

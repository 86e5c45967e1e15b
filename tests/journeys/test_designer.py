"""A designer renames a step in the browser and publishes: new dossiers show the new name, earlier ones the old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.cases.models import Task
from tests.factories import Ward
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.web.designer.conftest import built_assets
from tests.web.ui.test_browser import listen
from web.application import create_application

__all__ = ["built_assets", "database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both

NEW_NAME = "Thẩm định và đối chiếu hồ sơ"
OLD_NAME = "Thẩm định hồ sơ"


def step_in(page: Any, site: str, name: str) -> None:
    page.goto(f"{site}/signin")
    page.click(f"button.role:has-text('{name}')")


def test_a_renamed_step_reaches_new_dossiers_only(page: Any, ward: Ward, serve: Callable[[Any], str]) -> None:
    older = ward.filed_at_counter()
    site = serve(create_application(ward.house, config={"RATELIMIT_ENABLED": False}))
    heard = listen(page)
    page.set_viewport_size({"width": 1280, "height": 800})

    step_in(page, site, "Mai Anh Thiết")
    page.goto(f"{site}/thiet-ke/")
    page.click("text=Đăng ký thành lập hộ kinh doanh")
    page.click("main button:has-text('Sửa')")
    page.click(".table__main:has-text('Đăng ký thành lập hộ kinh doanh')")
    page.wait_for_selector("[data-desk][data-ready=yes]")
    assert page.locator("a[href*='bpmn.io']").first.is_visible()

    page.click("[data-element-id=appraise]")
    page.fill("#bio-properties-panel-name", NEW_NAME)
    page.wait_for_selector("[data-save-state][data-mood=saved]")
    assert page.inner_text("[data-save-state]") == "Đã lưu lúc 09:00"
    page.click("[data-check]")
    page.wait_for_selector("[data-problems][data-outcome=well]")
    assert "Không có lỗi" in page.inner_text("[data-problem-summary]")

    page.click("text=Công bố…")
    assert "Thay đổi so với phiên bản 1" in page.inner_text("main")
    assert page.inner_text(".change-file ins") == NEW_NAME
    page.fill("#note", "Đổi tên bước theo quy trình nội bộ mới")
    page.click("main button:has-text('Công bố')")
    assert "Đã công bố phiên bản 2" in page.inner_text("main")
    assert page.locator("tbody tr").first.inner_text().count("Đang áp dụng") == 1
    assert not heard

    newer = ward.filed_at_counter()
    ward.run_deferred()
    step_in(page, site, "Ngô Hoài Nam")
    for case_id, name in ((older, OLD_NAME), (newer, NEW_NAME)):
        (task,) = ward.rows(Task, Task.case_id == case_id, Task.element_id == "appraise")
        page.goto(f"{site}/cong-viec/{task.id}")
        assert name in page.inner_text("main h1")

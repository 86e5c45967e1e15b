"""The browser editors: two windows, findings that lead to their element, every kind of file, small screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.usecases.designing import content_of, open_copy
from tests.factories import HOUSEHOLD, PERMIT
from tests.looking import fits, look_over, open_to_everybody
from tests.web.ui.test_browser import listen

pytestmark = pytest.mark.dialects("sqlite")  # a browser


@pytest.fixture
def site(app: Any, serve: Callable[[Any], str]) -> str:
    return serve(app)


@pytest.fixture
def designer(page: Any, site: str) -> Any:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/signin")
    page.click("button.role:has-text('Mai Anh Thiết')")
    return page


def opened(page: Any, address: str) -> Any:
    page.goto(address)
    page.wait_for_selector("[data-desk][data-ready=yes]")
    return page


def text_of(ward: Any, copy_id: Any, path: str) -> str:
    return content_of(ward.row(WorkingCopy, copy_id).files, path).decode()


def saved(page: Any) -> None:
    page.wait_for_selector("[data-save-state][data-mood=saved]")


def test_two_windows_both_keep_what_was_typed(designer, site, ward, copy_id):
    address = f"{site}/thiet-ke/ban/{copy_id}/tep/letters/refusal.html"
    mine = opened(designer, address)
    other = opened(designer.context.new_page(), address)
    other.locator("[data-text]").press_sequentially("A")
    saved(other)
    mine.locator("[data-text]").press_sequentially("B")
    mine.wait_for_selector("dialog[open]")
    assert text_of(ward, copy_id, "letters/refusal.html").startswith("A")
    with mine.expect_download() as download:
        mine.click("[data-own]")
    assert download.value.path().read_text().startswith("B")
    mine.click("dialog button[value=mine]")
    saved(mine)
    assert text_of(ward, copy_id, "letters/refusal.html").startswith("B")


def test_a_finding_leads_to_its_element_in_another_file(designer, site, ward, copy_id):
    with ward.work("thiet") as work:
        copy = work.session.get(WorkingCopy, copy_id)
        broken = copy.files["process.bpmn"].replace('formId="approve"', 'formId="nowhere"')
        copy.files = {**copy.files, "process.bpmn": broken}
    page = opened(designer, f"{site}/thiet-ke/ban/{copy_id}/tep/procedure.toml")
    page.click("[data-check]")
    page.wait_for_selector("[data-problems][data-outcome=errors]")
    assert "process.bpmn" in page.inner_text(".problem--error")
    page.click(".problem--error .problem__place")
    page.wait_for_selector("[data-desk][data-ready=yes]")
    assert page.url.endswith("process.bpmn#approve")
    assert page.locator(".djs-element.selected").get_attribute("data-element-id") == "approve"
    expect(page.locator("#bio-properties-panel-name")).to_have_value("Duyệt, ký kết quả")
    page.keyboard.press("Escape")
    page.click("[data-check]")
    page.wait_for_selector(".problem--error")
    page.click("[data-element-id=filed]")
    page.click(".problem--error .problem__place")
    assert page.locator(".djs-element.selected").get_attribute("data-element-id") == "approve"


def test_a_template_makes_a_step_one_of_our_task_types(designer, site, ward, copy_id):
    page = opened(designer, f"{site}/thiet-ke/ban/{copy_id}/tep/process.bpmn")
    page.click("[data-element-id=stop_acceptance]")
    page.click(".bio-properties-panel-select-template-button, button:has-text('Chọn') >> nth=0")
    page.wait_for_selector(".djs-popup")
    page.keyboard.type("bao cho nguoi nop")
    page.click(".djs-popup .entry:has-text('Báo cho người nộp') >> nth=0")
    saved(page)
    drawn = text_of(ward, copy_id, "process.bpmn")
    assert 'zeebe:modelerTemplate="motcua.notice.send"' in drawn
    assert '<zeebe:taskDefinition type="notice.send" />' in drawn


def test_a_form_is_edited_saved_and_tried(designer, site, ward, copy_id):
    heard = listen(designer)
    page = opened(designer, f"{site}/thiet-ke/ban/{copy_id}/tep/forms/application.form")
    assert page.locator("text=Ô chữ một dòng").is_visible()
    page.locator("[data-id=f_owner_full_name]").click(force=True, position={"x": 40, "y": 10})
    page.click(".bio-properties-panel-group-header:has-text('Chung')")
    page.fill("#bio-properties-panel-label", "Họ, chữ đệm và tên")
    saved(page)
    assert "Họ, chữ đệm và tên" in text_of(ward, copy_id, "forms/application.form")
    page.goto(f"{site}/thiet-ke/ban/{copy_id}/xem-thu/forms/application.form")
    assert page.input_value("[name='form.owner.full_name'], [name$='full_name']") == "Nguyễn Thị Hòa"
    page.fill("[name$='full_name']", "")
    page.click("main button:has-text('Thử các điều kiện')")
    assert "Nhập họ, chữ đệm và tên" in page.inner_text(".govuk-error-summary")
    assert not [words for words in heard if "422" not in words]


def test_a_decision_table_is_edited_and_saved(designer, site, ward):
    heard = listen(designer)
    with ward.look() as look:
        version = look.session.query(PublishedBundle).filter_by(procedure=PERMIT).first()
    with ward.work("thiet") as work:
        copy_id = open_copy(work, version.id).id
    page = opened(designer, f"{site}/thiet-ke/ban/{copy_id}/tep/decisions.dmn")
    page.click(".dmn-decision-table-container td:has-text('Nhà ở riêng lẻ')")
    page.keyboard.press("End")
    page.keyboard.type(" (sửa)")
    page.click(".dmn-decision-table-container td:has-text('Công trình khác')")
    saved(page)
    assert "Nhà ở riêng lẻ (sửa)" in text_of(ward, copy_id, "decisions.dmn")
    assert page.locator("a[href*='bpmn.io']").first.is_visible()
    assert not heard


def test_a_small_screen_reads_the_outline(designer, site, copy_id):
    designer.set_viewport_size({"width": 390, "height": 800})
    designer.goto(f"{site}/thiet-ke/ban/{copy_id}/tep/process.bpmn")
    assert designer.locator("#outline").is_visible()
    assert "Thẩm định hồ sơ" in designer.inner_text(".board__outline")
    assert designer.locator(".djs-container").count() == 0
    fits(designer)
    look_over(designer)


def test_axe_finds_nothing_on_the_pages_around_the_editors(designer, site, copy_id, version_id):
    for path in (
        "",
        f"thu-tuc/{HOUSEHOLD}",
        f"phien-ban/{version_id}",
        f"ban/{copy_id}",
        f"ban/{copy_id}/cong-bo",
        f"ban/{copy_id}/bo",
        f"ban/{copy_id}/bo-tep/forms/check.form",
        f"ban/{copy_id}/xem-thu/forms/application.form",
        f"ban/{copy_id}/tep/procedure.toml",
    ):
        designer.goto(f"{site}/thiet-ke/{path}")
        open_to_everybody(designer)


def test_a_new_question_speaks_vietnamese_in_what_is_kept_and_in_its_panel(designer, site, ward, copy_id):
    page = opened(designer, f"{site}/thiet-ke/ban/{copy_id}/tep/forms/application.form")
    page.locator('.fjs-palette-field[data-field-type="select"]').focus()
    page.keyboard.press("Enter")
    saved(page)
    assert '"label": "Danh sách chọn"' in text_of(ward, copy_id, "forms/application.form")
    page.evaluate("document.querySelector('.fjs-drop-container-vertical .fjs-element:last-of-type').click()")
    page.wait_for_timeout(200)
    page.evaluate(
        "document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach((one) => one.click())"
    )
    page.wait_for_timeout(200)
    panel = page.locator(".bio-properties-panel").inner_text()
    assert "Điều kiện" in panel
    assert not [words for words in ("Condition", "Custom properties", "Deactivate", "Read only") if words in panel]

"""The desk and the counter in a real browser: nothing for axe to find, nothing too wide, fields that follow answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories import HOUSEHOLD, PERMIT, Ward
from tests.looking import open_to_everybody
from tests.stepping_in import step_in
from tests.web.officer.visitor import address

pytestmark = pytest.mark.dialects("sqlite")  # what a browser shows does not depend on the database

CLERK, SPECIALIST, HEAD = "Phạm Thị Lan", "Ngô Hoài Nam", "Dương Thành Ân"

DROPPED = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx writes down when a newer question to the server takes the place of an older one, as it should."""


@pytest.fixture
def site(app: Flask, serve: Callable[[Any], str]) -> str:
    return serve(app)


def enter(page: Any, site: str, name: str) -> list[str]:
    """Step into a role of the sample office; gives what the browser complains of from then on."""
    heard: list[str] = []

    def listen(one: Any) -> None:
        if one.type in {"error", "warning"} and not one.text.startswith(DROPPED):
            heard.append(one.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(str(error)))
    step_in(page.context, site, name)
    return heard


def look_over_all(page: Any, site: str, paths: list[str]) -> None:
    for path in paths:
        page.goto(site + path)
        open_to_everybody(page)


def test_the_desk_is_open_to_everybody(ward: Ward, page: Any, site: str) -> None:
    case_id = ward.dossier_at("approve")
    task = address(ward.task(case_id, "approve"))
    heard = enter(page, site, HEAD)
    page.goto(site + task)
    page.check("text=Đồng ý ký")
    page.click("text=Hoàn thành")
    page.wait_for_url("**/xac-nhan")
    pages = ["/cong-viec", "/cong-viec?xem=don-vi&tre=1", task, f"{task}/xac-nhan", f"/ho-so/{case_id}", "/ho-so"]
    look_over_all(page, site, [*pages, "/theo-doi"])
    assert not heard


def test_the_counter_is_open_to_everybody(ward: Ward, page: Any, site: str) -> None:
    case_id = ward.paused()
    heard = enter(page, site, CLERK)
    pages = ["/tiep-nhan", f"/tiep-nhan/moi/{PERMIT}", "/tiep-nhan/tra-ket-qua", "/tiep-nhan/bo-sung"]
    look_over_all(page, site, [*pages, f"/tiep-nhan/ho-so/{case_id}", f"/tiep-nhan/ho-so/{case_id}/bo-sung"])
    assert not heard


def test_fields_follow_the_answers_and_drafts_are_kept(ward: Ward, page: Any, site: str) -> None:
    task = address(ward.task(ward.dossier_at("appraise"), "appraise"))
    heard = enter(page, site, SPECIALIST)
    page.goto(site + task)
    assert page.locator("[name='appraisal.items.0.name']").count() == 0
    page.check("text=Yêu cầu bổ sung, hoàn thiện hồ sơ")
    page.fill("[name='appraisal.items.0.name']", "Biên bản họp")
    page.wait_for_selector("text=Đã lưu bản nháp lúc")
    page.reload()
    assert page.input_value("[name='appraisal.items.0.name']") == "Biên bản họp"
    assert not heard


def test_a_code_from_the_barcode_reader_opens_its_dossier(ward: Ward, page: Any, site: str) -> None:
    code = ward.dossier(ward.filed_at_counter()).code
    enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan")
    page.wait_for_selector("[name='ma']:focus")  # the page itself puts the mark there, once it is drawn
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ho-so/*")
    assert code in page.title()


def test_papers_of_the_counter_follow_the_answers(ward: Ward, page: Any, site: str) -> None:
    heard = enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    page.fill("#f-owner-identity", "079185001234")
    page.check("text=Các thành viên hộ gia đình")
    page.fill("#cs-minutes", "2")
    page.check("text=Một cá nhân")
    page.wait_for_selector("#cs-minutes", state="detached")
    assert page.input_value("#f-owner-identity") == "079185001234"
    assert not heard


def test_choices_made_while_the_form_is_redrawn_stay_and_are_followed(page: Any, site: str) -> None:
    heard = enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    far = {"offline": False, "latency": 150, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", far)
    page.fill("[name='owner.birth_date-day']", "8")
    page.check("text=Nữ")
    page.check("text=Các thành viên hộ gia đình")
    page.fill("[name='business.name']", "Hộ kinh doanh Hòa Bình")
    page.fill("#gc-application", "hai bản")
    page.wait_for_selector("[name='founding.members.0.full_name']")
    page.wait_for_load_state("networkidle")
    assert page.is_checked("text=Các thành viên hộ gia đình")
    assert page.input_value("#gc-application") == "hai bản"
    assert page.is_checked("[name='owner.gender'][value=female]")
    assert page.input_value("[name='business.name']") == "Hộ kinh doanh Hòa Bình"
    assert not heard


def test_what_is_being_typed_when_the_form_is_redrawn_is_not_lost_with_the_next_answer(page: Any, site: str) -> None:
    enter(page, site, CLERK)
    held: list[Any] = []
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    page.route("**/bieu-mau", lambda route: held.append(route), times=1)
    page.check("text=Nữ")
    page.focus("[name='business.name']")
    page.keyboard.insert_text("Hộ kinh doanh Hòa Bình")
    page.evaluate("document.querySelector(`[name='business.name']`).classList.add('before')")
    held[0].continue_()
    page.wait_for_selector("[name='business.name'].before", state="detached")
    page.check("text=Các thành viên hộ gia đình")
    page.wait_for_selector("[name='founding.members.0.full_name']")
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name='business.name']") == "Hộ kinh doanh Hòa Bình"


def test_what_is_given_between_an_answer_and_its_settling_is_told_to_the_server(page: Any, site: str) -> None:
    enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    page.evaluate(
        """document.body.addEventListener("htmx:afterSwap", () => {
            document.querySelector("[name='founding.kind'][value=household]").checked = true;
        }, { once: true })"""
    )
    page.check("text=Nữ")
    page.wait_for_selector("[name='founding.members.0.full_name']")
    assert page.is_checked("text=Các thành viên hộ gia đình")


def test_a_press_under_way_when_the_form_is_redrawn_is_not_lost(page: Any, site: str) -> None:
    enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    held: list[Any] = []
    page.route("**/bieu-mau", lambda route: held.append(route), times=1)
    page.check("text=Nữ")
    page.locator("text=Các thành viên hộ gia đình").hover()
    page.mouse.down()
    with page.expect_response("**/bieu-mau"):
        held[0].continue_()
    page.wait_for_timeout(100)
    page.mouse.up()
    page.wait_for_selector("[name='founding.members.0.full_name']")
    assert page.is_checked("text=Các thành viên hộ gia đình")
    assert page.is_checked("[name='owner.gender'][value=female]")


def test_a_scan_added_while_the_form_is_redrawn_stays(page: Any, site: str) -> None:
    enter(page, site, CLERK)
    page.goto(f"{site}/tiep-nhan/moi/{HOUSEHOLD}")
    page.check("text=Các thành viên hộ gia đình")
    page.wait_for_selector("#scan-minutes")
    page.evaluate("document.querySelector('#scan-minutes').classList.add('before')")
    held: list[Any] = []
    page.route("**/bieu-mau", lambda route: route.fallback() if held else held.append(route))
    page.check("text=Nữ")
    page.wait_for_timeout(100)
    assert held, "the form is being redrawn"
    scan = b"%PDF-1.4 the minutes of the household"
    quietly = "document.body.addEventListener('change', (e) => e.stopPropagation(), {capture: true, once: true})"
    page.evaluate(quietly)
    page.set_input_files("#scan-minutes", {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": scan})
    held[0].continue_()
    page.wait_for_selector("#scan-minutes.before", state="detached")
    page.wait_for_load_state("networkidle")
    kept = page.evaluate("[...document.querySelector('#scan-minutes').files].map((one) => one.name)")
    assert kept == ["bien-ban.pdf"]

"""The page of one file that checks codes without a network: served, saved, opened from disk in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno

from engine.dossiers.models import Document
from engine.usecases.offline_lists import publish_withdrawals
from engine.usecases.withdrawals import act_on_result
from tests.factories import Ward
from tests.looking import fits, look_over
from tests.web.designer.conftest import built_assets

__all__ = ["built_assets"]

pytestmark = [pytest.mark.dialects("sqlite"), pytest.mark.usefixtures("built_assets")]


@pytest.fixture
def result(ward: Ward) -> Document:
    (document,) = ward.documents(ward.dossier_at("hand_over"), "result")
    return document


def publish(ward: Ward) -> None:
    with ward.work() as work:
        publish_withdrawals(work)


def withdraw(ward: Ward, result: Document) -> None:
    with ward.work("an") as work:
        day = result.dated_on
        act_on_result(
            work, result.id, kind="withdrawn", authority_id=result.office_id, decision_number="15/QĐ-KT",
            decided_on=day, reason="Cấp sai địa chỉ.",
        )  # fmt: skip


def test_the_page_is_one_file_with_a_policy_of_its_own_and_the_list_anybody_s_page_may_fetch(visit, ward, result):
    stranger = visit("")
    assert stranger.get("/kiem-tra-qr/danh-sach-thu-hoi.txt").status_code == 404
    publish(ward)
    answer = stranger.get("/kiem-tra-qr/luu")
    page = answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*\b(?:src|href)=", page), "nothing is fetched"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert policy.removesuffix("; frame-ancestors 'none'") in page.replace("&#39;", "'"), "and it keeps it when saved"
    given = json.loads(re.search(r'id="given">(.*?)</script>', page)[1])
    assert [key["id"] for key in given["keys"]] == [one.id for one in ward.house.ports.offline.published()]
    assert "PRIVATE" not in page
    assert all(set(texts) == {"vi", "en"} and all(texts.values()) for texts in given["words"].values())
    served = stranger.get("/kiem-tra-qr/danh-sach-thu-hoi.txt")
    assert served.get_data(as_text=True) == given["list"]
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert "/kiem-tra-qr" in stranger.text("/xac-minh")


def test_the_verification_page_names_the_act_its_authority_and_its_number(visit, ward, result):
    withdraw(ward, result)
    page = visit("").text(f"/v/{result.verify_code}")
    assert "Văn bản không còn giá trị" in page
    assert "Đã bị thu hồi" in page
    assert "Quyết định 15/QĐ-KT ngày 02/03/2026 của Phòng Kinh tế" in page.replace("\xa0", " ")
    dossier = ward.dossier(result.case_id)
    track = visit("")
    address = track.post("/tra-cuu", {"code": dossier.code, "second": dossier.owner_phone[-4:]}).location
    tracked = track.text(address).replace("\xa0", " ")
    assert "đã bị thu hồi" in tracked
    assert "Quyết định 15/QĐ-KT ngày 02/03/2026 của Phòng Kinh tế" in tracked
    assert "Cấp sai địa chỉ." in tracked, "the applicant reads the reason"
    assert f'data-carries-code="{result.qr.partition("#")[0]}"' in page


def test_in_a_browser_without_network_it_tells_genuine_from_changed_and_withdrawn(
    chromium: Any, visit, ward, result, tmp_path: Path
):
    publish(ward)
    stranger, saved = visit(""), tmp_path / "kiem-tra-qr.html"
    source = stranger.get("/kiem-tra-qr/luu").get_data(as_text=True)
    saved.write_text(source, "utf-8")
    withdraw(ward, result)
    publish(ward)
    (tmp_path / "list.txt").write_bytes(stranger.get("/kiem-tra-qr/danh-sach-thu-hoi.txt").data)
    (tmp_path / "result.pdf").write_bytes(ward.paper(result))
    segno.make(result.qr, error="m").save(str(tmp_path / "code.png"), scale=5, border=4)
    context = chromium.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.clock.set_fixed_time(ward.clock.now())
    page.goto(saved.as_uri())

    def said() -> str:
        return page.locator("#verdict").inner_text()

    def check(text: str) -> str:
        page.fill("#text", text)
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'verdict'")
        page.wait_for_timeout(20)
        return said()

    assert "MẪU: không có giá trị pháp lý" in check(result.qr)
    assert result.number in said()
    assert "Nguyễn T. H." in said()
    fits(page)
    look_over(page)
    place = len(result.qr) // 2
    assert "đã bị sửa" in check(result.qr[:place] + ("A" if result.qr[place] != "A" else "B") + result.qr[place + 1 :])
    page.set_input_files("#picture", tmp_path / "code.png")
    page.wait_for_selector("#verdict.unsure")
    page.set_input_files("#file", tmp_path / "result.pdf")
    page.wait_for_selector("#file-said.good")
    page.set_input_files("#file", tmp_path / "code.png")
    page.wait_for_selector("#file-said.bad")
    page.set_input_files("#list-file", tmp_path / "list.txt")
    page.wait_for_selector("#verdict.bad")
    assert "Thu hồi: quyết định 15/QĐ-KT" in said()
    page.clock.set_fixed_time(ward.clock.now() + timedelta(days=8))
    page.click("#language")
    assert "no longer stands" in said()
    assert "too old" in page.locator("#list-now").inner_text()
    assert not complaints
    # where a browser hides its cryptography, the library built in comes to the same words
    page = context.new_page()
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })")
    page.clock.set_fixed_time(ward.clock.now())
    page.goto(saved.as_uri())
    assert "MẪU: không có giá trị pháp lý" in check(result.qr)
    assert "đã bị sửa" in check(result.qr[:-9] + ("A" if result.qr[-9] != "A" else "B") + result.qr[-8:])
    context.close()

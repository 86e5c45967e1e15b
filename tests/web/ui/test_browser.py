"""The shell in a real browser: nothing for axe to find, nothing too wide, pictures that fit, words that stay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, jsonify, request

from tests.looking import DESK, look_over, open_to_everybody

PAGES = [
    "/_styleguide/",
    "/_styleguide/home",
    "/_styleguide/office",
    "/_styleguide/tracking",
    "/signin",
    "/accessibility",
]
FAILURES = ["/_styleguide/failure/404", "/_styleguide/failure/500"]


@pytest.fixture
def site(app: Flask, serve: Callable[[Any], str]) -> str:
    return serve(app)


def listen(page: Any) -> list[str]:
    """What the browser complains about: broken policy, missing files, errors of scripts."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(page: Any, site: str) -> None:
    heard = listen(page)
    for path in PAGES:
        page.goto(site + path)
        open_to_everybody(page)
        page.set_viewport_size({"width": DESK, "height": 900})
        look_over(page)
    assert not heard


def test_failure_pages_are_as_accessible_as_the_others(page: Any, site: str) -> None:
    for path in FAILURES:
        page.goto(site + path)
        look_over(page)


def test_the_error_summary_takes_the_focus(page: Any, site: str) -> None:
    page.goto(f"{site}/signin")
    page.click("main form button[type=submit]")
    assert page.title().startswith("Lỗi:")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    page.click("text=Nhập mật khẩu >> nth=0")
    assert page.evaluate("document.activeElement.id") == "password"


def test_the_picture_fills_its_frame_and_marks_the_present_step(page: Any, site: str) -> None:
    page.goto(f"{site}/_styleguide/tracking")
    page.wait_for_selector(".is-current")
    frame = page.locator("[data-diagram-frame]").bounding_box()
    drawing = page.locator(".djs-container .viewport").bounding_box()
    assert drawing["height"] > 0.6 * frame["height"]
    assert page.locator(".is-current").get_attribute("data-element-id") == "appraise"
    assert {mark.get_attribute("data-element-id") for mark in page.locator(".is-done").all()} == {
        "start",
        "check",
        "ok",
    }
    assert page.locator("a[href*='bpmn.io']").is_visible()
    assert page.locator(".djs-container > svg").get_attribute("aria-label").startswith("Sơ đồ quy trình")


def test_without_script_everything_is_still_there(chromium: Any, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{site}/_styleguide/")
    assert page.locator("#two").is_visible()
    assert page.locator("#three").is_visible()
    page.goto(f"{site}/_styleguide/tracking")
    assert page.locator(".picture__outline .steps").is_visible()
    page.goto(f"{site}/signin")
    page.click("button.role:has-text('Lê Thị Hằng')")
    page.goto(f"{site}/_styleguide/office")
    assert page.locator(".office-header__name").inner_text() == "Lê Thị Hằng"
    context.close()


def draft_page(app: Flask, kept: list[dict[str, str]], answered: threading.Event) -> None:
    """A page with one autosaved field, and the address that keeps its answers."""
    from flask import render_template_string

    source = (
        '{% extends "ui/public.html" %}{% import "ui/parts.html" as parts with context %}{% block content %}'
        '<form method="post" data-autosave="/draft" data-unsaved="Bạn chưa gửi các thay đổi">{{ parts.form_keys() }}'
        '<label for="owner">Chủ hồ sơ</label><input id="owner" name="owner">{{ parts.autosave_state() }}</form>'
        '{{ parts.upload("scan", "Bản chụp", "Tối đa 20 MB", address="/upload", multiple=true) }}{% endblock %}'
    )

    def keep() -> Any:
        kept.append(request.form.to_dict())
        answered.set()
        return jsonify(ok=True)

    def take() -> Any:
        scan = request.files["scan"]
        if scan.filename == "lon.pdf":
            return jsonify(message="Tệp quá lớn"), 413
        return jsonify(name=scan.filename, href="/files/1")

    app.add_url_rule("/form", "form", view_func=lambda: render_template_string(source))
    app.add_url_rule("/draft", "draft", view_func=keep, methods=["POST"])
    app.add_url_rule("/upload", "upload", view_func=take, methods=["POST"])


def test_a_draft_keeps_itself_and_says_when(app: Flask, page: Any, serve: Callable[[Any], str]) -> None:
    kept: list[dict[str, str]] = []
    answered = threading.Event()
    draft_page(app, kept, answered)
    page.goto(f"{serve(app)}/form")
    page.fill("#owner", "Nguyễn Thị Ngọc Ẩn")
    assert page.locator(".unsaved").inner_text() == "Bạn chưa gửi các thay đổi"
    assert answered.wait(10)
    page.wait_for_function("document.querySelector('[data-autosave-state]').textContent.match(/lúc \\d\\d:\\d\\d/)")
    assert kept[-1]["owner"] == "Nguyễn Thị Ngọc Ẩn"


def test_each_file_says_in_words_whether_it_arrived(app: Flask, page: Any, serve: Callable[[Any], str]) -> None:
    draft_page(app, [], threading.Event())
    page.goto(f"{serve(app)}/form")
    files = [{"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7"} for name in ("don.pdf", "lon.pdf")]
    page.set_input_files("input[type=file]", files)
    page.wait_for_selector(".upload__list .is-failed")
    page.wait_for_selector(".upload__list .is-done")
    assert page.locator(".upload__list .is-done").inner_text() == "Đã tải lên: don.pdf"
    assert page.locator(".upload__list .is-failed").inner_text() == "Không tải lên được: lon.pdf. Tệp quá lớn"
    assert page.locator(".upload__list .is-done a").get_attribute("href") == "/files/1"

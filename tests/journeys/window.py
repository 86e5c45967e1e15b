"""Somebody's browser window on the office: goes, fills in, presses, and hears every complaint of the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.factories import Ward
from tests.looking import look_over, settled
from tests.stepping_in import step_in

SIGN, SEAL = "Ký bằng chữ ký số của tôi", "Đóng dấu (ký số cơ quan)"

LOOKED_OVER: set[str] = set()
EXPECTED = ("status of 4", "htmx:sendAbort", "htmx:afterRequest")
"""What a browser says when a form comes back with its errors, and when an answer overtakes the one before it."""


def pass_time(ward: Ward, minutes: int = 10) -> None:
    """The workers do what is due, and some minutes go by."""
    ward.run_deferred()
    ward.clock.advance(timedelta(minutes=minutes))


class Window:
    """One person's window. `script=False` is a browser without scripts."""

    def __init__(self, chromium: Any, site: str, ward: Ward, *, script: bool = True) -> None:
        self.site, self.ward, self.script = site, ward, script
        self.context = chromium.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=script, accept_downloads=True
        )
        self.context.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.context.on("request", self._leave)
        self.page = self.context.new_page()
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not any(one in message.text for one in EXPECTED):
            self.complaints.append(message.text)

    def _leave(self, request: Any) -> None:
        target = urlsplit(request.url)
        if target.scheme not in {"data", "blob"} and target.hostname != "127.0.0.1":
            self.complaints.append(f"asked {request.url}")

    # --- going about

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.site + path)

    def step_in(self, name: str) -> None:
        """Become somebody of the sample office: by the button where its page is open, and always without scripts."""
        if self.script and "/signin" not in self.page.url:
            step_in(self.context, self.site, name)
            return
        if "/signin" not in self.page.url:
            self.go("/signin")
        self.page.click(f"button.role:has-text('{name}')")

    def press(self, words: str) -> None:
        """Press a button or follow a link of the page's main part, and wait for the page it leads to.

        Nobody presses while the questions are being drawn anew.
        """
        if self.script:
            settled(self.page)
        target = self.page.locator("main").get_by_role("button", name=words, exact=True)
        if not target.count():
            target = self.page.locator("main").get_by_role("link", name=words, exact=True)
        with self.page.expect_navigation(wait_until="load"):
            target.first.click()

    def open_task(self, code: str, step: str = "") -> None:
        """Find a dossier on one's own worklist and open its task, the one of this name if there are several."""
        self.go("/cong-viec")
        row = self.page.locator("main tbody tr", has_text=code).filter(has_text=step)
        with self.page.expect_navigation(wait_until="load"):
            row.get_by_role("link", name=code).click()

    def complete(self, answers: Mapping[str, Any], confirm: str = "") -> None:
        """Answer the open task and complete it; what cannot be undone is confirmed on the page that follows."""
        self.fill(answers)
        self.press("Hoàn thành")
        assert not self.page.title().startswith("Lỗi:"), self.words()
        if confirm:
            assert self.page.url.endswith("/xac-nhan"), self.words()
            self.press(confirm)

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Answer fields by name: text, a choice by its value, True for a tick, a list for several ticks."""
        for name, value in answers.items():
            field = self.page.locator(f"[name='{name}']:not([type=hidden])")
            kind = field.first.evaluate("one => one.type")
            if kind in {"radio", "checkbox"}:
                for one in value if isinstance(value, list) else [value]:
                    chosen = field.first if one is True else field.and_(self.page.locator(f"[value='{one}']"))
                    chosen.check()
            elif kind.startswith("select"):
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def copy_out(self, answers: Mapping[str, Any]) -> None:
        """Copy a filled-in example into the form, as far as the form asks."""
        for name, value in answers.items():
            if self.page.locator(f"[name='{name}']:not([type=hidden])").count():
                self.fill({name: value})

    # --- looking

    def words(self) -> str:
        """What the main part of the page says."""
        return str(self.page.inner_text("main"))

    def fetch(self, words: str) -> bytes:
        """What this window downloads from the first link with these words."""
        address = self.page.locator("main a", has_text=words).first.get_attribute("href")
        answer = self.context.request.get(self.site + address)
        assert answer.ok, f"{address}: {answer.status}"
        return bytes(answer.body())

    def look_over(self) -> None:
        """Axe finds nothing on this page; a page of the same kind and title is looked over once."""
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{3,}", "…", f"{urlsplit(self.page.url).path} {self.page.title()}")
        if kind in LOOKED_OVER:
            return
        LOOKED_OVER.add(kind)
        look_over(self.page)

    def close(self) -> None:
        self.context.close()

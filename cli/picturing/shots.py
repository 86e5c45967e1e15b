"""Each picture: who looks, the way to the page, how large the window is."""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from sqlalchemy import select

from cli.setup.system import chromium_path
from engine.cases.models import Task
from engine.dossiers.models import Document, Dossier
from engine.work import SYSTEM

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from engine.composition import House

PROCEDURE = "1.001612"
COLOURS = 256


@dataclass(frozen=True)
class Known:
    """A dossier an officer works on, its applicant's last four digits, and a result's PDF."""

    code: str
    second: str
    certificate: bytes


@dataclass(frozen=True)
class Shot:
    """One picture; `who` is nobody for a stranger, sizes are CSS pixels, a telephone has `scale` dots for each."""

    name: str
    way: Callable[[Page, Known], None]
    who: str = ""
    width: int = 1280
    height: int = 900
    scale: int = 1


def known_of(house: House) -> Known:
    """What the ways need to know of the sample: its household businesses, one under appraisal and one decided."""
    with house.reading(actor=SYSTEM) as look:
        of_kind = select(Dossier).where(Dossier.procedure == PROCEDURE)
        appraised = Task.case_id == Dossier.case_id, Task.element_id == "appraise", Task.status == "open"
        one = look.session.scalars(
            of_kind.join(Task, Task.case_id == Dossier.case_id)
            .where(*appraised, Dossier.applicant_phone != "")
            .order_by(Dossier.promised_on.desc())
            .limit(1)
        ).one()
        paper = look.session.scalars(
            select(Document)
            .join(Dossier, Dossier.case_id == Document.case_id)
            .where(Dossier.procedure == PROCEDURE, Document.letter == "result", Document.issued_at.is_not(None))
            .order_by(Document.issued_at.desc())
            .limit(1)
        ).one()
        with house.ports.storage.open(paper.sha256) as file:
            return Known(one.code or one.filing_code, one.applicant_phone[-4:], file.read())


def take(shots: Sequence[Shot], known: Known, address: str, into: Path) -> None:
    """Look at each page in a window of its own and keep what it shows as `into`/NAME.png."""
    from playwright.sync_api import sync_playwright

    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        for shot in shots:
            context = browser.new_context(
                base_url=address,
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                viewport={"width": shot.width, "height": shot.height},
                device_scale_factor=shot.scale,
            )
            page = context.new_page()
            if shot.who:
                page.goto("/signin")
                page.click(f"button.role:has-text('{shot.who}')")
            shot.way(page, known)
            _keep(page.screenshot(), into / f"{shot.name}.png")
            context.close()
            print(f"  {shot.name}", flush=True)
        browser.close()


def _keep(png: bytes, path: Path) -> None:
    """Keep a picture in 256 colours: a README is read on telephones too."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _open(address: str) -> Callable[[Page, Known], None]:
    def way(page: Page, known: Known) -> None:
        page.goto(address, wait_until="networkidle")

    return way


def _file(page: Page, known: Known) -> None:
    page.goto(f"/nop-ho-so/{PROCEDURE}")
    if page.locator("input[name=office]").count():
        page.locator("input[name=office]").first.check()
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_load_state("networkidle")


def _track(page: Page, known: Known) -> None:
    page.goto("/tra-cuu")
    page.fill("#code", known.code)
    page.fill("#second", known.second)
    page.locator("main form button").first.click()
    page.wait_for_load_state("networkidle")


def _track_with_days(page: Page, known: Known) -> None:
    _track(page, known)
    page.get_by_text("Xem từng ngày được tính và không tính").first.click()


def _task(page: Page, known: Known) -> None:
    page.goto("/cong-viec")
    page.locator("main tbody tr", has_text=known.code).get_by_role("link", name=known.code).click()
    page.wait_for_load_state("networkidle")


def _designer(page: Page, known: Known) -> None:
    page.goto(f"/thiet-ke/thu-tuc/{PROCEDURE}")
    page.get_by_role("button", name="Sửa").first.click()
    page.locator("main a[href$='process.bpmn']").first.click()
    page.wait_for_selector("[data-element-id=appraise]")
    page.wait_for_load_state("networkidle")
    page.locator("[data-element-id=appraise]").first.click()
    page.wait_for_timeout(500)


def _certificate(page: Page, known: Known) -> None:
    command = ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-png", "-"]
    sheet = subprocess.run(command, input=known.certificate, capture_output=True, check=True).stdout
    with Image.open(io.BytesIO(sheet)) as picture:
        width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    encoded = base64.b64encode(sheet).decode()
    page.set_content(f"<style>body {{ margin: 0 }}</style><img src='data:image/png;base64,{encoded}'>")


SHOTS = (
    Shot("home", _open("/")),
    Shot("home-phone", _open("/"), width=360, height=740, scale=2),
    Shot("filing", _file, "Nguyễn Thị Hòa", height=1000),
    Shot("tracking", _track_with_days, height=1500),
    Shot("tracking-phone", _track, width=360, height=900, scale=2),
    Shot("worklist", _open("/cong-viec"), "Ngô Hoài Nam"),
    Shot("task", _task, "Ngô Hoài Nam", height=1100),
    Shot("certificate", _certificate),
    Shot("hotline", _open("/1022"), "Châu Ngọc Tổng"),
    Shot("designer", _designer, "Mai Anh Thiết", height=860),
)

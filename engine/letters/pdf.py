"""A letter as PDF, and where on its pages number, date and signatures will go."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from lxml import html as lxml_html
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document, Page

from engine.letters.compose import ANCHOR, SAMPLE, TRIAL, compose, styles_of
from engine.letters.data import NAME, SCHEMA
from engine.letters.errors import LetterError
from engine.letters.resources import PRESS, OnlyInline, WithSheets, house_fonts, style
from signing.boxes import Box

if TYPE_CHECKING:
    from engine.letters.sheets import Sheet

MAX_PAGES = 200
_POINTS = 0.75
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Unknown properties in a letter are its author's business (see check_template), not the operator's log.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Letter:
    """A finished paper: `pdf` is PDF/A-2b, with data PDF/A-3b, `boxes` the places kept free (number, date …)."""

    pdf: bytes
    boxes: dict[str, Box]
    pages: int = 1


def render(
    html_body: str,
    *,
    layout: str = "decree30",
    sample: bool,
    now: datetime,
    trial: bool = False,
    parts: Mapping[str, str] | None = None,
    title: str = "",
    data: bytes | None = None,
    sheets: Sequence[Sheet] = (),
) -> Letter:
    """Set a filled letter (see `fill_template`) in a layout of the house; same input and `now`, same bytes.

    `sample` prints “MẪU – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ” across every page, `trial` “THỬ NGHIỆM”. `parts` are plain texts
    for slots the letter leaves empty (see layouts/README.md). `data` (JSON, see data.py) goes along as an associated
    file of the document. `sheets` go before the letter, each a page of its own size. Nothing is
    read from disk or network but the house's own fonts and style sheets. Raises `LetterError`.
    """
    moment = now.astimezone(_ZONE).replace(microsecond=0)
    mark = (TRIAL if trial else ()) + (SAMPLE if sample else ())
    page = compose(html_body, layout, parts=parts, mark=mark, title=title, created=moment.isoformat(), sheets=sheets)
    return _printed(page, layout, data, moment, sheets)


def _printed(page: str, layout: str, data: bytes | None, moment: datetime, sheets: Sequence[Sheet]) -> Letter:
    fonts, faces = house_fonts()
    styles = [faces, *(style(name) for name in styles_of(layout)), *_style_of(sheets)]
    content = page.encode() + b"".join(hashlib.sha256(one.jpeg).digest() for one in sheets)
    identifier = hashlib.sha256(content).digest()[:16]
    fetcher = WithSheets([one.jpeg for one in sheets])
    with PRESS:
        try:
            document = HTML(string=page, url_fetcher=fetcher).render(stylesheets=styles, font_config=fonts)
        except (RecursionError, ValueError, OverflowError) as failure:
            raise LetterError("Văn bản có bố cục không dàn trang được.") from failure
        if len(document.pages) > MAX_PAGES:
            raise LetterError(f"Văn bản dài quá {MAX_PAGES} trang.")
        document.metadata.attachments = [_associated(data, moment)] if data is not None else []
        pdf = document.write_pdf(
            pdf_variant="pdf/a-2b" if data is None else "pdf/a-3b", pdf_identifier=identifier, finisher=_named_once
        )
    looks = _looks(page)
    boxes: dict[str, Box] = {}
    for number, sheet in enumerate(document.pages):
        for anchor, rectangle in sheet.anchors.items():
            name = anchor.removeprefix(ANCHOR)
            if name in looks and name not in boxes:
                boxes[name] = _box(number, sheet, rectangle, looks[name])
    return Letter(pdf, _with_note(boxes), len(document.pages))


def _with_note(boxes: dict[str, Box]) -> dict[str, Box]:
    """The seal's place goes down to the end of the note that stands under the signer's name."""
    note, seal = boxes.pop("sealnote", None), boxes.get("agency")
    if note is not None and seal is not None and note.page == seal.page:
        boxes["agency"] = replace(seal, y1=min(seal.y1, note.y1))
    return boxes


def _style_of(sheets: Sequence[Sheet]) -> list[CSS]:
    if not sheets:
        return []
    sizes = "".join(
        f"@page sheet{number} {{ size: {one.width}mm {one.height}mm; margin: 0; @top-center {{ content: none }} }}"
        for number, one in enumerate(sheets)
    )
    return [style("sheets"), CSS(string=sizes, url_fetcher=OnlyInline())]


def _associated(data: bytes, moment: datetime) -> Attachment:
    return Attachment(
        string=data, name=NAME, description=f"{SCHEMA} (application/json)", created=moment, modified=moment,
        relationship="Data",
    )  # fmt: skip


def _named_once(document: Document, pdf: Any) -> None:
    """The printing library lists an associated file twice; a reader that counts would find two."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def _looks(page: str) -> dict[str, dict[str, Any]]:
    """How each place kept free is written into, as its layout says."""
    found: dict[str, dict[str, Any]] = {}
    for element in lxml_html.document_fromstring(page).iter():
        name = element.get("data-box") if isinstance(element.tag, str) else None
        if name:
            found[name] = {
                "size": float(element.get("data-size", 13)),
                "italic": element.get("data-italic") is not None,
                "bold": element.get("data-bold") is not None,
                "align": element.get("data-align", "left"),
            }
    return found


def _box(number: int, sheet: Page, rectangle: tuple[float, float, float, float], look: dict[str, Any]) -> Box:
    left, top, right, bottom = (edge * _POINTS for edge in rectangle)
    height = sheet.height * _POINTS
    edges = (round(left, 3), round(height - bottom, 3), round(right, 3), round(height - top, 3))
    return Box(number, *edges, **look)

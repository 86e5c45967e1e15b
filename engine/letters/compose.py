"""Setting a bundle's letter into a layout of the house: the letter's parts go to their slots, the rest is the body."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from engine.letters import markup
from engine.letters.errors import LetterError
from engine.letters.qr import barcode_svg, qr_svg
from engine.letters.resources import ROOM, SHEET

if TYPE_CHECKING:
    from engine.letters.sheets import Sheet

LAYOUTS = frozenset(
    {"decree30", "form", "certificate", "certification", "receipt", "control_sheet", "book", "slip", "slip_a5"}
)
VARIANTS = {"slip_a5": "slip"}
"""Layouts that are another one on another paper: its lines, and its style before what is different."""
# What a place kept free is as wide as until it is filled; it may be filled with more, then smaller letters are used.
_WIDEST = {"date": "ngày 00 tháng 00 năm 0000"}
SAMPLE = ("MẪU", "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ")
TRIAL = ("THỬ NGHIỆM",)
ANCHOR = "place-"
_KIND_OF_AGENCY = re.compile(r"\s*(?:Ủy ban nhân dân|Hội đồng nhân dân|Trung tâm Phục vụ)\s+(?=\S)", re.IGNORECASE)


def styles_of(layout: str) -> tuple[str, ...]:
    """The style sheets of a layout, in their order; the plain letter has but what all have in common."""
    own = () if layout == "decree30" else (VARIANTS[layout], layout) if layout in VARIANTS else (layout,)
    return ("common", *own)


def compose(
    html: str,
    layout: str,
    *,
    parts: Mapping[str, str] | None = None,
    mark: Sequence[str] = (),
    title: str = "",
    created: str = "",
    sheets: Sequence[Sheet] = (),
) -> str:
    """The whole page as XHTML.

    `parts` are plain texts for slots the letter itself does not fill (agency, place, signer …). `mark` are the
    lines across every page. `sheets` are pages that go before the letter.

    Raises `LetterError` for an unknown layout or markup that cannot be read.
    """
    if layout not in LAYOUTS:
        raise LetterError(f"Không có bố cục văn bản nào tên là “{layout}”.")
    given = _parts_of(markup.read(html))
    for name, text in (parts or {}).items():
        if name not in given and text:
            given[name] = [_lines(text)]
    for name in ("superior", "agency"):
        for element in given.get(name, []):
            _break_name(element)
    _keep_book(given)
    page = _layout(VARIANTS.get(layout, layout))
    _include(page)
    _take_out_unneeded(page, given)
    for slot in list(page.iter()):
        if slot.get("data-slot"):
            _pour(slot, given.get(slot.attrib.pop("data-slot"), []))
    for place in list(page.iter("span")):
        if place.get("data-place"):
            _keep_place(place, given)
    _keep_code(page, given)
    for place in page.iter():
        # An anchor is how the typesetter tells where on which page a place came to stand.
        if place.get("data-box"):
            place.set("id", ANCHOR + place.get("data-box"))
    _draw_codes(page, given)
    return _document(page, layout, mark, title or _title(given), created, sheets)


def _parts_of(letter: etree._Element) -> dict[str, list[etree._Element]]:
    """The letter's parts by name; several of one name follow each other, what has no name is the body."""
    parts: dict[str, list[etree._Element]] = {}
    for element in [one for one in letter.iter() if one.get("data-part")]:
        name = element.attrib.pop("data-part")
        if name != "body":
            markup.take_out(element)
            element.tail = None
            # An optional part whose value is empty counts as absent.
            if "".join(element.itertext()).strip() or element.find(".//img") is not None:
                parts.setdefault(name, []).append(element)
    parts.setdefault("body", []).append(letter)
    return parts


def _lines(text: str) -> etree._Element:
    element = etree.Element("p")
    first, *others = markup.plain(text).split("\n")
    element.text = first
    for line in others:
        etree.SubElement(element, "br").tail = line
    return element


def _break_name(element: etree._Element) -> None:
    """A long name of an agency goes on two lines, broken where offices break it, unless its author broke it himself."""
    words = _KIND_OF_AGENCY.match(element.text or "")
    if words and not len(element):
        etree.SubElement(element, "br").tail = (element.text or "")[words.end() :].lstrip()
        element.text = words[0].strip()


def _include(page: etree._Element) -> None:
    for place in list(page.iter()):
        name = place.get("data-include")
        if name:
            parent = place.getparent()
            parent.replace(place, _layout(name))


def _take_out_unneeded(page: etree._Element, given: Mapping[str, object]) -> None:
    for element in list(page.iter()):
        needed, unless = element.attrib.pop("data-needs", None), element.attrib.pop("data-unless", None)
        if (needed and not any(name in given for name in needed.split())) or (unless and unless in given):
            markup.take_out(element)


def _pour(slot: etree._Element, elements: list[etree._Element]) -> None:
    """Put the contents of the parts into the slot, keeping the slot's own look."""
    for number, element in enumerate(elements):
        if number:
            etree.SubElement(slot, "br")
        if element.tag in ("ul", "ol", "table"):
            slot.append(element)
            continue
        last = slot[-1] if len(slot) else None
        if last is None:
            slot.text = (slot.text or "") + (element.text or "")
        else:
            last.tail = (last.tail or "") + (element.text or "")
        slot.extend(list(element))


def _keep_place(place: etree._Element, given: Mapping[str, list[etree._Element]]) -> None:
    """A number or date already known is printed; otherwise room is kept for it."""
    name = place.attrib.pop("data-place")
    known = given.get(name)
    if known:
        _pour(place, known)
        return
    symbol = "".join("".join(one.itertext()) for one in given.get("symbol", [])).strip()
    place.set("data-box", name)
    place.set("class", "kept")
    place.text = _WIDEST.get(name) or f"00000/{symbol or '000000'}"


def _keep_book(given: Mapping[str, list[etree._Element]]) -> None:
    """Where a paper names its book, room is kept: the book is that of the number's year, known only then."""
    name = "".join("".join(one.itertext()) for one in given.get("kept_book", [])).strip()
    for element in [one for part in given.get("book", ()) for one in part.iter()] if name else ():
        before, found, after = (element.text or "").partition(name)
        if found:
            place = etree.Element("span", {"data-box": "book", "data-size": "14", "class": "kept"})
            element.text, place.text, place.tail = before, name, after
            element.insert(0, place)
            return  # a place has one name, so there is one


def _keep_code(page: etree._Element, given: Mapping[str, object]) -> None:
    """A paper that will be sealed gets its QR then, when number and date are known: room is kept for it."""
    place = next((one for one in page.iter() if one.get("data-code") == "qr"), None)
    if place is not None and "link" in given and "sealed" in given:
        del place.attrib["data-code"]
        place.set("data-box", "qr")
        place.set("class", "qr signed")


def _draw_codes(page: etree._Element, given: Mapping[str, list[etree._Element]]) -> None:
    """QR and bar codes, the letter's own (data-qr, data-barcode) and the layout's (of the parts `link` and `code`)."""
    for element in list(page.iter()):
        wanted = element.attrib.pop("data-code", None)
        if wanted:
            part = {"qr": "link", "barcode": "code"}[wanted]
            element.set(f"data-{wanted}", "".join("".join(one.itertext()) for one in given.get(part, [])).strip())
        for attribute, draw, look in (("data-qr", qr_svg, "qr"), ("data-barcode", barcode_svg, "code128")):
            text = element.attrib.pop(attribute, None)
            if not text:
                continue
            try:
                drawing = etree.fromstring(draw(text))
            except ValueError as wrong:
                raise LetterError(f"Không vẽ được mã vạch hoặc mã QR cho “{text[:60]}”.") from wrong
            element.set("class", f"{element.get('class', '')} {look}".strip())
            element.text = None
            element.insert(0, drawing)


def _title(given: Mapping[str, list[etree._Element]]) -> str:
    words = [
        " ".join("".join(one.itertext()).split())
        for name in ("type", "subject", "about")
        for one in given.get(name, [])
    ]
    return " – ".join(words)


def _document(
    page: etree._Element, layout: str, mark: Sequence[str], title: str, created: str, sheets: Sequence[Sheet]
) -> str:
    root = etree.Element("html", lang="vi")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title or "Văn bản"
    for name, content in (("generator", "motcua"), ("dcterms.created", created), ("dcterms.modified", created)):
        if content:
            etree.SubElement(head, "meta", name=name, content=content)
    body = etree.SubElement(root, "body")
    body.set("class", layout)
    if mark:
        _write_mark(etree.SubElement(body, "div", {"class": "mark"}), mark)
    for number, sheet in enumerate(sheets):
        size = f"width: {sheet.width}mm; height: {sheet.height}mm"
        leaf = etree.SubElement(body, "section", {"class": "sheet", "style": f"page: sheet{number}"})
        etree.SubElement(leaf, "img", {"src": f"{SHEET}{number}", "style": size, "alt": ""})
        if mark:
            over = {"class": "across", "style": f"top: {sheet.height * 0.4:.1f}mm"}
            _write_mark(etree.SubElement(leaf, "div", over), mark)
    body.append(page)
    return etree.tostring(root, encoding="unicode", method="html", doctype="<!DOCTYPE html>")


def _write_mark(place: etree._Element, mark: Sequence[str]) -> None:
    place.text = mark[0]
    for line in mark[1:]:
        etree.SubElement(place, "br").tail = line


def _layout(name: str) -> etree._Element:
    return copy.deepcopy(_read_layout(name))


@lru_cache(maxsize=16)
def _read_layout(name: str) -> etree._Element:
    text = (ROOM / "layouts" / f"{name}.xhtml").read_text(encoding="utf-8")
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True))

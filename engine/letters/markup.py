"""Reading the XHTML of a letter: only harmless elements, attributes and styles come through."""

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

from lxml import etree

from engine.letters.errors import LetterError
from rules.sentences import Sentence

LONGEST = 1_000_000
_DEEPEST = 60

ELEMENTS = frozenset(
    """
    article section div p span strong em b i u s sub sup br hr h1 h2 h3 h4 ul ol li dl dt dd table
    caption thead tbody tfoot tr th td colgroup col img
    """.split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(
    """
    class lang title colspan rowspan span start type alt src style data-part data-each data-if data-qr
    data-barcode
    """.split()  # noqa: SIM905
)
_STYLES = frozenset(
    """
    text-align vertical-align text-indent text-transform text-decoration font-weight font-style
    font-size line-height white-space width min-width max-width margin margin-top margin-right
    margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left border
    border-top border-right border-bottom border-left border-collapse page-break-inside
    page-break-before page-break-after break-inside break-before break-after list-style-type
    """.split()  # noqa: SIM905
)
# Only short plain values: no functions (so no url()), and no number that could make a thousand pages.
_TOKEN = re.compile(r"[a-z#][a-z0-9#-]{0,24}|-?\d{1,3}(?:\.\d{1,3})?(?:pt|px|mm|cm|em|ex|%)?", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Dropped:
    """Something in a letter that is not let through; `line` counts from 1."""

    line: int
    what: str


def read(html: str) -> etree._Element:
    """The letter as a tree under one `<letter>`, everything harmful already taken out; raises `LetterError`."""
    return _read(html)[0]


def read_template(html: str) -> etree._Element:
    """The same for a letter still to be filled, kept in mind; filled ones, with people's data, are not."""
    return copy.deepcopy(_kept(html)[0])


def dropped(html: str) -> tuple[Dropped, ...]:
    """What `read` takes out of this letter, for its author to see."""
    return _kept(html)[1]


def write(tree: etree._Element) -> str:
    """The letter as XHTML text, without the `<letter>` around it."""
    inner = (tree.text or "") if tree.text is None else _escaped(tree.text)
    return inner + "".join(etree.tostring(child, encoding="unicode") for child in tree)


def plain(text: str) -> str:
    """Text as it can stand in a letter: composed letters (NFC), no control characters."""
    return _NOT_XML.sub("", unicodedata.normalize("NFC", text))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=64)
def _kept(html: str) -> tuple[etree._Element, tuple[Dropped, ...]]:
    return _read(html)


def _read(html: str) -> tuple[etree._Element, tuple[Dropped, ...]]:
    if len(html) > LONGEST:
        raise LetterError(Sentence("Mẫu văn bản quá dài."))
    if "<!" in html.replace("<!--", ""):
        raise LetterError(Sentence("Mẫu văn bản không được có khai báo <!…>."))
    text = plain(_ENTITY.sub(_entity, html)).lstrip("\ufeff \n\r\t")
    text = re.sub(r"\A<\?xml[^>]*\?>", "", text)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        tree = etree.fromstring(f"<letter>{text}</letter>", parser)
    except etree.XMLSyntaxError as wrong:
        line = wrong.position[0] if wrong.position else 0
        raise LetterError(
            Sentence("Mẫu văn bản không phải XHTML hợp lệ (dòng %(line)s): %(wrong)s.", line=line, wrong=wrong.msg)
        ) from wrong
    found: list[Dropped] = []
    _clean(tree, found, 0)
    return tree, tuple(found)


def _entity(match: re.Match[str]) -> str:
    """HTML names such as &nbsp; as the letters they mean; XML knows only five."""
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html5.get(name + ";", match[0])


def _clean(element: etree._Element, found: list[Dropped], depth: int) -> None:
    if depth > _DEEPEST:
        raise LetterError(Sentence("Mẫu văn bản lồng nhau quá sâu."))
    for child in list(element):
        name = child.tag if isinstance(child.tag, str) else ""
        name = name.removeprefix("{http://www.w3.org/1999/xhtml}")
        if name in ("html", "body"):
            child.tag = "div"
        elif name not in ELEMENTS:
            if child.tag is not etree.Comment:
                found.append(Dropped(child.sourceline or 0, f"<{name or '?'}>"))
            take_out(child)
            continue
        else:
            child.tag = name
        _clean_attributes(child, found)
        _clean(child, found, depth + 1)


def _clean_attributes(element: etree._Element, found: list[Dropped]) -> None:
    for name, value in list(element.attrib.items()):
        if name not in ATTRIBUTES or (name == "src" and not value.startswith("data:image/")):
            found.append(Dropped(element.sourceline or 0, f"{name}=“{value[:40]}”"))
            del element.attrib[name]
        elif name == "style":
            kept = [rule for rule in value.split(";") if rule.strip() and _harmless(rule)]
            if len(kept) < len([rule for rule in value.split(";") if rule.strip()]):
                found.append(Dropped(element.sourceline or 0, f"style=“{value[:40]}”"))
            element.set("style", ";".join(kept))


def _harmless(rule: str) -> bool:
    name, _, value = rule.partition(":")
    tokens = value.split()
    return name.strip().lower() in _STYLES and 0 < len(tokens) <= 6 and all(map(_TOKEN.fullmatch, tokens))


def take_out(element: etree._Element) -> None:
    """Remove an element but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)

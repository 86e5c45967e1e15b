"""Opens a BPMN file that anybody may have sent: bytes of any tool in, a tree out."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from engine.bpmn.language import CONDITIONS, mark_feel
from engine.bpmn.vocabulary import BOOLEANS, REFERENCES
from engine.bpmn.zeebe import BPMN
from rules.sentences import Sentence

LARGEST = 16 * 1024 * 1024
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ENCODINGS = re.compile(r"utf-?(8|16|16-?le|16-?be)|(us-)?ascii|(iso-?)?8859-\d+|cp125\d|latin\S*")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_QUALIFIED = frozenset(REFERENCES) | {
    *("attachedToRef", "default", "sourceRef", "targetRef", "calledElement", "activityRef", "incoming", "outgoing"),
}


class Unopened(Exception):
    """A file that is not read at all; `code`, `message` and `advice` as in a finding."""

    def __init__(self, code: str, message: Sentence, advice: Sentence) -> None:
        super().__init__(message)
        self.code, self.message, self.advice = code, message, advice


def open_file(xml: bytes) -> etree._Element:
    """The root of a BPMN 2.0 file, comments dropped, 1 and 0 written as true and false, own prefixes of names dropped.

    Raises Unopened for what is no well-formed BPMN 2.0, is larger than 16 MB or declares a document type (an entity
    could name a file of this machine or grow without end).
    """
    root = _parse(_text_of(xml))
    if root.tag != f"{{{BPMN}}}definitions":
        raise Unopened(
            "not-bpmn", Sentence("Tệp không phải là BPMN 2.0."), Sentence("Xuất lại tệp từ trình thiết kế BPMN.")
        )
    _settle(root)
    return root


def _text_of(xml: bytes) -> str:
    """The file as text, whatever of the usual encodings it is in."""
    if len(xml) > LARGEST:
        raise Unopened(
            "too-large",
            Sentence("Tệp lớn quá %(most)s MB.", most=LARGEST // 1024 // 1024),
            Sentence("Chia sơ đồ thành nhiều tệp."),
        )
    encoding = next((name for bom, name in _BOMS if xml.startswith(bom)), "")
    if not encoding and xml[:2] in (b"<\x00", b"\x00<"):
        encoding = "utf-16-le" if xml[0] else "utf-16-be"
    declared = _DECLARED.search(xml[:300])
    encoding = encoding or (declared[1].decode() if declared else "utf-8")
    try:
        if not _ENCODINGS.fullmatch(codecs.lookup(encoding).name):
            raise LookupError(encoding)
        return xml.decode(encoding).removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError) as error:
        raise Unopened(
            "encoding",
            Sentence("Không đọc được bảng mã của tệp: %(error)s.", error=error),
            Sentence("Lưu lại tệp bằng UTF-8."),
        ) from error


def _parse(text: str) -> etree._Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unopened("doctype", Sentence("Tệp chứa khai báo DOCTYPE."), Sentence("Bỏ khai báo DOCTYPE khỏi tệp."))
    # "Huge" allows 2,048 levels of nesting in place of 256; a model of 500 sub-processes in each other is read.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    try:
        return etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unopened(
            "xml",
            Sentence("Tệp không phải XML hợp lệ: %(error)s", error=error),
            Sentence("Xuất lại tệp từ trình thiết kế."),
        ) from error


_TEXTS = frozenset({"name", "errorCode", "escalationCode"})
"""Attributes whose spaces are part of what they say."""


def _settle(root: etree._Element) -> None:
    """Write what XML Schema lets tools write in several ways in one way."""
    own = root.get("targetNamespace")
    for node in root.iter(f"{{{BPMN}}}*"):
        local = node.tag.rpartition("}")[2]
        if local in CONDITIONS:
            mark_feel(node)
        for name, written in node.attrib.items():
            value = written if name in _TEXTS or name.startswith("{") else written.strip()
            if value != written:  # space around ids, references and words means nothing
                node.set(name, value)
            if name in BOOLEANS:
                node.set(name, {"1": "true", "0": "false"}.get(value, value))
            elif name in _QUALIFIED and ":" in value:
                node.set(name, _plain(node, value, own))
        if node.text and ":" in node.text and local in _QUALIFIED and len(node) == 0:
            node.text = _plain(node, node.text, own)


def _plain(node: etree._Element, value: str, own: str | None) -> str:
    prefix, _, name = value.strip().rpartition(":")
    return name if own is not None and node.nsmap.get(prefix) == own else value

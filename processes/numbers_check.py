"""What is wrong with a bundle's number series and its prescribed register before anybody takes a number from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from processes.bundle import Bundle, parse_xml
from processes.procedure import Procedure, Register, Series
from processes.reading import BundleError
from processes.settings_file import SETTINGS
from rules.findings import Finding
from rules.sentences import Sentence

MOST_COLUMNS = 12
"""So many columns of its own a register has at most: more do not stand beside each other on a sheet."""
TAKEN = frozenset({"dossier", "filing", "handover", "report"})
"""Names of the series that codes are counted in."""
BOOK = "letter.register.book"
_PLACE = re.compile(r"\{([^{}]*)\}?")


def check_numbers(bundle: Bundle) -> Iterator[Finding]:
    """Everything the author should hear about series, register and where a letter names its book."""
    procedure = bundle.procedure
    yield from _series(procedure)
    if procedure.result.register is not None:
        yield from _register(procedure.result.register)
    for file, source in bundle.named(".html").items():
        yield from _book_in(file, source)


def _series(procedure: Procedure) -> Iterator[Finding]:
    named = [("result.series", procedure.result.series)] if procedure.kind == "dossier" else []
    named += [(f"letters.{one.key}.series", one.series) for one in procedure.letters.values() if one.series is not None]
    sources: dict[str, Series] = {}
    for key, series in named:
        yield from _places(key, series.pattern, {"number", "year"})
        if series.name in TAKEN or series.name.startswith("TN-"):
            text = Sentence("Dãy số “%(name)s” trùng tên với dãy mã của hệ thống.", name=series.name)
            yield _error("bundle.series-name", key, text, Sentence("Đặt tên khác cho dãy số."))
        if series.source == "national" and not series.value:
            text = Sentence("Số do hệ thống quốc gia cấp nhưng không nói lấy từ đâu.")
            yield _error("bundle.series-value", key, text, Sentence("Ghi value, ví dụ registration.number."))
        first = sources.setdefault(series.name, series)
        if (first.source, first.yearly) != (series.source, series.yearly):
            text = Sentence("Dãy số “%(name)s” được mô tả hai cách khác nhau.", name=series.name)
            yield _error("bundle.series-twice", key, text, Sentence("Ghi source và yearly giống nhau."))
    result = procedure.letters.get("result")
    if result is not None and result.series is not None and result.series.name != procedure.result.series.name:
        text = Sentence(
            "Văn bản kết quả lấy số từ dãy “%(name)s”, không phải dãy của [result].", name=result.series.name
        )
        yield _error("bundle.series-twice", "letters.result.series", text, Sentence("Dùng một dãy số cho kết quả."))


def _places(key: str, pattern: str, known: set[str]) -> Iterator[Finding]:
    for name in _PLACE.findall(pattern):
        if name not in known:
            text = Sentence("Mẫu “%(pattern)s” có chỗ điền lạ: {%(name)s}.", pattern=pattern, name=name)
            advice = Sentence("Chỉ dùng %(known)s.", known=", ".join(f"{{{one}}}" for one in sorted(known)))
            yield _error("bundle.series-pattern", key, text, advice)


def _register(register: Register) -> Iterator[Finding]:
    yield from _places("result.register.book", register.book_pattern, {"year"})
    headings = [column.name.vi for column in register.columns]
    for heading in sorted({one for one in headings if headings.count(one) > 1}):
        text = Sentence("Sổ có hai cột cùng tên “%(name)s”.", name=heading)
        yield _error("bundle.register-column", "result.register.columns", text, Sentence("Đặt tên khác cho một cột."))
    if len(headings) > MOST_COLUMNS:
        text = Sentence("Sổ có %(count)s cột riêng, nhiều hơn %(most)s.", count=len(headings), most=MOST_COLUMNS)
        yield _error("bundle.register-column", "result.register.columns", text, Sentence("Gộp bớt cột."))


def _book_in(file: str, source: bytes) -> Iterator[Finding]:
    """A book printed as plain words would be that of the draft's year, whatever year the number is of."""
    try:
        root = parse_xml(b"<letter>" + source.strip() + b"</letter>", file)
    except BundleError:
        return  # said by the check of letters
    for element in root.iter():
        if isinstance(element.tag, str) and BOOK in _own_words(element) and not _in_book(element):
            text = Sentence("Văn bản ghi quyển số ngoài phần “book”, nơi quyển số được điền cùng với số.")
            yield Finding("letter.book", "error", file, element.tag, "", text, Sentence('Đặt trong data-part="book".'))


def _own_words(element: etree._Element) -> str:
    """Text and attributes of an element, and what stands between its children."""
    texts = [element.text or "", *(child.tail or "" for child in element), *map(str, element.attrib.values())]
    return " ".join(texts)


def _in_book(element: etree._Element | None) -> bool:
    while element is not None:
        if element.get("data-part") == "book":
            return True
        element = element.getparent()
    return False


def _error(code: str, key: str, message: Sentence, advice: Sentence) -> Finding:
    return Finding(code, "error", SETTINGS, key, "", message, advice)

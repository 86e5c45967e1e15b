"""PDFs: whether one can be opened, by everybody, and without swallowing the machine."""

from __future__ import annotations

import logging
import re
import zlib
from io import BytesIO

from pypdf import PdfReader

from engine.errors import N_

MOST_OBJECTS = 300_000
MOST_PAGES = 3_000
MOST_INFLATED = 256 * 2**20
INFLATED_PER_BYTE = 40
CHUNK = 1 << 20
FIRST_STEP = 1 << 12  # most wrong guesses at a stream fail at once and should cost little

BROKEN = N_("Không mở được tệp PDF này. Hãy xuất hoặc quét lại thành PDF rồi tải lên.")
BOMB = N_("Tệp PDF phình ra quá lớn khi mở nên không được nhận. Hãy quét lại ở độ phân giải thường rồi tải lên.")
LOCKED = N_("Tệp PDF có mật khẩu. Hãy bỏ mật khẩu rồi tải lên.")
TOO_MANY_PAGES = N_("Tệp PDF có quá nhiều trang. Hãy tách thành nhiều tệp rồi tải lên.")

_OBJECT = re.compile(rb"\d\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n(?=[\x08-\x78])")
_PACKED_TWICE = re.compile(rb"/(?:Flate|LZW|Fl\b|RunLength)[^\]>/]{0,40}/(?:Flate|LZW|Fl\b|RunLength)")

# What pypdf grumbles about a stranger's file belongs in no log of ours.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def problem_of(content: bytes) -> str:
    """Whether the PDF is broken, locked, endless or a decompression bomb; "" if all is well."""
    if sum(1 for _ in _OBJECT.finditer(content)) > MOST_OBJECTS or _PACKED_TWICE.search(content):
        return BOMB
    if not _inflates_within(content, MOST_INFLATED + INFLATED_PER_BYTE * len(content)):
        return BOMB
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return LOCKED
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            return TOO_MANY_PAGES
        if pages == 0 or not reader.pages[0].mediabox:
            return BROKEN
    except NotImplementedError:
        return LOCKED
    except Exception:  # whatever a parser trips over, the answer is the same
        return BROKEN
    return ""


def _inflates_within(content: bytes, budget: int) -> bool:
    """Whether all compressed streams together stay below the budget; inflated piece by piece, none of it kept."""
    whole = memoryview(content)
    for number, found in enumerate(_STREAM.finditer(content)):
        if number == MOST_OBJECTS:
            return False
        budget -= _cost(whole[found.end() :], budget)
        if budget < 0:
            return False
    return True


def _cost(packed: memoryview, budget: int) -> int:
    """Bytes read and inflated from this stream, no more than it takes to exceed the budget.

    What is read counts too: endless empty blocks swell nothing and still cost time.
    """
    inflater, place, cost, step = zlib.decompressobj(), 0, 0, FIRST_STEP
    try:
        while not inflater.eof and place < len(packed) and cost <= budget:
            taken = packed[place : place + step]
            piece = inflater.decompress(taken, CHUNK)
            read = len(taken) - len(inflater.unconsumed_tail)
            place += read
            cost += read + len(piece)
            step = CHUNK
    except zlib.error:
        pass  # not deflate after all, or broken: it swells no further
    return cost

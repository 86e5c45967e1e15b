"""A book of numbers as PDF: so many numbers on A4 across, as the book would be written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.queries.numbers import NumberBook, NumberLine
from engine.queries.printed import on_paper
from engine.work import Reading
from processes.house_letters import house_letter


def numbers_pdf(read: Reading, book: NumberBook, lines: Sequence[NumberLine]) -> bytes:
    """These lines of a book, in their order, under the book's own heading."""
    title = book.own_name or "Sổ đăng ký văn bản đi"
    facts = {
        "book": {
            "office": book.office.upper(),
            "superior": book.superior.upper(),
            "title": title,
            "period": _period(book, lines),
            "prescribed": bool(book.headings),
            "given": any(line.given for line in lines),
            "headings": [heading for heading, _english in book.headings],
            "starts": [start_words(*one) for one in book.starts],
            "rows": [_row(book, line) for line in lines],
        }
    }
    return on_paper(read, house_letter("numbers.html"), facts, "book", f"{title} {book.office}")


def start_words(after: int, last: int, ground: str, _entered_at: Any) -> str:
    """Which numbers were given out elsewhere, and by which document that is known."""
    return f"Số {after + 1:02d} đến {last:02d} đã cấp ngoài hệ thống: {ground}"


def _period(book: NumberBook, lines: Sequence[NumberLine]) -> str:
    """Year, volumes, and from which number to which: "Năm 2026, quyển số 01/2026, từ số 01 đến số 57"."""
    books = list(dict.fromkeys(line.book for line in lines if line.book))
    words = [f"Năm {book.year}" if book.year else "", f"quyển số {', '.join(books)}" if books else ""]
    if book.title and not book.own_name:
        words.append(book.title)
    if lines:
        words.append(f"từ số {lines[0].value:02d} đến số {lines[-1].value:02d}")
    if book.trial:
        words.append("thử nghiệm")
    told = ", ".join(word for word in words if word)
    return told[:1].upper() + told[1:]


def _row(book: NumberBook, line: NumberLine) -> dict[str, Any]:
    return {
        "text": line.text,
        "void": line.void,
        "day": f"{line.dated_on:%d/%m/%Y}",
        "given": line.given,
        "title": line.title,
        "subject": line.subject,
        "signer": line.signer,
        "recipient": line.recipient,
        "cells": [line.columns.get(heading, "") for heading, _english in book.headings],
        "remarks": "; ".join(line.remarks),
    }

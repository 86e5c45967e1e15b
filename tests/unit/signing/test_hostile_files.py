"""Any bytes at all get an answer in words, soon, and never an exception."""

from __future__ import annotations

import contextlib
import io
import threading
import time
import zlib

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.verdicts import PROBLEMS, Verdict
from signing.verify import MAX_BYTES, verify
from signing.watch import TookTooLong, within

from .conftest import NOW, Office, Paper


def answer(pdf: bytes, office: Office) -> Verdict:
    verdict = verify(pdf, roots=office.authority.roots, now=NOW)
    assert verdict.valid or verdict.problem
    return verdict


@pytest.mark.parametrize("content", [b"", b"\x00" * 4096, "văn bản".encode(), b"<html>", b"PK\x03\x04" + b"x" * 200])
def test_what_is_not_a_pdf(office: Office, content: bytes) -> None:
    assert answer(content, office).code == "not_a_pdf"


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n0\n%%EOF\n"])
def test_what_only_begins_like_a_pdf(office: Office, content: bytes) -> None:
    assert answer(content, office).code == "damaged"


def test_a_huge_file_is_not_even_read(office: Office) -> None:
    assert answer(b"%PDF-1.7" + bytes(MAX_BYTES), office).code == "too_large"


def test_an_unsigned_paper(office: Office, paper: Paper) -> None:
    assert answer(paper.letter.pdf, office).code == "unsigned"
    assert answer(paper.prepared, office).code == "unsigned"


def test_an_encrypted_paper(office: Office, paper: Paper) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(paper.letter.pdf))
    writer.encrypt("secret", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    assert answer(locked.getvalue(), office).code == "encrypted"


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999])
def test_a_truncated_paper_is_never_valid_as_sealed(office: Office, paper: Paper, share: float) -> None:
    verdict = answer(paper.sealed[: int(len(paper.sealed) * share)], office)
    assert not verdict.valid or all(one.field != "agency" for one in verdict.signatures)


def test_a_paper_printed_anew_loses_its_signatures(office: Office, paper: Paper) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(paper.sealed))
    copy = io.BytesIO()
    writer.write(copy)
    assert not answer(copy.getvalue(), office).valid


def small_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + table
        + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            trailer,
            len(body),
        )
    )


def test_a_form_that_contains_itself(office: Office) -> None:
    looped = small_pdf(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</T(a)/Kids[3 0 R]/Parent 3 0 R>>",
    )
    assert not answer(looped, office).valid


def test_a_cross_reference_that_points_to_itself(office: Office) -> None:
    plain = small_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    at = int(plain.split(b"startxref\n")[1].split(b"\n")[0])
    assert not answer(plain.replace(b"/Root", b"/Prev %d/Root" % at), office).valid


def test_brackets_nested_beyond_reason(office: Office) -> None:
    deep = small_pdf(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields " + b"[" * 100_000 + b"]" * 100_000 + b">>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
    )
    assert not answer(deep, office).valid


def test_a_decompression_bomb(office: Office) -> None:
    bomb = zlib.compress(zlib.compress(bytes(200 * 2**20), 9), 9)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n%s\nendstream" % (
        len(bomb),
        bomb,
    )
    trap = small_pdf(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", stream, b"<</Fields 3 0 R>>"
    )
    assert not answer(trap, office).valid


def test_hybrid_cross_references_are_not_accepted(office: Office, paper: Paper) -> None:
    """Old readers see the table, new ones the stream: one file, two papers (ISO 32000-1, 7.5.8.4)."""
    plain = small_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    at = int(plain.split(b"startxref\n")[1].split(b"\n")[0])
    rows = zlib.compress(b"\x00\x00\x00\xff")
    stream = (
        b"9 0 obj\n<</Type/XRef/Size 10/W[1 2 1]/Index[0 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
        % len(rows)
    )
    stream += rows + b"\nendstream\nendobj\n"
    hybrid = plain[:at] + stream + plain[at:].replace(b"/Root", b"/XRefStm %d/Root" % at)
    hybrid = hybrid.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(stream)))
    assert answer(hybrid, office).code in {"hybrid", "damaged"}


def test_a_signature_that_is_no_signature(office: Office, paper: Paper) -> None:
    start = paper.signed.index(b"/Contents <") + len(b"/Contents <")
    garbage = paper.signed[:start] + b"30820000deadbeef" + paper.signed[start + 16 :]
    verdict = answer(garbage, office)
    assert not verdict.valid
    assert verdict.code in {"malformed", "damaged"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_at_random_it_still_answers(office: Office, paper: Paper, data: st.DataObject) -> None:
    pdf = bytearray(paper.sealed)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(pdf) - 1))
        piece = data.draw(st.binary(max_size=12))
        if data.draw(st.booleans()):
            pdf[at : at + len(piece)] = piece
        else:
            del pdf[at : at + data.draw(st.integers(1, 400))]
    answer(bytes(pdf), office)


def test_every_problem_has_words() -> None:
    assert all(text and text[0].isupper() and text.endswith(".") for text in PROBLEMS.values())


def stubborn() -> None:
    """Work without end that takes every exception for its own."""
    while True:
        with contextlib.suppress(Exception):
            sum(range(1000))


def test_the_watch_breaks_off_work_that_swallows_every_exception() -> None:
    started = time.monotonic()
    with pytest.raises(TookTooLong):
        within(0.1, stubborn)
    assert time.monotonic() - started < 3


def test_a_check_that_takes_too_long_is_given_up(office: Office, paper: Paper) -> None:
    verdict = verify(paper.sealed, roots=office.authority.roots, now=NOW, seconds=0.001)
    assert verdict.code == "too_long"
    # Once the answer is there nothing is left running, and the next paper is judged undisturbed.
    assert not [one for one in threading.enumerate() if one.name == "verify"]
    assert verify(paper.sealed, roots=office.authority.roots, now=NOW).valid

"""Whatever is changed on a sealed paper is found out and said."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.authority import SampleAuthority
from signing.documents import fill
from signing.verdicts import PROBLEMS
from signing.verify import verify

from .conftest import NOW, SECRET, Office, Paper


def flip(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 0x01]) + pdf[at + 1 :]


def ranges(pdf: bytes) -> list[tuple[int, int, int, int]]:
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    return [tuple(int(edge) for edge in one.byte_range) for one in signatures]


def places(pdf: bytes) -> dict[str, int]:
    """One place in each region of a sealed paper where a byte is turned."""
    (_, leader_gap, leader_after, leader_rest), (_, agency_gap, agency_after, agency_rest) = ranges(pdf)
    return {
        "header": 6,
        "first page's content": pdf.index(b"stream", 200) + 40,
        "in the leader's revision, before the signature": leader_gap - 300,
        "the leader's signature value": leader_gap + 400,
        "right after the leader's signature": leader_after + 1,
        "end of the leader's revision": leader_after + leader_rest - 8,
        "the number's revision": leader_after + leader_rest + 200,
        "in the seal's revision": agency_gap - 300,
        "the seal's signature value": agency_gap + 400,
        "right after the seal's signature": agency_after + 1,
        "the last cross-reference table": agency_after + agency_rest - 60,
    }


@pytest.mark.parametrize("region", range(11))
def test_one_turned_bit_anywhere_is_found(office: Office, paper: Paper, region: int) -> None:
    name, at = list(places(paper.sealed).items())[region]
    verdict = verify(flip(paper.sealed, at), roots=office.authority.roots, now=NOW)
    assert not verdict.valid, name
    assert verdict.problem == PROBLEMS[verdict.code]


def test_a_turned_bit_on_a_stride_over_the_whole_file_is_found(office: Office, paper: Paper) -> None:
    pdf = paper.sealed
    _, (_, gap, after, _) = ranges(pdf)
    for at in range(0, len(pdf), len(pdf) // 40):
        # In the last signature's own room stand things nobody signs: copies of certificates, and padding.
        if not gap <= at < after:
            assert not verify(flip(pdf, at), roots=office.authority.roots, now=NOW).valid, at


@pytest.mark.parametrize("what", ["signature", "message_digest", "stamp"])
def test_one_turned_bit_in_the_last_signature_itself_is_found(office: Office, paper: Paper, what: str) -> None:
    seal = PdfFileReader(io.BytesIO(paper.sealed)).embedded_regular_signatures[-1].signer_info
    stamp = seal["unsigned_attrs"][0]["values"][0]["content"]["signer_infos"][0]["signature"].native
    digest = next(one["values"][0].native for one in seal["signed_attrs"] if one["type"].native == "message_digest")
    wanted = {"signature": seal["signature"].native, "message_digest": digest, "stamp": stamp}[what]
    at = paper.sealed.lower().rindex(wanted.hex().encode()) + 20
    another_digit = b"0" if paper.sealed[at : at + 1] != b"0" else b"1"
    changed = paper.sealed[:at] + another_digit + paper.sealed[at + 1 :]
    leader, agency = verify(changed, roots=office.authority.roots, now=NOW).signatures
    assert leader.valid
    assert not agency.valid


def appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The paper with one more revision written behind it, as an attacker with a PDF library would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def field(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    fields = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    return next(one for one in fields if one["/T"] == name)


def change_number(writer: IncrementalPdfFileWriter) -> None:
    number = field(writer, "number")
    number[pdf_name("/V")] = generic.TextStringObject("999/GP-UBND")
    writer.update_container(number)


def change_look_of_number(writer: IncrementalPdfFileWriter) -> None:
    number = field(writer, "number")
    number[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): field(writer, "date")["/AP"].raw_get("/N")})
    writer.update_container(number)


def change_reserved_look(writer: IncrementalPdfFileWriter) -> None:
    stream = field(writer, "number")["/AP"]["/N"]
    stream._data = b"0 0 100 10 re f"
    stream._encoded_data = None
    writer.update_container(stream)


def move_number(writer: IncrementalPdfFileWriter) -> None:
    number = field(writer, "number")
    number[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(edge) for edge in (50, 50, 300, 90)])
    writer.update_container(number)


def replace_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    content = generic.StreamObject(stream_data=b"1 0 0 RG 50 50 200 200 re S")
    page[pdf_name("/Contents")] = writer.add_object(content)
    writer.update_container(page)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages[pdf_name("/Count")] = generic.NumberObject(2)
    writer.update_container(pages)


def add_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 100, 300, 200))),
            pdf_name("/Contents"): generic.TextStringObject("Không cần nộp phí"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page)


def drop_seal(writer: IncrementalPdfFileWriter) -> None:
    seal = field(writer, "agency")
    del seal["/V"]
    writer.update_container(seal)


def drop_form(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/AcroForm"][pdf_name("/Fields")] = generic.ArrayObject()
    writer.update_container(writer.root["/AcroForm"])


def add_script(writer: IncrementalPdfFileWriter) -> None:
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.TextStringObject("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


CHANGES = (
    change_number, change_look_of_number, change_reserved_look, move_number, replace_page, add_page, add_annotation,
    drop_seal, drop_form, add_script,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_nothing_may_be_written_behind_the_seal(office: Office, paper: Paper, change: Callable) -> None:
    verdict = verify(appended(paper.sealed, change), roots=office.authority.roots, now=NOW)
    assert not verdict.valid
    assert verdict.problem


@pytest.mark.parametrize("change", [move_number, replace_page, add_page, add_annotation, add_script])
def test_behind_the_leader_only_the_form_may_be_filled(office: Office, paper: Paper, change: Callable) -> None:
    verdict = verify(appended(paper.filled, change), roots=office.authority.roots, now=NOW)
    assert not verdict.valid
    assert verdict.signatures[0].changes == "forbidden"
    assert verdict.code == "changed"


def test_a_stranger_filling_the_number_before_the_seal_is_at_least_told(office: Office, paper: Paper) -> None:
    verdict = verify(fill(paper.signed, {"number": "1/GP"}), roots=office.authority.roots, now=NOW)
    assert verdict.notice


def test_bytes_behind_the_end_do_not_go_unseen(office: Office, paper: Paper) -> None:
    verdict = verify(paper.sealed + b"\n% something more", roots=office.authority.roots, now=NOW)
    assert not verdict.valid or not any(one.whole_document for one in verdict.signatures)


def test_a_shortened_byte_range_is_found(office: Office, paper: Paper) -> None:
    found = list(re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", paper.sealed))[-1]
    inner = found[0].replace(found[4], str(int(found[4]) - 50).encode().rjust(len(found[4])))
    changed = paper.sealed[: found.start()] + inner + paper.sealed[found.end() :]
    assert not verify(changed, roots=office.authority.roots, now=NOW).valid


def test_a_signature_of_another_authority_is_not_trusted(office: Office, paper: Paper, tmp_path) -> None:
    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    verdict = verify(paper.sealed, roots=stranger.roots, now=NOW)
    assert not verdict.valid
    for signature in verdict.signatures:
        assert signature.intact
        assert not signature.trusted
        assert signature.timestamped_at is None
    assert not verify(paper.sealed, roots=[], now=NOW).valid


def test_an_own_clock_does_not_make_an_old_certificate_young(office: Office, paper: Paper, tmp_path) -> None:
    """A stamp by an authority nobody trusts attests nothing: then the certificate is judged today."""
    from datetime import timedelta

    from signing.documents import sign

    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    signed = sign(
        paper.prepared, office.leader, field="leader", stamp=None, reason="", location="", now=NOW,
        timestamper=stranger.timestamper(NOW),
    )  # fmt: skip
    verdict = verify(signed, roots=office.authority.roots, now=NOW + timedelta(days=365 * 9))
    assert verdict.code == "bad_timestamp"
    assert not verdict.signatures[0].trusted

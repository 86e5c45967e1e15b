"""A certified copy from the original at the counter to the signed pages in somebody's hands (2.000815)."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from engine.dossiers.points import Brought
from engine.errors import Invalid
from engine.queries.catalogue import procedures
from engine.queries.known_papers import paper
from engine.registers.models import Number
from engine.usecases.drafts import attach, open_draft, store_upload
from engine.usecases.submit import submit_dossier
from tests.factories import ANSWERS, Ward
from tests.unit.storage.files import pdf

pytestmark = pytest.mark.dialects("sqlite")  # nothing here asks the database for more than other procedures do

COPIES = "2.000815"
COMPARED = {"appraisal": {"outcome": "propose_grant", "verified": ["pages", "content", "whole", "allowed"]}}


def scanned(words: str, form: str = "JPEG", size: tuple[int, int] = (827, 1169)) -> bytes:
    """A page as a scanner gives it, A4 at 100 dpi."""
    page = Image.new("RGB", size, "white")
    ImageDraw.Draw(page).text((100, 200), words, fill="navy", font_size=60)
    output = BytesIO()
    page.save(output, form, resolution=100)
    return output.getvalue()


def handed_in(ward: Ward, *files: tuple[bytes, str], wanted: int = 1) -> UUID:
    """The original of two pages shown at the counter, its scans with it; gives the dossier's number."""
    filled = ward.answers(COPIES)
    filled["copies"]["wanted"] = wanted
    filing = ward.filing(
        COPIES, channel="counter", answers=filled, brought=[Brought("request"), Brought("original", 1)]
    )
    with ward.work("lan") as work:
        case_id = submit_dossier(work, filing).case_id
        for content, name in files:
            stored = store_upload(ward.house.ports, BytesIO(content), name)
            attach(work, field="original", stored=stored, case_id=case_id)
    ward.run_deferred()
    return case_id


def test_a_copy_is_compared_certified_entered_and_signed_in_one_file_with_its_pages(ward: Ward) -> None:
    case_id = handed_in(
        ward, (scanned("TRANG MOT", "PDF"), "bang.pdf"), (scanned("TRANG HAI"), "trang-2.jpg"), wanted=3
    )
    assert ward.dossier(case_id).fee == 3 * 2 * 2000
    ward.do(case_id, "appraise", COMPARED, by="quyen")
    ward.do(case_id, "approve", by="dung")
    ward.do(case_id, "register", ANSWERS["register"])
    ward.do(case_id, "hand_over")
    assert (ward.dossier(case_id).status, ward.incidents(case_id), ward.faults()) == (10, [], [])

    (copy,) = ward.documents(case_id, "result")
    file = ward.paper(copy)
    verdict = ward.house.ports.signatures.verify(file, now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert verdict.signatures[0].signer == "Nguyễn Tiến Dũng"
    with ward.look() as look:
        assert paper(look, code=copy.verify_code).number == copy.number
        assert look.session.scalar(select(Number.value).where(Number.document_id == copy.id)) == 1

    printed = pypdfium2.PdfDocument(file)
    assert [tuple(round(side) for side in printed[page].get_size()) for page in range(3)] == [(595, 842)] * 3
    reader = pypdf.PdfReader(BytesIO(file))
    places = {place["/T"]: place for place in (one.get_object() for one in reader.pages[2]["/Annots"])}
    assert places["number"]["/V"] == "01"
    assert places["book"]["/V"] == "01/2026 - SCT/BS"
    words = " ".join(printed[2].get_textpage().get_text_range().split())
    assert "Chứng thực bản sao đúng với bản chính" in words
    assert "2 trang đứng trước lời chứng này" in words


def test_nothing_is_certified_whose_original_was_not_scanned(ward: Ward) -> None:
    case_id = handed_in(ward)
    with pytest.raises(Invalid, match="chưa có bản quét"):
        ward.do(case_id, "appraise", COMPARED, by="quyen")
    assert ward.open_steps(case_id) == ["appraise"], "the officer may still ask for the scan"


def test_a_scan_that_cannot_become_pages_is_refused_where_it_is_handed_in(ward: Ward) -> None:
    with ward.work("hoa") as work:
        draft = open_draft(work, COPIES)
        stored = store_upload(ward.house.ports, BytesIO(pdf(password="", owner="chủ")), "khoa.pdf")
        with pytest.raises(Invalid, match="bị khóa"):
            attach(work, field="original", stored=stored, draft_id=draft.id)
        attach(work, field="other", stored=stored, draft_id=draft.id)


def test_the_fee_goes_by_page_and_copy(ward: Ward) -> None:
    fees = []
    for pages, wanted in ((1, 1), (3, 2), (40, 1)):
        answers = ward.answers(COPIES)
        answers["original"]["pages"], answers["copies"]["wanted"] = pages, wanted
        fees.append(ward.dossier(ward.filed_online(procedure=COPIES, answers=answers)).fee)
    assert fees == [2000, 10_000, 42_000]
    with ward.look() as look:
        (line,) = procedures(look, "chung thuc ban sao")
    assert (line.fee, line.fee_grows) == (2000, True), "the catalogue names the least of it"

"""Electronic copies of the office's own papers: by whom, of what, and what a copy says of its source."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pypdf
import pypdfium2
import pytest
from sqlalchemy import update

from engine.accounts.models import Mandate, Office
from engine.db import new_id
from engine.dossiers.copies import PaperCopy
from engine.dossiers.models import Document
from engine.errors import Conflict, Forbidden, Invalid
from engine.performing import make_copy
from engine.queries.known_papers import paper
from engine.registers.models import Number
from engine.storage.port import FileMissing
from engine.usecases.copies import ask_copy
from engine.usecases.withdrawals import act_on_result
from tests.factories import SINCE, Ward

pytestmark = pytest.mark.dialects("sqlite")
HEAD = "an"


@pytest.fixture
def result(ward: Ward) -> Document:
    """A paper that was sealed and issued, taken for an administrative document: the layout alone makes it one."""
    (document,) = ward.documents(ward.dossier_at("hand_over"), "result")
    with ward.work() as work:
        work.session.execute(update(Document).where(Document.id == document.id).values(layout="decree30"))
    return ward.row(Document, document.id)


def asked(ward: Ward, document: Document, kind: str = "whole", by: str = HEAD, **more: object) -> UUID:
    with ward.work(by) as work:
        copy_id = ask_copy(work, document.id, kind=kind, **more).id
    ward.run_deferred()
    return copy_id


def refused(ward: Ward, document: Document, why: type[Exception], words: str, by: str = HEAD, **asks: object) -> None:
    with pytest.raises(why, match=words), ward.work(by) as work:
        ask_copy(work, document.id, **{"kind": "whole", **asks})


def test_a_copy_is_a_new_paper_sealed_by_the_office_with_the_original_inside(ward: Ward, result: Document) -> None:
    copy = ward.row(Document, asked(ward, result, for_applicant=True))
    assert (copy.number, copy.status, copy.level) == (f"01/SY-{office(ward, result)}", "issued", "B-LTA")
    file = ward.paper(copy)
    verdict = ward.house.ports.signatures.verify(file, now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert [one.role for one in verdict.signatures] == ["agency"]
    reader = pypdf.PdfReader(BytesIO(file))
    assert reader.trailer["/Root"]["/AF"][0]["/AFRelationship"] == "/Source"
    (inside,) = reader.attachments["ban-goc.pdf"]
    original = ward.house.ports.signatures.verify(inside, now=ward.clock.now())
    assert (inside, original.valid, len(original.signatures)) == (ward.paper(result), True, 2)

    shown, was = pypdfium2.PdfDocument(file)[0], pypdfium2.PdfDocument(inside)[0]
    assert result.number in shown.get_textpage().get_text_range(), (
        "what stood in a place of the form stands on the page"
    )
    assert shown.get_size() == was.get_size()
    corner = next(one for one in (one.get_object() for one in reader.pages[0]["/Annots"]) if one["/T"] == "agency")
    assert float(corner["/Rect"][3]) > shown.get_height() - 30, "the agency's words stand at the upper edge"
    acts = [one.verb for one in ward.acts(result.case_id)][-3:]
    assert acts == ["copy.asked", "copy.made", "document.archived"]
    assert ward.faults() == []


def office(ward: Ward, document: Document) -> str:
    return ward.row(Office, document.office_id).abbreviation


def test_all_kinds_are_counted_together_and_a_sao_luc_is_made_of_a_sao_y(ward: Ward, result: Document) -> None:
    first = ward.row(Document, asked(ward, result))
    refused(ward, first, Invalid, "bản sao", kind="whole")
    refused(ward, result, Invalid, "bản sao", kind="again")
    again = ward.row(Document, asked(ward, first, "again"))
    assert again.number == f"02/SL-{office(ward, result)}"
    with ward.look() as look:
        assert paper(look, code=again.verify_code).copy.source.number == first.number


def test_who_may_and_what_cannot_be_copied(ward: Ward, result: Document) -> None:
    for somebody in ("nam", "mai", "khoa", "hoa", "bao"):
        refused(ward, result, Forbidden, "thẩm quyền", by=somebody)
    refused(ward, result, Invalid, "bản sao", kind="part", pages=[0])  # a single page cannot be left out
    for values, words in (({"layout": "certificate"}, "mẫu riêng"), ({"sealed_at": None}, "đóng dấu")):
        with ward.work() as work:
            work.session.execute(update(Document).where(Document.id == result.id).values(**values))
        refused(ward, result, Conflict, words)


def test_whoever_signs_by_order_in_the_agency_may(ward: Ward, result: Document) -> None:
    with ward.work() as work:
        mandate = Mandate(id=new_id(), person_id=ward.people["khoa"], office_id=ward.offices["bt-vp"], role="unit_head")
        mandate.title, mandate.capacity, mandate.valid_from = "CHÁNH VĂN PHÒNG", "TL.", SINCE.replace(day=2)
        work.session.add(mandate)
    copy = ward.row(PaperCopy, asked(ward, result, by="khoa"))
    assert (copy.post["capacity"], copy.mandate_id) == ("TL.", mandate.id)


def test_a_withdrawn_paper_is_not_copied_and_its_copies_say_so(ward: Ward, result: Document) -> None:
    first = ward.row(Document, asked(ward, result))
    with ward.work(HEAD) as work:  # asked, and withdrawn before a worker came to it
        late = ask_copy(work, result.id, kind="whole").id
    refused(ward, result, Conflict, "đang được lập")
    with ward.work(HEAD) as work:
        act_on_result(
            work,
            result.id,
            kind="withdrawn",
            authority_id=result.office_id,
            decision_number="9/QĐ-KTHTĐT",
            decided_on=ward.clock.now().date(),
            reason="Cấp sai thẩm quyền",
        )
    ward.run_deferred()
    failed = ward.row(PaperCopy, late)
    assert "không còn giá trị" in failed.trouble
    (number,) = ward.rows(Number, Number.document_id == late)
    assert number.voided_at is not None
    refused(ward, result, Conflict, "không còn giá trị")
    refused(ward, first, Conflict, "không còn giá trị", kind="again")
    with ward.look() as look:
        fact = paper(look, code=first.verify_code)
    assert (fact.standing.valid, fact.copy.standing.state, fact.stands) == (True, "withdrawn", False)


def test_what_goes_wrong_is_tried_again_and_in_the_end_said_and_the_number_void(ward: Ward, result: Document) -> None:
    with ward.work(HEAD) as work:
        copy_id = ask_copy(work, result.id, kind="whole").id
    ward.house.ports.storage.delete(result.sha256)
    for last_attempt in (False, True):
        assert ward.row(PaperCopy, copy_id).failed_at is None
        with pytest.raises(FileMissing):
            make_copy(ward.house, copy_id, last_attempt=last_attempt)
    assert "Không tìm thấy tệp" in ward.row(PaperCopy, copy_id).trouble
    (number,) = ward.rows(Number, Number.document_id == copy_id)
    assert number.voided_at is not None
    make_copy(ward.house, copy_id)  # asked once more, nothing happens
    assert ward.faults() == []


def test_what_a_fault_says_of_people_stays_out_of_the_book(ward: Ward, result: Document, monkeypatch) -> None:
    with ward.work(HEAD) as work:
        copy_id = ask_copy(work, result.id, kind="whole").id

    def fails(*_: object) -> None:
        raise RuntimeError("[parameters: {'name': 'Nguyễn Thị Hoa', 'phone': '0901234567'}]")

    monkeypatch.setattr("engine.usecases.copies.make_copy", fails)
    with pytest.raises(RuntimeError):
        make_copy(ward.house, copy_id, last_attempt=True)
    (number,) = ward.rows(Number, Number.document_id == copy_id)
    assert number.void_reason == ward.row(PaperCopy, copy_id).trouble == "Lỗi kỹ thuật chưa rõ nguyên nhân."

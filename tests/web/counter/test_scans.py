"""Scans at the counter: what is wrong with them is said at once, whoever looks at the dossier sees who signed them."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import pytest

from engine.accounts.scan_rules import SCANS
from engine.dossiers.models import Attachment, Dossier
from engine.dossiers.scans import IntakeScan
from engine.usecases.authority_rules import lay_down
from engine.usecases.scan_signing import leave_unsigned
from signing.errors import SigningRefused
from tests.factories import PERMIT
from tests.unit.storage.sheets import lively_pdf, scanned_pdf
from tests.web.counter.test_intake import PDF, case_of, filled
from tests.web.officer.visitor import hidden

pytestmark = pytest.mark.dialects("sqlite")
INTAKE = f"/tiep-nhan/moi/{PERMIT}"


def hand_in(ward, lan, content: bytes = PDF, name: str = "bb.pdf", **more):
    """One scan of the first paper of a permit, with the form that takes the dossier in."""
    papers = [one.key for one in ward.bundle(PERMIT).procedure.components if one.form != "eform"]
    data = [*filled(ward, procedure=PERMIT, **more), (f"scan-{papers[0]}", (io.BytesIO(content), name))]
    return lan.post(INTAKE, data, content_type="multipart/form-data")


def insist(ward, lan, answer):
    """The same form sent once more with the scan the page has kept."""
    return lan.post(INTAKE, [*filled(ward, procedure=PERMIT), ("kept", hidden(lan.words(answer), "kept"))])


def taken_in(ward, lan):
    answer = hand_in(ward, lan)
    assert answer.status_code == 303, lan.words(answer)[:3000]
    return case_of(answer)


def test_officers_see_who_signed_a_scan_and_get_the_signed_file(ward, visit):
    lan = visit("lan")
    assert "đồng ý ký số bản quét" in lan.text(INTAKE)
    case_id = taken_in(ward, lan)
    assert "đang ký bằng chứng thư số của Phạm Thị Lan" in lan.text(f"/tiep-nhan/ho-so/{case_id}")
    ward.run_deferred()
    (scan,) = ward.rows(IntakeScan)
    page = visit("nam").text(f"/ho-so/{case_id}")
    assert "Đã ký số: Phạm Thị Lan" in page
    assert "mức B-LTA" in page
    assert "Ký số bản quét" in page, "in the history"
    address = f"/ho-so/{case_id}/ban-so-hoa/{scan.id}"
    assert address in page
    signed = visit("nam").get(address).data
    assert signed.startswith(PDF)
    assert lan.get(address).status_code == 200
    assert visit("duc").get(address).status_code in {403, 404}
    assert "bb.pdf" in page, "what was handed in is still there"


def test_a_bad_scan_is_kept_and_taken_when_the_clerk_insists(ward, visit):
    lan, coarse = visit("lan"), scanned_pdf("L", size=(120, 170), dpi=100)
    answer = hand_in(ward, lan, coarse, "mờ.pdf")
    page = lan.words(answer)
    assert answer.status_code == 422
    assert "quét ở 100 dpi, dưới 200 dpi: hãy quét lại" in page
    assert "hãy quét màu" in page
    assert not ward.rows(Dossier, by=Dossier.case_id)
    again = insist(ward, lan, answer)
    assert again.status_code == 303, lan.words(again)[:3000]
    ward.run_deferred()
    (scan,) = ward.rows(IntakeScan)
    assert scan.state == "signed"
    assert [one["code"] for one in scan.remarks] == ["low_resolution", "no_colour"]
    assert "mờ.pdf: quét ở 100 dpi" in lan.text(f"/ho-so/{case_of(again)}")


def test_what_cannot_be_signed_is_taken_in_and_says_so(ward, visit):
    lan = visit("lan")
    first = hand_in(ward, lan, lively_pdf("script"), "lạ.pdf")
    assert "mã lệnh" in lan.words(first)
    case_id = case_of(insist(ward, lan, first))
    ward.run_deferred()
    page = lan.text(f"/tiep-nhan/ho-so/{case_id}")
    assert "Chưa ký số: tệp PDF có biểu mẫu, mã lệnh" in page
    assert "Đã tiếp nhận hồ sơ" in page
    assert [one.name for one in ward.rows(Attachment)] == ["lạ.pdf"]


def test_the_clerk_asks_again_once_the_key_is_there(ward, visit):
    lan, mai = visit("lan"), visit("mai")
    case_id = taken_in(ward, lan)
    (scan,) = ward.rows(IntakeScan)
    with ward.work("system") as work:
        leave_unsigned(work, scan.id, SigningRefused("no_key", "Chưa có khóa."))
    page = lan.text(f"/tiep-nhan/ho-so/{case_id}")
    assert "báo người vận hành thêm khóa rồi ký lại" in page
    again = f"/tiep-nhan/ho-so/{case_id}/ban-quet/{scan.id}/ky-lai"
    assert again in page
    assert again not in mai.text(f"/ho-so/{case_id}")
    assert mai.post(again, {}, page=f"/ho-so/{case_id}").status_code == 403
    assert lan.post(again, {}, page=f"/tiep-nhan/ho-so/{case_id}").status_code == 303
    ward.run_deferred()
    assert ward.rows(IntakeScan)[0].state == "signed"
    assert lan.post(again, {}, page=f"/tiep-nhan/ho-so/{case_id}").status_code == 409


def test_two_clicks_are_one_scan(ward, visit):
    lan, key = visit("lan"), str(uuid4())
    for _ in range(2):
        assert hand_in(ward, lan, key=key).status_code == 303
    assert len(ward.rows(IntakeScan)) == len(ward.rows(Attachment)) == 1


def test_an_authority_may_refuse_coarse_scans(ward, visit):
    rules = {"least_dpi": 300, "low_resolution": "refuse", "no_colour": "accept", "unknown_size": "warn"}
    with ward.work("van") as work:
        lay_down(
            work, SCANS, "bt", rules | {"shown": "none"}, valid_from=date(2026, 3, 1), document="13/QĐ-UBND",
            dated_on=date(2026, 2, 20), verified=True,
        )  # fmt: skip
    lan = visit("lan")
    answer = hand_in(ward, lan)
    assert answer.status_code == 422
    assert "quét ở 200 dpi, dưới 300 dpi" in lan.words(answer)
    assert "từ 300 dpi" in lan.words(answer)
    assert 'name="kept"' not in answer.text, "what is refused is not taken"

"""Taking dossiers in at the counter."""

from __future__ import annotations

import io
import re
from uuid import UUID, uuid4

import pytest

from engine.dossiers.models import Attachment, Component, Dossier
from tests.factories import HOUSEHOLD, PERMIT
from tests.unit.storage.sheets import scanned_pdf
from tests.web.counter.form import fields
from tests.web.officer.visitor import hidden

INTAKE = f"/tiep-nhan/moi/{HOUSEHOLD}"


PDF = scanned_pdf(size=(200, 300))


def filled(ward, *more: tuple[str, str], procedure: str = HOUSEHOLD, key: str | None = None) -> list[tuple[str, str]]:
    """A filled-in intake page of an owner who came in person."""
    own = [("brings", "owner"), ("outcome", "accept"), ("form_key", key or str(uuid4()))]
    papers = [
        (f"cs-{paper.key}", "1") for paper in ward.bundle(procedure).procedure.components if paper.form != "eform"
    ]
    named = {name for name, _ in more}
    return [*(one for one in [*fields(ward.answers(procedure)), *own, *papers] if one[0] not in named), *more]


def case_of(answer) -> UUID:
    found = re.search(r"/tiep-nhan/ho-so/([0-9a-f-]{36})$", answer.location)
    assert found, answer.location
    return UUID(found[1])


def test_complete_is_accepted_at_once_and_the_receipt_comes_to_print(ward, visit):
    lan = visit("lan")
    answer = lan.post(INTAKE, filled(ward))
    assert answer.status_code == 303, lan.words(answer)[:3000]
    case_id = case_of(answer)
    dossier = ward.dossier(case_id)
    assert (dossier.channel, dossier.status) == ("counter", 2)
    waiting = lan.text(answer.location)
    assert dossier.code in waiting
    assert "Đang lập giấy để in" in waiting
    assert f'hx-get="/tiep-nhan/ho-so/{case_id}/giay"' in waiting
    ward.run_deferred()
    ready = lan.text(f"/tiep-nhan/ho-so/{case_id}/giay")
    assert "In: Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in ready
    assert "hx-get" not in ready
    (slip,) = ward.documents(case_id, "form01")
    assert lan.get(f"/ho-so/{case_id}/van-ban/{slip.id}").data.startswith(b"%PDF")


@pytest.mark.dialects("sqlite")
def test_a_double_click_is_one_dossier(ward, visit):
    lan, key = visit("lan"), str(uuid4())
    first = lan.post(INTAKE, filled(ward, key=key))
    second = lan.post(INTAKE, filled(ward, key=key))
    assert case_of(first) == case_of(second)
    assert len(ward.rows(Dossier, by=Dossier.case_id)) == 1


@pytest.mark.dialects("sqlite")
def test_errors_keep_everything_typed_and_uploaded(ward, visit):
    lan = visit("lan")
    sent = filled(ward, ("owner.identity", "12"), ("gc-minutes", "bản mờ"), ("founding.kind", "household"))
    data = [*sent, ("scan-minutes", (io.BytesIO(PDF), "Biên bản.pdf"))]
    answer = lan.post(INTAKE, data, content_type="multipart/form-data")
    page = lan.words(answer)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in page
    assert 'href="#f-owner-identity"' in page
    assert 'value="12"' in page
    assert 'value="bản mờ"' in page
    assert "Biên bản.pdf" in page
    assert not ward.rows(Dossier, by=Dossier.case_id)
    again = lan.post(INTAKE, [*filled(ward, ("founding.kind", "household")), ("kept", hidden(page, "kept"))])
    assert again.status_code in {303, 422}
    forged = lan.post(INTAKE, [*filled(ward, ("owner.identity", "12")), ("kept", "forged.token")])
    assert "checklist__kept" not in lan.words(forged)


@pytest.mark.dialects("sqlite")
def test_scans_become_papers_of_the_dossier(ward, visit):
    lan = visit("lan")
    data = [*filled(ward, procedure=PERMIT), ("scan-drawings", (io.BytesIO(PDF), "Bản vẽ.pdf"))]
    papers = [one.key for one in ward.bundle(PERMIT).procedure.components if one.form != "eform"]
    data[-1] = (f"scan-{papers[0]}", (io.BytesIO(PDF), "Bản vẽ.pdf"))
    answer = lan.post(f"/tiep-nhan/moi/{PERMIT}", data, content_type="multipart/form-data")
    assert answer.status_code == 303, lan.words(answer)
    (scan,) = ward.rows(Attachment)
    assert (scan.name, scan.field, scan.case_id) == ("Bản vẽ.pdf", papers[0], case_of(answer))
    assert lan.get(f"/ho-so/{scan.case_id}/tep/{scan.id}").data == PDF


@pytest.mark.dialects("sqlite")
def test_a_file_that_is_something_else_is_refused_in_words(ward, visit):
    lan = visit("lan")
    papers = [one.key for one in ward.bundle(PERMIT).procedure.components if one.form != "eform"]
    data = [*filled(ward, procedure=PERMIT), (f"scan-{papers[0]}", (io.BytesIO(b"MZ\x90\x00" * 40), "ảnh.pdf"))]
    answer = lan.post(f"/tiep-nhan/moi/{PERMIT}", data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert f'href="#scan-{papers[0]}"' in lan.words(answer)
    assert not ward.rows(Dossier, by=Dossier.case_id)


@pytest.mark.dialects("sqlite")
def test_missing_papers_stop_an_acceptance_and_lead_to_the_check(ward, visit):
    lan = visit("lan")
    paper = next(one for one in ward.bundle(PERMIT).procedure.components if one.form != "eform" and one.required)
    sent = filled(ward, (f"cs-{paper.key}", ""), procedure=PERMIT)
    refused = lan.post(f"/tiep-nhan/moi/{PERMIT}", sent)
    assert refused.status_code == 422
    assert f'href="#bc-{paper.key}"' in lan.words(refused)
    led = lan.post(
        f"/tiep-nhan/moi/{PERMIT}", [*(one for one in sent if one[0] != "outcome"), ("outcome", "incomplete")]
    )
    assert led.status_code == 303
    assert led.location.startswith("/cong-viec/")
    page = lan.text(led.location)
    assert "Kiểm tra hồ sơ" in page
    assert "mẫu 02" in page
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    assert dossier.status == 1
    absent = [one.key for one in ward.rows(Component, Component.case_id == dossier.case_id) if not one.present]
    assert absent == [paper.key]


@pytest.mark.dialects("sqlite")
def test_a_paper_that_is_not_good_enough_counts_as_missing(ward, visit):
    lan = visit("lan")
    answer = lan.post(INTAKE, filled(ward, ("kd-application", "1"), ("outcome", "incomplete")))
    assert answer.location.startswith("/cong-viec/")
    nothing = lan.post(INTAKE, filled(ward, ("outcome", "incomplete")))
    assert nothing.status_code == 422
    assert "Đánh dấu giấy tờ còn thiếu hoặc chưa đạt" in lan.words(nothing)


@pytest.mark.dialects("sqlite")
def test_somebody_who_brings_it_for_the_owner_is_named_apart(ward, visit):
    lan = visit("lan")
    other = [("brings", "other"), ("applicant-name", "Trần Văn Tám"), ("applicant-identity", "079082005678")]
    dossier = ward.dossier(case_of(lan.post(INTAKE, filled(ward, *other))))
    assert (dossier.owner_name, dossier.applicant_name) == ("Nguyễn Thị Hòa", "Trần Văn Tám")
    nameless = lan.post(INTAKE, filled(ward, ("brings", "other")))
    assert nameless.status_code == 422
    assert 'href="#applicant-name"' in lan.words(nameless)


@pytest.mark.dialects("sqlite")
def test_an_owner_who_was_here_before_is_filled_in(ward, visit):
    ward.filed_at_counter()
    lan = visit("lan")
    page = lan.words(lan.post(INTAKE, {"sought": "079 185 001234", "find": "1"}))
    assert 'value="Nguyễn Thị Hòa"' in page
    assert "(1 hồ sơ trước)" in page
    by_enter = lan.words(lan.post(INTAKE, {"sought": "079185001234", "refresh": "1"}))
    assert 'value="Nguyễn Thị Hòa"' in by_enter
    assert "Chưa có ai mang số này" in lan.words(lan.post(INTAKE, {"sought": "079000000000", "find": "1"}))


@pytest.mark.dialects("sqlite")
def test_questions_and_papers_follow_the_answers(visit):
    lan = visit("lan")
    asked = {"founding.kind": "household", "owner.identity": "079185001234"}
    answer = lan.post(f"{INTAKE}/bieu-mau", asked, headers={"HX-Request": "true"})
    assert "bc-minutes" in lan.words(answer)
    alone = lan.post(f"{INTAKE}/bieu-mau", asked | {"founding.kind": "individual"}, headers={"HX-Request": "true"})
    assert "bc-minutes" not in lan.words(alone)


@pytest.mark.dialects("sqlite")
def test_only_the_counter_comes_in(visit):
    pages = ["/tiep-nhan", INTAKE, "/tiep-nhan/tra-ket-qua", "/tiep-nhan/bo-sung"]
    assert {visit("").get(page).status_code for page in pages} == {401}
    assert {visit("hoa").get(page).status_code for page in pages} == {403}
    assert {visit("nam").get(page).status_code for page in pages} == {403}
    assert visit("nam").post(INTAKE).status_code == 403
    assert visit("lan").client.post(INTAKE).status_code == 400, "a form without its key"
    assert visit("ha").get(INTAKE).status_code == 403, "a cashier takes nothing in"


def test_procedures_are_found_without_marks(visit):
    page = visit("lan").text("/tiep-nhan?q=ho kinh doanh")
    assert HOUSEHOLD in page
    assert PERMIT not in page
    assert "autofocus" in page

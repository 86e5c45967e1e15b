"""Filing at home: page by page, nothing typed is lost, sent once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from engine.dossiers.models import Attachment, Component, Dossier, Draft
from tests.factories import HOUSEHOLD
from tests.unit.storage.files import pdf
from tests.web.officer.visitor import hidden

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

START = f"/nop-ho-so/{HOUSEHOLD}"
OWNER = {
    "owner.full_name": "Nguyễn Thị Hòa",
    "owner.identity": "079 185 001 234",
    "owner.birth_date-day": "8",
    "owner.birth_date-month": "3",
    "owner.birth_date-year": "1985",
    "owner.gender": "female",
    "owner.phone": "0901 234 567",
    "owner.address": "45 Nguyễn Thái Bình",
}
PAGES = {
    "owner": OWNER,
    "founding": {"founding.kind": "individual"},
    "business": {
        "business.name": "Hộ kinh doanh Hòa Bình",
        "business.street": "12 Lê Lợi",
        "business.ward": "26743",
        "business.lines.0.name": "Bán lẻ hàng may mặc",
        "business.capital": "50.000.000",
        "business.starts_on-day": "1",
        "business.starts_on-month": "12",
        "business.starts_on-year": "2026",
    },
    "tax": {},
    "delivery": {"delivery.method": "electronic"},
    "declaration": {"declaration.truthful": "true"},
}


def begin(citizen, ward):
    answer = citizen.post(START, {"office": str(ward.offices["bt-pvhcc"])})
    assert answer.status_code == 303
    return answer.location


def fill(citizen, pages=PAGES):
    """Answer page after page as the site leads; gives where it leads in the end."""
    for name, answers in pages.items():
        page = citizen.text(f"{START}/trang/{name}")
        sent = {**answers, "page_number": hidden(page, "page_number"), "form_key": hidden(page, "form_key")}
        answer = citizen.post(f"{START}/trang/{name}", sent)
        assert answer.status_code == 303, citizen.words(answer)
    return answer.location


def submit(citizen):
    page = citizen.text(f"{START}/kiem-tra")
    return citizen.post(f"{START}/gui", {"submission_key": hidden(page, "submission_key")})


def test_a_filing_goes_page_by_page_to_one_dossier(visit, ward):
    hoa = visit("hoa")
    assert begin(hoa, ward).endswith("/trang/owner")
    last = fill(hoa)
    assert hoa.get(last).location.endswith("/kiem-tra"), "one person needs no papers: that page is passed over"
    checked = hoa.text(f"{START}/kiem-tra")
    assert "Hộ kinh doanh Hòa Bình" in checked
    assert "50.000.000" in checked
    page = hoa.text(f"{START}/kiem-tra")
    key = hidden(page, "submission_key")
    first = hoa.post(f"{START}/gui", {"submission_key": key})
    second = hoa.post(f"{START}/gui", {"submission_key": key})
    assert first.status_code == second.status_code == 303
    assert first.location == second.location, "a double click finds the same dossier"
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    assert dossier.owner_identity == "079185001234"
    assert dossier.receiving_id == ward.offices["bt-pvhcc"]
    done = hoa.text(first.location)
    assert dossier.filing_code in done
    assert "chậm nhất lúc" in done
    assert not ward.rows(Draft)


@ONE
def test_the_receipt_is_on_the_confirmation_page_as_soon_as_the_dossier_is_accepted(visit, ward):
    case_id = ward.filed_online()
    ward.run_deferred()
    hoa = visit("hoa")
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả</a>" not in hoa.text(f"/ho-so-cua-toi/{case_id}/da-nop")
    ward.do(case_id, "check")
    page = hoa.text(f"/ho-so-cua-toi/{case_id}/da-nop")
    (receipt,) = ward.documents(case_id, "form01")
    address = f"/ho-so-cua-toi/{case_id}/van-ban/{receipt.id}"
    assert address in page
    assert hoa.get(address).data.startswith(b"%PDF-")
    assert visit("duc").get(address).status_code == 404


@ONE
def test_a_wrong_page_comes_back_with_everything_typed_and_the_draft_keeps_it(visit, ward):
    hoa = visit("hoa")
    begin(hoa, ward)
    answer = hoa.post(f"{START}/trang/owner", {**OWNER, "owner.identity": "123", "page_number": "0"})
    words = hoa.words(answer)
    assert answer.status_code == 422
    assert "Lỗi:" in words.split("</title>")[0]
    assert 'href="#f-owner-identity"' in words
    assert 'value="45 Nguyễn Thái Bình"' in words
    assert 'value="45 Nguyễn Thái Bình"' in hoa.text(f"{START}/trang/owner")


@ONE
def test_what_the_account_knows_is_filled_in_at_the_start(visit, ward):
    hoa = visit("hoa")
    page = hoa.text(begin(hoa, ward))
    assert 'value="079185001234"' in page
    assert 'value="0901234567"' in page


@ONE
def test_the_draft_is_kept_while_typing_and_found_again(visit, ward):
    hoa = visit("hoa")
    page = hoa.text(begin(hoa, ward))
    typed = {
        "owner.full_name": "Nguyễn Thị",
        "page_number": hidden(page, "page_number"),
        "form_key": hidden(page, "form_key"),
    }
    for name in ("Nguyễn Thị H", "Nguyễn Thị Hoà"):
        answer = hoa.post(f"{START}/trang/owner/luu", {**typed, "owner.full_name": name})
        assert answer.status_code == 200, "the same window never overtakes itself"
    assert "Nguyễn Thị Hoà" in hoa.text(f"{START}/trang/owner")
    mine = hoa.text("/ho-so-cua-toi")
    assert "Bản nháp chưa nộp" in mine
    assert START in mine
    assert "Làm tiếp" in hoa.text(START)
    assert not visit("duc").text("/ho-so-cua-toi").count("Bản nháp chưa nộp")


def test_another_window_is_not_overwritten_and_what_was_typed_stays_on_the_page(visit, ward):
    hoa = visit("hoa")
    page = hoa.text(begin(hoa, ward))
    number = hidden(page, "page_number")
    hoa.post(f"{START}/trang/owner", {**OWNER, "page_number": number, "form_key": hidden(page, "form_key")})
    late = {
        **OWNER,
        "owner.address": "Nơi khác",
        "page_number": number,
        "form_key": "0d1f5d2e-7b1c-4f0a-9f3e-2f1c0a5b6c7d",
    }
    answer = hoa.post(f"{START}/trang/owner", late)
    assert answer.status_code == 409
    words = hoa.words(answer)
    assert "cửa sổ khác" in words
    assert 'value="Nơi khác"' in words
    assert "45 Nguyễn Thái Bình" in hoa.text(f"{START}/trang/owner")
    again = {**late, "page_number": hidden(words, "page_number")}
    assert hoa.post(f"{START}/trang/owner", again).status_code == 303
    assert "Nơi khác" in hoa.text(f"{START}/trang/owner")


@ONE
def test_a_page_left_by_the_back_button_can_be_sent_again(visit, ward):
    hoa = visit("hoa")
    page = hoa.text(begin(hoa, ward))
    sent = {**OWNER, "page_number": hidden(page, "page_number"), "form_key": hidden(page, "form_key")}
    hoa.post(f"{START}/trang/owner", sent)
    second = hoa.text(f"{START}/trang/founding")
    hoa.post(f"{START}/trang/founding", {"founding.kind": "individual", "page_number": hidden(second, "page_number")})
    assert hoa.post(f"{START}/trang/owner", {**sent, "owner.address": "7 Lê Lợi"}).status_code == 303


@ONE
def test_changing_one_answer_leads_back_to_checking(visit, ward):
    hoa = visit("hoa")
    begin(hoa, ward)
    fill(hoa)
    page = hoa.text(f"{START}/trang/delivery?ve=kiem-tra")
    sent = {"delivery.method": "counter", "page_number": hidden(page, "page_number")}
    answer = hoa.post(f"{START}/trang/delivery?ve=kiem-tra", sent)
    assert answer.location.endswith("/kiem-tra")


@ONE
def test_an_answer_brings_other_questions_with_and_without_script(visit, ward):
    hoa = visit("hoa")
    begin(hoa, ward)
    assert "founding.members.0.full_name" not in hoa.text(f"{START}/trang/founding")
    drawn = hoa.post(f"{START}/trang/founding/xem", {"founding.kind": "household"})
    assert "founding.members.0.full_name" in hoa.words(drawn)
    answer = hoa.post(f"{START}/trang/founding", {"founding.kind": "household", "page_number": "0"})
    assert answer.status_code == 422
    assert "founding.members.0.full_name" in hoa.words(answer)


def household(hoa, ward):
    begin(hoa, ward)
    member = {
        f"founding.members.0.{k}": v
        for k, v in {"full_name": "Trần Văn Bình", "identity": "079083004321", "relation": "Chồng"}.items()
    }
    fill(hoa, {**PAGES, "founding": {"founding.kind": "household", **member}})


def upload(citizen, key, content, name):
    return citizen.post(
        f"{START}/giay-to/{key}", {"file": [(BytesIO(content), name)]}, content_type="multipart/form-data"
    )


def test_papers_are_asked_for_by_the_answers_and_travel_with_the_dossier(visit, ward):
    hoa = visit("hoa")
    household(hoa, ward)
    page = hoa.text(f"{START}/giay-to")
    assert "Biên bản họp" in page
    assert "tối đa 10 MB" in page
    assert "Giấy tờ pháp lý" not in page
    assert hoa.post(f"{START}/giay-to").status_code == 422
    assert submit(hoa).status_code == 422, "nothing is filed while a paper is missing"
    for key in ("minutes", "authorisation"):
        assert upload(hoa, key, pdf(), "biên bản họp.pdf").status_code == 303
    (first, _) = ward.rows(Attachment, by=Attachment.uploaded_at)
    shown = hoa.get(f"{START}/tep/{first.id}")
    assert shown.status_code == 200
    assert "inline" in shown.headers["Content-Disposition"]
    assert visit("duc").get(f"{START}/tep/{first.id}").status_code == 404
    assert submit(hoa).status_code == 303
    assert all(one.case_id and not one.draft_id for one in ward.rows(Attachment))
    assert all(one.present for one in ward.rows(Component) if one.required)


@ONE
def test_a_file_is_judged_by_its_content_and_refused_in_words(visit, ward):
    hoa = visit("hoa")
    household(hoa, ward)
    for content, name, words in (
        (b"hello", "bien-ban.pdf", "không được chấp nhận"),
        (b"", "rong.pdf", "Tệp rỗng"),
        (pdf(), "bien-ban.jpg", "không đúng với đuôi"),
        (pdf() + b"\0" * (10 * 2**20), "to.pdf", "lớn hơn 10 MB"),
    ):
        answer = upload(hoa, "minutes", content, name)
        assert answer.status_code in (413, 422), name
        assert words in hoa.words(answer)
    by_script = hoa.post(
        f"{START}/giay-to/minutes",
        {"file": [(BytesIO(b"hello"), "x.pdf")]},
        content_type="multipart/form-data",
        headers={"Accept": "application/json"},
    )
    assert by_script.status_code == 422
    assert by_script.json["message"]
    assert not ward.rows(Attachment)


@ONE
def test_a_file_can_be_taken_out_again_by_its_owner_alone(visit, ward):
    hoa = visit("hoa")
    household(hoa, ward)
    upload(hoa, "minutes", pdf(), "a.pdf")
    (kept,) = ward.rows(Attachment)
    assert visit("duc").post(f"{START}/tep/{kept.id}/xoa").status_code == 404
    assert hoa.post(f"{START}/tep/{kept.id}/xoa").status_code == 303
    assert hoa.get(f"{START}/tep/{kept.id}").status_code == 404


@ONE
def test_an_ended_session_keeps_the_draft_and_what_was_just_typed(visit, ward):
    hoa = visit("hoa")
    page = hoa.text(begin(hoa, ward))
    hoa.post(f"{START}/trang/owner/luu", {**OWNER, "page_number": "0", "form_key": hidden(page, "form_key")})
    key = hoa.key("/privacy")
    ward.clock.advance(timedelta(minutes=61))
    late = hoa.client.post(f"{START}/trang/owner", data={**OWNER, "owner.address": "Vừa gõ", "csrf_token": key})
    assert late.status_code == 401
    words = hoa.words(late)
    assert 'value="Vừa gõ"' in words
    assert "Đăng nhập lại" in words
    hoa.step_in("hoa")
    assert "45 Nguyễn Thái Bình" in hoa.text(f"{START}/trang/owner")


@ONE
def test_a_draft_is_thrown_away_only_after_being_asked(visit, ward):
    hoa = visit("hoa")
    begin(hoa, ward)
    assert "sẽ mất" in hoa.text(f"{START}/bo")
    assert ward.rows(Draft)
    assert hoa.post(f"{START}/bo").status_code == 303
    assert not ward.rows(Draft)


@ONE
def test_without_a_place_to_file_nothing_begins(visit, ward):
    hoa = visit("hoa")
    answer = hoa.post(START, {"office": "nowhere"})
    assert answer.status_code == 422
    assert "Chọn nơi nộp hồ sơ" in hoa.words(answer)
    assert not ward.rows(Draft)


@ONE
@pytest.mark.parametrize("path", ["/ho-so-cua-toi", START, f"{START}/kiem-tra"])
def test_strangers_and_officials_are_sent_away(visit, path):
    assert visit("").get(path).status_code == 401
    assert visit("lan").get(path).status_code == 403


@ONE
def test_after_an_ended_session_one_can_sign_in_at_once(visit, ward):
    hoa = visit("hoa")
    ward.clock.advance(timedelta(hours=13))
    hoa.step_in("hoa")
    assert hoa.get("/ho-so-cua-toi").status_code == 200

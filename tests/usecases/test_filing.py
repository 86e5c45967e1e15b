"""A dossier comes in: once, however often the button is pressed, complete or not, by whichever door."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from pypdf import PdfWriter

from engine.dossiers.models import Attachment, Component, Dossier, Draft, RawFiling
from engine.errors import Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from engine.usecases.drafts import attach, open_draft, save_draft, store_upload
from engine.usecases.submit import submit_dossier
from engine.work import Actor
from tests.factories import MISSING, PERMIT

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

PORTAL = Actor(kind="machine", name="Cổng Dịch vụ công")


def small_pdf() -> bytes:
    """One empty page."""
    buffer, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return buffer.getvalue()


def at_once(count, act):
    """Let several people do it in the same moment; what each got, a refusal included."""

    def one(number):
        try:
            return act(number)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_complete_at_the_counter_is_accepted_at_once(ward):
    case_id = ward.filed_at_counter()
    dossier = ward.dossier(case_id)
    assert dossier.code == "H29.26743-260302-0001"
    assert dossier.accepted_at == dossier.submitted_at
    assert ward.run_deferred() > 0
    assert ward.open_steps(case_id) == ["appraise"]
    assert [one.letter for one in ward.documents(case_id)] == ["form01"]


@ONE
def test_incomplete_at_the_counter_is_asked_for_the_rest_with_form_02(ward):
    case_id = ward.filed_at_counter(missing=["identity"], answers=foreigner(ward))
    assert ward.dossier(case_id).accepted_at is None
    assert ward.open_steps(case_id) == ["check"]
    ward.do(case_id, "check", {"check": {"outcome": "supplement", "items": MISSING, "reason": "Thiếu giấy tờ."}})
    assert ward.dossier(case_id).status == 5
    request = ward.supplements(case_id)[0]
    assert (request.stage, request.round, request.items[0]["name"]) == ("reception", 1, "Biên bản họp")
    assert [one.letter for one in ward.documents(case_id)] == ["form02"]
    assert {one.event for one in ward.notices(case_id)} == {"supplement"}


def foreigner(ward):
    """Answers of an owner without a personal identification number, who has to bring identity papers."""
    answers = ward.answers()
    answers["founding"]["kind"] = "household"
    return answers


@ONE
def test_papers_that_are_asked_for_only_in_some_cases(ward):
    plain = ward.filed_at_counter()
    household = ward.filed_online(answers=foreigner(ward), brought=[])
    asked = {one.key for one in ward.rows(Component, Component.case_id == household, Component.required)}
    assert "minutes" in asked
    assert "minutes" not in {one.key for one in ward.rows(Component, Component.case_id == plain, Component.required)}
    assert ward.case(household).variables["components_complete"] is False


@ONE
def test_wrong_answers_are_refused_naming_each_field_and_leave_nothing(ward):
    answers = ward.answers()
    answers["owner"]["full_name"] = ""
    answers["owner"]["phone"] = "12"
    with pytest.raises(Invalid) as refusal:
        ward.filed_online(answers=answers)
    assert {one.path for one in refusal.value.problems} == {"owner.full_name", "owner.phone"}
    assert ward.rows(Dossier, by=Dossier.case_id) == []


@ONE
def test_only_the_counter_takes_in_at_the_counter_and_strangers_file_nothing(ward):
    for login, refusal in (("hoa", Forbidden), ("nam", Forbidden), ("thu", Forbidden), ("", NotSignedIn)):
        with pytest.raises(refusal):
            ward.filed_at_counter(by=login)
    with pytest.raises(NotSignedIn):
        ward.filed_online(by="")
    with pytest.raises(Invalid):
        ward.filed_online(channel="telex")


def test_a_double_click_finds_the_same_dossier(ward):
    first = ward.filed_online(submission_key="pressed")
    assert ward.filed_online(submission_key="pressed") == first
    assert len(ward.rows(Dossier, by=Dossier.case_id)) == 1


@ONE
def test_somebody_elses_key_opens_nothing(ward):
    ward.filed_online(by="hoa", submission_key="pressed")
    with pytest.raises(Refusal):
        ward.filed_online(by="duc", submission_key="pressed")


def test_two_presses_in_the_same_moment_are_one_dossier(ward):
    filing, actor = ward.filing(submission_key="pressed"), ward.actor("hoa")

    def press(_):
        with ward.house.unit_of_work(actor=actor) as work:
            return submit_dossier(work, filing).case_id

    assert len(set(at_once(3, press))) == 1
    assert len(ward.rows(Dossier, by=Dossier.case_id)) == 1


def test_the_same_external_code_twice_is_one_dossier_with_its_payload_kept(ward):
    payload = b'{"ma":"000.00.G22-260302-0007"}'
    changes = {"channel": "inbound", "external_code": "000.00.G22-260302-0007", "raw": payload}

    def deliver(number):
        with ward.house.unit_of_work(actor=PORTAL) as work:
            return submit_dossier(work, ward.filing(submission_key=f"delivery-{number}", **changes)).case_id

    assert len(set(at_once(2, deliver))) == 1
    case_id = deliver(3)
    assert len(ward.rows(Dossier, by=Dossier.case_id)) == 1
    kept = ward.rows(RawFiling)
    assert [(one.payload, one.case_id, one.channel) for one in kept] == [(payload, case_id, "inbound")]
    with pytest.raises(Forbidden), ward.work("hoa") as work:
        submit_dossier(work, ward.filing(**{**changes, "external_code": "other"}))


def test_codes_of_a_day_are_different_however_many_file_at_once(ward):
    actor = ward.actor("lan")
    filings = [ward.filing(channel="counter") for _ in range(6)]

    def take_in(number):
        with ward.house.unit_of_work(actor=actor) as work:
            return submit_dossier(work, filings[number]).code

    codes = at_once(6, take_in)
    assert sorted(codes) == [f"H29.26743-260302-{number:04d}" for number in range(1, 7)]
    filed = [one.filing_code for one in ward.rows(Dossier, by=Dossier.case_id)]
    assert len(set(filed)) == 6
    assert ward.faults() == []


def test_a_draft_is_filed_with_its_files_and_is_gone(ward):
    with ward.work("hoa") as work:
        draft = open_draft(work, "1.001612")
        save_draft(work, draft.id, ward.answers(), page="owner")
        stored = store_upload(ward.house.ports, BytesIO(small_pdf()), "biên bản.pdf")
        attach(work, field="components.identity", stored=stored, draft_id=draft.id)
    case_id = ward.filed_online(draft_id=draft.id, brought=[])
    files = ward.rows(Attachment, Attachment.case_id == case_id)
    assert [(one.field, one.draft_id) for one in files] == [("components.identity", None)]
    with pytest.raises(Invalid):
        store_upload(ward.house.ports, BytesIO(small_pdf()), "../../etc/passwd")
    assert ward.rows(Draft) == []


@ONE
def test_nobody_files_with_somebody_elses_draft(ward):
    with ward.work("hoa") as work:
        draft = open_draft(work, "1.001612")
        stored = store_upload(ward.house.ports, BytesIO(small_pdf()), "bien-ban.pdf")
        attach(work, field="components.identity", stored=stored, draft_id=draft.id)
    with pytest.raises(NotFound):
        ward.filed_online(by="duc", draft_id=draft.id)
    assert len(ward.rows(Draft)) == 1


def test_two_windows_on_one_draft_do_not_overwrite_each_other(ward):
    with ward.work("hoa") as work:
        draft = open_draft(work, "1.001612")
        save_draft(work, draft.id, {"owner": {"full_name": "Nguyễn Thị Hòa"}}, page="owner", revision=1)
    with pytest.raises(Refusal) as refusal, ward.work("hoa") as work:
        save_draft(work, draft.id, {"owner": {"full_name": "Khác"}}, page="owner", revision=1)
    assert refusal.value.code == "draft_overtaken"


@ONE
def test_a_permit_runs_under_the_version_of_its_day(ward):
    case_id = ward.filed_online(procedure=PERMIT)
    assert ward.dossier(case_id).procedure == PERMIT
    assert ward.case(case_id).bundle_id == ward.case(ward.filed_online(procedure=PERMIT)).bundle_id

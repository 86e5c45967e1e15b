"""Signatures and numbers: consent by the right person for exactly these bytes, once; numbers without a gap."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.accounts.models import Mandate
from engine.bpmn.saved import keep_values
from engine.db import new_id
from engine.dossiers.models import Document, SigningConsent
from engine.errors import Conflict, Forbidden, Unavailable
from engine.queries.capacity import signing_capacity
from engine.registers.models import Number
from engine.registers.series import take_number
from engine.usecases.calls import NotPossible
from engine.usecases.papers import SealDocument, SignDocument
from engine.usecases.running import lock_case
from engine.usecases.tasks import ask_for_redraft, complete_task
from tests.factories import ANSWERS, legal
from tests.usecases.test_filing import at_once

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


def consents(ward):
    return ward.rows(SigningConsent)


def test_the_head_s_key_is_used_once_for_the_bytes_of_the_draft(ward):
    case_id = ward.dossier_at("approve")
    draft = ward.documents(case_id, "result")[0]
    ward.do(case_id, "approve")
    signed = ward.documents(case_id, "result")[0]
    consent = consents(ward)[0]
    assert (consent.document_id, consent.sha256, consent.person_id) == (draft.id, draft.sha256, ward.people["an"])
    assert consent.used_at is not None
    assert signed.sha256 != draft.sha256 == signed.draft_sha256
    with ward.work() as work:
        case = lock_case(work, case_id)
        call = ward.calls(case_id, "document.sign")[0]
        with pytest.raises(NotPossible):
            SignDocument().plan(work, case, call)


@ONE
def test_without_a_key_nothing_is_approved_and_the_signer_is_told_why(ward):
    case_id = ward.dossier_at("approve")
    for key in (ward.house.settings.keys / "holders").iterdir():
        key.unlink()
    with pytest.raises(Unavailable, match="chưa có khóa ký số của bạn"), ward.work("an") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    assert ward.open_steps(case_id) == ["approve"]
    assert consents(ward) == []


@ONE
def test_consent_to_other_bytes_is_no_consent(ward):
    case_id = ward.dossier_at("approve")
    with ward.work("an") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    with ward.work() as work:
        document = work.session.get_one(Document, ward.documents(case_id, "result")[0].id)
        document.sha256 = ward.documents(case_id, "form01")[0].sha256
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_at is None
    assert [one.kind for one in ward.incidents(case_id)] == ["call-failed"]


@ONE
def test_what_changed_since_the_head_read_it_is_not_signed(ward):
    case_id = ward.dossier_at("approve")
    task_id, draft = ward.task(case_id, "approve"), ward.documents(case_id, "result")[0]
    with ward.work() as work:
        changed = work.session.get_one(Document, draft.id)
        changed.sha256 = ward.documents(case_id, "form01")[0].sha256
    acts = len(ward.acts(case_id))
    for shown in (draft.sha256, ""):
        with pytest.raises(Conflict) as refusal, ward.work("an") as work:
            complete_task(work, task_id, ANSWERS["approve"], shown=shown)
        assert refusal.value.code == "document_changed"
    assert ward.open_steps(case_id) == ["approve"]
    assert consents(ward) == []
    assert len(ward.acts(case_id)) == acts, "nothing was written"
    with ward.work() as work:
        work.session.get_one(Document, draft.id).sha256 = draft.sha256
    with ward.work("an") as work:
        complete_task(work, task_id, ANSWERS["approve"], shown=draft.sha256)
    ward.run_deferred()
    assert [one.sha256 for one in consents(ward)] == [draft.sha256]
    assert ward.documents(case_id, "result")[0].signed_at is not None


@ONE
def test_nobody_else_approves_and_the_house_itself_gives_no_consent(ward):
    case_id = ward.dossier_at("approve")
    task_id = ward.task(case_id, "approve")
    for login in ("nam", "dung", "khoa", "hoa"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            complete_task(work, task_id, ANSWERS["approve"])
    with ward.work("system") as work:
        complete_task(work, task_id, ANSWERS["approve"])
    ward.run_deferred()
    assert consents(ward) == []
    assert ward.documents(case_id, "result")[0].signed_at is None
    assert [one.element_id for one in ward.incidents(case_id)] == ["sign"]


@ONE
def test_a_seal_never_comes_onto_a_paper_nobody_signed(ward):
    case_id = ward.dossier_at("approve")
    with ward.work() as work:
        case = lock_case(work, case_id)
        case.data = keep_values({**case.variables, "some": str(ward.documents(case_id, "result")[0].id)})
        call = ward.calls(case_id, "letter.render")[0]
        call.headers = {"document": "some"}
        with pytest.raises(NotPossible, match="chưa có người có thẩm quyền ký"):
            SealDocument().plan(work, case, call)


def as_deputy(ward, **power):
    """What the deputy of the room's head holds from now on."""
    with ward.work() as work:
        post = work.session.scalar(select(Mandate).where(Mandate.title == "PHÓ TRƯỞNG PHÒNG"))
        if post is None:
            post = Mandate(id=new_id(), person_id=ward.people["huong"], office_id=ward.offices["bt-kthtdt"])
            post.role, post.title, post.valid_from = "unit_head", "PHÓ TRƯỞNG PHÒNG", date(2026, 1, 1)
            work.session.add(post)
        for name, value in power.items():
            setattr(post, name, value)


def refused_to_deputy(ward, case_id, refusal):
    with pytest.raises(refusal) as refused, ward.work("huong") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    assert ward.open_steps(case_id) == ["approve"]
    return refused.value.code


@ONE
def test_a_deputy_has_the_draft_printed_in_his_own_name_and_power_and_signs_with_that_alone(ward):
    as_deputy(ward, capacity="KT.")
    case_id = ward.dossier_at("approve")
    assert ward.documents(case_id, "result")[0].signer_id == ward.people["an"]
    assert refused_to_deputy(ward, case_id, Conflict) == "another_signatory"
    with ward.work("huong") as work:
        assert len(ask_for_redraft(work, ward.task(case_id, "approve"))) == 1
    ward.run_deferred()
    draft = ward.documents(case_id, "result")[0]
    assert draft.post["lines"] == ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]
    assert signing_capacity(draft) is None, "nobody has signed it yet"
    as_deputy(ward, capacity="TL.")  # by order now: the paper says for the head
    assert refused_to_deputy(ward, case_id, Conflict) == "another_signatory"
    as_deputy(ward, capacity="KT.")
    with ward.work("huong") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    ward.run_deferred()
    as_deputy(ward, capacity="", title="TRƯỞNG PHÒNG")  # promoted later: what was signed stays what it was
    signed = signing_capacity(ward.documents(case_id, "result")[0])
    assert (signed.capacity, signed.title) == ("KT.", "PHÓ TRƯỞNG PHÒNG")


@ONE
def test_of_two_posts_a_draft_is_printed_with_the_one_it_is_signed_by(ward):
    as_deputy(ward, capacity="KT.")
    with ward.work() as work:  # promoted, and nobody has ended what he was before
        work.session.add(
            Mandate(
                id=new_id(),
                person_id=ward.people["huong"],
                office_id=ward.offices["bt-kthtdt"],
                role="unit_head",
                title="TRƯỞNG PHÒNG",
                valid_from=date(2026, 2, 1),
            )
        )
    case_id = ward.dossier_at("approve")
    assert refused_to_deputy(ward, case_id, Conflict) == "another_signatory"
    with ward.work("huong") as work:
        ask_for_redraft(work, ward.task(case_id, "approve"))
    ward.run_deferred()
    with ward.work("huong") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    ward.run_deferred()
    signed = signing_capacity(ward.documents(case_id, "result")[0])
    assert (signed.capacity, signed.title) == ("", "TRƯỞNG PHÒNG")


@ONE
def test_nobody_signs_by_an_authorisation_without_its_document_and_its_end(ward):
    as_deputy(ward, capacity="TUQ.")
    case_id = ward.dossier_at("approve")
    with ward.work("huong") as work:
        ask_for_redraft(work, ward.task(case_id, "approve"))
    ward.run_deferred()
    assert refused_to_deputy(ward, case_id, Forbidden) == "mandate_without_ground"
    as_deputy(
        ward, ground_number="12/UQ", ground_agency="UBND", ground_date=date(2026, 1, 1), valid_to=date(2026, 12, 31)
    )
    assert refused_to_deputy(ward, case_id, Conflict) == "another_signatory", "the draft was printed without it"
    as_deputy(ward, valid_to=date(2026, 2, 1))
    assert refused_to_deputy(ward, case_id, Forbidden) == "forbidden", "an authorisation that is over is no post"


def numbers(ward, count, office="bt", name="letters", document=uuid4):
    with ward.work() as work:
        return [take_number(work, office, name, "{number}/TB-UBND", document()).text for _ in range(count)]


def test_numbers_run_without_a_gap_per_office_and_begin_anew_each_year(ward):
    assert numbers(ward, 2) == ["01/TB-UBND", "02/TB-UBND"]
    assert numbers(ward, 1, office="bt-vp") == ["01/TB-UBND"]
    assert numbers(ward, 1, name="births") == ["01/TB-UBND"]
    ward.clock.set(legal(4, month=1).replace(year=2027))
    assert numbers(ward, 1) == ["01/TB-UBND"]


def test_a_number_of_an_act_that_failed_is_given_to_the_next(ward):
    def act():
        with ward.work() as work:
            take_number(work, "bt", "letters", "{number}", uuid4())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert numbers(ward, 1) == ["01/TB-UBND"]


@ONE
def test_no_number_is_dated_before_the_last_one(ward):
    ward.clock.set(legal(5))
    numbers(ward, 1)
    ward.clock.set(legal(4))
    with pytest.raises(Conflict):
        numbers(ward, 1)


def test_the_same_document_keeps_its_number(ward):
    document = uuid4()
    assert len(set(numbers(ward, 3, document=lambda: document))) == 1
    assert len(ward.rows(Number)) == 1


def test_many_at_once_get_different_numbers(ward):
    documents = [uuid4() for _ in range(8)]

    def take(number: int) -> str:
        with ward.work() as work:
            return take_number(work, "bt", "letters", "{number}", documents[number]).text

    assert sorted(at_once(8, take)) == [f"{number:02d}" for number in range(1, 9)]


@ONE
def test_a_pattern_is_text_and_not_a_format(ward):
    with ward.work() as work:
        taken = take_number(work, "bt", "odd", "{number}/{number.__class__}/{year:>99}/{year}", uuid4())
    assert taken.text == "01/{number.__class__}/{year:>99}/2026"


@ONE
def test_a_paper_s_number_and_date_are_those_of_the_register(ward):
    case_id = ward.dossier_at("appraise")
    ward.clock.advance(timedelta(days=1))
    ward.do(case_id, "appraise", {"appraisal": {"outcome": "propose_refusal", "reason": "Trùng tên."}})
    ward.do(case_id, "approve")
    paper, number = ward.documents(case_id, "refusal")[0], ward.rows(Number)[0]
    assert (paper.number, paper.dated_on, number.document_id) == (number.text, date(2026, 3, 3), paper.id)
    assert isinstance(paper.signed_by, UUID)

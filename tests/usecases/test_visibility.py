"""Who sees which dossier: one rule for pages, lists, files, papers and history."""

from __future__ import annotations

from io import BytesIO

import pytest

from engine.accounts.models import Mandate
from engine.bpmn.advance import Waiting
from engine.cases.models import Case, Task
from engine.db import new_id
from engine.dossiers.models import Attachment
from engine.errors import Forbidden, NotFound
from engine.queries import files, known_papers
from engine.queries.dossiers import dossier_page, dossiers, find_by_code, history, notices_of
from engine.queries.filing import filed_with, kept_files, own_details, own_draft, own_drafts, own_upload, popular
from engine.queries.tasks import task_page
from engine.usecases import opening
from engine.usecases.drafts import attach, open_draft, store_upload
from tests.factories import SINCE, legal
from tests.usecases.test_filing import small_pdf

INSIDE = ("hoa", "lan", "minh", "buu", "ha", "hung", "nam", "yen", "an", "mai", "dung", "huong", "thanh", "kiem", "uy")
OUTSIDE = ("", "duc", "hbia", "thu", "quyen", "khoa", "tam", "phong", "van", "thiet", "tong")


def sees(ward, login, case_id) -> bool:
    with ward.look(login) as look:
        try:
            dossier_page(look, case_id)
        except NotFound:
            return False
        return True


@pytest.fixture
def filed(ward):
    return ward.filed_online(by="hoa", submission_key="mine")


def test_the_matrix(ward, filed):
    assert {login for login in (*INSIDE, *OUTSIDE) if sees(ward, login, filed)} == set(INSIDE)


def test_whoever_keeps_the_machine_running_reads_no_dossier_wherever_they_sit(ward, filed):
    def hold(role, office):
        with ward.work() as work:
            mandate = Mandate(id=new_id(), person_id=ward.people["van"], office_id=ward.offices[office], role=role)
            mandate.valid_from = SINCE
            work.session.add(mandate)

    for office in ("bt-kthtdt", "bt-pvhcc", "bt"):
        hold("operator", office)
    assert not sees(ward, "van", filed)
    assert ward.actor("van").oversight == frozenset()
    hold("specialist", "bt-kthtdt")
    assert sees(ward, "van", filed), "by another post of the same person"


def test_every_query_hides_what_the_rule_hides(ward, filed):
    code = ward.dossier(filed).filing_code
    with ward.work() as work:
        attachment = Attachment(
            id=new_id(), case_id=filed, field="components.identity", name="a.pdf", media_type="application/pdf",
            size=1, sha256="0" * 64, uploaded_at=work.now, uploaded_by="citizen:x",
        )  # fmt: skip
        work.session.add(attachment)
    ward.do(filed, "check")
    paper = ward.documents(filed, "form01")[0]

    def refused(question) -> bool:
        try:
            question()
        except (NotFound, Forbidden):
            return True
        return False

    for login in (*INSIDE, *OUTSIDE):
        with ward.look(login) as look:
            hidden = {
                "page": refused(lambda: dossier_page(look, filed)),
                "code": refused(lambda: find_by_code(look, code)),
                "history": refused(lambda: history(look, filed)),
                "notices": refused(lambda: notices_of(look, filed)),
                "file": refused(lambda: files.attachment(look, attachment.id)),
                "paper": refused(lambda: files.document(look, paper.id)),
                "list": dossiers(look).total == 0,
                "search": dossiers(look, text="nguyen thi hoa").total == 0,
                "key": filed_with(look, "mine") is None,
            }
            assert set(hidden.values()) == {login in OUTSIDE}, (login, hidden)
            assert popular(look) == {"1.001612": 1}


def test_a_draft_paper_is_shown_to_officials_only(ward):
    case_id = ward.filed_online(by="hoa")
    ward.do(case_id, "check")
    ward.do(case_id, "appraise")
    draft = ward.documents(case_id, "result")[0]
    with ward.look("nam") as look:
        assert files.document(look, draft.id).sha256 == draft.sha256
        assert known_papers.paper(look, code=draft.verify_code) is None
    for login in ("hoa", ""):
        with ward.look(login) as look, pytest.raises(NotFound):
            files.document(look, draft.id)
    with ward.look("") as look, pytest.raises(NotFound):
        files.document_for_tracker(look, draft.id, case_id)


def test_a_consulted_office_sees_the_dossier_while_and_after_it_has_a_task(ward, filed):
    assert not sees(ward, "tam", filed)
    with ward.work() as work:
        case = work.session.get_one(Case, filed)
        case.places = {**case.places, "consulted": str(ward.offices["hcm-sxd"])}
        asked = Waiting("asked", "user", "opinion", "Cho ý kiến", candidate_groups=("consulted.specialist",))
        opening.open_task(work, case, asked)
    assert sees(ward, "tam", filed)
    with ward.work() as work:
        work.session.query(Task).filter_by(element_id="opinion").one().status = "done"
    assert sees(ward, "tam", filed)
    assert not sees(ward, "khoa", filed)


def test_another_ward_s_officer_sees_nothing_here(ward, filed):
    from engine.accounts.models import Office
    from engine.accounts.people import add_person

    with ward.work() as work:
        here = work.session.get_one(Office, ward.offices["bt"])
        other = Office(id=new_id(), code="sg", kind="ward", name="UBND phường Sài Gòn", parent_id=here.parent_id)
        person = add_person(work.session, login="sau", kind="official", full_name="Lê Văn Sáu")
        work.session.add(other)
        work.session.flush()
        for role in ("leader", "inspector", "counter_clerk"):
            work.session.add(Mandate(id=new_id(), person_id=person.id, office_id=other.id, role=role, valid_from=SINCE))
    ward.people["sau"] = person.id
    assert not sees(ward, "sau", filed)


def test_tasks_are_shown_to_their_office_and_those_who_watch_over_it(ward, filed):
    task_id = ward.task(filed, "check")
    for login, may in (("lan", True), ("minh", True), ("hung", False), ("thanh", False)):
        with ward.look(login) as look:
            assert task_page(look, task_id).may_act is may
    for login in ("", "hoa", "tam", "van", "khoa"):
        with ward.look(login) as look, pytest.raises(Forbidden):
            task_page(look, task_id)


def test_drafts_and_their_files_are_their_owner_s_alone(ward):
    with ward.work("hoa") as work:
        draft = open_draft(work, "1.001612")
        stored = store_upload(ward.house.ports, BytesIO(small_pdf()), "a.pdf")
        file = attach(work, field="components.identity", stored=stored, draft_id=draft.id)
    with ward.look("hoa") as look:
        assert [one.id for one in kept_files(look, draft.id)] == [file.id]
        assert own_upload(look, file.id).name == "a.pdf"
        assert len(own_drafts(look)) == 1
        assert own_details(look).name == "Nguyễn Thị Hòa"
    for login in ("duc", "lan", "dung", "", "system"):
        with ward.look(login) as look:
            assert kept_files(look, draft.id) == ()
            assert own_drafts(look) == []
            assert own_draft(look, "1.001612") is None
            with pytest.raises(NotFound):
                own_upload(look, file.id)
            with pytest.raises(NotFound):
                files.attachment(look, file.id)


def test_the_list_of_an_official_can_be_narrowed(ward, filed):
    with ward.look("thanh") as look:
        assert dossiers(look, statuses=[1]).total == 1
        assert dossiers(look, statuses=[2]).total == 0
        assert dossiers(look, procedure="1.001193").total == 0
        assert dossiers(look, text="079185001234").total == 1
        assert dossiers(look, text="hòa nguyễn").total == 0
        assert dossiers(look, late=True).total == 0
    ward.do(filed, "check")
    ward.clock.set(legal(6))
    with ward.look("thanh") as look:
        assert dossiers(look, late=True).total == 1

"""A trial (thử nghiệm) says so wherever it is shown, is counted nowhere, tells nobody, and never becomes a real one."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest

from engine.errors import Conflict
from engine.notifications.models import Notice
from engine.procedures.models import PublishedBundle
from engine.procedures.published import in_force, open_bundle, publish
from engine.queries.counter import today
from engine.queries.filing import popular
from engine.queries.oversight import pressing, pressing_count
from engine.queries.public_reports import open_now, published, similar
from engine.queries.ratings import satisfaction
from engine.usecases.feedback import PROCEDURE as REPORT
from engine.usecases.rating import rate_dossier
from engine.usecases.settings_text import DecisionPaper, Legal, write_legal
from tests.factories import HOUSEHOLD, STEPS, legal
from tests.usecases.conftest import database, offices, run_deferred, ward
from tests.usecases.test_feedback import DONE, SCENE, Hotline
from tests.web.officer.visitor import Visitor
from web.application import create_application

__all__ = ["database", "offices", "run_deferred", "ward"]

pytestmark = pytest.mark.dialects("sqlite")  # what pages say does not depend on the database
TRIAL = "9.001612"
MARK = "THỬ NGHIỆM"
NOTHING = DecisionPaper()


def publish_with(ward, announced, internal_process, *, of=HOUSEHOLD, code=TRIAL):
    """A procedure of the library (the household business registration) under another code, on these two decisions."""
    with ward.work() as work:
        version = in_force(work.session, of, ward.clock.now().date())
        files = dict(open_bundle(work.session, version.id).bundle.files)
        settings = files["procedure.toml"].decode().replace(f'"{of}"', f'"{code}"')
        legal_papers = Legal(announced, internal_process, version.valid_from, version.valid_to)
        return publish(work, {**files, "procedure.toml": write_legal(settings, legal_papers).encode()}, origin="office")


@pytest.fixture
def trial(ward):
    return publish_with(ward, NOTHING, DecisionPaper("12/QĐ-UBND", legal(1).date(), "UBND phường"))


@pytest.fixture
def visit(ward):
    site = create_application(ward.house, config={"RATELIMIT_ENABLED": False})
    return lambda login: Visitor(site, ward, login)


def text_of(pdf: bytes) -> str:
    return " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())


def unmarked(visit, places):
    """The (login, path) among these whose page does not say that it shows a trial."""
    return [(login, path) for login, path in places if MARK not in visit(login).text(path)]


def test_every_screen_and_paper_of_a_trial_says_so(ward, visit, trial):
    places = [("", path) for path in ("/", f"/thu-tuc/{TRIAL}", "/thu-tuc?q=hộ kinh doanh")]
    places += [("hoa", f"/nop-ho-so/{TRIAL}"), ("lan", "/tiep-nhan"), ("lan", f"/tiep-nhan/moi/{TRIAL}")]
    places += [("thiet", "/thiet-ke/"), ("thiet", f"/thiet-ke/thu-tuc/{TRIAL}")]
    assert unmarked(visit, places) == []

    asked = ward.filed_online(procedure=TRIAL)
    ward.do(
        asked,
        "check",
        {
            "check": {
                "outcome": "supplement",
                "items": [{"name": "Biên bản họp", "form": "copy", "guidance": "Thiếu."}],
                "reason": "Thiếu",
            }
        },
    )
    mine = f"/ho-so-cua-toi/{asked}"
    waiting = [("hoa", path) for path in ("/ho-so-cua-toi", mine, f"{mine}/da-nop", f"{mine}/bo-sung", f"{mine}/rut")]
    waiting += [("lan", "/tiep-nhan/bo-sung"), ("lan", f"/tiep-nhan/ho-so/{asked}/bo-sung")]
    assert unmarked(visit, waiting) == []

    case_id = ward.filed_at_counter(procedure=TRIAL)
    ward.run_deferred()
    desk = [("lan", f"/tiep-nhan/ho-so/{case_id}"), ("lan", f"/ho-so/{case_id}"), ("nam", "/ho-so"), ("dung", "/ho-so")]
    desk += [("nam", "/cong-viec"), ("nam", f"/cong-viec/{ward.task(case_id, 'appraise')}")]
    assert unmarked(visit, desk) == []
    ward.clock.advance(timedelta(days=40))
    assert unmarked(visit, [("an", "/theo-doi"), ("dung", "/theo-doi")]) == []

    for step in STEPS[:3]:
        ward.do(case_id, step)
    assert unmarked(visit, [("lan", "/tiep-nhan/tra-ket-qua")]) == []
    papers = ward.documents(case_id)
    assert {one.letter for one in papers} >= {"form01", "result"}
    for paper in [*papers, *ward.documents(asked)]:
        assert MARK.replace(" ", "") in text_of(ward.paper(paper)).replace(" ", ""), paper.letter
        assert unmarked(visit, [("", f"/v/{paper.verify_code}")] if paper.issued_at else []) == []
    (result,) = (one for one in papers if one.letter == "result")
    stranger = visit("")
    brought = stranger.post(
        "/xac-minh", {"paper": [(BytesIO(ward.paper(result)), "a.pdf")]}, content_type="multipart/form-data"
    )
    assert MARK in stranger.words(brought)
    dossier = ward.dossier(case_id)
    answer = stranger.post("/tra-cuu", {"code": dossier.code, "second": dossier.owner_phone[-4:]})
    assert MARK in stranger.text(answer.location)


def test_a_real_dossier_is_nowhere_marked(ward, visit):
    case_id = ward.dossier_at("appraise")
    task = ward.task(case_id, "appraise")
    for login, path in [("nam", "/cong-viec"), ("nam", f"/cong-viec/{task}"), ("lan", f"/ho-so/{case_id}"), ("", "/")]:
        assert MARK not in visit(login).text(path), path


def test_a_trial_takes_no_number_of_the_offices_own_series(ward, trial):
    real, tried = ward.dossier_at("appraise"), ward.filed_at_counter(procedure=TRIAL)
    ward.run_deferred()
    other = ward.filed_at_counter()
    assert ward.dossier(real).code == "H29.26743-260302-0001"
    assert ward.dossier(tried).code == "TN-H29.26743-260302-0001"
    assert ward.dossier(other).code == "H29.26743-260302-0002", "the trial leaves no gap"
    assert re.fullmatch(r"TN-NOP-260302-00001", ward.dossier(tried).filing_code)
    asking = {"appraisal": {"outcome": "propose_refusal", "reason": "Trùng tên đã đăng ký."}}
    for case_id in (tried, real):
        ward.do(case_id, "appraise", asking)
        ward.do(case_id, "approve")
    numbers = {case_id: ward.documents(case_id, "refusal")[0].number for case_id in (tried, real)}
    assert numbers == {tried: "TN-01/TB-ĐKKD", real: "01/TB-ĐKKD"}


def test_a_trial_counts_nowhere_tells_nobody_and_is_not_rated(ward, visit, trial):
    with ward.look("lan") as look:
        before = today(look)
    case_id = ward.filed_at_counter(procedure=TRIAL)
    ward.run_deferred()
    with ward.look("lan") as look:
        now = today(look)
        assert (now.filed, now.accepted) == (before.filed, before.accepted)
        assert TRIAL not in popular(look)
    ward.wait_until(legal(20))
    with ward.look("dung") as look:
        assert pressing_count(look) == 0
        assert [(room.late, room.soon, len(room.lines)) for room in pressing(look)] == [(0, 0, 1)]
    for step in STEPS:
        ward.do(case_id, step)
    assert ward.rows(Notice, Notice.case_id == case_id) == []
    withheld = [act.facts["event"] for act in ward.acts(case_id) if act.verb == "notice.withheld"]
    assert {"accepted", "may_be_late", "ready"} <= set(withheld)
    with ward.work() as work, pytest.raises(Conflict, match="thử nghiệm"):
        rate_dossier(work, case_id, score=5, criteria={}, proven=True)
    with ward.look("dung") as look:
        assert satisfaction(look).count == 0
    assert ward.faults() == []


def test_a_report_under_a_trial_of_the_hotline_says_so_and_is_neither_counted_nor_published_nor_told_of(ward, visit):
    tried = publish_with(ward, NOTHING, NOTHING, of=REPORT, code=REPORT)
    with ward.work() as work:
        work.session.get_one(
            PublishedBundle, in_force(work.session, REPORT, legal(2).date()).id
        ).withdrawn_at = work.now
    hotline = Hotline(ward)
    with ward.look("") as look:
        before = open_now(look), published(look).total
    case_id = hotline.report()
    with ward.look("") as look:
        assert (open_now(look), similar(look, text=SCENE["report"]["text"], ward="26743")) == (before[0], [])
    hotline.forward(case_id)
    hotline.do(case_id, "handle", "moi", DONE)
    hotline.publish(case_id)
    assert (ward.case(case_id).bundle_id, ward.case(case_id).trial) == (tried.id, True)
    assert re.fullmatch(r"TN-PA-260302-\d{4}", hotline.of(case_id).code)
    with ward.look("") as look:
        assert published(look).total == before[1]
    assert ward.rows(Notice, Notice.case_id == case_id) == []
    assert MARK in visit("tong").text(f"/1022/phan-anh/{case_id}")


def test_once_the_decisions_are_there_new_dossiers_are_real_and_tried_ones_stay_trials(ward, visit, trial):
    tried = ward.filed_at_counter(procedure=TRIAL)
    ward.run_deferred()
    proper = publish_with(ward, *(DecisionPaper(f"{n}/QĐ-UBND", legal(2).date(), "UBND") for n in (12, 13)))
    real = ward.filed_at_counter(procedure=TRIAL)
    ward.run_deferred()
    assert (ward.case(tried).bundle_id, ward.case(real).bundle_id) == (trial.id, proper.id)
    assert (ward.case(tried).trial, ward.case(real).trial) == (True, False)
    ward.do(tried, "appraise", {"appraisal": ward.asking()})
    assert MARK.replace(" ", "") in text_of(ward.paper(ward.documents(tried, "form02")[0])).replace(" ", "")
    assert MARK in visit("lan").text(f"/ho-so/{tried}")
    assert MARK not in visit("lan").text(f"/ho-so/{real}")
    assert ward.notices(tried) == []
    assert ward.notices(real, "accepted")

"""The control sheet (form 06): who gave the dossier to whom, in time or not, told from what is kept anyway."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pypdf
import pytest

from engine.dossiers.control import ControlSheet
from engine.dossiers.points import Brought
from engine.errors import NotFound
from engine.queries.control import control_sheet
from engine.usecases.control_sheet import control_facts, print_control_sheet
from engine.usecases.transfers import hand_over
from tests.factories import PERMIT, Ward, legal

pytestmark = pytest.mark.dialects("sqlite")  # plain reads of rows the other tests write on both

COUNTER, ROOM = "Trung tâm Phục vụ hành chính công", "Phòng Kinh tế, Hạ tầng và Đô thị"
APPLICANT = "Người nộp hồ sơ"
TODAY = date(2026, 3, 2)


def sheet(ward: Ward, case_id: UUID, by: str = "an") -> ControlSheet:
    with ward.look(by) as look:
        return control_sheet(look, case_id)


def told(ward: Ward, case_id: UUID) -> list[tuple[str, str, str]]:
    """(giver, receiver, result) of each hand-over, by short words."""
    return [
        (one["giver"].split(" phường")[0], one["receiver"].split(" phường")[0], one["result"])
        for one in control_facts(sheet(ward, case_id), TODAY)["rows"]
    ]


def test_a_whole_life_from_desk_to_desk(ward):
    case_id = ward.dossier_at("approve")
    ward.clock.advance(timedelta(days=3))
    ward.do(case_id, "approve", minutes=0)
    ward.do(case_id, "register")
    ward.do(case_id, "hand_over")
    assert told(ward, case_id) == [
        (APPLICANT, COUNTER, "–"),
        (COUNTER, ROOM, "Đúng hạn"),
        (ROOM, ROOM, "Trước hạn"),
        (ROOM, ROOM, "Quá hạn"),
        (ROOM, COUNTER, "Đúng hạn"),
        (COUNTER, "Kết thúc, lưu hồ sơ", "Đúng hạn"),
    ]
    found = sheet(ward, case_id)
    assert [row.giver.person for row in found.rows[1:4]] == ["Phạm Thị Lan", "Ngô Hoài Nam", "Dương Thành Ân"]
    assert control_facts(found, TODAY)["blank"] == []


def test_branches_come_together_and_initials_are_told(ward):
    papers = [Brought(paper.key, originals=1) for paper in ward.bundle(PERMIT).procedure.components]
    case_id = ward.filed_at_counter(procedure=PERMIT, brought=papers)
    ward.run_deferred()
    proceed = {"outcome": "proceed", "needs_opinion": True, "question": "Chiều cao có phù hợp không?"}
    ward.do(case_id, "appraise", {"appraisal": proceed})
    seen = {"on": "2026-03-02", "present": "Chủ đầu tư", "findings": "Đất trống", "result": "match"}
    ward.do(case_id, "opinion", {"opinion": {"outcome": "agree", "text": "Phù hợp"}}, by="tam")
    ward.do(case_id, "inspect", {"inspection": seen}, by="nam")
    granted = {"outcome": "propose_grant", "ground_level": "+0,30 m", "building_line": "Trùng chỉ giới"}
    ward.do(case_id, "conclude", {"conclusion": granted}, by="nam")
    ward.do(case_id, "initial", {"initials": {"outcome": "return", "comment": "Xem lại"}}, by="an")
    ward.do(case_id, "conclude", {"conclusion": granted}, by="nam")
    ward.do(case_id, "initial", {"initials": {"outcome": "approve"}}, by="an")
    rows = sheet(ward, case_id).rows
    desk = [(row.giver.person, row.receiver.office.split(" phường")[0], row.initialled) for row in rows[2:]]
    assert desk == [
        ("Ngô Hoài Nam", "Sở Xây dựng Thành phố Hồ Chí Minh", False),
        ("Cao Minh Tâm", ROOM, False),
        ("Ngô Hoài Nam", ROOM, False),
        ("Dương Thành Ân", ROOM, False),
        ("Ngô Hoài Nam", ROOM, False),
        ("Dương Thành Ân", "Ủy ban nhân dân", True),
    ]
    assert "Ký nháy" in control_facts(sheet(ward, case_id), TODAY)["rows"][-1]["note"]


def test_a_dossier_handed_to_another_unit_is_given_by_the_one_that_had_it(ward):
    case_id = ward.dossier_at("appraise")
    ward.clock.advance(timedelta(hours=1))
    with ward.work("an") as work:
        hand_over(work, case_id, ward.offices["bt-vp"], reason="Sắp xếp đơn vị")
    last = sheet(ward, case_id, "system").rows[-1]
    assert (last.giver.office.split(" phường")[0], last.giver.person, last.giver.at) == (
        ROOM,
        "Dương Thành Ân",
        ward.clock.now(),
    )
    assert last.receiver.office.startswith("Văn phòng")
    assert last.moved


def test_a_dossier_that_goes_back_for_more_and_nobody_elses_eyes(ward):
    case_id = ward.filed_online(by="hoa")
    ward.do(case_id, "check")
    ward.do(case_id, "appraise", {"appraisal": ward.asking()})
    assert told(ward, case_id) == [
        (APPLICANT, COUNTER, "–"), (COUNTER, ROOM, "Trước hạn"), (ROOM, APPLICANT, "Trước hạn")
    ]  # fmt: skip
    for login in ("hoa", "phong", ""):
        with ward.look(login) as look, pytest.raises(NotFound):
            control_sheet(look, case_id)


def test_the_sheet_is_printed_by_the_set_of_forms_of_its_day(ward):
    found = sheet(ward, ward.dossier_at("appraise"))
    for received_at, form in ((found.received_at, "Mẫu số 06"), (legal(14, month=9).replace(year=2025), "Mẫu số 05")):
        one = replace(found, received_at=received_at)
        pdf = print_control_sheet(one, ward.bundle(), ward.house.settings, now=ward.clock.now())
        said = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
        assert form in said
        assert found.code in said


def test_a_bundle_from_before_the_form_prints_in_the_houses_words(ward):
    found, bundle = sheet(ward, ward.dossier_at("appraise")), ward.bundle()
    older = replace(
        bundle.procedure, letters={key: one for key, one in bundle.procedure.letters.items() if key != "form06"}
    )
    open_ = replace(bundle, bundle=replace(bundle.bundle, procedure=older))
    assert print_control_sheet(found, open_, ward.house.settings, now=ward.clock.now()).startswith(b"%PDF-")

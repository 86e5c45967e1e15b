"""Who sees which report, the true state of a dossier it names, and what is alike."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.errors import NotFound
from engine.queries.feedback import dossier_state, may_read, report_page, reports, waiting_for_me
from engine.queries.public_reports import own_report, published, similar, track_report
from engine.sample.reports import drive_reports
from tests.factories import Ward
from tests.usecases.test_feedback import DONE, Hotline, hotline

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database

__all__ = ["hotline"]


def sees(ward: Ward, login: str) -> set[UUID]:
    with ward.look(login) as look:
        return {line.id for line in reports(look).lines}


def test_a_report_is_read_by_the_hotline_its_unit_and_nobody_else(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report(by="hoa")
    assert sees(ward, "tong") == {case_id}
    assert sees(ward, "moi") == set()
    hotline.forward(case_id)
    assert sees(ward, "moi") == {case_id}
    for stranger in ("dau", "duc", "lan", ""):
        assert sees(ward, stranger) == set()
        with pytest.raises(NotFound), ward.look(stranger) as look:
            report_page(look, case_id)
    with ward.look("hoa") as look:
        assert own_report(look, case_id).report.case_id == case_id


@ONE
def test_a_report_on_staff_is_read_above_the_accused_unit_only(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report(kind="conduct", category="attitude", accused="bt-kthtdt")
    hotline.forward(case_id, kind="conduct", category="attitude", accused="bt-kthtdt")
    assert sees(ward, "phuong") == {case_id}
    for accused in ("moi", "nam", "an", "mai"):
        assert sees(ward, accused) == set()
        with pytest.raises(NotFound), ward.look(accused) as look:
            report_page(look, case_id)


@ONE
def test_the_operator_sees_the_dossiers_true_state_and_the_report_keeps_its_id_only(
    hotline: Hotline, ward: Ward
) -> None:
    dossier_id = ward.dossier_at("appraise")
    code = ward.dossier(dossier_id).code or ""
    case_id = hotline.report(by="tong", channel="phone", kind="dossier", category="procedure", dossier_code=code)
    assert hotline.of(case_id).dossier_id == dossier_id
    with ward.look("tong") as look:
        state = report_page(look, case_id).dossier
        asked = dossier_state(look, f" {code.lower()} ")
    assert state is not None
    assert asked is not None
    assert (state.code, state.status, state.step) == (code, 4, "Thẩm định hồ sơ")
    assert state.promised_on == ward.dossier(dossier_id).promised_on
    assert state.due is not None
    assert state.office_phone
    with pytest.raises(NotFound), ward.look("moi") as look:
        dossier_state(look, code)


@ONE
def test_the_queue_shows_what_must_be_passed_on_first(hotline: Hotline, ward: Ward) -> None:
    older = hotline.report()
    hotline.forward(older)
    hotline.do(older, "handle", "moi", DONE)
    newer = hotline.report()
    with ward.look("tong") as look:
        assert [(line.id, line.step) for line in waiting_for_me(look)] == [(newer, "classify"), (older, "review")]
    with ward.look("lan") as look:
        assert waiting_for_me(look) == []


def test_a_similar_report_is_found_without_marks_and_tells_a_stranger_nothing(hotline: Hotline, ward: Ward) -> None:
    hotline.report()
    asked = {"text": "ban ghe via he chiem het", "place": "58 Ly Tu Trong", "ward": "26743"}
    with ward.look("tong") as look:
        found = similar(look, **asked)
        assert [one.readable for one in found] == [True]
        assert similar(look, text="đèn đường tắt", place="Calmette") == []
    with ward.look("") as look:
        hint = similar(look, **asked)[0]
    assert (hint.code, hint.text, hint.place, hint.category) == ("", "", "", "order")


@ONE
def test_a_code_alone_opens_nothing(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    nameless = hotline.report(sender={"anonymous": True}, text="Ngập nước sâu cả tuần nay.")
    with ward.look("") as look:
        assert track_report(look, hotline.of(case_id).code.lower(), "4567") == case_id
        assert track_report(look, hotline.of(nameless).code, hotline.of(nameless).proof) == nameless
        for second in ("", "0000", "567"):
            with pytest.raises(NotFound):
                track_report(look, hotline.of(case_id).code, second)
        with pytest.raises(NotFound):
            own_report(look, case_id)


def test_the_public_list_shows_masked_words_only(hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.answered()
    with ward.look("") as look:
        lines = published(look, text="ban ghe").lines
        assert [(line.text, line.answer) for line in lines] == [("Bàn ghế kín vỉa hè.", "Đã dọn.")]
        assert published(look, category="trees").total == 0
    hotline.rate(case_id, 1, "Chưa xong.")
    with ward.look("") as look:
        assert published(look).total == 0


@pytest.mark.dialects("sqlite")  # a long drive; its acts are the same use cases as above
def test_the_sample_drives_reports_into_every_state(ward: Ward) -> None:
    ward.dossier_at("appraise")
    count = drive_reports(ward.house, ward.clock.now(), "test")
    with ward.look() as look:
        found = reports(look).lines
    assert len(found) == count >= 12
    assert {"received", "forwarded", "progress", "answered", "guided", "refused"} == {line.status for line in found}
    assert drive_reports(ward.house, ward.clock.now(), "test") == count
    assert ward.faults() == []
    assert may_read(ward.actor("tong")) is not None

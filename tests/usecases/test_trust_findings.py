"""What the doctor finds of clock, stamps, certificates, proofs and sealed days: told, and gone once it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from engine.accounts.models import Person
from engine.dossiers.models import Document
from engine.errors import Forbidden
from engine.history import Seal
from engine.performing import look_at_certificates, seal_history
from engine.queries.doctor import diagnose
from engine.queries.doctor_findings import Finding
from engine.queries.doctor_trust import trust_findings
from engine.trust.models import ClockReading, TrustOrder
from engine.work import SYSTEM
from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")  # about rules, not about the database
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(ward: Ward, **settings: Any) -> dict[str, Finding]:
    """Everything the doctor finds, by kind; in a real office's settings where some are given."""
    given = replace(ward.house.settings, **settings)
    house = replace(ward.house, settings=given, ports=replace(ward.house.ports, settings=given))
    house.ports.trust, house.ports.signatures = ward.house.ports.trust, ward.house.ports.signatures
    with house.reading(actor=SYSTEM) as look:
        lines = trust_findings(look)
    assert all(one.wrong and one.who and one.action and one.action.verb == "outside" for one in lines)
    return {one.kind: one for one in lines}


def order(ward: Ward, kind: str, **content: str) -> None:
    """Something two persons laid down from 2 March 2026 on."""
    with ward.work() as work:
        work.session.add(
            TrustOrder(
                kind=kind, content=content, valid_from=date(2026, 3, 2), document="12/CV", dated_on=date(2026, 3, 1),
                status="done", proposed_by=ward.people["van"], proposed_at=work.now, decided_at=work.now,
            )
        )  # fmt: skip


def reading(ward: Ward, seconds: float | None, failure: str = "") -> None:
    drift = None if seconds is None else int(seconds * 1000)
    with ward.work() as work:
        work.session.add(ClockReading(source="mot", asked_at=work.now, drift_ms=drift, took_ms=20, failure=failure))
    ward.clock.advance(15 * timedelta(minutes=1))


def test_a_house_in_which_all_is_well_gives_the_doctor_nothing_to_say(ward):
    ward.filed_online()
    assert found(ward) == {}
    for login in ("an", "hoa", "dung"):
        with pytest.raises(Forbidden), ward.look(login) as look:
            trust_findings(look)


def test_a_clock_that_runs_wrong_is_a_finding_with_its_beginning_until_it_is_right_again(ward):
    real = {"sample": False}
    order(ward, "tsa.add", name="mot", url="http://tsa.example.vn/", rank="1")
    reading(ward, 0)
    assert found(ward, **real) == {}
    begun = ward.clock.now()
    for seconds in (-20, -31, -40):
        reading(ward, seconds)
    one = found(ward, **real)["clock-drift"]
    assert one.since == begun
    assert "38 giây so với mot." in one.what.said(str)
    reading(ward, -200)
    assert "không ký được văn bản" in found(ward, **real)["clock-drift"].what.said(str)
    reading(ward, None, "no_timestamp")
    assert found(ward, **real).keys() == {"stamps-silent"}
    reading(ward, 1)
    assert found(ward, **real) == {}


def test_a_real_office_without_time_stamps_or_with_two_answers_about_them_is_told(ward):
    assert found(ward, sample=False).keys() == {"stamps-none"}
    assert found(ward, sample=False, tsa_url="http://tsa.example.vn/cu") == {}
    order(ward, "tsa.add", name="mot", url="http://tsa.example.vn/", rank="1")
    assert found(ward, sample=False, tsa_url="http://TSA.example.vn") == {}
    told = found(ward, sample=False, tsa_url="http://u:secret@tsa.example.vn/cu")["stamps-setting"].what.said(str)
    assert "http://tsa.example.vn/cu" in told
    assert "secret" not in told


def test_a_certificate_that_ends_or_was_taken_back_is_a_finding_until_there_is_another(ward):
    desk, now = ward.house.ports.signatures, ward.clock.now()
    holder = f"person:{ward.people['an']}"

    def issue(until: timedelta) -> Any:
        key = desk.authority.issue("Dương Thành Ân", "UBND", "", "", now=now, until=now + until)
        desk.keys.save_sample(holder, key)
        return key

    issue(31 * DAY)
    assert found(ward) == {}
    issue(29 * DAY)
    assert "còn 29 ngày" in found(ward)["certificate-ending"].what.said(str)
    ward.clock.advance(29 * DAY + HOUR)
    told = found(ward)["certificate-ending"].what.said(str)
    assert "đã hết hạn" in told
    assert ward.row(Person, ward.people["an"]).full_name in told
    key = issue(400 * DAY)
    assert "certificate-ending" not in found(ward)
    desk.authority.revoke(key.serial, ward.clock.now(), "keyCompromise")
    look_at_certificates(ward.house)
    assert "bị thu hồi" in found(ward)["certificate-revoked"].what.said(str)
    issue(400 * DAY)
    look_at_certificates(ward.house)
    assert found(ward).keys() <= {"seal-late"}


def test_papers_that_stay_behind_are_counted_by_reason_and_named_in_their_case(ward):
    case_id = ward.filed_online()
    with ward.work() as work:
        paper = Document(
            case_id=case_id, letter="result", title="Giấy chứng nhận", verify_code="x", sha256="", created_at=work.now
        )
        work.session.add(paper)
        work.session.flush()
        paper_id = paper.id

    def stand(**values: Any) -> None:
        with ward.work() as work:
            row = work.session.get_one(Document, paper_id)
            row.level, row.level_due_at, row.level_tries, row.level_trouble = "B-T", work.now + HOUR, 5, "no_evidence"
            row.sealed_at = work.now - 25 * HOUR
            for name, value in values.items():
                setattr(row, name, value)

    def behind() -> tuple[Finding | None, Finding | None]:
        with ward.look("van") as look:
            beside = next((one for one in diagnose(look, case_id).wrong if one.kind == "level-behind"), None)
        return found(ward).get("level-behind"), beside

    stand()
    whole, beside = behind()
    assert whole is not None
    assert beside is not None
    assert whole.what.said(str).startswith("1 văn bản")
    assert whole.cause.said(str).startswith("chưa hỏi được cơ quan chứng thực")
    assert whole.detail == ward.dossier(case_id).filing_code
    assert whole.since == ward.clock.now() - 25 * HOUR
    with ward.look("van") as look:
        assert diagnose(look, case_id).verdict == "troubled"  # it goes on
    now = ward.clock.now()
    for well in (
        {"sealed_at": now - 23 * HOUR},
        {"level": "B-LTA"},
        {"voided_at": now},
        {"level_due_at": None},
        {"level_tries": 0, "level_trouble": "", "level_due_at": now - 23 * HOUR, "voided_at": None},
    ):
        stand(**well)
        assert behind() == (None, None), well
    stand(level_tries=0, level_trouble="", level_due_at=now - 25 * HOUR)
    assert behind()[0].cause.said(str) == "chưa được thử lần nào"


def test_days_without_a_seal_and_seals_without_a_signature_are_told(ward):
    ward.filed_online()
    ward.clock.advance(DAY)
    seal_history(ward.house)
    ward.clock.advance(DAY)
    assert found(ward) == {}  # the worker has until tomorrow
    ward.clock.advance(DAY + HOUR)
    late = found(ward)["seal-late"]
    assert late.what.said(str).startswith("2 ngày lịch sử chưa niêm phong")
    seal_history(ward.house)
    assert found(ward) == {}
    with ward.work() as work:
        for row in work.session.query(Seal):
            row.signature, row.holder = None, ""
    ward.clock.advance(DAY / 2)
    ward.clock.advance(DAY / 2 + HOUR)
    unsigned = found(ward)["seal-unsigned"]
    assert unsigned.what.said(str).startswith("3 niêm phong ngày")
    assert "có khóa để ký" in unsigned.cause.said(str)
    with ward.work() as work:
        work.session.execute(delete(Seal))
    assert "seal-late" in found(ward)

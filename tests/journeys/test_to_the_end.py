"""A construction permit and a birth, each through every desk of its procedure to the paper in somebody's hands."""

from __future__ import annotations

from datetime import date

import pytest

from engine.dossiers.models import Dossier
from engine.dossiers.points import Brought
from tests.factories import BIRTH, PERMIT
from tests.journeys.window import SEAL, SIGN, pass_time
from tests.web.counter.form import fields

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both


def at_desk(window, ward, code, name, answers, *, step="", confirm=""):
    """One person opens the dossier from the worklist, answers and completes; the workers follow."""
    person = window(name)
    person.open_task(code, step)
    person.complete(answers, confirm=confirm)
    pass_time(ward)
    person.close()


def test_a_permit_is_asked_about_initialled_signed_numbered_and_paid_for(window, ward):
    papers = [Brought(paper.key, originals=1) for paper in ward.bundle(PERMIT).procedure.components]
    case_id = ward.filed_at_counter(procedure=PERMIT, brought=papers)
    pass_time(ward)
    code = ward.dossier(case_id).code
    question = "Chiều cao công trình có phù hợp quy chế quản lý kiến trúc không?"
    proceed = {"appraisal.outcome": "proceed", "appraisal.needs_opinion": True, "appraisal.question": question}
    at_desk(window, ward, code, "Ngô Hoài Nam", proceed, step="Thẩm định hồ sơ")
    seen = {
        "inspection.on-day": 2,
        "inspection.on-month": 3,
        "inspection.on-year": 2026,
        "inspection.present": "Chuyên viên thụ lý, chủ đầu tư",
        "inspection.findings": "Đất trống, ranh giới khớp",
        "inspection.result": "match",
    }
    at_desk(window, ward, code, "Ngô Hoài Nam", seen, step="Kiểm tra thực địa")

    department = window("Cao Minh Tâm")
    department.open_task(code)
    assert question in department.words()
    department.complete({"opinion.outcome": "conditions", "opinion.text": "Khoảng lùi tối thiểu 2 m"})
    pass_time(ward)

    nam = window("Ngô Hoài Nam")
    nam.open_task(code, "Tổng hợp, đề xuất kết quả")
    assert "Khoảng lùi tối thiểu 2 m" in nam.words()
    granted = {"conclusion.ground_level": "+0,30 m", "conclusion.building_line": "Trùng chỉ giới đường đỏ"}
    nam.complete({"conclusion.outcome": "propose_grant", **granted})
    pass_time(ward)
    at_desk(window, ward, code, "Dương Thành Ân", {"initials.outcome": "approve"})
    at_desk(window, ward, code, "Nguyễn Tiến Dũng", {"approval.outcome": "approve"}, confirm=SIGN)
    at_desk(window, ward, code, "Trịnh Thị Mai", {"registering.checked": True}, confirm=SEAL)
    at_desk(window, ward, code, "Vũ Thu Hà", {"payment.method": "cash", "payment.collected": True})
    received = {"hand_over.method": "counter", "hand_over.receiver": "Trần Văn Đức"}
    at_desk(window, ward, code, "Phạm Thị Lan", received)

    (permit,) = ward.documents(case_id, "result")
    assert "/GPXD" in permit.number
    verdict = ward.house.ports.signatures.verify(ward.paper(permit), now=ward.clock.now())
    assert verdict.valid, verdict.problem
    assert verdict.signatures[0].signer == "Nguyễn Tiến Dũng"
    assert ward.dossier(case_id).status == 10
    assert (ward.open_steps(case_id), ward.incidents(case_id), ward.faults()) == ([], [], [])


def test_a_birth_is_registered_on_the_day_it_is_told(window, ward):
    lan = window("Phạm Thị Lan")
    lan.go(f"/tiep-nhan/moi/{BIRTH}")
    lan.fill({"father.known": True})
    lan.page.wait_for_selector("[name='father.full_name']")
    lan.copy_out(dict(fields(ward.answers(BIRTH))))
    lan.fill({"child.birth_date-year": 2025, "bc-birth_notification": 1})
    lan.press("Đầy đủ: tiếp nhận và in giấy hẹn")
    assert "Đã tiếp nhận hồ sơ" in lan.words(), lan.words()
    pass_time(ward)
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    case_id, code = dossier.case_id, dossier.code
    assert dossier.promised_on == date(2026, 3, 2), "taken in before 15:00, given out on the same day"

    verified = ["birth", "parents", "residence", "name"]
    checked = {"appraisal.verified": verified, "appraisal.confirmed": True, "appraisal.outcome": "propose_grant"}
    at_desk(window, ward, code, "Lý Lệ Quyên", checked)
    at_desk(window, ward, code, "Nguyễn Tiến Dũng", {"approval.outcome": "approve"}, confirm=SIGN)
    at_desk(window, ward, code, "Trịnh Thị Mai", {"registering.checked": True}, confirm=SEAL)
    lan.go("/tiep-nhan/tra-ket-qua")
    lan.press(code)
    lan.complete({"hand_over.method": "counter", "hand_over.receiver": "Trần Văn Đức"})
    pass_time(ward)

    done = ward.dossier(case_id)
    assert (done.status, done.judged) == (10, "on_time")
    (certificate,) = ward.documents(case_id, "result")
    assert certificate.number
    assert ward.house.ports.signatures.verify(ward.paper(certificate), now=ward.clock.now()).valid
    assert (ward.open_steps(case_id), ward.incidents(case_id), ward.faults()) == ([], [], [])

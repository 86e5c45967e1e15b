"""A dossier brought to the counter without one of its papers: asked for once, answered, and handed over in the end."""

from __future__ import annotations

import pytest

from engine.dossiers.models import Dossier
from tests.factories import HOUSEHOLD
from tests.journeys.window import SEAL, SIGN, pass_time
from tests.unit.storage.files import pdf
from tests.web.counter.form import fields

pytestmark = pytest.mark.dialects("sqlite")  # a browser's journey; what it sets in motion is tested on both

MEMBER = {
    "founding.members.0.full_name": "Trần Văn Bình",
    "founding.members.0.identity": "079083004321",
    "founding.members.0.relation": "Chồng",
}
ASKED = {
    "check.outcome": "supplement",
    "check.items.0.name": "Biên bản họp thành viên hộ gia đình",
    "check.items.0.form": "copy",
    "check.items.0.guidance": "Chưa nộp",
    "check.reason": "Thiếu biên bản họp thành viên hộ gia đình.",
}


def take_in(lan, ward):
    """A household of two; the minutes of its meeting were left at home."""
    lan.go(f"/tiep-nhan/moi/{HOUSEHOLD}")
    answers = dict(fields(ward.answers()))
    lan.copy_out({name: value for name, value in answers.items() if not name.startswith("founding")})
    lan.fill({"founding.kind": "household"})
    lan.page.wait_for_selector("#cs-minutes")
    lan.fill({**MEMBER, "cs-authorisation": 1})
    lan.press("Đầy đủ: tiếp nhận và in giấy hẹn")
    assert lan.page.title().startswith("Lỗi:"), "a paper is missing"
    assert lan.page.input_value("[name='founding.members.0.full_name']") == "Trần Văn Bình"
    lan.press("Chưa đủ: yêu cầu bổ sung hoặc từ chối")
    assert lan.page.locator("h1").inner_text() == "Kiểm tra hồ sơ"


def test_a_missing_paper_is_asked_for_once_and_the_result_handed_over(window, ward):
    lan = window("Phạm Thị Lan")
    take_in(lan, ward)
    (dossier,) = ward.rows(Dossier, by=Dossier.case_id)
    case_id = dossier.case_id
    lan.complete(ASKED, confirm="Gửi yêu cầu bổ sung")
    pass_time(ward)
    lan.go(f"/tiep-nhan/ho-so/{case_id}")
    assert "Chờ người nộp bổ sung" in lan.words()
    (slip,) = ward.documents(case_id, "form02")
    assert lan.fetch("In: ").startswith(b"%PDF-")
    assert slip.issued_at is not None

    lan.go("/tiep-nhan/bo-sung")
    lan.press(dossier.filing_code)
    assert "chưa được tiếp nhận" in lan.words()
    scan = {"name": "Biên bản họp.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    lan.page.set_input_files("#scan-minutes", scan)
    lan.press("Đủ: nhận bổ sung, chuyển xử lý tiếp")
    pass_time(ward)
    lan.open_task(dossier.filing_code)
    assert "Biên bản họp.pdf" in lan.words()
    lan.complete({"check.outcome": "accept"})
    pass_time(ward)
    code = ward.dossier(case_id).code
    assert code
    assert len(ward.supplements(case_id)) == 1

    ward.do(case_id, "appraise")  # shown page by page in the journey of the online filing
    head = window("Dương Thành Ân")
    head.open_task(code)
    head.complete({"approval.outcome": "approve"}, confirm=SIGN)
    pass_time(ward)
    mai = window("Trịnh Thị Mai")
    mai.open_task(code)
    mai.complete({"registering.checked": True}, confirm=SEAL)
    pass_time(ward)

    lan.go("/tiep-nhan/tra-ket-qua")
    lan.press(code)
    lan.complete({"hand_over.method": "counter", "hand_over.receiver": "Nguyễn Thị Hòa"})
    pass_time(ward)
    done = ward.dossier(case_id)
    assert (done.status, done.returned_to) == (10, "Nguyễn Thị Hòa")
    assert ward.open_steps(case_id) == []
    assert ward.faults() == []

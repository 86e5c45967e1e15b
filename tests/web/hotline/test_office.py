"""The operator takes calls, passes them on by the minute, masks and publishes; the unit answers; others see nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.dossiers.models import Attachment
from engine.feedback.models import Report
from engine.usecases.drafts import attach
from tests.factories import Ward
from tests.usecases.test_feedback import DONE, Hotline
from tests.web.hotline.test_public import TOLD, Visit
from tests.web.officer.visitor import Visitor, hidden

pytestmark = pytest.mark.dialects("sqlite")  # pages are the same on both; the use cases behind them run on both

Pages = Callable[[str], Visitor]


def step(visitor: Visitor, hotline: Hotline, case_id: object, element: str, data: dict[str, str]) -> object:
    page = f"/1022/phan-anh/{case_id}"
    task_id = hotline.ward.task(case_id, element)  # type: ignore[arg-type]
    return visitor.post(f"{page}/buoc/{task_id}", data, page=page)


def test_a_call_is_taken_and_leads_straight_to_passing_it_on(visit: Visit, hotline: Hotline, ward: Ward) -> None:
    operator = visit("tong")
    form = operator.text("/1022/tiep-nhan")
    answer = operator.post("/1022/tiep-nhan", {**TOLD, "form_key": hidden(form, "form_key")}, page="/1022/tiep-nhan")
    assert answer.status_code == 303
    report = ward.rows(Report, by=Report.code)[0]
    assert report.channel == "phone"
    page = operator.text(answer.location)
    assert report.code in page
    assert "Còn 5 phút" in page
    assert 'class="govuk-radios govuk-radios--small"' in page


def test_the_queue_counts_the_minutes_down_and_says_what_is_over(visit: Visit, hotline: Hotline, ward: Ward) -> None:
    hotline.report()
    operator = visit("tong")
    ward.clock.advance(timedelta(minutes=3))
    assert "Còn 2 phút" in operator.text("/1022")
    ward.clock.advance(timedelta(minutes=4))
    assert "Quá 2 phút" in operator.text("/1022")
    fragment = operator.get("/1022", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in fragment


def test_the_true_state_of_the_callers_dossier_stands_beside_the_form(
    visit: Visit, hotline: Hotline, ward: Ward
) -> None:
    code = ward.dossier(ward.dossier_at("appraise")).code or ""
    operator = visit("tong")
    data = {**TOLD, "report.kind": "dossier", "report.category": "procedure", "report.dossier_code": code}
    answer = operator.post("/1022/tiep-nhan/bieu-mau", data, page="/1022/tiep-nhan")
    page = operator.words(answer)
    assert "Thẩm định hồ sơ" in page
    assert "Còn" in page
    wrong = operator.post("/1022/tiep-nhan/bieu-mau", {**data, "report.dossier_code": "H29-0"}, page="/1022/tiep-nhan")
    assert "Không có hồ sơ mang mã H29-0" in operator.words(wrong)


def test_the_whole_way_through_the_pages(visit: Visit, hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    operator, point = visit("tong"), visit("moi")
    routing = {"routing.outcome": "forward", "routing.kind": "scene", "routing.category": "order"}
    assert step(operator, hotline, case_id, "classify", routing).status_code == 303
    assert hotline.of(case_id).code in point.text("/1022")
    handling = {"handling.outcome": "done", "handling.answer": DONE["handling"]["answer"]}
    assert step(point, hotline, case_id, "handle", handling).status_code == 303
    page = operator.text(f"/1022/phan-anh/{case_id}")
    assert "người gửi: 0901234567" in page
    assert "Gọi tôi …" in page
    review = {"review.outcome": "publish", "review.public_text": "Gọi 0901234567", "review.public_answer": "Xong."}
    wrong = step(operator, hotline, case_id, "review", review)
    assert wrong.status_code == 422
    assert "Còn thông tin cá nhân: 0901234567" in operator.words(wrong)
    right = step(operator, hotline, case_id, "review", {**review, "review.public_text": "Bàn ghế kín vỉa hè."})
    assert right.status_code == 303
    assert hotline.of(case_id).published_at is not None


def test_a_report_on_staff_offers_no_publishing_and_no_accused_unit(visit: Visit, hotline: Hotline) -> None:
    case_id = hotline.report(kind="conduct", category="attitude", accused="bt-kthtdt")
    operator = visit("tong")
    routing = {"routing.outcome": "forward", "routing.kind": "conduct", "routing.category": "attitude"}
    wrong = step(
        operator, hotline, case_id, "classify", {**routing, "routing.unit": "bt-kthtdt", "routing.accused": "bt-kthtdt"}
    )
    assert wrong.status_code == 422
    assert "Chọn cấp trên của đơn vị bị phản ánh" in operator.words(wrong)
    assert step(operator, hotline, case_id, "classify", {**routing, "routing.accused": "bt-kthtdt"}).status_code == 303
    hotline.do(case_id, "handle", "phuong", DONE)
    assert 'value="publish"' not in operator.text(f"/1022/phan-anh/{case_id}")
    for accused in ("moi", "an"):
        assert visit(accused).get(f"/1022/phan-anh/{case_id}").status_code == 404


def test_photos_are_for_those_who_may_read_the_report(visit: Visit, hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    with ward.work("tong") as work:
        stored = ward.house.ports.storage.put(b"picture", limit=100)
        attach(work, field="report.photos", stored=(stored.sha256, 7, "image/png", "a.png"), case_id=case_id)
    photo = f"/1022/phan-anh/{case_id}/tep/{ward.rows(Attachment)[0].id}"
    assert visit("tong").get(photo).data == b"picture"
    assert visit("moi").get(photo).status_code == 404
    assert visit("hoa").get(photo).status_code == 403
    assert visit("").get(photo).status_code == 401


@pytest.mark.parametrize("path", ["/1022", "/1022/danh-sach", "/1022/tiep-nhan"])
def test_strangers_and_other_desks_are_turned_away(visit: Visit, hotline: Hotline, path: str) -> None:
    assert visit("").get(path).status_code == 401
    assert visit("hoa").get(path).status_code == 403
    assert visit("lan").get(path).status_code == 403


def test_two_operators_on_one_report_one_wins(visit: Visit, hotline: Hotline, ward: Ward) -> None:
    case_id = hotline.report()
    operator = visit("tong")
    page, task_id = f"/1022/phan-anh/{case_id}", ward.task(case_id, "classify")
    hotline.forward(case_id)
    late = operator.post(f"{page}/buoc/{task_id}", {"routing.outcome": "refuse"}, page=page)
    assert late.status_code == 409

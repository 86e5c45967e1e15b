"""What may be late, in words, where officials choose their work; never before a citizen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.dossiers.forecasts import Forecast
from engine.queries.forecasts import Foreseen, foreseen, may_be_late
from tests.web.officer.visitor import Visitor
from web.application import create_application

pytestmark = pytest.mark.dialects("sqlite")  # the words are the point; tests/usecases ask both databases

LIKELY = "Có thể trễ: 7 trong 10 hồ sơ như thế này đã trễ"


def foresee(ward, case_id, per_mille, *, cases=34, level="unit"):
    with ward.work() as work:
        work.session.merge(
            Forecast(
                case_id=case_id,
                office_id=ward.dossier(case_id).handling_id,
                per_mille=per_mille,
                cases=cases,
                level=level,
                promised_at=ward.clock_of(case_id).promised_at,
                counted_at=work.now,
                look_at=work.now + timedelta(days=1),
            )
        )


@pytest.mark.parametrize(
    ("per_mille", "kind", "late"),
    [(0, "unlikely", 0), (99, "unlikely", 1), (100, "possible", 1), (450, "possible", 5), (500, "likely", 5),
     (740, "likely", 7), (750, "likely", 8), (1000, "likely", 10), (None, "unknown", 0)],
)  # fmt: skip
def test_a_number_becomes_so_many_of_ten(per_mille, kind, late):
    one = Foreseen(per_mille, 30, "unit", None)
    assert (one.kind, one.late) == (kind, late)


def test_lists_and_pages_say_how_many_of_ten_and_on_how_many_cases_it_rests(ward, visit):
    case_id = ward.dossier_at("appraise")
    nam, dung = visit("nam"), visit("dung")
    assert "như thế này" not in nam.text("/cong-viec") + nam.text(f"/ho-so/{case_id}"), "nothing was foreseen yet"
    foresee(ward, case_id, 730)
    for path in ("/cong-viec", f"/ho-so/{case_id}", f"/cong-viec/{ward.task(case_id, 'appraise')}"):
        page = nam.text(path)
        assert LIKELY in page, path
        assert "theo 34 hồ sơ đã xong của đơn vị này, cùng mùa" in page
    page = dung.text("/theo-doi")
    assert LIKELY in page
    assert "Xếp theo" in page
    foresee(ward, case_id, 300)
    assert "như thế này" not in nam.text("/cong-viec"), "a list names only what is more likely than not"
    assert "Cần theo dõi: 3 trong 10 hồ sơ như thế này đã trễ" in nam.text(f"/ho-so/{case_id}")
    foresee(ward, case_id, None, cases=0, level="")
    assert "Chưa đủ dữ liệu để dự báo" in nam.text(f"/ho-so/{case_id}")
    assert ward.dossier(case_id).code not in dung.text("/theo-doi?loc=co-the-tre")


def test_an_officer_keeps_only_what_may_be_late(ward, visit):
    likely, other, paused = ward.dossier_at("appraise"), ward.dossier_at("appraise"), ward.paused()
    foresee(ward, likely, 500)
    foresee(ward, other, 499)
    foresee(ward, paused, 900)
    nam = visit("nam")
    page = nam.text("/cong-viec?tre=co-the")
    assert ward.dossier(likely).code in page
    assert "1 việc" in page
    for one in (other, paused):
        assert ward.dossier(one).code not in page
    assert ward.dossier(likely).code not in nam.text("/cong-viec?tre=1")
    with ward.work() as work:
        work.session.get_one(Forecast, likely).promised_at = work.now - timedelta(days=2)
    assert "Không có việc nào khớp bộ lọc" in nam.text("/cong-viec?tre=co-the"), "it is late, and no forecast any more"


def test_a_leader_chooses_and_orders_what_may_be_late(ward, visit):
    first = ward.dossier_at("appraise")
    ward.clock.advance(timedelta(days=1))
    second = ward.filed_at_counter()
    ward.run_deferred()
    foresee(ward, first, 600)
    foresee(ward, second, 900)
    dung = visit("dung")
    codes = [ward.dossier(one).code for one in (second, first)]
    by_chance, by_date = dung.text("/theo-doi?loc=co-the-tre"), dung.text("/theo-doi?loc=co-the-tre&xep=ngay-hen")
    assert by_chance.index(codes[0]) < by_chance.index(codes[1])
    assert by_date.index(codes[1]) < by_date.index(codes[0])
    assert "Thư xin lỗi còn nợ" not in by_chance
    for stranger in ("tam", "phong"):
        elsewhere = visit(stranger)
        answer = elsewhere.get("/theo-doi?loc=co-the-tre")
        assert answer.status_code == 403 or codes[0] not in answer.get_data(as_text=True)


def test_what_stands_still_or_is_late_already_is_said_as_that(ward, visit):
    paused = ward.paused()
    foresee(ward, paused, 900)
    assert "Tạm dừng tính thời hạn, không dự báo" in visit("nam").text(f"/ho-so/{paused}")
    assert ward.dossier(paused).code not in visit("dung").text("/theo-doi?loc=co-the-tre")
    late = ward.filed_at_counter()
    ward.run_deferred()
    foresee(ward, late, 900)
    ward.clock.advance(timedelta(days=10))
    page = visit("nam").text(f"/ho-so/{late}")
    assert "như thế này" not in page
    assert "Quá hạn" in page


def test_a_citizen_never_reads_a_number(ward):
    case_id = ward.filed_online(by="hoa")
    ward.run_deferred()
    ward.do(case_id, "check")
    foresee(ward, case_id, 900)
    rooms = ("pages", "signin", "citizen", "public")
    app: Flask = create_application(ward.house, audiences=rooms, config={"RATELIMIT_ENABLED": False})
    hoa, code = Visitor(app, ward, "hoa"), ward.dossier(case_id).code
    page = hoa.text(f"/ho-so-cua-toi/{case_id}")
    assert code in page
    assert "trong 10" not in page + hoa.text("/ho-so-cua-toi")
    with ward.look("hoa") as look:
        assert foreseen(look, [case_id]) == {}
        assert may_be_late(look) == ()


def test_it_is_said_in_english_too(ward, visit):
    case_id = ward.dossier_at("appraise")
    foresee(ward, case_id, 730)
    page = visit("nam").text(f"/ho-so/{case_id}?lang=en")
    assert "May be late: 7 of 10 dossiers like this one were late" in page
    assert "from 34 finished dossiers of this unit, in the same season" in page

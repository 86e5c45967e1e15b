"""The ledger says in words why the date is what it is, and gives the date back."""

import json
from dataclasses import replace

import pytest

from engine.deadlines.ledger import BrokenLedger, from_json, ledger_from_json, ledger_to_json, replay, to_json
from engine.deadlines.limits import Interruption, Limit
from engine.deadlines.reckoning import reckon
from tests.unit.deadlines.calendars import VN, moment

SUPPLEMENT = Interruption(moment("2026-11-23 10:00"), moment("2026-11-26 10:00"), "supplement", "NĐ 61/2018", "shift")
AGAIN = replace(SUPPLEMENT, mode="restart", ground="NĐ 107/2021")


def lines(reckoning):
    return [
        (f"{span.start:%d/%m %H:%M}", f"{span.end:%d/%m %H:%M}", span.kind, span.amount, span.reason, span.source)
        for span in reckoning.ledger
    ]


def test_every_span_has_its_reason_and_its_source():
    assert lines(reckon(Limit(3, "working_days"), moment("2026-04-23 18:00"), VN)) == [
        ("23/04 18:00", "24/04 00:00", "excluded", 0,
         "Nộp ngoài giờ làm việc, tính là tiếp nhận vào ngày làm việc kế tiếp", "Giờ làm việc của cơ quan"),
        ("24/04 00:00", "25/04 00:00", "excluded", 0,
         "Ngày đầu tiên của thời hạn không tính", "Bộ luật Dân sự 2015, Điều 147 khoản 2"),
        ("25/04 00:00", "26/04 00:00", "skipped", 1, "Ngày nghỉ hằng tuần", "Quyết định 188/1999/QĐ-TTg"),
        ("26/04 00:00", "27/04 00:00", "skipped", 1,
         "Ngày Giỗ Tổ Hùng Vương", "Bộ luật Lao động 2019, Điều 112"),
        ("27/04 00:00", "28/04 00:00", "skipped", 1,
         "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", "Bộ luật Lao động 2019, Điều 111 khoản 3"),
        ("28/04 00:00", "30/04 00:00", "counted", 2, "Ngày làm việc", "Thời hạn giải quyết của thủ tục"),
        ("30/04 00:00", "01/05 00:00", "skipped", 1, "Ngày Chiến thắng", "Bộ luật Lao động 2019, Điều 112"),
        ("01/05 00:00", "02/05 00:00", "skipped", 1, "Ngày Quốc tế Lao động", "Bộ luật Lao động 2019, Điều 112"),
        ("02/05 00:00", "04/05 00:00", "skipped", 2, "Ngày nghỉ hằng tuần", "Quyết định 188/1999/QĐ-TTg"),
        ("04/05 00:00", "04/05 17:00", "counted", 1, "Ngày làm việc", "Thời hạn giải quyết của thủ tục"),
    ]  # fmt: skip


def test_a_make_up_day_names_its_document():
    spans = reckon(Limit(2, "working_days"), moment("2026-08-20"), VN).ledger
    assert (spans[-1].kind, spans[-1].reason, spans[-1].source) == (
        "counted", "Làm bù cho ngày 31/8/2026", "Thông báo 9441/TB-BNV",
    )  # fmt: skip


def test_a_pause_and_a_restart_are_told_apart():
    shifted = reckon(Limit(3, "working_days"), moment("2026-11-20"), VN, [SUPPLEMENT])
    assert [(span.kind, span.amount) for span in shifted.ledger] == [
        ("excluded", 0), ("skipped", 2), ("counted", 1), ("paused", 2), ("counted", 1), ("skipped", 2), ("counted", 1),
    ]  # fmt: skip
    again = reckon(Limit(3, "working_days"), moment("2026-11-20"), VN, [AGAIN])
    assert [(span.kind, span.amount) for span in again.ledger] == [
        ("excluded", 0), ("skipped", 2), ("excluded", 1), ("paused", 1), ("excluded", 0),
        ("counted", 1), ("skipped", 2), ("counted", 2),
    ]  # fmt: skip
    assert again.ledger[3].reason == "Tạm dừng: chờ bổ sung, hoàn thiện hồ sơ"
    assert again.ledger[3].source == "NĐ 107/2021"


def test_a_calendar_day_limit_waits_for_a_working_day_at_its_end():
    spans = reckon(Limit(15, "days"), moment("2026-11-09"), VN).ledger
    assert [(span.kind, span.amount) for span in spans] == [
        ("excluded", 0), ("counted", 14), ("skipped", 1), ("counted", 1),
    ]  # fmt: skip
    assert spans[2].reason == "Ngày cuối rơi vào ngày nghỉ (Ngày Văn hóa Việt Nam)"
    assert spans[2].source == "Bộ luật Dân sự 2015, Điều 148 khoản 5"


def test_lunch_and_nights_are_skipped_by_the_hour():
    spans = reckon(Limit(2, "hours"), moment("2026-11-16 11:00"), VN).ledger
    assert [(span.kind, span.amount, span.reason) for span in spans] == [
        ("counted", 1800, "Giờ làm việc"), ("skipped", 5400, "Nghỉ trưa"), ("counted", 5400, "Giờ làm việc"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "reckoning",
    [
        reckon(Limit(3, "working_days"), moment("2026-11-20"), VN, [AGAIN]),
        reckon(Limit(12, "hours"), moment("2026-11-20 16:00"), VN, [SUPPLEMENT]),
        reckon(Limit(30, "days"), moment("2026-12-20"), VN),
        reckon(Limit(5, "working_days"), moment("2026-11-20"), VN, [replace(SUPPLEMENT, end=None)]),
    ],
)
def test_a_reckoning_is_kept_and_read_back(reckoning):
    text = to_json(reckoning)
    assert from_json(text) == reckoning
    assert to_json(from_json(text)) == text
    assert ledger_from_json(json.loads(json.dumps(ledger_to_json(reckoning.ledger)))) == reckoning.ledger


def tampered(change):
    document = json.loads(to_json(reckon(Limit(3, "working_days"), moment("2026-11-20"), VN)))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.update(due_at="2026-11-27T17:00:00+07:00"),
        lambda kept: kept.update(limit=[4, "working_days"]),
        lambda kept: kept["ledger"].pop(1),
        lambda kept: kept["ledger"][2].update(amount=2),
        lambda kept: kept["ledger"][2].update(kind="skipped"),
        lambda kept: kept["ledger"][-1].update(end=None),
        lambda kept: kept["ledger"].clear(),
        lambda kept: kept["ledger"][0].update(start="yesterday"),
        lambda kept: kept.pop("ledger"),
    ],
)
def test_a_ledger_that_was_tampered_with_is_found_out(change):
    with pytest.raises(BrokenLedger):
        from_json(tampered(change))


def test_two_ledgers_of_different_limits_do_not_pass_for_each_other():
    spans = reckon(Limit(3, "working_days"), moment("2026-11-20"), VN).ledger
    with pytest.raises(BrokenLedger, match="counted 3"):
        replay(spans, Limit(4, "working_days"))

"""The words letters are written with."""

from datetime import UTC, date, datetime

import pytest

from rules.feel import FeelError, feel

NOW = datetime(2026, 2, 5, tzinfo=UTC)


def said(expression, **context):
    return feel().evaluate(expression, context, now=NOW)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567"), (-50000, "-50.000"), (1234.5, "1.234,5")],
)
def test_money_with_dots(number, text):
    assert said("tien(x)", x=number) == text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (55, "Năm mươi lăm đồng"),
        (101, "Một trăm linh một đồng"),
        (110, "Một trăm mười đồng"),
        (1000, "Một nghìn đồng"),
        (1005, "Một nghìn không trăm linh năm đồng"),
        (8000, "Tám nghìn đồng"),
        (15_015, "Mười lăm nghìn không trăm mười lăm đồng"),
        (1_000_005, "Một triệu không trăm linh năm đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (1_234_567, "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (2_000_000_001, "Hai tỷ không trăm linh một đồng"),
        (1_500_000_000_000, "Một nghìn năm trăm tỷ đồng"),
        (3_000_000_000_000_000_000 // 1000, "Ba triệu tỷ đồng"),
        (-100_000, "Âm một trăm nghìn đồng"),
    ],
)
def test_money_in_words(number, words):
    assert said("bang_chu(x)", x=number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 15), "ngày 15 tháng 01 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
        (datetime(2026, 2, 4, 18, tzinfo=UTC), "ngày 05 tháng 02 năm 2026"),
        ("2026-02-05", "ngày 05 tháng 02 năm 2026"),
    ],
)
def test_a_day_as_decree_30_of_2020_writes_it(day, words):
    assert said("ngay_chu(x)", x=day) == words


def test_a_day_in_figures():
    assert said("ngay(x)", x=date(2026, 2, 5)) == "05/02/2026"
    assert said("ngay(today())") == "05/02/2026"
    assert said('ngay(@"2026-02-04T18:00:00Z")') == "05/02/2026"


def test_what_is_missing_stays_missing_and_what_is_wrong_is_refused():
    assert said("[tien(x), bang_chu(x), ngay(x), ngay_chu(x)]", x=None) == [None] * 4
    for expression in ('tien("một")', "bang_chu(1.5)", 'ngay("hôm qua")', "ngay_chu(5)"):
        with pytest.raises(FeelError):
            said(expression)


def test_data_may_carry_the_name_of_a_word():
    assert said("ngay", ngay=date(2026, 2, 5)) == date(2026, 2, 5)

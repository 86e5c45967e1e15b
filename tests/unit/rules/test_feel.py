"""FEEL as the models of this house use it, calculated by the real engine."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from rules.crossing import Months
from rules.feel import FeelError, expression_of, feel, is_expression

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 2, 5, 8, 30, tzinfo=HANOI)


def evaluate(expression, context=None, now=NOW, **how):
    return feel().evaluate(expression, context, now=now, **how)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("10 / 4", 2.5),
        ("1.5e3 + 1", 1501),
        ("1 / 0", None),
        ('"một" + " cửa"', "một cửa"),
        ('if 3 > 2 then "có" else "không"', "có"),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("some x in [1, 2, 3] satisfies x > 2", True),
        ("every x in [1, 2, 3] satisfies x > 2", False),
        ('{"a": 1, b: a + 1}', {"a": 1, "b": 2}),
        ("[{v: 1}, {v: 5}][v > 2]", [{"v": 5}]),
        ("[1, 2, 3][-1]", 3),
        ("sum([1, 2, 3])", 6),
        ('contains("Uỷ ban nhân dân", "nhân")', True),
        ("5 between 1 and 10", True),
        ("5 in (< 3, [5..7])", True),
        ("null = null", True),
        ("[1, 2, 3][> 1]", [2, 3]),
        ("includes([1..3], 2)", True),
        ("2 in (> 1)", True),
        ("true and null", None),
        ("(function(x) x + 1)(2)", 3),
        ('upper case("đơn")', "ĐƠN"),
        ("[1..3]", {"start": 1, "end": 3, "start included": True, "end included": True}),
    ],
)
def test_the_language(expression, value):
    assert evaluate(expression) == value


def test_fractions_are_reckoned_as_decimals_of_fifteen_digits():
    assert evaluate("0.1 + 0.2 = 0.3") is True
    assert evaluate("1.1 * 1.1 = 1.21 and 0.3 - 0.1 = 0.2 and sum([0.1, 0.2, 0.3]) = 0.6") is True
    assert evaluate("1 / 3") == 0.333333333333333
    assert evaluate("decimal(2.675, 2)") == 2.68
    assert evaluate("12000 * 1.1") == 13200


@pytest.mark.parametrize("text", ["1234567890123456", "0.1234567890123456", "1234567890.1234567"])
def test_a_number_of_more_digits_than_are_kept_is_refused_where_it_is_written(text):
    assert "quá 15 chữ số" in feel().parse(text).error
    with pytest.raises(FeelError, match="quá 15 chữ số"):
        evaluate(f"x + {text}", {"x": 1})
    assert evaluate("999999999999999 + 0.000000000000001 * 0") == 999_999_999_999_999


def test_whole_numbers_are_exact_or_refused():
    assert evaluate("x + 1", {"x": 2**53 - 2}) == 2**53 - 1
    for text in ("x + 1", "x * 3", "-x - 1", "x * x", "2 ** 60"):
        with pytest.raises(FeelError, match="2 mũ 53"):
            evaluate(text, {"x": 2**53})


def test_what_is_too_large_cannot_cross():
    assert evaluate("x + 1", {"x": 999_999_999_999_999}) == 1_000_000_000_000_000
    with pytest.raises(FeelError, match="quá lớn để tính chính xác"):
        evaluate("x", {"x": 2**53 + 1})
    for large in (10**400, -(2**60) - 1, Decimal(2**53 + 1), Decimal("1E+400")):
        with pytest.raises(FeelError, match=r"quá lớn|hữu hạn"):
            evaluate("x", {"x": large})
    with pytest.raises(FeelError, match="số quá lớn"):
        evaluate("10 ** 400")
    with pytest.raises(FeelError, match="hữu hạn"):
        evaluate("x", {"x": float("nan")})


def test_whole_numbers_come_back_whole():
    assert type(evaluate("x / 2", {"x": 10})) is int
    assert type(evaluate("x", {"x": Decimal("15000")})) is int
    assert evaluate("x", {"x": True}) is True


@pytest.mark.parametrize(
    "value",
    [
        None,
        "“Nguyễn Thị Ánh”\u2028</script>\x00",
        12.5,
        [1, ["a", None], {}],
        {"họ tên": {"đệm": ["Thị"]}},
        date(2026, 2, 28),
        time(7, 30),
        time(7, 30, tzinfo=timezone(timedelta(hours=7))),
        datetime(2026, 2, 5, 23, 59, 59, 123456, tzinfo=HANOI),
        datetime(2026, 2, 5, 17, 0, tzinfo=UTC),
        timedelta(days=3, hours=4, seconds=5, microseconds=6),
        -timedelta(days=1, hours=2),
        timedelta(),
        Months(14),
        Months(-3),
    ],
)
def test_a_value_crosses_both_ways_unharmed(value):
    assert evaluate("x", {"x": value}) == value
    assert evaluate("[{k: x}]", {"x": value}) == [{"k": value}]


def test_a_moment_is_shown_in_vietnamese_time():
    moment = datetime(2026, 2, 4, 18, 0, tzinfo=UTC)
    assert evaluate("x.day", {"x": moment}) == 5
    assert evaluate("string(x)", {"x": moment}) == "2026-02-05T01:00:00+07:00"
    assert evaluate("x", {"x": moment}).utcoffset() == timedelta(hours=7)


def test_now_and_today_are_the_given_moment_in_vietnam():
    late = datetime(2026, 2, 4, 18, 0, tzinfo=UTC)
    assert evaluate("today()", now=late) == date(2026, 2, 5)
    assert evaluate("now()", now=late) == late
    assert evaluate("now() = nhan", {"nhan": late}, now=late) is True
    assert evaluate("today()", now=NOW) == date(2026, 2, 5)
    with pytest.raises(ValueError, match="aware"):
        evaluate("now()", now=datetime(2026, 1, 1))


def test_every_date_and_time_is_vietnamese():
    assert evaluate('now() - @"2026-02-05T00:00:00Z"') == timedelta(hours=1, minutes=30)
    assert evaluate('@"2026-02-05T20:00:00Z".day') == 6
    assert evaluate('date(@"2026-02-05T20:00:00@Europe/Paris")') == date(2026, 2, 6)
    assert evaluate('date and time(today(), time("08:00:00")) < now()') is True
    assert evaluate('date and time("2026-02-05T08:30:00") = now()') is True
    assert evaluate("x", {"x": datetime(2026, 2, 5, 8, 30)}) == NOW
    assert evaluate("x < now()", {"x": datetime(1900, 1, 1, tzinfo=UTC)}) is True


def test_a_filter_may_ask_for_what_one_item_lacks_but_not_for_what_none_has():
    data = {"giay_to": [{"ma": "a", "ban_sao": 2}, {"ma": "b"}]}
    assert evaluate("giay_to[ban_sao > 1].ma", data) == ["a"]
    with pytest.raises(FeelError, match="ban_soa"):
        evaluate("giay_to[ban_soa > 1].ma", data)


def test_reckoning_with_dates():
    context = {"nop": date(2026, 2, 2), "sinh": date(2010, 2, 6)}
    assert evaluate("today() - nop", context) == timedelta(days=3)
    assert evaluate('nop + duration("P5D")', context) == date(2026, 2, 7)
    assert evaluate("years and months duration(sinh, today()).years < 16", context) is True
    assert evaluate('date("2026-02-30")') is None
    assert evaluate('@"2026-02-05T10:00:00+07:00" - now()') == timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("tuoi > 18", "Không biết tên “tuoi”"),
        ("tính(1)", "Không có hàm nào tên là “tính”"),
        ("loai = giay_khai_sinh", "Không biết tên “giay_khai_sinh”"),
        ("for x in [1] return y", "Không biết tên “y”"),
        ("today().yeer", "Không biết tên “yeer”"),
        ("count(1, 2, 3)", "Gọi hàm “count” không đúng"),
        ("today", "là một hàm"),
        ("1 +", "viết chưa xong"),
        ("", "viết chưa xong"),
        ("a == 1", "thiếu vế trái"),
        ("a = (> 1) or a = 1", "thiếu vế trái"),
        ("if == 1 then 2 else 3", "thiếu vế trái"),
        ('matches("a", "\\\\ba")', "Mẫu “\\ba” không viết đúng"),
        ('split("a", "(")', "Mẫu “(” không viết đúng"),
        ("a && a", "viết sai ở ký tự thứ 3"),
        ("a < [1..3]", "Không tính được biểu thức"),
        ("1 ) 2", "viết sai ở ký tự thứ 3"),
    ],
)
def test_what_is_not_known_or_not_readable_is_refused(expression, told):
    with pytest.raises(FeelError) as refused:
        evaluate(expression, {"loai": "x", "a": 1})
    assert told in refused.value.message
    assert refused.value.expression == expression


def test_names_are_asked_for_only_where_the_expression_goes():
    assert evaluate("if co then a else b", {"co": True, "a": 1}) == 1


def test_without_strictness_an_unknown_name_is_null():
    assert evaluate("khong_co", strict=False) is None


def test_an_absent_entry_is_null_because_forms_leave_fields_out():
    outcome = feel().evaluate_all([("nguoi.email = null", {"nguoi": {}})], now=NOW)[0]
    assert outcome.value is True
    assert outcome.warnings


def test_names_with_spaces_and_marks():
    context = {"Loại hồ sơ": "khai sinh", "số bản": 3}
    assert evaluate('Loại hồ sơ = "khai sinh" and số bản > 2', context) is True


def test_many_expressions_cross_at_once_and_fail_apart():
    shared = {"a": 2}
    items = [("a * 3", shared), ("b", shared), ("a", {"a": date(2026, 1, 1)}), ("1 +", shared)]
    outcomes = feel().evaluate_all(items, now=NOW)
    assert [outcome.value for outcome in outcomes] == [6, None, date(2026, 1, 1), None]
    assert outcomes[1].error.startswith("Không biết tên “b”")
    assert outcomes[3].error is not None
    assert feel().evaluate_all([], now=NOW) == []


@pytest.mark.parametrize(
    ("test", "value", "passes"),
    [
        ("-", None, True),
        ("", 5, True),
        ('"a","b"', "b", True),
        ('not("a","b")', "b", False),
        ("[1..5]", 5, True),
        ("[1..5[", 5, False),
        ("< han", 3, True),
        ("? * 2 > han", 3, False),
        ("null", None, True),
        ("> 3", None, False),
        ('> date("2026-01-01")', date(2026, 2, 1), True),
        ("true", False, False),
        ("false", False, True),
    ],
)
def test_unary_tests(test, value, passes):
    assert feel().unary_test(test, value, {"han": 10}, now=NOW) is passes


def test_a_text_without_quotes_in_a_cell_is_refused():
    with pytest.raises(FeelError, match="Không biết tên “giam”"):
        feel().unary_test("giam", "giam", now=NOW)


@pytest.mark.parametrize(
    ("expression", "names", "functions", "maybe"),
    [
        ("a + b.c", {"a", "b"}, set(), set()),
        ("for x in ds, y in x.con return x.v + y + z", {"ds", "z"}, set(), set()),
        ("some x in ds satisfies x = y", {"ds", "y"}, set(), set()),
        ("function(p, q) p + q + r", {"r"}, set(), set()),
        ("{k: m, n: k + 1}", {"m"}, set(), set()),
        ("ds[item.tuoi > han]", {"ds"}, set(), {"han"}),
        ("tinh(a) + count(b) + tien(c)", {"a", "b", "c"}, {"tinh"}, set()),
        ("today() - nop", {"nop"}, set(), set()),
        ('"chữ" + string(1)', set(), set(), set()),
    ],
)
def test_what_an_expression_asks_of_its_surroundings(expression, names, functions, maybe):
    parsed = feel().parse(expression)
    assert parsed.error is None
    assert (set(parsed.names), set(parsed.functions), set(parsed.maybe)) == (names, functions, maybe)


def test_reading_tells_paths_and_problems():
    assert feel().parse("nguoi_nop.dia_chi.xa = x").paths >= {"nguoi_nop.dia_chi.xa"}
    assert feel().parse("so ban + 1", ["so ban"]).names == {"so ban"}
    assert "chưa xong" in feel().parse("1 +").error
    assert feel().parse('"a", > 5', unary=True).error is None
    assert "thiếu vế trái" in feel().parse("a == 1").error


def test_expressions_of_models_begin_with_an_equals_sign():
    assert is_expression("=a")
    assert not is_expression("a")
    assert not is_expression(None)
    assert expression_of("= a + 1") == "a + 1"

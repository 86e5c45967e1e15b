"""Every sane way of writing an answer is understood, and what is not is told with words that help."""

from datetime import date, datetime, time

import pytest

from forms.dates import VIET_NAM, read_date, read_moment, read_time
from forms.kinds import (
    read_email,
    read_full_name,
    read_identity,
    read_money,
    read_number,
    read_phone,
    read_tax_code,
)
from forms.problems import Unreadable


@pytest.mark.parametrize(
    ("typed", "allow", "kept"),
    [
        ("079085001234", "", "079085001234"),
        (" 079 085 001 234 ", "", "079085001234"),
        ("079-085-001.234", "", "079085001234"),
        ("０７９０８５００１２３４", "", "079085001234"),
        ("024 123 456", "cmnd", "024123456"),
        ("b 1234567", "cmnd, passport", "B1234567"),
    ],
)
def test_an_identity_number_may_be_written_with_spaces_and_hyphens(typed, allow, kept):
    assert read_identity(typed, {"identity.allow": allow}) == kept


@pytest.mark.parametrize(
    ("typed", "allow"),
    [("07908500123", ""), ("0790850012345", ""), ("024123456", ""), ("B1234567", "cmnd"), ("ABCDEFGH", "passport")],
)
def test_an_identity_number_of_another_length_is_refused(typed, allow):
    with pytest.raises(Unreadable, match="gồm 12 chữ số"):
        read_identity(typed, {"identity.allow": allow})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0901 234 567", "0901234567"),
        ("+84 901 234 567", "0901234567"),
        ("+84 (0) 901.234.567", "0901234567"),
        ("0084901234567", "0901234567"),
        ("84901234567", "0901234567"),
        ("(028) 3829-7052", "02838297052"),
        ("+65 6123 4567", "+6561234567"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed, kept):
    assert read_phone(typed, {}) == kept


@pytest.mark.parametrize("typed", ["901234567", "1234", "0101234567", "+84 12", "số của tôi"])
def test_a_telephone_number_that_cannot_ring_is_refused(typed):
    with pytest.raises(Unreadable, match="10 chữ số"):
        read_phone(typed, {})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Hoa.Nguyen@Example.VN ", "Hoa.Nguyen@example.vn"),
        ("a+b@x-y.co", "a+b@x-y.co"),
        ("hộp@tên-miền.vn", "hộp@tên-miền.vn"),
    ],
)
def test_an_email_address_keeps_its_first_half_as_written(typed, kept):
    assert read_email(typed, {}) == kept


@pytest.mark.parametrize("typed", ["hoa", "hoa@", "@x.vn", "hoa@vn", "hoa@@x.vn", "a,b@x.vn", "hoa@-x.vn", "<a>@x.vn"])
def test_what_is_no_email_address_is_refused(typed):
    with pytest.raises(Unreadable, match="ten@example"):
        read_email(typed, {})


@pytest.mark.parametrize("name", ["Nguyễn Thị Hoa", "K' Brẽo", "Y-Bliă Niê", "Hoa", "Lê Văn Tám (Tám Lúa)", "O’Neil"])
def test_every_name_of_this_country_and_others_is_a_name(name):
    assert read_full_name(f"  {name} ", {}) == name


def test_a_name_typed_with_loose_marks_is_composed():
    assert read_full_name("Nguye\u0302\u0303n  Thi\u0323\tHoa", {}) == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("typed", ["Nguyễn 2", "12", "<b>Hoa</b>", "Hoa@x", "---"])
def test_a_name_is_written_in_letters(typed):
    with pytest.raises(Unreadable):
        read_full_name(typed, {})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0312345678", "0312345678"), ("0312345678-001", "0312345678-001"), ("0312345678 001", "0312345678-001")],
)
def test_a_tax_code_has_ten_or_thirteen_digits(typed, kept):
    assert read_tax_code(typed, {}) == kept


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.000.000", 1_000_000),
        ("1000000", 1_000_000),
        ("1 000 000 đ", 1_000_000),
        ("1,000,000 VND", 1_000_000),
        ("1,000", 1_000),
        ("50.000 đồng", 50_000),
        ("0", 0),
        (2_000_000, 2_000_000),
        (2e6, 2_000_000),
    ],
)
def test_money_is_read_as_people_write_it(typed, amount):
    read = read_money(typed, {})
    assert read == amount
    assert isinstance(read, int)


@pytest.mark.parametrize("typed", ["một triệu", "1.5", "1e6", "NaN", "Infinity", "1.0000", "--5", True, None, "9" * 16])
def test_money_that_is_not_a_whole_amount_is_refused(typed):
    with pytest.raises(Unreadable):
        read_money(typed, {})


@pytest.mark.parametrize(
    ("typed", "whole", "number"),
    [
        ("2,5", False, "2.5"),
        ("2.5", False, "2.5"),
        ("1.234,5", False, "1234.5"),
        ("-3", True, "-3"),
        ("1,500", True, "1500"),
    ],
)
def test_a_comma_is_the_decimal_sign(typed, whole, number):
    assert str(read_number(typed, whole=whole)) == number


@pytest.mark.parametrize(
    "typed",
    [
        "5/3/1990",
        "05/03/1990",
        "5-3-1990",
        "5.3.1990",
        " 5 3 1990 ",
        "05031990",
        "1990-03-05",
        "1990/3/5",
        "ngày 5 tháng 3 năm 1990",
        {"day": "5", "month": "03", "year": "1990"},
        {"day": " 05 ", "month": "3", "year": 1990},
    ],
)
def test_a_date_is_read_however_it_is_written(typed):
    assert read_date(typed) == date(1990, 3, 5)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("31/2/1990", "ngày có thật"),
        ("5/3/90", "đủ 4 chữ số"),
        ("1/1/0990", "Kiểm tra lại năm"),
        ("hôm qua", "ngày/tháng/năm"),
        ({"day": "5", "month": "", "year": "1990"}, "đủ ngày, tháng, năm"),
        ({"day": "năm", "month": "3", "year": "1990"}, "bằng chữ số"),
        ({"day": {"x": 1}, "month": "3", "year": "1990"}, "đủ ngày"),
        (["5"], "ngày/tháng/năm"),
    ],
)
def test_a_date_that_is_none_is_told_what_it_lacks(typed, told):
    with pytest.raises(Unreadable, match=told):
        read_date(typed)


@pytest.mark.parametrize("typed", ["14:30", "14h30", "14 giờ 30", "14.30", "14:30:00", "14:30+07:00"])
def test_a_time_of_day_is_read_however_it_is_written(typed):
    assert read_time(typed) == time(14, 30)


def test_a_moment_is_in_vietnamese_time():
    expected = datetime(2026, 3, 27, 14, 30, tzinfo=VIET_NAM)
    assert read_moment("27/3/2026 14:30") == expected
    assert read_moment("2026-03-27T07:30Z") == expected
    assert read_moment({"day": "27", "month": "3", "year": "2026", "time": "14h30"}) == expected

"""A form is judged on the server as form-js' viewer would judge it, whatever a browser sends."""

import json
import time
from datetime import date
from decimal import Decimal

import pytest

from forms.problems import TooMuch
from forms.validation import validate
from tests.unit.forms.offices import NOW, WARDS, business, field, form_of, household, owner

GROWN_UP = '=today() - duration("P18Y")'


def check(form, raw, **more):
    return validate(form, raw, now=NOW, **more)


def told(form, raw, **more):
    return {error.path: error.text for error in check(form, raw, **more).errors}


def test_a_form_in_good_order_gives_clean_answers():
    outcome = check(household(), {"owner": owner(), **business()}, context=WARDS)
    assert outcome.is_valid
    assert outcome.clean == {
        "owner": {
            "full_name": "Nguyễn Thị Hoa",
            "identity": "079085001234",
            "birth_date": "1985-03-05",
            "sex": "female",
            "phone": "0901234567",
            "email": "",
        },
        "business_name": "Tiệm bánh Hoa",
        "business_lines": "Bán lẻ bánh",
        "capital": 50_000_000,
        "ward": "26743",
        "tax_methods": ["electronic"],
        "founded_by": "person",
        "member_count": 1,
        "papers": [],
        "promise": True,
    }
    assert json.loads(json.dumps(outcome.clean)) == outcome.clean
    assert check(household(), outcome.clean, context=WARDS) == outcome, "clean answers are answers too"


def test_an_empty_form_says_what_to_do_question_by_question():
    assert told(household(), {}, context=WARDS) == {
        "owner.full_name": "Nhập họ và tên",
        "owner.identity": "Nhập số định danh cá nhân gồm 12 chữ số",
        "owner.birth_date": "Nhập ngày sinh",
        "owner.sex": "Chọn giới tính",
        "owner.phone": "Nhập số điện thoại",
        "business_name": "Nhập tên hộ kinh doanh",
        "business_lines": "Nhập ngành, nghề kinh doanh",
        "capital": "Nhập vốn kinh doanh",
        "ward": "Chọn phường, xã",
        "promise": "Đánh dấu vào ô “Tôi cam đoan nội dung khai là đúng” để tiếp tục",
    }


def test_one_page_is_judged_alone():
    outcome = check(household(), {"owner": owner(phone="12")}, page="owner", context=WARDS)
    assert [error.path for error in outcome.errors] == ["owner.phone"]
    assert set(outcome.clean) == {"owner"}


def test_a_hidden_answer_is_dropped_even_when_it_is_sent():
    members = [{"full_name": "", "identity": "1"}]
    outcome = check(household(), {"owner": owner(), **business(members=members)}, context=WARDS)
    assert outcome.is_valid
    assert "members" not in outcome.clean


def test_rows_are_judged_by_what_stands_in_their_own_row():
    members = [
        {"full_name": "An", "foreign": True, "passport": "C1234567", "identity": "rubbish"},
        {"full_name": "Bình", "foreign": False, "identity": "12", "passport": "C1"},
    ]
    raw = {"owner": owner(), **business(founded_by="family", members=members)}
    outcome = check(household(), raw, context=WARDS)
    assert {error.path: error.text for error in outcome.errors} == {
        "members.1.identity": "Nhập số định danh cá nhân (dòng 2) gồm 12 chữ số"
    }
    assert outcome.clean["members"][0] == {"full_name": "An", "foreign": True, "passport": "C1234567"}
    assert outcome.clean["member_count"] == 2


def test_a_chain_of_conditions_is_followed_to_its_end():
    form = form_of(
        field("radio", "a", values=["yes", "no"]),
        field("radio", "b", values=["yes", "no"], conditional={"hide": '=a != "yes"'}),
        field("radio", "c", values=["yes", "no"], conditional={"hide": '=b != "yes"'}),
        field("textfield", "d", conditional={"hide": '=c != "yes"'}),
    )
    stale = {"a": "no", "b": "yes", "c": "yes", "d": "left over"}
    assert check(form, stale).clean == {"a": "no"}


def test_two_fields_that_hide_each_other_both_stay():
    form = form_of(
        field("textfield", "a", conditional={"hide": '=b = "y"'}),
        field("textfield", "b", conditional={"hide": '=a = "x"'}),
    )
    assert check(form, {"a": "x", "b": "y"}).clean == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("condition", "is_hidden"),
    [
        ("=age > 17", True),
        ("=age < 17", True),
        ("=age + 1", True),
        ("=age = null", True),
        ("=not(grown)", True),
        ("=grown", False),
        ("=sum > 3", True),
        ("=sum > 3 and age > 1", True),
        ("=not(age > 3)", False),
        ("=sum in (1, 4)", True),
        ('="x"', False),
    ],
)
def test_a_condition_without_an_outcome_hides_as_in_form_js(condition, is_hidden):
    form = form_of(
        field("number", "age"),
        field("checkbox", "grown"),
        field("number", "sum"),
        field("textfield", "x", conditional={"hide": condition}),
    )
    assert ("x" not in check(form, {"sum": "4"}).clean) is is_hidden


def test_a_broken_condition_hides_nothing():
    form = form_of(
        field("textfield", "a", conditional={"hide": "=nobody.knows(this) > 1"}),
        field("textfield", "b", conditional={"hide": "=a = = b"}),
        field("textfield", "c", conditional={"hide": '=typo != "x"'}),
    )
    assert check(form, {"a": "1", "b": "2", "c": "3"}).clean == {"a": "1", "b": "2", "c": "3"}


def test_a_read_only_answer_comes_from_the_office_not_from_the_browser():
    form = form_of(
        field("textfield", "code", readonly=True, validate={"required": True}),
        field("checkbox", "closed"),
        field("number", "fee", readonly="=closed = true"),
        field("textfield", "gone", disabled=True, validate={"required": True}),
        field("expression", "twice", expression="=fee * 2"),
    )
    raw = {"code": "forged", "closed": True, "fee": "1", "gone": "x", "twice": 99}
    outcome = check(form, raw, context={"code": "H29.5", "fee": 5_000})
    assert outcome.is_valid
    assert outcome.clean == {"code": "H29.5", "closed": True, "fee": 5000, "twice": 10_000}
    assert check(form, raw | {"closed": False}).clean["fee"] == 1


def test_a_read_only_answer_may_be_a_date_or_an_amount_the_case_has_worked_out():
    form = form_of(
        field("datetime", "day", subtype="date", dateLabel="Ngày", readonly=True), field("number", "fee", readonly=True)
    )
    outcome = check(form, {}, context={"day": date(2026, 3, 2), "fee": Decimal("75000.5")})
    assert (outcome.is_valid, outcome.clean) == (True, {"day": "2026-03-02", "fee": 75000.5})


def test_a_default_stands_only_where_nothing_was_asked_yet():
    form = form_of(field("textfield", "a", defaultValue="sẵn"), field("checkbox", "b", defaultValue=True))
    assert check(form, {}).clean == {"a": "sẵn", "b": True}
    assert check(form, {"a": "", "b": False}).clean == {"a": "", "b": False}


@pytest.mark.parametrize(
    ("rules", "typed", "message"),
    [
        ({"validate": {"maxLength": 3}}, "bốn chữ", "Viết trường a không quá 3 ký tự"),
        ({"validate": {"minLength": "=1 + 2"}}, "a", "Viết trường a ít nhất 3 ký tự"),
        ({}, "x" * 10_001, "Viết trường a không quá 10.000 ký tự"),
        ({"validate": {"pattern": "^[A-Z]+$"}}, "abc", "Nhập trường a đúng mẫu yêu cầu"),
        ({"validate": {"pattern": "^(a+)+$"}}, "a" * 5000 + "!", "Nhập trường a đúng mẫu yêu cầu"),
        ({"validate": {"pattern": "^[A-Z]+$", "patternErrorMessage": "Chỉ chữ in, 100%"}}, "a", "Chỉ chữ in, 100%"),
        ({"validate": {"validationType": "email"}}, "a@", "Nhập trường a đúng dạng, ví dụ ten@example.vn"),
        ({"properties": {"kind": "date"}}, "31/2/2026", "Nhập trường a là một ngày có thật"),
        ({}, {"a": {"b": []}}, "Nhập trường a bằng chữ"),
        ({}, ["x"], "Nhập trường a bằng chữ"),
    ],
)
def test_text_is_held_to_its_rules(rules, typed, message):
    assert told(form_of(field("textfield", "a", **rules)), {"a": typed}) == {"a": message}


@pytest.mark.parametrize(
    ("rules", "typed", "message"),
    [
        ({"validate": {"min": 5}}, "4,9", "Nhập trường a từ 5 trở lên"),
        ({"validate": {"max": "=lim * 10"}}, "10.001", "Nhập trường a không quá 10.000"),
        ({"decimalDigits": 0}, "2,5", "Nhập trường a là số nguyên"),
        ({"decimalDigits": 1}, "2,25", "Nhập trường a không quá 1 chữ số sau dấu phẩy"),
        ({"increment": "0.1"}, "0,25", "Nhập trường a là bội số của 0,1"),
        ({}, "1e5", "Nhập trường a bằng chữ số"),
        ({}, "9" * 16, "Nhập trường a không quá 15 chữ số"),
        ({"properties": {"kind": "money"}}, "x", "Nhập trường a bằng chữ số, đơn vị đồng, ví dụ 1.000.000"),
    ],
)
def test_numbers_are_held_to_their_rules(rules, typed, message):
    assert told(form_of(field("number", "a", **rules)), {"a": typed}, context={"lim": 1000}) == {"a": message}


@pytest.mark.parametrize(
    ("rules", "typed", "message"),
    [
        ({"properties": {"max": "today"}}, "22/11/2026", "Nhập trường a không muộn hơn hôm nay"),
        ({"properties": {"min": "2025-07-01"}}, "30/6/2025", "Nhập trường a từ ngày 01/07/2025 trở đi"),
        ({"properties": {"max": GROWN_UP}}, "1/1/2020", "Nhập trường a không muộn hơn ngày 21/11/2008"),
        ({"disallowPassedDates": True}, "20/11/2026", "Nhập trường a từ hôm nay trở đi"),
    ],
)  # fmt: skip
def test_days_are_held_to_their_limits_in_vietnamese_time(rules, typed, message):
    assert told(form_of(field("datetime", "a", subtype="date", **rules)), {"a": typed}) == {"a": message}


@pytest.mark.parametrize(
    ("more", "typed", "kept"),
    [
        ({"subtype": "date"}, "21/11/2026", "2026-11-21"),
        ({"subtype": "time"}, {"time": "7h05"}, "07:05"),
        ({"subtype": "time", "timeSerializingFormat": "utc_offset"}, "7:05", "07:05+07:00"),
        ({"subtype": "time", "timeSerializingFormat": "utc_normalized"}, "6:05", "23:05Z"),
        ({"subtype": "datetime"}, "1/2/2026 6:00", "2026-02-01T06:00"),
        ({"subtype": "datetime", "timeSerializingFormat": "utc_offset"}, "1/2/2026 6:00", "2026-02-01T06:00+07:00"),
        ({"subtype": "datetime", "timeSerializingFormat": "utc_normalized"}, "1/2/2026 6:00", "2026-01-31T23:00Z"),
    ],
)
def test_days_and_times_are_kept_as_form_js_writes_them(more, typed, kept):
    form = form_of(field("datetime", "a", **more))
    assert check(form, {"a": typed}).clean == {"a": kept}
    assert check(form, {"a": kept}).clean == {"a": kept}


def test_only_what_is_offered_can_be_chosen():
    offered = [{"label": "Một", "value": 1}, {"label": "Hai", "value": {"id": 2}}, "ba"]
    form = form_of(field("select", "one", values=offered), field("checklist", "many", values=offered))
    outcome = check(form, {"one": "1", "many": ['{"id": 2}', "ba", "ba"]})
    assert outcome.clean == {"one": 1, "many": [{"id": 2}, "ba"]}
    assert told(form, {"one": "2", "many": ["bốn"]}) == {
        "one": "Chọn trường one trong danh sách",
        "many": "Chọn trường many trong danh sách",
    }


def test_options_may_be_calculated_from_other_answers():
    form = form_of(
        field("radio", "kind", values=["a", "b"]),
        field("select", "place", valuesExpression='=if kind = "a" then ["x", "y"] else ["z"]'),
        field("textfield", "why", conditional={"hide": '=place != "z"'}),
    )
    assert check(form, {"kind": "b", "place": "z", "why": "vì"}).clean["why"] == "vì"
    assert told(form, {"kind": "a", "place": "z"}) == {"place": "Chọn trường place trong danh sách"}


def test_files_are_held_to_number_and_type():
    form = form_of(field("filepicker", "a", accept=".pdf,image/*", validate={"required": True}))
    pdf = {"id": "f1", "name": "Đơn.PDF", "size": 10, "media_type": "application/pdf", "path": "/etc/passwd"}
    image = {"id": "f2", "name": "x", "size": 10, "media_type": "image/png"}
    assert check(form, {"a": [pdf]}).clean == {"a": [{k: v for k, v in pdf.items() if k != "path"}]}
    assert check(form, {"a": [image]}).is_valid
    assert told(form, {"a": []}) == {"a": "Tải lên trường a"}
    assert "Chỉ tải lên một tệp" in told(form, {"a": [pdf, image]})["a"]
    assert "không đúng dạng" in told(form, {"a": [pdf | {"name": "a.exe"}]})["a"]
    assert told(form, {"a": [pdf | {"id": "../x"}]}) == {"a": "Tải lên lại trường a"}


def test_a_list_has_a_least_and_a_most():
    rows = {"type": "dynamiclist", "id": "L", "path": "rows", "label": "Dòng", "components": [field("textfield", "x")]}
    form = form_of(rows | {"properties": {"min_rows": "1", "max_rows": "2"}})
    assert told(form, {"rows": []}) == {"rows": "Thêm ít nhất 1 dòng vào dòng"}
    assert told(form, {"rows": [{}] * 3}) == {"rows": "Giữ lại không quá 2 dòng trong dòng"}
    with pytest.raises(TooMuch):
        check(form, {"rows": [{}] * 201})


@pytest.mark.parametrize(
    "raw",
    [
        {"owner": "x", "members": {"0": {}}, "tax_methods": {"a": 1}, "papers": "x", "promise": [True]},
        {"owner": [[]], "members": ["x", 1, None], "capital": {"x": 1}, "ward": ["a"], "founded_by": {}},
        {"owner": {"birth_date": {"day": [1]}, "sex": True, "phone": 1e300, "full_name": "\x00"}, "members": True},
        {"capital": float("nan"), "owner": {"birth_date": {"time": {}}}},
        {"capital": float("inf"), "founded_by": "family", "members": [[], {"full_name": {}}]},
    ],
)
def test_hostile_structures_are_errors_never_crashes(raw):
    outcome = check(household(), raw, context=WARDS)
    assert not outcome.is_valid
    json.dumps(outcome.clean)


def test_many_conditional_rows_are_decided_quickly():
    members = [{"full_name": "An", "foreign": bool(n % 2), "passport": "C1", "identity": "1" * 12} for n in range(200)]
    raw = {"owner": owner(), **business(founded_by="family", members=members)}
    began = time.perf_counter()
    assert [error.path for error in check(household(), raw, context=WARDS).errors] == ["members"], "20 rows at most"
    assert time.perf_counter() - began < 5


def test_errors_can_speak_of_the_question_in_english():
    error = check(household(), {}, context=WARDS, locale="en").errors[0]
    assert (error.message, error.params["label"], error.href) == ("Nhập %(label)s", "full name", "#f-owner-full_name")

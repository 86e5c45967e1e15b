"""Filling a letter: only FEEL, values never markup, repetitions and conditions."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from engine.letters.errors import LetterError
from engine.letters.template import check_template, fill_template
from rules.feel import Feel

from .conftest import NOW


def filled(feel: Feel, html: str, **data: Any) -> str:
    return fill_template(html, data, now=NOW, feel=feel)


def test_values_stand_where_the_letter_names_them(feel: Feel) -> None:
    assert filled(feel, "<p>Ông {{ chu.ten }}, {{ tuoi + 1 }} tuổi.</p>", chu={"ten": "Đức"}, tuoi=40) == (
        "<p>Ông Đức, 41 tuổi.</p>"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "Có"),
        (False, "Không"),
        (2026, "2026"),
        (2.5, "2,5"),
        (date(2026, 2, 5), "05/02/2026"),
        (datetime(2026, 2, 5, 3, 4, tzinfo=timezone(timedelta(0))), "10:04 05/02/2026"),
        (["a", "b"], "a, b"),
    ],
)
def test_values_are_written_as_on_paper_in_viet_nam(feel: Feel, value: Any, shown: str) -> None:
    assert filled(feel, "<p>[{{ x }}]</p>", x=value) == f"<p>[{shown}]</p>"


def test_money_and_dates_in_words(feel: Feel) -> None:
    html = "<p>{{ tien(phi) }} đồng ({{ bang_chu(phi) }}), {{ ngay_chu(ngay_ky) }}</p>"
    assert filled(feel, html, phi=100000, ngay_ky=date(2026, 2, 5)) == (
        "<p>100.000 đồng (Một trăm nghìn đồng), ngày 05 tháng 02 năm 2026</p>"
    )


def test_a_value_is_never_markup_and_never_asked_again(feel: Feel) -> None:
    nasty = '<script>alert("1")</script> {{ secret }} &amp;'
    html = '<p title="{{ x }}">{{ x }}</p><p data-each="y in [x]">{{ y }}</p>'
    result = filled(feel, html, x=nasty, secret="BÍ MẬT")
    assert "<script" not in result
    assert "BÍ MẬT" not in result
    assert result.count("{{ secret }} &amp;amp;") == 3


def test_lists_are_repeated_with_a_running_number(feel: Feel) -> None:
    html = '<table><tr data-each="g in giay"><td>{{ g_no }}</td><td>{{ g.ten }}</td></tr></table>'
    assert filled(feel, html, giay=[{"ten": "Đơn"}, {"ten": "Bản vẽ"}]) == (
        "<table><tr><td>1</td><td>Đơn</td></tr><tr><td>2</td><td>Bản vẽ</td></tr></table>"
    )
    assert filled(feel, html, giay=[]) == filled(feel, html, giay=None) == "<table></table>"


def test_lists_in_lists_see_the_data_around_them(feel: Feel) -> None:
    html = '<ul><li data-each="a in nhom"><b data-each="b in a.con" data-if="b != bo">{{ a.ten }}{{ b }}</b></li></ul>'
    result = filled(feel, html, bo=2, nhom=[{"ten": "A", "con": [1, 2, 3]}, {"ten": "B", "con": [2]}])
    assert result == "<ul><li><b>A1</b><b>A3</b></li><li></li></ul>"


def test_what_a_condition_takes_out_is_not_asked_for(feel: Feel) -> None:
    html = '<p data-if="co">có {{ khong_ai_biet }}</p><p data-if="not(co)">không</p>sau'
    assert filled(feel, html, co=False) == "<p>không</p>sau"


def test_one_crossing_for_a_plain_letter(feel: Feel) -> None:
    crossings = []

    class Counting(Feel):
        def evaluate_all(self, items, **options):  # type: ignore[no-untyped-def]
            crossings.append(len(items))
            return feel.evaluate_all(items, **options)

    html = (
        '<p title="{{ a }}">{{ a }} {{ b }}</p><i data-if="a = 1">{{ c }}</i><b data-each="x in d">{{ x }}{{ a }}</b>'
    )
    fill_template(html, {"a": 1, "b": 2, "c": 3, "d": [1, 2, 3]}, now=NOW, feel=Counting())
    assert crossings == [6, 6]


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>{{ khong_co }}</p>", "khong_co"),
        ("<p>{{ 1 + }}</p>", "viết chưa xong"),
        ("<p>{{ nhom }}</p>", "cả một nhóm dữ liệu"),
        ('<p data-each="nhom">x</p>', "tên in danh sách"),
        ("<p>chưa đóng", "không phải XHTML hợp lệ"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>', "<!"),
        ('<p data-each="x in for i in 1..3000 return i">x</p>', "Danh sách dài quá"),
    ],
)
def test_a_letter_that_cannot_be_filled_says_why(feel: Feel, html: str, told: str) -> None:
    with pytest.raises(LetterError) as error:
        filled(feel, html, nhom={"a": 1})
    assert told in str(error.value)


def test_python_and_jinja_mean_nothing_here(feel: Feel) -> None:
    for attempt in ("__import__('os')", "''.__class__", "x|upper", "%s.format()"):
        with pytest.raises(LetterError):
            filled(feel, f"<p>{{{{ {attempt} }}}}</p>", x="a")
    assert filled(feel, "<p>{% if x %} ${x} #{x}</p>", x=1) == "<p>{% if x %} ${x} #{x}</p>"


def test_letters_are_composed_and_control_characters_left_out(feel: Feel) -> None:
    assert filled(feel, "<p>{{ x }}</p>", x="Đu\u031b\u0301c\x00\x0b") == "<p>Đức</p>"


def test_html_entities_are_understood(feel: Feel) -> None:
    assert filled(feel, "<p>a&nbsp;b &copy; &lt; &amp;</p>") == "<p>a\xa0b © &lt; &amp;</p>"


def test_a_check_names_what_is_wrong_before_any_data_is_there() -> None:
    findings = check_template(
        '<p data-if="1 +">a</p>\n<script>1</script><p onclick="x()" style="position:fixed;color:red">{{ ok }}</p>'
        '<img src="http://example.vn/x.png"/><b data-each="x">b</b>',
        "letters/permit.html",
    )
    assert {one.code for one in findings} == {"letter.feel", "letter.not-allowed", "letter.each"}
    assert all(one.severity == "error" and one.file == "letters/permit.html" for one in findings)
    assert len([one for one in findings if one.code == "letter.not-allowed"]) == 4
    assert check_template("<p>{{ a.b }}</p>") == []
    assert [one.code for one in check_template("<p>")] == ["letter.xhtml"]

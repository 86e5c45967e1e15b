"""The macros draw every kind of field with GOV.UK components, safely, and in both languages."""

import ast
import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from lxml import html as lxml_html

from forms.validation import validate
from forms.view import build_view, summarise
from tests.unit.forms.offices import NOW, WARDS, business, field, form_of, household, owner
from web.ui.catalogues import rooms, translated

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "web/ui/templates"
CATALOGUE = ROOT / "forms/translations/en/LC_MESSAGES/messages.po"
PAGES = sorted(ROOT.glob("web/*/translations/en/LC_MESSAGES/messages.po"))


def catalogue():
    return read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="en")


def compiled(words):
    target = io.BytesIO()
    write_mo(target, words)
    target.seek(0)
    return gettext.GNUTranslations(target)


def environment(locale="vi"):
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), govuk]), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    translations = gettext.NullTranslations()
    if locale == "en":
        translations = compiled(catalogue())
        for words in PAGES:  # a text several rooms say stands in the catalogue of one
            translations.add_fallback(compiled(read_po(io.BytesIO(words.read_bytes()), locale="en")))
    made.install_gettext_translations(translations, newstyle=True)
    return made


def draw(form, values, *, locale="vi", errors=(), page=None, readonly=False, **context):
    view = build_view(
        form, values, errors=errors, now=NOW, context=context, locale=locale, page=page, readonly=readonly
    )
    source = (
        '{% from "forms/page.html" import render_page, render_errors %}{{ render_errors(view.errors) }}'
        '{% for page in view.pages %}{{ render_page(page, {"hx-post": "/x?a&b"}, file_url) }}{% endfor %}'
    )
    text = environment(locale).from_string(source).render(view=view, file_url=lambda id_: f"/files/{id_}")
    return lxml_html.fromstring(f"<main>{text}</main>")


def by_id(page, id_):
    return page.get_element_by_id(id_)


FULL = {
    "owner": owner(),
    **business(
        founded_by="family",
        members=[{"full_name": "An", "foreign": True}],
        papers=[{"id": "f1", "name": "đơn <1>.pdf", "size": 1400, "media_type": "application/pdf"}],
    ),
}


def test_every_answer_of_the_real_form_has_its_input():
    page = draw(household(), FULL, **WARDS)
    names = {
        element.get("name") for element in page.xpath("//input|//select|//textarea|//button") if element.get("name")
    }
    assert names >= {
        "owner.full_name", "owner.birth_date-day", "owner.birth_date-month", "owner.birth_date-year", "owner.sex",
        "business_lines", "capital", "ward", "tax_methods", "members.0.full_name", "members.0.foreign",
        "members.0.passport", "papers", "promise", "__shown", "__add.members",
        "__remove.members.0", "__remove.papers.f1",
    }  # fmt: skip
    assert "members.0.identity" not in names
    assert "member_count" not in names
    assert by_id(page, "page-business").get("hx-post") == "/x?a&b"
    assert by_id(page, "f-owner-birth_date").get("autocomplete") == "bday-day"
    assert by_id(page, "f-owner-phone").get("type") == "tel"
    assert by_id(page, "f-owner-identity").get("inputmode") == "numeric"
    assert page.xpath("//option[@selected]/@value") == ["26743"]
    assert page.xpath("//input[@type='radio'][@checked]/@value") == ["female", "family"]
    assert page.xpath("//a[@href='/files/f1']")[0].text == "đơn <1>.pdf"


def test_ids_are_unique_and_labels_meet_their_inputs():
    page = draw(household(), FULL, **WARDS)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//label/@for")) <= set(ids)
    described = {id_ for value in page.xpath("//@aria-describedby") for id_ in value.split()}
    assert described <= set(ids)


def test_enter_never_presses_a_button_that_removes():
    page = draw(household(), FULL, **WARDS)
    assert page.xpath("//button")[0].get("name") is None


def test_optional_is_said_and_required_is_not():
    page = draw(household(), {}, page="owner", **WARDS)
    labels = {label.get("for"): " ".join(label.text_content().split()) for label in page.xpath("//label")}
    assert labels["f-owner-email"] == "Thư điện tử (không bắt buộc)"
    assert labels["f-owner-full_name"] == "Họ và tên"


def test_an_error_stands_beside_its_field_and_in_the_summary():
    raw = {"owner": owner(phone="12", sex="")}
    errors = validate(household(), raw, now=NOW, context=WARDS, page="owner").errors
    page = draw(household(), raw, errors=errors, page="owner", **WARDS)
    links = {
        link.get("href"): link.text_content().strip() for link in page.find_class("govuk-error-summary")[0].iter("a")
    }
    assert links["#f-owner-sex"] == "Chọn giới tính"
    for href in links:
        assert by_id(page, href[1:]).tag in ("input", "select", "textarea")
    beside = by_id(page, "f-owner-phone-error").text_content()
    assert " ".join(beside.split()) == "Lỗi: Nhập số điện thoại gồm 10 chữ số, bắt đầu bằng số 0, ví dụ 0901 234 567"
    assert by_id(page, "f-owner-phone").get("value") == "12"


NASTY = '"><script>alert(1)</script>{{ 7*7 }}%(label)s%'


def test_nothing_typed_or_drawn_becomes_markup():
    form = form_of(
        field("textfield", "a", label=NASTY, description=NASTY, validate={"minLength": 999}),
        field("textarea", "b"),
        field("select", "c", values=[{"label": NASTY, "value": NASTY}]),
        field("checklist", "d", values=[{"label": NASTY, "value": NASTY}]),
        field("datetime", "e", subtype="date"),
        {"type": "text", "id": "t", "text": f"**{NASTY}**"},
    )
    raw = {"a": NASTY, "b": NASTY, "c": NASTY, "d": [NASTY], "e": {"day": NASTY, "month": "1", "year": "2"}}
    page = draw(form, raw, errors=validate(form, raw, now=NOW).errors)
    assert not page.xpath("//script")
    assert by_id(page, "f-a").get("value") == NASTY
    assert by_id(page, "f-e").get("value") == NASTY
    assert page.xpath("//option[@selected]/@value") == [NASTY]


def test_a_text_of_many_lines_comes_back_line_by_line():
    page = draw(form_of(field("textarea", "a")), {"a": "\n một\n  hai"})
    assert page.xpath("//textarea")[0].text == "\n\n một\n  hai", "a browser drops the first newline"


def test_what_may_not_be_changed_has_no_input():
    page = draw(household(), FULL, readonly=True, **WARDS)
    assert not page.xpath("//input|//select|//textarea|//button")
    text = " ".join(page.text_content().split())
    assert "05/03/1985" in text
    assert "50.000.000 đ" in text
    assert "Phường Bến Thành" in text


@pytest.mark.parametrize("subtype", ["time", "datetime"])
def test_times_have_an_input_of_their_own(subtype):
    page = draw(
        form_of(field("datetime", "a", subtype=subtype)), {"a": "2026-03-27T14:30" if subtype != "time" else "14:30"}
    )
    assert page.xpath("//input[@name='a-time']/@value") == ["14:30"]


def test_the_english_page_is_english():
    raw = {"owner": owner(full_name="", phone="12")}
    errors = validate(household(), raw, now=NOW, context=WARDS, page="owner", locale="en").errors
    text = " ".join(draw(household(), raw, locale="en", errors=errors, page="owner", **WARDS).text_content().split())
    assert "There is a problem" in text
    assert "Enter full name" in text
    assert "Enter telephone number with 10 digits" in text
    assert "E-mail (optional)" in text
    assert "Day" in text


def test_the_summary_leads_back_to_each_question():
    groups = summarise(household(), FULL, now=NOW, context=WARDS)
    source = '{% from "forms/page.html" import render_summary %}{{ render_summary(groups, change, file_url) }}'
    text = environment().from_string(source).render(
        groups=groups, change=lambda key: f"/apply/{key}", file_url=lambda id_: f"/files/{id_}"
    )  # fmt: skip
    page = lxml_html.fromstring(f"<main>{text}</main>")
    assert "/apply/business#f-capital" in page.xpath("//a/@href")
    assert "/files/f1" in page.xpath("//a/@href")
    assert [heading.text for heading in page.xpath("//h3")] == ["Thành viên 1"]
    bare = environment().from_string('{% from "forms/page.html" import render_summary %}{{ render_summary(g) }}')
    assert "<a" not in bare.render(g=groups)


def messages_in_code():
    found = set()
    for file in (ROOT / "forms").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
                found.add(node.args[0].value)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Unreadable", "TooMuch"):
                found |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
            elif file.name == "rules.py" and isinstance(node, ast.Constant) and "%(" in str(node.value):
                found.add(node.value)
    for file in (TEMPLATES / "forms").glob("*.html"):
        found |= set(re.findall(r'\b_\("([^"]+)"', file.read_text(encoding="utf-8")))
    return found


def test_every_message_has_an_english_text_with_the_same_places():
    known = {message.id: message.string for message in catalogue() if message.id}
    elsewhere = translated(room for room in rooms() if room.name != "forms")
    assert messages_in_code() - elsewhere == set(known) - elsewhere
    places = re.compile(r"%\((\w+)\)s")
    assert [
        id_ for id_, text in known.items() if not text or set(places.findall(id_)) != set(places.findall(text))
    ] == []

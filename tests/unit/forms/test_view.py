"""What is drawn is what was typed, what is read is what was meant, and a template has nothing left to decide."""

import pytest

from forms.validation import validate
from forms.view import build_view, summarise
from tests.unit.forms.offices import NOW, WARDS, business, field, form_of, household, owner


def view_of(form, values, **more):
    return build_view(form, values, now=NOW, **more)


def only(form, values, **more):
    return view_of(form, values, **more).pages[0].fields[0]


def test_pages_know_their_neighbours():
    view = view_of(household(), {}, context=WARDS, page="business")
    assert view.page_keys == ("owner", "business")
    page = view.pages[0]
    assert (page.key, page.title, page.number, page.count, page.previous, page.next) == (
        "business",
        "Hộ kinh doanh",
        2,
        2,
        "owner",
        None,
    )
    assert page.live


def test_a_hidden_page_is_passed_over():
    extra = {
        "type": "group",
        "id": "g",
        "label": "Thêm",
        "properties": {"page": "more"},
        "components": [field("textfield", "b")],
    }
    form = form_of(field("radio", "a", values=["x", "y"]), extra | {"conditional": {"hide": '=a != "x"'}})
    assert view_of(form, {"a": "y"}).page_keys == ("main",)
    assert view_of(form, {"a": "y"}, page="more").pages == ()
    assert view_of(form, {"a": "x"}).page_keys == ("main", "more")


def test_what_was_typed_comes_back_untouched_beside_its_error():
    raw = {"owner": owner(full_name=" <Hoa> ", identity="12 3", birth_date={"day": "31", "month": "2", "year": "x"})}
    errors = validate(household(), raw, now=NOW, context=WARDS, page="owner").errors
    page = view_of(household(), raw, errors=errors, context=WARDS, page="owner").pages[0]
    fields = {shown.key: shown for shown in page.fields}
    assert fields["full_name"].value == " <Hoa> "
    assert fields["identity"].value == "12 3"
    assert fields["identity"].error.text == "Nhập số định danh cá nhân gồm 12 chữ số"
    assert (fields["birth_date"].parts.day, fields["birth_date"].parts.year) == ("31", "x")
    assert fields["phone"].error is None
    assert page.errors == errors


def test_kept_answers_come_back_as_a_person_would_type_them():
    clean = validate(household(), {"owner": owner(), **business()}, now=NOW, context=WARDS).clean
    fields = {f.key: f for page in view_of(household(), clean, context=WARDS).pages for f in page.fields}
    birth = fields["birth_date"].parts
    assert (birth.day, birth.month, birth.year) == ("5", "3", "1985")
    assert fields["capital"].value == "50.000.000"
    assert [option.label for option in fields["ward"].options if option.selected] == ["Phường Bến Thành"]
    assert fields["tax_methods"].options[0].selected
    assert validate(household(), clean, now=NOW, context=WARDS).clean == clean


@pytest.mark.parametrize(
    ("kind", "mode", "type_", "complete"),
    [("identity", "numeric", "text", ""), ("phone", "", "tel", "tel"), ("email", "", "email", "email")],
)
def test_inputs_help_to_type_their_kind(kind, mode, type_, complete):
    shown = only(form_of(field("textfield", "a", properties={"kind": kind})), {})
    assert (shown.inputmode, shown.input_type, shown.autocomplete) == (mode, type_, complete)


def test_texts_are_templates_and_what_people_typed_is_never_markup():
    text = "# Chào {{name}}\n\nXem **{{name}}** tại [đây]({{link}}) <b>\n- một\n- {{n}}\n\n{{#if n > 1}}nhiều{{/if}}"
    form = form_of({"type": "text", "id": "t", "text": text})
    evil = {"name": "[x](javascript:alert(1)) **<img src=x>**", "link": "javascript:alert(1)", "n": 2}
    html = only(form, {}, context=evil).html
    assert html == (
        '<h2 class="govuk-heading-m">Chào [x](javascript:alert(1)) **&lt;img src=x&gt;**</h2>\n'
        '<p class="govuk-body">Xem <strong>[x](javascript:alert(1)) **&lt;img src=x&gt;**</strong>'
        " tại đây &lt;b&gt;</p>\n"
        '<ul class="govuk-list govuk-list--bullet"><li>một</li><li>2</li></ul>\n'
        '<p class="govuk-body">nhiều</p>'
    )
    good = only(form, {}, context=evil | {"link": 'https://x.vn/?a="b&c', "n": 1}).html
    assert '<a class="govuk-link" href="https://x.vn/?a=&quot;b&amp;c">đây</a>' in good
    assert "nhiều" not in good


@pytest.mark.parametrize(
    "link", ["//evil.vn", "/\\evil.vn", "data:text/html,x", "vbscript:x", "JAVASCRIPT:x", "x.html"]
)
def test_links_lead_only_to_safe_places(link):
    form = form_of({"type": "text", "id": "t", "text": f"[đây]({link})"})
    assert "<a" not in only(form, {}).html


def test_labels_are_templates_and_have_an_english_text():
    drawn = field("textfield", "a", label="Tên của {{who}}", properties={"label.en": "Name of {{who}}"})
    form = form_of(drawn, field("radio", "b", values=["x"], properties={"option.x.en": "Ex"}))
    assert only(form, {}, context={"who": "chồng"}).label == "Tên của chồng"
    english = view_of(form, {}, context={"who": "chồng"}, locale="en").pages[0].fields
    assert english[0].label == "Name of chồng"
    assert english[1].options[0].label == "Ex"


def test_a_table_shows_rows_of_the_data():
    table = {
        "type": "table", "id": "t", "label": "Bảng", "dataSource": "=fees",
        "columns": [{"key": "name", "label": "Tên"}, {"key": "sum", "label": "Tiền"}],
    }  # fmt: skip
    shown = only(form_of(table), {}, context={"fees": [{"name": "Lệ phí", "sum": 100000}, {"name": None}, 5]}).table
    assert shown.head == ("Tên", "Tiền")
    assert shown.rows == (("Lệ phí", "100.000"), ("", ""))


def test_rows_carry_their_buttons():
    values = {"founded_by": "family", "members": [{"full_name": "An"}, {"foreign": True}]}
    fields = view_of(household(), values, context=WARDS, page="business").pages[0].fields
    members = next(shown for shown in fields if shown.kind == "list")
    assert members.add_name == "__add.members"
    assert [row.label for row in members.rows] == ["Thành viên 1", "Thành viên 2"]
    assert [row.remove_name for row in members.rows] == ["__remove.members.0", "__remove.members.1"]
    assert [shown.name for shown in members.rows[1].fields] == [
        "members.1.full_name",
        "members.1.foreign",
        "members.1.passport",
    ]
    officer = view_of(household(), values, context=WARDS, page="business", readonly=True).pages[0].fields
    assert next(shown for shown in officer if shown.kind == "list").add_name == ""


def test_the_summary_reads_as_people_speak():
    members = [{"full_name": "Trần Văn An", "foreign": False, "identity": "079085001234"}]
    papers = [{"id": "f1", "name": "đơn.pdf", "size": 1_400_000, "media_type": "application/pdf"}]
    values = {"owner": owner(), **business(founded_by="family", members=members, papers=papers)}
    groups = summarise(household(), values, now=NOW, context=WARDS)
    assert [group.page_key for group in groups] == ["owner", "business"]
    rows = {row.key: row for group in groups for row in group.rows}
    assert rows["owner.birth_date"].text == "05/03/1985"
    assert rows["owner.sex"].text == "Nữ"
    assert rows["owner.identity"].text == "079 085 001 234"
    assert rows["owner.email"].text == ""
    assert rows["capital"].text == "50.000.000 đ"
    assert rows["ward"].text == "Phường Bến Thành"
    assert rows["promise"].text == "Có"
    assert rows["members.0.full_name"].section == "Thành viên 1"
    assert rows["papers"].files[0].size_text == "1,4 MB"
    assert rows["capital"].page_key == "business"
    assert rows["capital"].href == "#f-capital"
    assert "members.0.passport" not in rows
    assert "member_count" not in rows


def test_a_masked_summary_keeps_a_person_unknown():
    groups = summarise(household(), {"owner": owner()}, now=NOW, context=WARDS, masked=True)
    rows = {row.key: row.text for row in groups[0].rows}
    assert rows["owner.identity"] == "•••••234"
    assert rows["owner.phone"] == "•••••567"
    assert rows["owner.full_name"] == "Nguyễn Thị Hoa"


def test_an_answer_nobody_can_read_is_shown_as_typed():
    values = {"owner": owner(birth_date={"day": "31", "month": "2", "year": "1985"}, identity="12")}
    rows = {row.key: row.text for row in summarise(household(), values, now=NOW, context=WARDS)[0].rows}
    assert rows["owner.birth_date"] == "31/2/1985"
    assert rows["owner.identity"] == "12"

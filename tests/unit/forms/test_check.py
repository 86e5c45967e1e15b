"""The author of a form hears what to put right before anybody has to fill it in."""

import pytest

from forms.check import check_form
from forms.definition import MAX_COMPONENTS, BadForm, parse_form
from tests.unit.forms.offices import field, form_of, household


def codes(*components, names=()):
    return {finding.code for finding in check_form(form_of(*components), names=names) if finding.severity == "error"}


def test_the_real_form_has_no_errors():
    assert [f for f in check_form(household(), names=["wards", "office"]) if f.severity == "error"] == []


def question(key="a", **more):
    return field(more.pop("type", "textfield"), key, **more)


@pytest.mark.parametrize(
    ("components", "code"),
    [
        ([{"type": "html", "id": "h", "content": "<b>"}], "form.type-refused"),
        ([{"type": "iframe", "id": "h", "url": "https://x"}], "form.type-refused"),
        ([{"type": "hologram", "id": "h"}], "form.type-unknown"),
        ([{"type": "text", "id": "t", "text": "<script>alert(1)</script>"}], "form.script"),
        ([{"type": "text", "id": "t", "text": "[x](javascript:alert(1))"}], "form.script"),
        ([question(), question(id="other")], "form.key-twice"),
        ([question("a.b"), question("a")], "form.key-twice"),
        ([question("a"), question("a.b")], "form.key-twice"),
        ([question("họ tên")], "form.key-bad"),
        ([question("a..b")], "form.key-bad"),
        ([{"type": "textfield", "id": "x", "label": "X"}], "form.key-missing"),
        ([question("__add")], "form.key-reserved"),
        ([question("dossier.code")], "form.key-reserved"),
        ([question("now")], "form.key-reserved"),
        ([question("count")], "form.key-feel"),
        ([question("if")], "form.key-feel"),
        ([question("a"), question("b", id="Field_a")], "form.id-twice"),
        ([{"type": "textfield", "id": "x", "key": "a"}], "form.label-missing"),
        ([question(conditional={"hide": "=b = "}), question("b")], "form.feel"),
        ([question(conditional={"hide": "=typo = 1"})], "form.name"),
        ([question(conditional={"hide": "=nosuch(1)"})], "form.function"),
        ([question(label="Chào {{tên}")], None),
        ([question(label="Chào {{typo}}")], "form.name"),
        ([question(label="{{#if true}}x")], "form.template"),
        ([question(label="{{#loop xs}}x{{/loop}}")], "form.template"),
        ([question(validate={"pattern": "(?=a)"})], "form.pattern"),
        ([question(validate={"minLength": 5, "maxLength": 2})], "form.limit"),
        ([question(validate={"minLength": "five"})], "form.limit"),
        ([question(properties={"kind": "mood"})], "form.kind"),
        ([question(defaultValue="12", properties={"kind": "identity"})], "form.default"),
        ([question(properties={"kind": "phone", "sample": "x"})], "form.sample"),
        ([question(type="radio")], "form.options-missing"),
        ([question(type="radio", values=["x", "x"])], "form.options-twice"),
        ([question(type="radio", values=["x"], defaultValue="y")], "form.default"),
        ([question(type="select", valuesKey="nobody")], "form.name"),
        ([question(type="datetime", properties={"max": "mai"})], "form.limit"),
        ([{"type": "table", "id": "t", "label": "T", "dataSource": "=rows"}], "form.columns"),
        ([question(type="expression")], "form.expression-missing"),
    ],
)
def test_each_mistake_is_named(components, code):
    found = codes(*components)
    assert (code in found) if code else not found


def rows(*components):
    return {"type": "dynamiclist", "id": "L", "path": "rows", "label": "Dòng", "components": list(components)}


def test_a_condition_inside_a_row_names_its_neighbours_by_this():
    assert codes(rows(question("x"), question("y", conditional={"hide": "=this.x = 1"}))) == set()
    assert "form.name" in codes(rows(question("x"), question("y", conditional={"hide": "=this.z = 1"})))
    finding = next(
        f for f in check_form(form_of(rows(question("x"), question("y", conditional={"hide": "=x = 1"}))))
        if f.code == "form.name"
    )  # fmt: skip
    assert finding.severity == "error"
    assert "this.x" in finding.advice


def test_the_same_key_may_stand_in_two_groups_with_paths():
    first = {"type": "group", "id": "g1", "path": "wife", "label": "Vợ", "components": [question("name", id="n1")]}
    second = {
        "type": "group",
        "id": "g2",
        "path": "husband",
        "label": "Chồng",
        "components": [question("name", id="n2")],
    }
    assert codes(first, second, question("chung", conditional={"hide": '=wife.name = "x"'})) == set()


def test_without_the_variables_a_foreign_name_is_only_a_warning():
    form = form_of(question(conditional={"hide": "=office_kind = 1"}))
    assert [f.severity for f in check_form(form, names=None) if f.code == "form.name"] == ["warning"]
    assert [f.severity for f in check_form(form, names=["office_kind"]) if f.code == "form.name"] == []


def nested(depth):
    component = {"type": "group", "components": []}
    for _ in range(depth):
        component = {"type": "group", "components": [component]}
    return component


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"components": 5}',
        b'{"components": [5]}',
        b'{"components": [{"type": ["x"]}]}',
        b'{"components": [{"type": "number", "defaultValue": NaN}]}',
        b'{"components": [], "x": "\\ud800"}',
        b'{"components":' + b"[" * 100_000,
        b" " * 1_000_001,
    ],
)
def test_what_is_no_form_is_refused(source):
    with pytest.raises(BadForm):
        parse_form(source)


def test_a_form_too_deep_or_too_long_is_refused():
    with pytest.raises(BadForm):
        form_of(nested(30))
    with pytest.raises(BadForm):
        form_of(*[{"type": "spacer"}] * (MAX_COMPONENTS + 1))

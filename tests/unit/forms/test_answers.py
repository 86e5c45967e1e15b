"""What a browser sends lands where the form wants it, and nothing typed is lost."""

import pytest
from werkzeug.datastructures import MultiDict

from forms.answers import MAX_NAMES, add_file, presses_a_button, read_answers
from forms.problems import TooMuch
from tests.unit.forms.offices import field, form_of, household

MEMBERS = {
    "type": "dynamiclist",
    "id": "L",
    "path": "members",
    "label": "Thành viên",
    "components": [field("textfield", "name"), field("checkbox", "adult"), field("filepicker", "paper")],
}


def test_answers_are_nested_as_the_form_nests_them():
    posted = MultiDict(
        [
            ("owner.full_name", "  Hoa "),
            ("owner.birth_date-day", "5"),
            ("owner.birth_date-month", ""),
            ("owner.birth_date-year", "1985"),
            ("tax_methods", "electronic"),
            ("tax_methods", "register"),
            ("promise", "true"),
            ("business_lines", "một\r\nhai"),
            ("unknown", "x"),
        ]
    )
    assert read_answers(household(), posted) == {
        "owner": {"full_name": "  Hoa ", "birth_date": {"day": "5", "month": "", "year": "1985"}},
        "tax_methods": ["electronic", "register"],
        "promise": True,
        "business_lines": "một\nhai",
    }


def test_an_unticked_box_is_known_by_its_hidden_mark():
    form = form_of(field("checkbox", "a"), field("checklist", "b", values=[{"label": "X", "value": "x"}]))
    assert read_answers(form, {"__shown": ["a", "b"]}, before={"a": True, "b": ["x"]}) == {"a": False, "b": []}
    assert read_answers(form, {}, before={"a": True}) == {"a": True}


def test_only_the_posted_page_changes_what_was_known():
    before = {"owner": {"full_name": "Hoa"}, "capital": "5"}
    answers = read_answers(household(), {"owner.full_name": "Lan", "capital": "9"}, page="owner", before=before)
    assert answers == {"owner": {"full_name": "Lan"}, "capital": "5"}
    assert before["owner"]["full_name"] == "Hoa"


def test_characters_nobody_sees_are_left_out():
    form = form_of(field("textfield", "a"))
    assert read_answers(form, {"a": "x\x00\u202ey\ud800\tz"}) == {"a": "xy z"}


def test_a_row_is_added_and_removed_without_script():
    form = form_of(MEMBERS)
    posted = {"members.0.name": "An", "members.1.name": "Bình", "__shown": ["members", "members.1.adult"]}
    assert [row.get("name") for row in read_answers(form, posted | {"__add.members": "1"})["members"]] == [
        "An",
        "Bình",
        None,
    ]
    assert read_answers(form, posted | {"__remove.members.0": "1"}) == {"members": [{"name": "Bình", "adult": False}]}
    assert presses_a_button(posted | {"__add.members": "1"})
    assert not presses_a_button(posted)


def test_a_list_emptied_stays_empty():
    form = form_of(MEMBERS)
    assert read_answers(form, {"__shown": ["members"]}, before={"members": [{"name": "An"}]}) == {"members": []}


def test_a_list_never_shown_keeps_its_rows():
    assert read_answers(form_of(MEMBERS), {}, before={"members": [{"name": "An"}]}) == {"members": [{"name": "An"}]}


def test_files_stay_until_their_own_button_removes_them():
    form = form_of(field("filepicker", "papers"), MEMBERS)
    first, second = ({"id": name, "name": f"{name}.pdf", "size": 1, "media_type": "application/pdf"} for name in "ab")
    answers = add_file({}, ("papers",), first, multiple=True)
    answers = add_file(answers, ("papers",), second, multiple=True)
    assert read_answers(form, {"papers": "", "__shown": "papers"}, before=answers) == answers
    assert read_answers(form, {"__remove.papers.a": "1"}, before=answers)["papers"] == [second]
    assert add_file(answers, ("papers",), first, multiple=False)["papers"] == [first]
    in_row = add_file({"members": [{"name": "An"}]}, ("members", 0, "paper"), first, multiple=False)
    assert read_answers(form, {"members.0.name": "Ân"}, before=in_row)["members"] == [{"name": "Ân", "paper": [first]}]


@pytest.mark.parametrize(
    "posted",
    [
        {f"members.{number}.name": "x" for number in range(201)},
        {f"x{number}": "" for number in range(MAX_NAMES + 1)},
        {"a": "x" * 2_000_001},
    ],
)
def test_more_than_any_person_types_is_refused(posted):
    with pytest.raises(TooMuch):
        read_answers(form_of(MEMBERS), posted)


def test_strange_row_numbers_make_no_rows():
    posted = {"members.99999999999.name": "x", "members.-1.name": "y", "members.٣.name": "z", "members..name": "w"}
    assert read_answers(form_of(MEMBERS), posted) == {}

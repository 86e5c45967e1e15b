"""Passwords and accounts: given once, changed by their owner, closed and opened; every act in its office's chain."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest

from engine.accounts.models import Person
from engine.accounts.passwords import doubts, fits, hash_password
from engine.accounts.people import check_password
from engine.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from engine.journal import Entry
from engine.usecases.accounts import change_own_password, close_account, give_one_time_password, open_account

GOOD = "cà phê sữa đá sáng thứ tư"


def given(ward, login="nam"):
    """A one-time password as the operator of the sample reads it out."""
    with ward.work("van") as work:
        return give_one_time_password(work, ward.people[login])


def person(ward, login="nam") -> Person:
    return ward.row(Person, ward.people[login])


def acts(ward, verb):
    return ward.rows(Entry, Entry.verb == verb, by=Entry.at)


def test_a_password_given_by_somebody_else_has_to_be_changed_and_the_change_is_the_owner_s_act(ward):
    password = given(ward)
    assert person(ward).must_change
    assert ward.actor("nam").must_change
    ward.clock.advance(timedelta(minutes=1))
    with ward.work("nam") as work:
        change_own_password(work, current=password, new=GOOD)
    changed = person(ward)
    assert not changed.must_change
    assert changed.sessions_from == ward.clock.now(), "every session begun before is over"
    with ward.look() as look:
        assert check_password(look.session, "nam", password) is None
        assert check_password(look.session, "nam", GOOD) is not None
    for verb, by in (("person.password_given", "van"), ("person.password_changed", "nam")):
        (act,) = acts(ward, verb)
        assert act.actor == f"official:{ward.people[by]}"
        assert act.chain == "office:bt-kthtdt", "in the chain of the room he serves in"
        assert act.facts["person"] == str(ward.people["nam"])
        assert password not in str(act.facts)
    assert ward.faults() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ngắn quá", "ít nhất"),
        ("x" * 201, "dài nhất"),
        ("matkhau-2026-!", "dễ đoán"),
        ("123456789012", "dễ đoán"),
        ("qwertyuiop[]", "dễ đoán"),
        ("Mật khẩu 1990", "dễ đoán"),
        ("aaaaaaaaaaaaaaa", "dễ đoán"),
        ("Trần Văn Nam 1", "tên"),
        ("nam-nam-nam-nam", "tên"),
    ],
)
def test_what_anybody_would_try_first_is_refused_in_words(typed, words):
    found = doubts(typed, login="nam", full_name="Trần Văn Nam")
    assert words in found[0].message % found[0].params


@pytest.mark.parametrize(
    "typed",
    [GOOD, "correct horse battery", "8fj2-k3mn-xq7p-hh4v", "!@#$%^&*()_+ ô", "北京上海广州深圳成都武汉西安"],
)
def test_length_is_enough_no_kind_of_letter_is_asked_for(typed):
    assert doubts(typed, login="nam", full_name="Trần Văn Nam") == []


def test_letters_typed_with_marks_apart_are_the_same_password():
    kept = hash_password(unicodedata.normalize("NFC", GOOD))
    assert fits(unicodedata.normalize("NFD", GOOD), kept)
    assert not fits(GOOD, "")


def test_the_old_one_and_a_wrong_one_change_nothing(ward):
    password = given(ward)
    for current, new, path in ((password, password, "new"), ("sai", GOOD, "current"), (password, "ngắn", "new")):
        with pytest.raises(Invalid) as refused, ward.work("nam") as work:
            change_own_password(work, current=current, new=new)
        assert refused.value.problems[0].path == path
    assert person(ward).must_change
    assert acts(ward, "person.password_changed") == []


def test_whoever_never_had_a_password_has_none_to_change(ward):
    with pytest.raises(Conflict), ward.work("lan") as work:
        change_own_password(work, current="", new=GOOD)
    with pytest.raises(NotSignedIn), ward.work("") as work:
        change_own_password(work, current="", new=GOOD)


def test_a_closed_account_opens_nothing_until_it_is_opened_again(ward):
    password = given(ward)
    with ward.work("van") as work:
        close_account(work, ward.people["nam"], "Nghỉ việc từ 01/3")
    with ward.look() as look:
        assert check_password(look.session, "nam", password) is None
    with pytest.raises(Conflict):
        given(ward)
    with pytest.raises(Conflict), ward.work("van") as work:
        close_account(work, ward.people["nam"], "lần nữa")
    with ward.work("van") as work:
        open_account(work, ward.people["nam"], "Trở lại")
    with ward.look() as look:
        assert check_password(look.session, "nam", password) is not None
    assert [len(acts(ward, verb)) for verb in ("person.closed", "person.opened")] == [1, 1]
    assert ward.faults() == []


def test_only_an_operator_looks_after_others_nobody_after_oneself_and_citizens_are_left_alone(ward):
    nam, hoa, van = (ward.people[login] for login in ("nam", "hoa", "van"))
    for login in ("nam", "an", "hoa", "thiet"):
        for act in (give_one_time_password, lambda work, who: close_account(work, who, "lý do")):
            with pytest.raises(Forbidden), ward.work(login) as work:
                act(work, nam)
    with pytest.raises(Forbidden), ward.work("van") as work:
        give_one_time_password(work, van)
    with pytest.raises(Forbidden), ward.work("van") as work:
        close_account(work, van, "lý do")
    with pytest.raises(NotFound), ward.work("van") as work:
        give_one_time_password(work, hoa)
    with pytest.raises(Invalid), ward.work("van") as work:
        close_account(work, nam, "  ")

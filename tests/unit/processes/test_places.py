"""Places are rules of a closed vocabulary."""

import pytest

from engine.accounts.models import ROLES as POSTS
from processes.places import ROLES, PlaceRule, candidate_group_problem, read_place


@pytest.mark.parametrize(
    "rule",
    [
        "filed",
        "chosen",
        "same as handling",
        "one-stop of commune",
        "committee of city",
        "room:economy of commune",
        "department:construction of city",
        "agency:police of commune",
    ],
)
def test_a_rule_is_written_back_as_it_was_read(rule: str) -> None:
    assert str(read_place(rule)) == rule


def test_a_room_is_found_by_its_function_not_its_name() -> None:
    assert read_place("room:economy of commune") == PlaceRule("room", "economy", "commune")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "room of commune",
        "room:cooking of commune",
        "committee of district",
        "same as nowhere",
        "one-stop:x of city",
    ],
)
def test_what_is_outside_the_vocabulary_is_refused_with_an_example(rule: str) -> None:
    with pytest.raises(ValueError, match="ví dụ"):
        read_place(rule)


def test_candidate_groups_name_a_place_and_a_role() -> None:
    assert candidate_group_problem("receiving.counter_clerk") is None
    assert "nơi" in (candidate_group_problem("somewhere.specialist") or "")
    assert "vai trò" in (candidate_group_problem("handling.wizard") or "")
    assert candidate_group_problem("specialist")


def test_every_role_a_drawing_may_name_is_a_post_somebody_can_hold() -> None:
    assert set(ROLES) <= set(POSTS)

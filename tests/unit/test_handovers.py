"""Hand-overs told from moments: straight on, through workers, over branches that wait for each other, from outside."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from engine.cases.handovers import Asked, HandOver, Moments, Step, hand_overs
from engine.clock import LEGAL_ZONE

START = datetime(2026, 3, 2, 9, tzinfo=LEGAL_ZONE)
SPACE = UUID(int=7)
FILED = Moments(filed=(START,))


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def step(name: str, opened: float, closed: float | None, *, office: str = "room", by: str = "nam", **more) -> Step:
    """A step at a desk of an office, opened and closed so many minutes after the filing."""
    return Step(
        id=uuid5(SPACE, name), element_id=name, name=name, office_id=uuid5(SPACE, office), role="specialist",
        person_id=uuid5(SPACE, by) if by else None, opened_at=at(opened), taken_at=None,
        closed_at=None if closed is None else at(closed),
        status=more.pop("status", "open" if closed is None else "done"),
        **more,
    )  # fmt: skip


def told(found: list[HandOver]) -> list[tuple[str, str]]:
    return [
        (one.giver.name if one.giver else one.outside, one.receiver.name if one.receiver else one.outside)
        for one in found
    ]


CHECK = step("check", 0, 10, office="counter", by="lan")


def test_straight_on_and_through_a_worker():
    draft = step("draft", 10, 20)
    sign = step("sign", 23, None, office="leader", by="an")
    calls = [Asked(at(20), at(22)), Asked(at(22), at(23)), Asked(at(1), None)]  # drafted, then sealed, then laid down
    assert told(hand_overs([sign, draft, CHECK], calls, FILED)) == [
        ("applicant", "check"), ("check", "draft"), ("draft", "sign")
    ]  # fmt: skip


def test_a_worker_that_is_slow_hands_over_for_whoever_asked_it_not_for_whoever_came_between():
    one, two = step("one", 10, 20), step("two", 10, 24, office="other", by="mai")
    after_one = step("after", 30, None, office="leader", by="an")
    found = hand_overs([CHECK, one, two, after_one], [Asked(at(20), at(30))], FILED)
    assert ("one", "after") in told(found)
    assert ("two", "after") in told(found), "the branch that waited hands over to what opened next"
    assert [one.given_at for one in found if one.receiver is after_one] == [at(20), at(24)]


def test_a_desk_hands_nothing_to_itself_but_a_colleague_does():
    appraise, conclude = step("appraise", 10, 20), step("conclude", 20, 30)
    colleague, unclaimed = step("colleague", 30, 40, by="mai"), step("unclaimed", 40, None, by="")
    found = told(hand_overs([CHECK, appraise, conclude, colleague, unclaimed], [], FILED))
    assert ("appraise", "conclude") not in found
    assert ("conclude", "colleague") in found
    assert ("colleague", "unclaimed") not in found, "it lies on the desk of their own role until somebody takes it"


def test_back_to_the_applicant_and_in_again():
    asked = step("appraise", 10, 20)
    again = step("again", 100, 110)
    moments = Moments(filed=(START, at(90)), asked_back=(at(22),), ended=at(110))
    found = hand_overs([CHECK, asked, again], [Asked(at(20), at(22)), Asked(at(90), at(100))], moments)
    assert told(found)[2:] == [("appraise", "applicant"), ("applicant", "again"), ("again", "end")]


def test_time_opens_a_step_and_letters_of_apology_stand_beside():
    lapse, letter = step("lapse", 50, None), step("apology_reason", 55, 60)
    assert told(hand_overs([CHECK, lapse, letter], [], FILED)) == [
        ("applicant", "check"), ("check", "lapse"), ("time", "lapse")
    ]  # fmt: skip


def test_what_was_cut_short_hands_over_nothing():
    gone = step("gone", 10, 20, status="gone")
    assert told(hand_overs([CHECK, gone], [], FILED)) == [("applicant", "check"), ("check", "gone")]


def test_a_hand_over_is_held_against_the_time_of_its_step():
    late = step("late", 10, 20, due_at=at(19), by_instant=True)
    in_time = step("in_time", 20, 30, office="leader", due_at=at(25), by_instant=False)
    end = step("end", 30, None, office="clerk", by="mai")
    found = {one.giver.name: one.result for one in hand_overs([CHECK, late, in_time, end], [], FILED) if one.giver}
    assert found == {"check": "", "late": "late", "in_time": "on_time"}


def test_acts_of_one_moment_end_the_walk():
    still = [step("a", 0, 0), step("b", 0, 0, office="x"), step("c", 0, None, office="y")]
    assert len(hand_overs(still, [Asked(at(0), at(0))] * 3, FILED)) >= 2

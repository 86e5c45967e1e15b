"""A finished dossier is rated once by its applicant; a leader reads averages, whoever handled it reads nothing."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from engine.dossiers.models import Rating
from engine.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from engine.journal import Entry, Personal
from engine.queries.dossiers import history
from engine.queries.ratings import own_rating, satisfaction
from engine.usecases.rating import rate_dossier

WORDS = "Bà Nguyễn Thị Hòa phải đi hai lần, gọi 0901234567 không ai nghe."


def returned(ward, by="hoa"):
    case_id = ward.filed_online(by=by)
    ward.run_deferred()
    for step in ("check", "appraise", "approve", "register", "hand_over"):
        ward.do(case_id, step)
    assert ward.dossier(case_id).returned_at is not None
    return case_id


def rate(ward, case_id, *, by="", score=2, proven=True, **criteria):
    with ward.work(by) as work:
        rate_dossier(work, case_id, score=score, criteria=criteria, words=WORDS, proven=proven)


def test_once_and_only_after_the_result(ward):
    early = ward.dossier_at("hand_over")
    with pytest.raises(Conflict) as refusal:
        rate(ward, early)
    assert refusal.value.code == "not_returned"
    case_id = returned(ward)
    rate(ward, case_id, time=0, attitude=2)
    with pytest.raises(Conflict) as refusal:
        rate(ward, case_id, score=5)
    assert refusal.value.code == "already_rated"
    (rating,) = ward.rows(Rating, by=Rating.case_id)
    assert (rating.score, rating.criteria, rating.words) == (2, {"time": 0, "attitude": 2}, WORDS)
    (act,) = ward.rows(Entry, Entry.verb == "dossier.rated", by=Entry.seq)
    assert (act.actor, act.facts) == ("anonymous", {})
    personal = ward.row(Personal, (act.chain, act.seq))
    assert personal.values["score"] == 2
    assert ward.faults() == []


def test_who_may_rate(ward):
    case_id = returned(ward)
    for login in ("", "duc"):
        with pytest.raises(NotFound):
            rate(ward, case_id, by=login, proven=False)
    for login in ("nam", "lan", "an"):
        with pytest.raises(Forbidden):
            rate(ward, case_id, by=login)
    for score, criteria in ((0, {}), (6, {}), (3, {"beauty": 1}), (3, {"time": 3})):
        with pytest.raises(Invalid):
            rate(ward, case_id, by="hoa", score=score, proven=False, **criteria)
    rate(ward, case_id, by="hoa", score=4, proven=False)


def test_a_leader_reads_averages_and_masked_words_the_handling_officer_nothing(ward):
    first, second = returned(ward), returned(ward)
    rate(ward, first, score=2, time=0)
    rate(ward, second, score=5, time=2)
    with ward.look("dung") as look:
        found = satisfaction(look)
    (room,) = found.rooms
    assert (found.count, found.average, room.count, room.unsatisfied, room.criteria) == (2, 3.5, 2, 1, {"time": 1.0})
    told = str(astuple(found))
    for secret in ("Hòa", "0901234567", str(first), ward.dossier(first).code, "NOP-"):
        assert secret not in told
    for login in ("nam", "an", "lan", "mai", "van", "hoa", ""):
        with pytest.raises(Refusal) as refusal, ward.look(login) as look:
            satisfaction(look)
        assert refusal.value.status in {401, 403}, login
    for login in ("nam", "an", "dung", "duc"):
        with pytest.raises(NotFound), ward.look(login) as look:
            own_rating(look, first)
    with ward.look("hoa") as look:
        assert own_rating(look, first).score == 2
    with ward.look("nam") as look:
        assert "dossier.rated" not in [act.verb for act in history(look, first)]

"""Missed dates counted honestly: by how early somebody was told, from what was delivered; and what applicants say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cli.figures import listed_letters, unreached_cases
from engine.dossiers.late_dates import LateDate, LateQuestion
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.journal import Entry, Personal
from engine.notifications.models import Notice
from engine.queries.dossiers import history
from engine.queries.late_questions import to_ask
from engine.queries.owed import owed_page
from engine.queries.told import month_of, told_figures
from engine.queries.told_list import told_dates
from engine.usecases.apology_acts import begin_apology
from engine.usecases.figures import close_days
from engine.usecases.late_checks import late_faults
from engine.usecases.late_dates import class_again, class_days
from engine.usecases.late_questions import answer_late, take_answer
from tests.factories import STEPS, legal
from tests.usecases.test_apology import REASON


def closed(ward):
    with ward.work() as work:
        while close_days(work) or class_days(work):
            pass
    with ward.work() as work:
        class_again(work)


def classes(ward, case_id=None):
    where = [LateDate.case_id == case_id] if case_id else []
    rows = ward.rows(LateDate, *where, by=LateDate.promised_on)
    return [(row.promised_on.day, row.told, row.undelivered) for row in rows]


def unheard(ward, case_id, status="failed"):
    """Nothing that was written for a dossier arrives."""
    with ward.work() as work:
        for notice in work.session.query(Notice).filter(Notice.case_id == case_id):
            notice.status = status


def finish(ward, case_id, since="appraise"):
    for step in STEPS[STEPS.index(since) : -1]:
        ward.do(case_id, step)


def test_told_never_then_after_and_each_date_for_itself(ward):
    told, silent = ward.dossier_at("appraise"), ward.dossier_at("appraise")
    ward.wait_until(legal(4, 10))
    ward.do(told, "apology_reason", REASON)  # the fifth becomes the tenth
    ward.do(told, "apology_approval")
    ward.wait_until(legal(5, 10))
    unheard(ward, silent, "unknown")
    assert classes(ward) == []
    ward.wait_until(legal(6, 9))
    closed(ward)
    assert classes(ward, told) == [(5, "before", False)]
    assert classes(ward, silent) == [(5, "never", True)], "what nobody knows of is no telling"

    with ward.work() as work:
        notice = work.session.query(Notice).filter(Notice.case_id == silent, Notice.event == "may_be_late").first()
        notice.status, notice.settled_at = "delivered", work.now
    closed(ward)
    assert classes(ward, silent) == [(5, "after", True)]

    ward.wait_until(legal(11, 9))
    finish(ward, silent)
    closed(ward)
    answer(ward, silent)
    with ward.look("dung") as look:
        whole = told_figures(look, month_of(date(2026, 3, 1))).whole
        behind = told_dates(look, month_of(date(2026, 3, 1)), kind="before", most=1)
        after = told_dates(look, month_of(date(2026, 3, 1)), kind="before", after=behind.after)
        letters = owed_page(look, size=1)
        assert len(owed_page(look, after=letters.after).lines) == sum(letters.counts.values()) - 1
    assert (dict(whole.told), whole.missed) == ({"before": 2, "after": 1}, 3)
    assert (whole.said.late, whole.said.asked, whole.said.answered, whole.said.worse) == (1, 1, 1, 1)
    assert [line.promised_on.day for line in (*behind.lines, *after.lines)] == [5, 10]
    with ward.look("lan") as look:
        assert to_ask(look).lines == ()
    days = [(day, kind) for day, kind, _ in classes(ward, told)]
    assert days == [(5, "before"), (10, "before")], "a date given anew is told of for itself"
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")  # the same questions as above
def test_told_for_nothing_is_counted_apart_and_a_trial_nowhere(ward):
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(5, 8))
    finish(ward, case_id)
    ward.wait_until(legal(6, 9))
    closed(ward)
    assert classes(ward, case_id) == [(5, "needless", False)]
    assert ward.rows(LateQuestion, by=LateQuestion.case_id) == []


@pytest.fixture
def late(ward):
    """A dossier decided after its date, told of in time."""
    case_id = ward.dossier_at("appraise")
    ward.wait_until(legal(9, 9))
    finish(ward, case_id)
    return case_id


def answer(ward, case_id, *, by="", told="never", letter="no", proven=True, words="Không ai gọi."):
    with ward.work(by) as work:
        answer_late(work, case_id, told=told, letter=letter, words=words, proven=proven)


def test_whoever_was_late_is_asked_once_and_the_office_changes_nothing(ward, late):
    question = ward.row(LateQuestion, late)
    assert (question.promised_on, question.answered_at) == (date(2026, 3, 5), None)
    asked = ward.notices(late, "late_asked")
    assert {one.channel for one in asked} == {"sms", "email"}
    assert all("trang Tra cứu hồ sơ" in one.body for one in asked)
    ward.do(late, "hand_over")
    assert len(ward.notices(late, "late_asked")) == len(asked)

    for login in ("", "duc"):
        with pytest.raises(NotFound):
            answer(ward, late, by=login, proven=False)
    for login in ("nam", "lan", "an"):
        with pytest.raises(Forbidden):
            answer(ward, late, by=login)
    for wrong in ({"told": "perhaps"}, {"letter": ""}):
        with pytest.raises(Invalid):
            answer(ward, late, **wrong)
    answer(ward, late)
    with pytest.raises(Conflict):
        answer(ward, late, told="before")
    with pytest.raises(Conflict), ward.work("lan") as work:
        take_answer(work, late, told="before", letter="yes")
    kept = ward.row(LateQuestion, late)
    assert (kept.told, kept.letter, kept.via, kept.taken_by) == ("never", "no", "tracking", None)
    (act,) = ward.rows(Entry, Entry.verb == "late.answered", by=Entry.seq)
    assert (act.actor, act.facts) == ("anonymous", {"via": "tracking"})
    assert ward.row(Personal, (act.chain, act.seq)).values["told"] == "never"
    with ward.look("nam") as look:
        assert "late.answered" not in [one.verb for one in history(look, late)]
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")  # the same rows as above
def test_a_clerk_types_what_is_said_on_the_telephone_and_gives_way_to_the_citizen_s_own_word(ward, late):
    for login in ("nam", "an", "duc"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            take_answer(work, late, told="before", letter="yes")
    with ward.work("lan") as work:
        take_answer(work, late, told="before", letter="yes")
    typed = ward.row(LateQuestion, late)
    assert (typed.via, typed.taken_by) == ("counter", ward.people["lan"])
    answer(ward, late)
    own = ward.row(LateQuestion, late)
    assert (own.told, own.via, own.taken_by) == ("never", "tracking", None)


@pytest.mark.dialects("sqlite")  # nothing is written
def test_whoever_was_in_time_or_waits_still_is_not_asked(ward):
    open_ = ward.dossier_at("appraise")
    with pytest.raises(Conflict) as refusal:
        answer(ward, open_)
    assert refusal.value.code == "not_decided"
    finish(ward, open_)
    with pytest.raises(Conflict) as refusal:
        answer(ward, open_)
    assert refusal.value.code == "not_late"
    ward.clock.advance(timedelta(days=30))
    closed(ward)
    assert classes(ward) == []


def checked(ward):
    with ward.look() as look:
        return late_faults(look, owed=set(listed_letters(look)), unreached=set(unreached_cases(look)))


@pytest.mark.dialects("sqlite")  # `told` above puts the same rows on both
def test_nobody_late_is_forgotten_and_the_check_names_who_would_be(ward):
    silent = ward.dossier_at("appraise")
    code = ward.dossier(silent).code
    ward.wait_until(legal(5, 10))
    unheard(ward, silent)
    ward.wait_until(legal(6, 9))
    closed(ward)
    assert checked(ward) == []
    with ward.look("dung") as look:
        page = owed_page(look)
    (line,) = page.lines
    assert (line.kind, line.missing, dict(page.counts)) == ("missed", "reason", {"missed": 1})
    assert line.task_id is None, "it lies on somebody else's desk"
    with ward.look("nam") as look:
        assert owed_page(look).lines[0].task_id == ward.task(silent, "apology_reason")
    with ward.look() as look:
        told = late_faults(look, owed=(), unreached=())
    assert told == [
        f"{code} promised for 2026-03-05: late, nobody was told, and it stands on no list",
        f"{code}: the letter owed since 2026-03-04 is not on the leaders' list",
    ]
    with ward.work() as work:
        row = work.session.query(LateDate).one()
        row.told = "before"
    assert checked(ward) == [f"{code} promised for 2026-03-05: kept as before, the facts say never"]
    with ward.work() as work:
        work.session.delete(work.session.query(LateDate).one())
    assert checked(ward) == [f"{code} promised for 2026-03-05: kept as nothing, the facts say never"]


@pytest.mark.dialects("sqlite")
def test_owed_letters_page_by_page_the_missed_ones_first(ward):
    first = ward.dossier_at("appraise")
    ward.clock.advance(timedelta(days=1))
    with ward.work("an") as work:
        begin_apology(work, first, because="damage", account="Rách bản chính.")
    ward.run_deferred()
    ward.wait_until(legal(6, 9))
    with ward.look("dung") as look:
        whole = [line.id for line in owed_page(look).lines]
        one = owed_page(look, size=1)
        two = owed_page(look, after=one.after, size=1)
    assert [line.kind for line in (*one.lines, *two.lines)] == ["missed", "overdue"]
    assert [line.id for line in (*one.lines, *two.lines)] == whole
    assert (two.after, dict(two.counts)) == (None, {"missed": 1, "overdue": 1})

"""The forecast of open dossiers: rows that say what the office's own cases say, and the letter drafted ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from engine import performing
from engine.cases.clocks import calendar_under
from engine.cases.models import Case, Clock, Task
from engine.db import new_id
from engine.dossiers.forecasts import Forecast, ForecastSample, look_again
from engine.dossiers.histories import histories
from engine.dossiers.lists import enter
from engine.dossiers.models import Dossier
from engine.forecasts.chances import Waiting
from engine.forecasts.lives import observations
from engine.forecasts.outlook import Outlook, Sample
from engine.queries.forecasts import remaining
from engine.usecases import forecasting
from tests.factories import HOUSEHOLD, Ward, legal

pytestmark = pytest.mark.dialects("sqlite")  # the counting is the point; BOTH where it is the rows
BOTH = pytest.mark.dialects("sqlite", "postgresql")


def finished(ward: Ward, count: int, *, hours: float, like: UUID, until: datetime) -> None:
    """So many dossiers of the same unit, decided before a moment, each with so many working hours at the appraisal.

    Written as rows: only their stamps matter here, and living them one by one takes minutes.
    """
    chance = Random(count)
    with ward.work() as work:
        model, clock = work.session.get_one(Dossier, like), _term(work, like)
        case = work.session.get_one(Case, like)
        calendar = calendar_under(work.session, clock)
        made: list[Dossier] = []
        for number in range(count):
            took = int(hours * 3600 * chance.uniform(0.9, 1.1))
            decided = calendar.moment(calendar.worked(until) - 3600 - number * 1800)
            began = calendar.moment(calendar.worked(decided) - took)
            case_id = new_id()
            told = {
                "kind": case.kind,
                "bundle_id": case.bundle_id,
                "process_id": case.process_id,
                "places": case.places,
            }
            told |= {"opened_at": began, "ended_at": decided, "last_act_at": decided, "tokens": b"", "data": b""}
            work.session.add(Case(id=case_id, end_element="done", **told))
            copied = {
                name: getattr(model, name)
                for name in inspect(Dossier).columns.keys()  # noqa: SIM118  no dictionary
                if name not in {"case_id", "code", "filing_code", "submission_key", "external_code"}
            }
            copied |= {
                "submitted_at": began, "accepted_at": began, "decided_at": decided, "status": 9, "judged": "on_time",
            }  # fmt: skip
            dossier = Dossier(case_id=case_id, filing_code=f"NOP-{case_id}", submission_key=str(case_id), **copied)
            work.session.add(dossier)
            work.session.add(
                Clock(
                    id=new_id(), case_id=case_id, term="dossier", limit_value=clock.limit_value,
                    limit_unit=clock.limit_unit, calendar=clock.calendar, calendar_version=clock.calendar_version,
                    started_at=began, status="stopped", stopped_at=decided, marks=[], warned=[], ledger=[], earlier=[],
                )
            )  # fmt: skip
            work.session.add(
                Task(
                    id=new_id(), case_id=case_id, token="t", element_id="appraise", name="Thẩm định", status="done",
                    office_id=model.handling_id, role="specialist", opened_at=began, closed_at=decided,
                )
            )  # fmt: skip
            made.append(dossier)
        work.session.flush()
        for dossier in made:
            enter(work.session, dossier)


def _term(work, case_id: UUID) -> Clock:
    return work.session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.term == "dossier")).one()


def row(ward: Ward, case_id: UUID) -> Forecast | None:
    with ward.look() as look:
        return look.session.get(Forecast, case_id)


def mark(ward: Ward, case_id: UUID) -> None:
    with ward.work() as work:
        look_again(work.session, [case_id], work.now)


def round_of(ward: Ward) -> None:
    performing.forecast(ward.house)
    ward.run_deferred()


@pytest.fixture
def waiting(ward: Ward) -> UUID:
    """A dossier at its appraisal, promised in three working days, that the daily search has found."""
    return ward.dossier_at("appraise")


def test_with_few_cases_nothing_is_said_and_with_enough_what_they_say(ward, waiting):
    finished(ward, 5, hours=30, like=waiting, until=ward.clock.now())
    round_of(ward)
    found = row(ward, waiting)
    assert (found.per_mille, found.cases, found.level) == (None, 0, "")
    finished(ward, 40, hours=8, like=waiting, until=ward.clock.now())
    ward.clock.advance(timedelta(days=1))
    mark(ward, waiting)
    round_of(ward)
    found = row(ward, waiting)
    assert found.per_mille is not None
    assert found.per_mille < 300
    assert found.level == "unit"
    assert found.cases >= 20, "those that had waited as long as this one"
    assert found.promised_at == ward.clock_of(waiting).promised_at
    assert found.look_at > ward.clock.now()
    assert not ward.apologies(waiting)
    with ward.look() as look:
        told = remaining(look, HOUSEHOLD, "appraise", ward.dossier(waiting).handling_id)
        assert 7 * 3600 < told.median < 9 * 3600
        assert remaining(look, HOUSEHOLD, "approve") is None
        assert remaining(look, "9.999999", "appraise") is None


@BOTH
def test_a_dossier_like_those_that_were_late_gets_its_letter_drafted_ahead_once(ward, waiting):
    finished(ward, 40, hours=40, like=waiting, until=ward.clock.now())
    with ward.work() as work:  # a round that is killed between counting and drafting
        assert forecasting.refresh(work, [waiting]) == [waiting]
    assert not ward.apologies(waiting)
    ward.clock.advance(timedelta(minutes=31))
    round_of(ward)
    assert row(ward, waiting).per_mille > 900
    (apology,) = ward.apologies(waiting)
    assert apology.because == "forecast"
    assert "apology_reason" in ward.open_steps(waiting)
    round_of(ward)
    assert len(ward.apologies(waiting)) == 1
    assert ward.faults() == []


def test_the_officer_may_answer_that_the_date_will_be_kept_and_the_term_asks_again(ward, waiting):
    finished(ward, 40, hours=40, like=waiting, until=ward.clock.now())
    round_of(ward)
    ward.do(waiting, "apology_reason", {"apology": {"outcome": "on_time"}})
    round_of(ward)
    assert "apology_reason" not in ward.open_steps(waiting)
    assert ward.apologies(waiting)[0].kept_at is not None
    assert row(ward, waiting).per_mille > 900, "what is foreseen does not depend on what is hoped"
    ward.wait_until(legal(5, 16))
    (apology,) = ward.apologies(waiting)
    assert apology.because == "term", "one letter a date, whoever asked first"


def test_every_step_is_counted_with_the_next_round_until_the_decision(ward, waiting):
    finished(ward, 40, hours=40, like=waiting, until=ward.clock.now())
    round_of(ward)
    ward.do(waiting, "appraise")
    round_of(ward)
    found = row(ward, waiting)
    assert found.per_mille is None, "nobody ever stood at this step: too few cases"
    assert found.counted_at == ward.clock.now()
    for step in ("approve", "register"):
        ward.do(waiting, step)
    round_of(ward)
    assert row(ward, waiting) is None


def test_nothing_is_said_while_the_term_stands_still(ward, waiting):
    finished(ward, 40, hours=8, like=waiting, until=ward.clock.now())
    round_of(ward)
    ward.do(waiting, "appraise", {"appraisal": ward.asking()})
    round_of(ward)
    assert row(ward, waiting) is None


@BOTH
def test_a_round_costs_what_changed(ward, waiting):
    finished(ward, 40, hours=8, like=waiting, until=ward.clock.now())
    round_of(ward)
    with ward.look() as look:
        assert forecasting.due_again(look) == []
        assert forecasting.without_row(look, None) == []
        made = look.session.scalars(select(ForecastSample.made_at)).all()
    counted = row(ward, waiting).counted_at
    ward.clock.advance(timedelta(minutes=5))
    round_of(ward)
    assert row(ward, waiting).counted_at <= ward.clock.now()
    with ward.look() as look:
        assert look.session.scalars(select(ForecastSample.made_at)).all() == made
    ward.clock.set(row(ward, waiting).look_at)
    round_of(ward)
    assert row(ward, waiting).counted_at == ward.clock.now() > counted


def test_what_was_said_can_be_counted_again_from_the_stamps(ward, waiting):
    """No history is kept of rows: lives as they were known at that moment give the same number."""

    finished(ward, 45, hours=21, like=waiting, until=ward.clock.now())
    ward.clock.advance(timedelta(hours=30))
    round_of(ward)
    said = row(ward, waiting)
    assert said.per_mille is not None
    for step in ("appraise", "approve"):
        ward.do(waiting, step)
    ward.clock.advance(timedelta(days=30))
    with ward.look() as look:
        ids = look.session.scalars(select(Dossier.case_id).order_by(Dossier.submitted_at.desc())).all()
        known = dict(histories(look.session, ids))
        then = [known[one].life.as_of(said.counted_at) for one in ids if one in known]
        calendar = known[waiting].calendar
        seen = [one for life in then if life for one in observations(life, calendar, said.counted_at)]
        life = known[waiting].life.as_of(said.counted_at)
        again = Waiting.now(Outlook(Sample(seen)), life, calendar, said.promised_at, said.counted_at).chance()
    assert (again.per_mille, again.remaining.cases) == (said.per_mille, said.cases)


def test_a_dossier_that_cannot_be_counted_keeps_no_other_waiting(ward, waiting, monkeypatch):
    finished(ward, 40, hours=8, like=waiting, until=ward.clock.now())
    other = ward.filed_at_counter()
    ward.run_deferred()
    usual = forecasting.histories

    def broken(session, case_ids):
        for case_id, one in usual(session, case_ids):
            if case_id == other:
                raise ValueError("a stamp nobody can read")
            yield case_id, one

    monkeypatch.setattr(forecasting, "histories", broken)
    round_of(ward)
    assert row(ward, waiting).per_mille is not None
    assert row(ward, other) is None


@pytest.mark.dialects("postgresql")  # on SQLite nobody writes meanwhile
def test_an_act_during_the_counting_waits_for_nothing_and_is_not_lost(ward, waiting, monkeypatch):
    finished(ward, 40, hours=8, like=waiting, until=ward.clock.now())
    round_of(ward)
    usual, marked = forecasting.histories, ward.clock.now() + timedelta(seconds=1)

    def slow(session, case_ids):
        found = list(usual(session, case_ids))
        with ward.work() as other:
            look_again(other.session, [waiting], marked)
        return iter(found)

    monkeypatch.setattr(forecasting, "histories", slow)
    with ward.work() as work:
        forecasting.refresh(work, [waiting])
    assert row(ward, waiting).look_at == marked


def test_trials_teach_nothing_and_have_no_row(ward, waiting):
    with ward.work() as work:
        work.session.get_one(Case, waiting).trial = True
    round_of(ward)
    assert row(ward, waiting) is None
    with ward.look() as look:
        assert look.session.scalars(select(ForecastSample)).all() == []

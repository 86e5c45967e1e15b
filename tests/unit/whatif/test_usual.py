"""What a task usually still takes: from finished cases where enough are known, else from the time of its step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.forecasts.lives import WHOLE, Observation
from engine.forecasts.outlook import Outlook, Sample
from engine.forecasts.seasons import ORDINARY
from engine.queries import whatif_usual
from engine.queries.whatif_plan import QueuedTask, Usual
from engine.queries.whatif_usual import Usage
from tests.unit.whatif.test_plan import CALENDAR, HOUR, LAN, MONDAY, task


def known(cases: int) -> Outlook:
    """A procedure whose appraisal takes eight working hours in a unit and the whole way twenty."""
    office = str(LAN)
    seen = [Observation("appraise", ORDINARY, office, 8 * HOUR, True, 20 * HOUR, True)] * cases
    whole = [Observation(WHOLE, ORDINARY, office, 20 * HOUR, True, 20 * HOUR, True)] * cases
    return Outlook(Sample([*seen, *whole]))


def appraisal(**changes: Any) -> QueuedTask:
    """A dossier accepted and laid on the desk on Monday morning."""
    usual = {"procedure": "1.001612", "handling_id": LAN, "accepted_at": MONDAY}
    return replace(task(1, 6), **(usual | changes))


def usual(monkeypatch: pytest.MonkeyPatch, one: QueuedTask, cases: int, hours: int = 0) -> Usual | None:
    outlook = known(cases) if cases else None
    monkeypatch.setattr(whatif_usual, "outlook_of", lambda *_: outlook)
    now = CALENDAR.moment(CALENDAR.worked(MONDAY) + hours * HOUR)
    return Usage(None, CALENDAR, now).of([one]).get(one.id)  # type: ignore[arg-type]


def test_finished_cases_say_how_long_the_step_and_the_rest_still_take(monkeypatch):
    assert usual(monkeypatch, appraisal(), 40) == Usual(8 * HOUR, 12 * HOUR)
    later = usual(monkeypatch, appraisal(), 40, hours=4)
    assert later == Usual(4 * HOUR, 12 * HOUR)


def test_with_too_few_known_the_time_of_the_step_stands_in_as_far_as_it_is_left(monkeypatch):
    budget = appraisal(due_at=CALENDAR.moment(CALENDAR.worked(MONDAY) + 16 * HOUR))
    for cases in (0, 5):
        assert usual(monkeypatch, budget, cases, hours=4) == Usual(12 * HOUR, 0, known=False)
    over = usual(monkeypatch, budget, 0, hours=30)
    assert over == Usual(16 * HOUR, 0, known=False), "once it is over, all of it again"


def test_a_step_without_a_time_and_without_cases_is_of_unknown_length(monkeypatch):
    assert usual(monkeypatch, appraisal(), 0) is None
    aside = appraisal(leads=False, opened_at=MONDAY + timedelta(hours=1))
    assert usual(monkeypatch, aside, 40) is None, "what is done beside the case's own step is no step of it"

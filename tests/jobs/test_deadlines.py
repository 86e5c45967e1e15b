"""Terms are swept by the clock, but not while the sample still lives through its past."""

from __future__ import annotations

from engine.outbox import Job
from engine.work import SYSTEM
from jobs.deadlines import is_living_through_its_past
from jobs.leases import is_dead
from jobs.sample import HOLDER


def test_terms_wait_until_the_sample_has_reached_today(house):
    assert not is_living_through_its_past(house)
    with house.unit_of_work(actor=SYSTEM) as work:
        job_id = work.defer("LoadSample", {"until": work.now.isoformat(), "count": 1})
    assert is_living_through_its_past(house)
    with house.unit_of_work(actor=SYSTEM) as work:
        work.session.get_one(Job, job_id).status = "failed"
    assert not is_living_through_its_past(house)


def test_what_the_sample_holds_is_left_to_its_next_run():
    assert not is_dead(HOLDER)

"""A question "what if" gone through for somebody who waits: an office at a time, on a look that writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from engine.cases.whatifs import WhatIfRun
from engine.composition import House
from engine.errors import Refusal
from engine.outbox import Job
from engine.queries.people import actor_of
from engine.queries.whatif_question import Question
from engine.queries.whatif_reading import read_changes
from engine.queries.whatif_runs import kept_stretch
from engine.usecases.whatif import fail_run, go_on, keep_stretch
from engine.work import SYSTEM
from jobs.carrying import carries, is_last_attempt

AT_ONCE = 20_000
"""Cases in one job; the next job goes on from there."""


@carries("WhatIf", limit=timedelta(minutes=20))
def whatif(house: House, job: Job) -> None:
    """Go through office after office as whoever asked, at the moment of asking; killed, it goes on with the rest."""
    run_id, seen = UUID(job.args["run"]), 0
    while seen < AT_ONCE:
        with house.reading(actor=SYSTEM) as look:
            run = look.session.get(WhatIfRun, run_id)
        if run is None or run.status != "going" or not run.stretches:
            return
        stretch: str = run.stretches[0]
        try:
            with house.reading(actor=SYSTEM, now=run.asked_at) as look:
                actor = actor_of(look, run.asked_by)
                if actor is None:
                    raise Refusal("Tài khoản của người hỏi đã đóng.")
                asked = replace(look, actor=actor)
                part = Question(asked, read_changes(run.changes)).stretch(UUID(stretch))
        except Refusal as refusal:
            with house.unit_of_work(actor=SYSTEM) as work:
                fail_run(work, run_id, str(refusal))
            return
        except Exception as error:
            if is_last_attempt(job):
                with house.unit_of_work(actor=SYSTEM) as work:
                    fail_run(work, run_id, f"{type(error).__name__}: {error}")
            raise
        with house.unit_of_work(actor=SYSTEM) as work:
            if keep_stretch(work, run_id, stretch, **kept_stretch(part)):
                return
        seen += part.seen
    with house.unit_of_work(actor=SYSTEM) as work:
        go_on(work, run_id)

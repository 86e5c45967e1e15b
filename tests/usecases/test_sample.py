"""The sample office lives through its past behind the open page, also when it is stopped half-way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.composition import House
from engine.dossiers.models import Dossier, SupplementRequest
from engine.outbox import Job
from engine.sample.driving import Drive
from engine.sample.lives import BIRTH, FULL, PERMIT, Life
from engine.work import SYSTEM

pytestmark = pytest.mark.dialects("sqlite")


class Killed(BaseException):
    """The process is gone: nothing after this is done."""


class KilledDrive(Drive):
    """A drive whose process ends when a supplement has come, before the workers' part of that act."""

    def _carry_out(self) -> None:
        with self.house.reading(actor=SYSTEM) as look:
            if look.session.scalar(select(func.count()).where(SupplementRequest.answered_at.is_not(None))):
                raise Killed
        super()._carry_out()


def _lives(until: datetime) -> list[Life]:
    """Written anew for each run, as a new process has them: one was asked for a supplement and may be asked once."""
    return [
        Life(0, PERMIT, "supplemented", until - timedelta(days=9), "counter", 0.2, stop="approve"),
        Life(1, BIRTH, FULL, until - timedelta(days=8), "counter", 1.0, stop="approve"),
    ]


def test_a_loading_stopped_half_way_goes_on_where_it_was(house: House) -> None:
    until = house.clock.now()
    with pytest.raises(Killed):
        list(KilledDrive(house, _lives(until), until=until, holder="sample").run())
    with house.reading(actor=SYSTEM) as look:
        held = look.session.scalar(select(func.count()).where(Job.leased_by == "sample", Job.status == "leased"))
    assert held, "the killed process left something for its next run"

    list(Drive(house, _lives(until), until=until, holder="sample").run())

    with house.reading(actor=SYSTEM) as look:
        assert look.session.scalar(select(func.count()).select_from(Dossier)) == 2
        assert look.session.scalar(select(func.count()).where(Job.leased_by == "sample", Job.status == "leased")) == 0
        assert set(look.session.scalars(select(Dossier.status))) == {4}

"""What happens by the clock: each entry becomes one outbox job per slot, whoever asks and however often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from engine.clock import legal_time
from engine.composition import House
from engine.work import SYSTEM


@dataclass(frozen=True)
class Entry:
    """One recurring job: every so often, or once a day at an hour of Viet Nam's clock (also when that was missed)."""

    name: str
    kind: str
    every: timedelta | None = None
    at: time | None = None

    def slot(self, now: datetime) -> str | None:
        """The name of the stretch of time `now` falls in; None before today's hour has come."""
        if self.every is not None:
            seconds = int(self.every.total_seconds())
            return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC).isoformat()
        local = legal_time(now)
        return local.date().isoformat() if self.at is not None and local.time() >= self.at else None


ENTRIES = (
    Entry("deadlines", "SweepDeadlines", every=timedelta(seconds=30)),
    Entry("watch", "WatchCases", every=timedelta(minutes=5)),
    Entry("forecast", "ForecastOpen", every=timedelta(minutes=5)),
    Entry("close-days", "CloseDays", every=timedelta(hours=1)),
    Entry("seal-history", "SealHistory", every=timedelta(minutes=15)),
    Entry("levels", "RaiseDue", every=timedelta(minutes=5)),
    Entry("withdrawals", "PublishWithdrawals", at=time(0, 30)),
    Entry("tidy-outbox", "TidyOutbox", at=time(2, 30)),
    Entry("tidy-files", "TidyFiles", at=time(3, 30)),
    Entry("warnings", "SendWarnings", every=timedelta(minutes=1)),
    Entry("tidy-warnings", "TidyWarnings", at=time(2, 45)),
    Entry("law", "WarnOfEndings", at=time(7, 0)),
    Entry("certificates", "CheckCertificates", every=timedelta(hours=1)),
    Entry("clock", "WatchClock", every=timedelta(minutes=15)),
)


class Planner:
    """Writes the jobs of slots that have begun; the unique key of a job keeps two planners from asking twice."""

    def __init__(self, entries: tuple[Entry, ...] = ENTRIES) -> None:
        self.entries = entries
        self.asked: dict[str, str] = {}

    def ask(self, house: House) -> int:
        """Ask for every slot this planner has not asked for yet; how many it tried."""
        now = house.clock.now()
        pending = [(entry, entry.slot(now)) for entry in self.entries]
        fresh = [(entry, slot) for entry, slot in pending if slot and self.asked.get(entry.name) != slot]
        for entry, slot in fresh:
            try:
                with house.unit_of_work(actor=SYSTEM) as work:
                    work.defer(entry.kind, {}, key=f"schedule:{entry.name}:{slot}")
            except IntegrityError:
                pass  # another relay was faster by a hair
            self.asked[entry.name] = slot
        return len(fresh)

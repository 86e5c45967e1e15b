"""Say whether the forecast of late dossiers can be believed: made with earlier months, held against later ones.

    ./motcua forecast check                       this installation's own dossiers, the last three whole months
    ./motcua forecast check --months 6 --json     more months, for a machine
    ./motcua forecast check --generated 3000      a made-up office whose delays are known, in memory, nothing read

Each held-out month is forecast from what was known when it began, at every evening of every dossier that was open then.
The table says how many of the dossiers in each band of probability were late in the end, with the interval in which the
true share lies (95 %, counted by dossiers). Below it stand the Brier score beside the one of always saying the share
that came true, and the precision beside the rule "due in two working days or fewer" at the same recall.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.deadlines.calendar import Calendar
    from engine.forecasts.lives import Life
    from engine.forecasts.reliability import Reliability

NEEDS = ("packages",)
LEARNED_FROM = timedelta(days=730)
"""How long before the first held-out month dossiers are learned from."""
MOST = 100_000
PERIOD = timedelta(days=31)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, over how many months, on whose dossiers."""
    parser.add_argument("what", choices=("check",))
    parser.add_argument("--months", type=int, default=3, metavar="N", help="held-out months, the last whole ones (3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--generated", type=int, default=0, metavar="N", help="a made-up office with N finished dossiers"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which made-up office (1)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="data folder (default: data/ here)")


def run(args: argparse.Namespace) -> int:
    """0 with the table printed, also where there are too few cases to tell; 2 when a word makes no sense."""
    from engine.forecasts.reliability import held_out, months_before, reliability

    if not 1 <= args.months <= 60 or not 0 <= args.generated <= MOST:
        print(f"motcua forecast: months from 1 to 60, generated dossiers up to {MOST:,}", file=sys.stderr)
        return 2
    try:
        lives, now = made_up(args.generated, args.seed) if args.generated else kept(args.data, args.months)
    except LookupError as problem:
        print(f"motcua forecast: {problem}", file=sys.stderr)
        return 2
    calendars = {life.key: calendar for life, calendar in lives}
    months = months_before(now, args.months)
    told = held_out([life for life, _ in lives], lambda life: calendars[life.key], months)
    found = reliability(told, [f"{begins:%Y-%m}" for begins, _ in months])
    if args.json:
        print(json.dumps({"learned_from": len(lives), **asdict(found)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_text(found, len(lives))))
    return 0


def made_up(count: int, seed: int) -> tuple[list[tuple[Life, Calendar]], datetime]:
    """A made-up office, and the moment at which its last dossier was decided."""
    from engine.calendars.vietnam import national_calendar
    from engine.forecasts.generated import lives

    calendar = national_calendar()
    found = lives(count, calendar, seed=seed)
    return [(life, calendar) for life in found], max(life.ended_at or life.accepted_at for life in found)


def kept(data: Path | None, months: int) -> tuple[list[tuple[Life, Calendar]], datetime]:
    """The dossiers of an installation; LookupError where there is none."""
    from sqlalchemy.exc import DBAPIError

    from cli.archives.place import settings_of
    from engine.composition import build_house
    from engine.dossiers.histories import accepted_since
    from engine.work import SYSTEM

    settings = settings_of(data)
    if settings.is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        raise LookupError(f"there is no installation in {settings.data}")
    house = build_house(settings)
    try:
        with house.reading(actor=SYSTEM) as look:
            since = look.now - LEARNED_FROM - months * PERIOD
            found = accepted_since(look.session, since, MOST)
            return [(one.life, one.calendar) for one in found], look.now
    except DBAPIError as problem:
        raise LookupError(f"the database in {settings.data} cannot be read ({problem.orig})") from problem
    finally:
        house.database.dispose()


def as_text(found: Reliability, learned: int) -> list[str]:
    """The table and what follows from it, for a person."""
    months = f"{found.months[0]} to {found.months[-1]}" if len(found.months) > 1 else found.months[0]
    lines = [
        f"held out: {months}; {found.cases} dossiers, {found.late_cases} of them late, "
        f"{found.forecasts} evenings forecast, {found.unsaid} without a forecast (too few cases like them)",
        f"known: {learned} dossiers in all",
    ]
    if not found.enough:
        lines.append(_too_few(found))
    if not found.forecasts:
        return lines
    lines += ["", "  forecast      evenings  dossiers     said     late      between"]
    lines += [
        f"  {band.low:4.0%} – {band.high:4.0%}  {band.forecasts:9}  {band.cases:8}  {band.said:7.1%}  {band.late:7.1%}"
        f"  {band.interval[0]:5.1%} – {band.interval[1]:5.1%}"
        for band in found.bands
    ]
    lines += [
        "",
        f"Brier score {found.brier:.4f}, of always saying the share that came true {found.brier_usual:.4f}",
        f"flagged from {found.threshold:.1%} on: recall {found.recall:.1%}, precision {found.precision:.1%}",
        f"due in two working days or fewer: recall {found.recall_rule:.1%}, precision {found.precision_rule:.1%}",
    ]
    return lines


def _too_few(found: Reliability) -> str:
    from engine.forecasts.reliability import LEAST_CASES, LEAST_LATE

    return (
        f"TOO FEW CASES to judge by: at least {LEAST_CASES} held-out dossiers and {LEAST_LATE} late ones are wanted, "
        f"there are {found.cases} and {found.late_cases}. What follows, if anything, is only an impression."
    )

"""From the office's own cases to the working time a dossier still takes from its step to the decision.

The estimator. A dossier that has stood at its step for some working seconds is compared with the earlier entries into
the same step that had not left it by then either (landmarking: J. Anderson, K. Cain, R. Gelber, J. Clin. Oncol. 1,
1983; H. van Houwelingen, Scand. J. Statist. 34, 2007). What they still needed makes a survival curve in which dossiers
not decided yet count as censored. Curves stand in a line from wide to narrow, each leaning on the one before as a
Dirichlet prior (`posterior`), with a strength taken from the data (`strength_of`):

    the procedure (since acceptance) > its step > the step in this season > the step in this season and unit

so that a unit with five cases says mostly what its procedure says, and one with five hundred speaks for itself. What
is left of the promised time comes in at the end alone, so the probability never falls when the date moves earlier. How
much a unit has on its hands is not in it: no held-out figures of a real office show yet that it says more than the time
already spent, which grows with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from typing import Literal

from engine.forecasts.lives import WHOLE, Observation
from engine.forecasts.survival import NOTHING, USUAL_STRENGTH, Curve, posterior, strength_of

HOUR = 3600
LANDMARKS = tuple(
    hours * HOUR
    for hours in (*range(0, 24), *range(24, 56, 2), *range(56, 120, 4), *range(120, 240, 8), *range(240, 961, 40))
)
"""Working seconds in a step at which dossiers are compared; between two of them the curve of the lower one goes on."""
MARKS_BESIDE = tuple(hours * HOUR for hours in (0, 8, 24, 56, 120, 240, 480, 960))
"""The same for the whole way from acceptance on, of which only the outline counts."""
LEAST = 20
"""With fewer decided cases of the procedure at a step nothing is said: a share of twenty is uncertain by a fifth."""
LEAST_LEFT = 8
"""With fewer decided cases that lasted as long as this one nothing is said either."""
MOST = 400
"""So many entries into one step speak for it, taken evenly from all that are known."""

Level = Literal["unit", "season", "step", "procedure"]
Seen = Sequence[tuple[int, bool]]
_Key = tuple[str, str, str, int, int]
"""Step, season, unit, landmark in the step and since acceptance."""


@dataclass(frozen=True)
class Strengths:
    """As how many cases each wider sample counts for the narrower one below it."""

    step: float = USUAL_STRENGTH
    season: float = USUAL_STRENGTH
    unit: float = USUAL_STRENGTH


@dataclass(frozen=True)
class Remaining:
    """The working time still needed, as seen from one dossier: `spent` seconds have passed since its landmark.

    `cases` are the decided dossiers it rests on and `level` whose they are: the narrowest sample that outweighs
    what it leans on.
    """

    curve: Curve
    spent: int
    cases: int
    level: Level

    def beyond(self, seconds: int) -> float:
        """The probability that more than so many working seconds are still needed; 1 for a time that has passed."""
        if seconds < 0:
            return 1.0
        left = self.curve.after(self.spent)
        return min(1.0, self.curve.after(self.spent + seconds) / left) if left > 0 else 1.0

    def within(self, share: float) -> int | None:
        """After how many more working seconds this share is decided (0.5: the median); None where it was never seen."""
        reached = self.curve.reached((1.0 - share) * self.curve.after(self.spent))
        return None if reached is None else max(0, reached - self.spent)

    @property
    def median(self) -> int | None:
        """The working seconds after which half of such dossiers are decided."""
        return self.within(0.5)


@dataclass
class _Group:
    """The observations of one key."""

    entries: Sequence[Observation] = ()
    _at: dict[int, Seen] = field(default_factory=dict)

    def at(self, landmark: int) -> Seen:
        """What was left, at a landmark, of those that still stood at the step then."""
        if landmark not in self._at:
            here = [(one.total - landmark, one.decided) for one in self.entries if one.stay >= landmark]
            self._at[landmark] = sorted(here)
        return self._at[landmark]

    def decided(self, landmark: int, beyond: int = -1) -> int:
        """How many of those were decided, more than so many seconds after the landmark."""
        return sum(over and seconds > beyond for seconds, over in self.at(landmark))


NOBODY = _Group()


@dataclass
class Sample:
    """Observations by key, of each at most so many, evenly taken from those given."""

    observations: InitVar[Iterable[Observation]]
    groups: dict[tuple[str, ...], _Group] = field(init=False)

    def __post_init__(self, observations: Iterable[Observation]) -> None:
        found: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
        for one in observations:
            keys: tuple[tuple[str, ...], ...] = ((one.step,),)
            if one.step != WHOLE:
                keys = ((one.step,), (one.step, one.season), (one.step, one.season, one.office))
            for key in keys:
                found[key].append(one)
        self.groups = {key: _Group(entries[:: -(-len(entries) // MOST)]) for key, entries in found.items()}

    def at(self, *key: str) -> _Group:
        return self.groups.get(key, NOBODY)


@dataclass
class Outlook:
    """What one procedure's cases say of the time still needed; `units` may hold fuller samples of single units."""

    whole: Sample
    units: dict[str, Sample] = field(default_factory=dict)
    given: Strengths | None = None
    _curves: dict[tuple[Level, _Key], Curve] = field(default_factory=dict)
    _answers: dict[_Key, tuple[Curve, int, Level]] = field(default_factory=dict)

    @cached_property
    def strengths(self) -> Strengths:
        """The strengths this procedure's cases ask for."""
        return self.given or strengths(self.whole)

    def learn(self, office: str, sample: Sample) -> None:
        """A fuller or newer sample of one unit takes the place of what was known of it."""
        self.units[office] = sample
        for known in [key for key in list(self._curves) if key[1][2] == office]:
            self._curves.pop(known, None)
        for answered in [key for key in list(self._answers) if key[2] == office]:
            self._answers.pop(answered, None)

    def remaining(
        self, step: str, office: str = "", season: str = "", *, in_step: int = 0, in_all: int = 0
    ) -> Remaining | None:
        """The working time from a step to the decision, for a dossier that has spent so many working seconds.

        `step` is the task's element id, several parallel ones joined in order by "+"; `office` and `season` as in the
        observations, "" for any office. None where too few cases are known.
        """
        step_group = self.whole.at(step)
        if step_group.decided(0) < LEAST:
            return None
        landmark = _landmark(step_group, in_step)
        spent = in_step - landmark
        beside = MARKS_BESIDE[bisect_right(MARKS_BESIDE, max(0, in_all - spent)) - 1]
        key = (step, season, office, landmark, beside)
        if key not in self._answers:
            self._answers[key] = self._told(key)
        curve, cases, level = self._answers[key]
        if step_group.decided(landmark, spent) < LEAST_LEFT:
            return None
        return Remaining(curve, spent, cases, level)

    def _told(self, key: _Key) -> tuple[Curve, int, Level]:
        """The curve of a key, the decided cases it rests on, and whose they are."""
        step, season, office, landmark, beside = key
        own = self.units.get(office, self.whole)
        line: list[tuple[Level, _Key, Seen, float]] = [
            ("procedure", ("", "", "", 0, beside), self.whole.at(WHOLE).at(beside), 0.0),
            ("step", (step, "", "", landmark, beside), self.whole.at(step).at(landmark), self.strengths.step),
            (
                "season",
                (step, season, "", landmark, beside),
                self.whole.at(step, season).at(landmark),
                self.strengths.season,
            ),
            ("unit", key, own.at(step, season, office).at(landmark), self.strengths.unit),
        ]
        curve, told, cases = NOTHING, line[0][0], 0
        for level, name, seen, strength in line:
            known = (level, name)
            if known not in self._curves:
                self._curves[known] = posterior(seen, curve if strength else None, strength)
            curve = self._curves[known]
            if len(seen) >= strength:
                told, cases = level, sum(decided for _, decided in seen)
        return curve, cases, told


def _landmark(group: _Group, in_step: int) -> int:
    """The latest landmark already passed at which enough cases of the step still stood there."""
    passed = LANDMARKS[: max(1, bisect_right(LANDMARKS, in_step))]
    return next((mark for mark in reversed(passed) if group.decided(mark) >= LEAST), 0)


def strengths(sample: Sample) -> Strengths:
    """As how many cases each wider sample should count, by what a procedure's own groups have in common."""
    whole = posterior(sample.at(WHOLE).at(0))
    steps = {key[0]: posterior(group.at(0)) for key, group in sample.groups.items() if len(key) == 1}
    seasons = {key[:2]: posterior(group.at(0)) for key, group in sample.groups.items() if len(key) == 2}
    of_steps = [(whole, sample.at(step).at(0)) for step in steps if step != WHOLE]
    of_seasons = [(steps[key[0]], sample.at(*key).at(0)) for key in seasons]
    of_units = [(seasons[key[:2]], group.at(0)) for key, group in sample.groups.items() if len(key) == 3]
    return Strengths(strength_of(of_steps), strength_of(of_seasons), strength_of(of_units))

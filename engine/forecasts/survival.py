"""How much longer things last: a curve that keeps what is not over yet, and leans on a wider one where it is thin."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import lgamma

STRENGTHS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0)
"""The numbers of imagined cases a wider sample may count as; one of them is chosen from the data."""
USUAL_STRENGTH = 16.0
AT = (0.5, 0.2)
"""Where groups are compared with their parent: at its median, and where one in five is left."""


@dataclass(frozen=True)
class Curve:
    """The share still going on after so many working seconds: 1 at first, then falling at `times` to `shares`."""

    times: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()

    def after(self, seconds: float) -> float:
        """The share that lasts longer than this."""
        place = bisect_right(self.times, seconds)
        return self.shares[place - 1] if place else 1.0

    def reached(self, share: float) -> int | None:
        """After how many seconds no more than this share is left; None where it was never seen."""
        return next((time for time, left in zip(self.times, self.shares, strict=True) if left <= share), None)


NOTHING = Curve()


def posterior(seen: Sequence[tuple[int, bool]], prior: Curve | None = None, strength: float = 0.0) -> Curve:
    """The survival curve of a sample of (seconds, whether it ended then), leaning on `strength` cases of a prior.

    The Bayes estimator under a Dirichlet process prior with right-censored observations (V. Susarla, J. Van Ryzin,
    "Nonparametric Bayesian estimation of survival curves from incomplete observations", JASA 71, 1976, 897-902; for
    nothing censored T. Ferguson, Ann. Statist. 1, 1973), written by its hazards (N. Hjort, Ann. Statist. 18, 1990,
    with c(s) = strength * S0[s, oo)): at each time the hazard is (strength * fall of the prior + ended) / (strength *
    prior still going on + cases still going on). Without a prior it is the estimator of Kaplan and Meier (JASA 53,
    1958); with nothing censored, (strength * S0 + number beyond) / (strength + number).
    """
    if prior is None or not prior.times:
        prior, strength = NOTHING, 0.0
    ended = Counter(time for time, over in seen if over)
    durations = sorted(time for time, _ in seen)
    times = sorted({*ended, *(prior.times if strength else ())})
    kept: list[int] = []
    shares: list[float] = []
    share, held, passed, beside = 1.0, 1.0, 0, 0
    for time in times:
        while passed < len(durations) and durations[passed] < time:
            passed += 1
        still = held  # the prior's share just before this time, and from it on
        if beside < len(prior.times) and prior.times[beside] == time:
            still, beside = prior.shares[beside], beside + 1
        whole = strength * held + len(durations) - passed
        if whole <= 0:
            break
        share *= max(0.0, 1.0 - (strength * (held - still) + ended[time]) / whole)
        held = still
        kept.append(time)
        shares.append(share)
    return Curve(tuple(kept), tuple(shares))


def strength_of(groups: Iterable[tuple[Curve, Sequence[tuple[int, bool]]]], usual: float = USUAL_STRENGTH) -> float:
    """How many cases a parent's curve should count as for its groups: the strength that explains them best.

    Empirical Bayes, by the marginal likelihood of the beta-binomial (how many of each group outlast the parent's median
    and its last fifth, given the parent's shares there). Groups that differ much give a small number, groups that are
    alike a large one; with fewer than two groups that say anything it is the usual one.
    """
    counts = [
        (count, beyond, share)
        for parent, seen in groups
        for at in AT
        for count, beyond, share in _compared(parent, seen, at)
    ]
    if len(counts) < 2 * len(AT):
        return usual
    return max(STRENGTHS, key=lambda strength: sum(_likelihood(*one, strength) for one in counts))


def _compared(parent: Curve, seen: Sequence[tuple[int, bool]], at: float) -> list[tuple[int, int, float]]:
    """How many of a group are known to lie on either side of a quantile of the parent, and the parent's share there."""
    time = parent.reached(at)
    if time is None:
        return []
    share = min(0.99, max(0.01, parent.after(time)))
    beyond = sum(seconds > time for seconds, _ in seen)
    known = beyond + sum(over and seconds <= time for seconds, over in seen)
    return [(known, beyond, share)] if known else []


def _likelihood(count: int, beyond: int, share: float, strength: float) -> float:
    """The logarithm of the beta-binomial, without the part that knows no strength."""
    a, b = strength * share, strength * (1 - share)
    return (
        lgamma(beyond + a) + lgamma(count - beyond + b) - lgamma(count + strength)
        + lgamma(strength) - lgamma(a) - lgamma(b)
    )  # fmt: skip

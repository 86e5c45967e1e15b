"""One figure of a table of measurements: a ratio, how it came about, and the target it is held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A ratio with its target: not more than `most`, or not less than `least`; without either it only stands beside."""

    title: str
    ratio: float
    detail: str
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the target is kept."""
        return (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)

    def __str__(self) -> str:
        target = f"≤ {self.most:.3g}" if self.most is not None else f"≥ {self.least:.3g}" if self.least else ""
        verdict = ("holds" if self.holds else "MISSED") if target else ""
        return f"{self.title:<54} {self.ratio:7.3f}  {target:<7} {verdict:<7} {self.detail}"

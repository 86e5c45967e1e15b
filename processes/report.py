"""What a report from the public (phản ánh, kiến nghị) needs beside a procedure: its limits, kinds and categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from processes.places import PlaceRule
from processes.texts import Text

KINDS = ("scene", "dossier", "conduct", "regulation", "enquiry", "complaint")
WallUnit = Literal["minutes", "hours", "days"]
WALL_UNITS = ("minutes", "hours", "days")
_LETTERS = {"minutes": "PT{}M", "hours": "PT{}H", "days": "P{}D"}


@dataclass(frozen=True)
class WallLimit:
    """A limit by the clock on the wall, day and night, holidays too; never a legal term of working time."""

    value: int
    unit: WallUnit

    @property
    def iso(self) -> str:
        """The duration as a timer of a drawing reads it (ISO 8601)."""
        return _LETTERS[self.unit].format(self.value)

    @property
    def seconds(self) -> int:
        """The duration in seconds."""
        return self.value * {"minutes": 60, "hours": 3600, "days": 86400}[self.unit]


@dataclass(frozen=True)
class Category:
    """A field of reports and the rule of who owns it; `urgent` fields are asked "is somebody in danger?" first."""

    key: str
    name: Text
    kinds: tuple[str, ...]
    unit: PlaceRule
    urgent: bool
    verified: bool


@dataclass(frozen=True)
class ReportRules:
    """How reports are dealt with: two wall-clock limits, the time to rate, what is never published, the fields.

    `forward` is how long the hotline has to pass a report on, `urgent` how long a unit has when somebody is in
    danger, `rating` how long the sender may say whether it was put right. The unit's ordinary term of working days
    is `limits.terms["answer"]`.
    """

    forward: WallLimit
    urgent: WallLimit
    rating: WallLimit
    anonymous: tuple[str, ...]
    never_published: tuple[str, ...]
    reopenings: int
    categories: tuple[Category, ...]

    def category(self, key: str) -> Category | None:
        """The field of that key."""
        return next((one for one in self.categories if one.key == key), None)

    def of_kind(self, kind: str) -> tuple[Category, ...]:
        """The fields a kind of report may be about."""
        return tuple(one for one in self.categories if kind in one.kinds)


def timers(rules: ReportRules) -> Mapping[str, str]:
    """The variables by which a drawing names the wall-clock limits, as ISO 8601 durations."""
    return {
        "forward_limit": rules.forward.iso,
        "urgent_limit": rules.urgent.iso,
        "rating_window": rules.rating.iso,
    }

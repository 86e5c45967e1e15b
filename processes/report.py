"""What a report from the public (phản ánh, kiến nghị) needs beside a procedure: its limits, kinds and categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from processes.places import REPORT_PLACES, PlaceRule, read_place
from processes.procedure import NOTHING, Limit, Owner, Places, Result, Series, Supplement, Text
from processes.reading import Table
from rules.sentences import Sentence

KINDS = ("scene", "dossier", "conduct", "regulation", "enquiry", "complaint")
WallUnit = Literal["minutes", "hours", "days"]
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


_DAY = Limit(1, "working_days")
NO_OWNER = Owner(name="", identity="", phone="", email="", address="", title="")
NO_SUPPLEMENT = Supplement(_DAY, "shift", 0, "unit_head", _DAY, "", verified=True)
NO_RESULT = Result("", NOTHING, "form", Series("", "{number}", "own", yearly=True), None, "unit_head", "", "", False)
"""A report has an answer instead of an applicant's papers and a signed result."""


def read_places(table: Table) -> Places:
    """The two places of a report; those of a dossier are the hotline too, and nothing happens there."""
    rules = {}
    for key in REPORT_PLACES:
        try:
            rules[key] = read_place(table.text(key))
        except ValueError as fault:
            raise table.refuse(key, Sentence.of(fault.args[0])) from fault
    hotline = rules["hotline"]
    return Places(table.text("territory"), hotline, hotline, hotline, hotline, None, hotline, rules["unit"])


def read_report(table: Table) -> ReportRules:
    """Read the `[report]` table; BundleError names the key at fault."""
    return ReportRules(
        forward=_wall(table, "forward"),
        urgent=_wall(table, "urgent"),
        rating=_wall(table, "rating"),
        anonymous=_kinds(table, "anonymous"),
        never_published=_kinds(table, "never_published"),
        reopenings=table.number("reopenings", 1),
        categories=tuple(_category(item) for item in table.tables("categories")),
    )


def _wall(table: Table, key: str) -> WallLimit:
    inner = table.table(key)
    limit = WallLimit(inner.number("value"), inner.one_of("unit", tuple(_LETTERS)))  # type: ignore[arg-type]
    if limit.value < 1:
        raise inner.refuse("value", Sentence("phải lớn hơn 0"))
    return limit


def _kinds(table: Table, key: str) -> tuple[str, ...]:
    kinds = table.texts(key, ())
    if not set(kinds) <= set(KINDS):
        raise table.refuse(key, Sentence("chỉ gồm: %(kinds)s", kinds=", ".join(KINDS)))
    return kinds


def _category(table: Table) -> Category:
    name = table.table("name")
    try:
        unit = read_place(table.text("unit"))
    except ValueError as fault:
        raise table.refuse("unit", Sentence.of(fault.args[0])) from fault
    return Category(
        key=table.text("key"),
        name=Text(name.text("vi"), name.text("en")),
        kinds=_kinds(table, "kinds"),
        unit=unit,
        urgent=table.flag("urgent", False),
        verified=table.flag("verified", False),
    )


def timers(rules: ReportRules) -> Mapping[str, str]:
    """The variables by which a drawing names the wall-clock limits, as ISO 8601 durations."""
    return {
        "forward_limit": rules.forward.iso,
        "urgent_limit": rules.urgent.iso,
        "rating_window": rules.rating.iso,
    }

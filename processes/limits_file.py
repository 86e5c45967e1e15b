"""The limits of a procedure as its settings write them: by law, as published, by step, and what stops the clock."""

from collections.abc import Mapping

from processes.procedure import Case, Limit, Limits, PauseRule
from processes.reading import Table
from processes.texts import NOTHING, Text
from rules.sentences import Sentence

UNITS = ("working_days", "days", "months", "hours", "same_day")


def read_limit(table: Table, key: str, default: Limit | None = None) -> Limit:
    """One limit: a value above 0 and a unit."""
    if default is not None and key not in table:
        return default
    inner = table.table(key)
    limit = Limit(inner.number("value"), inner.one_of("unit", UNITS))  # type: ignore[arg-type]
    if limit.value < (0 if limit.unit == "same_day" else 1):
        raise inner.refuse("value", Sentence("phải lớn hơn 0"))
    return limit


def read_limits(table: Table) -> Limits:
    """Every limit of the procedure."""
    steps, terms = table.table("steps", required=False), table.table("terms", required=False)
    default = read_limit(table, "default")
    return Limits(
        default=default,
        cases=tuple(_case(item) for item in table.tables("cases")),
        acceptance=read_limit(table, "acceptance", Limit(8, "hours")),
        steps={key: read_limit(steps, key) for key in steps.keys()},  # noqa: SIM118 - a Table is not a mapping
        terms={key: read_limit(terms, key) for key in terms.keys()},  # noqa: SIM118
        marks=table.numbers("marks", (50, 80, 100)),
        same_day_cut_off=table.hour("same_day_cut_off"),
        transfer_cut_off=table.hour("transfer_cut_off"),
        start_cut_off=table.hour("start_cut_off"),
        verified=table.flag("verified"),
        note=_both(table.table("note")) if "note" in table else NOTHING,
        published=_published(table, default),
    )


def _case(table: Table) -> Case:
    limit = read_limit(table, "limit")
    return Case(
        key=table.text("key"),
        name=_both(table.table("name")),
        limit=limit,
        when=table.text("when"),
        verified=table.flag("verified", True),
        published=_published(table, limit),
    )


def _published(table: Table, legal: Limit) -> Limit | None:
    """What the office publishes and promises where it is less than the law allows."""
    if "published" not in table:
        return None
    limit = read_limit(table, "published")
    if limit.unit == legal.unit and limit.value >= legal.value:
        raise table.refuse("published", Sentence("phải ngắn hơn thời hạn theo luật"))
    return limit


def read_pauses(root: Table) -> Mapping[str, PauseRule]:
    """For which causes besides a supplement the law stops the clock; a cause that is not named stops nothing."""
    table = root.table("pauses", required=False)
    return {key: _pause(table.table(key)) for key in table.keys()}  # noqa: SIM118 - a Table is not a mapping


def _pause(table: Table) -> PauseRule:
    return PauseRule(
        ground=table.text("ground"),
        mode=table.one_of("mode", ("shift", "restart"), "shift"),  # type: ignore[arg-type]
        verified=table.flag("verified"),
    )


def _both(table: Table) -> Text:
    return Text(table.text("vi"), table.text("en"))

"""How the report of `procedure.toml` is read; what a report has not in common with a dossier stands in for it."""

from processes.places import REPORT_PLACES, read_place
from processes.procedure import Limit, Owner, Places, Result, Series, Supplement
from processes.reading import Table
from processes.report import KINDS, WALL_UNITS, Category, ReportRules, WallLimit
from processes.texts import NOTHING, Text
from rules.sentences import Sentence

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
    limit = WallLimit(inner.number("value"), inner.one_of("unit", WALL_UNITS))  # type: ignore[arg-type]
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

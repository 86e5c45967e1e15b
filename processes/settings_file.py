"""How `procedure.toml` is read into a Procedure; whatever is misspelt or missing is refused with file and key."""

import tomllib
from typing import Any

from processes.limits_file import read_limit, read_limits, read_pauses
from processes.places import DOSSIER_PLACES, ROLES, PlaceRule, read_place
from processes.procedure import (
    Component,
    Decision,
    Fee,
    FormSet,
    LegalText,
    Letter,
    Notice,
    Owner,
    Places,
    Procedure,
    Register,
    RegisterColumn,
    Result,
    Series,
    Statistics,
    Supplement,
)
from processes.reading import BundleError, Table
from processes.report_file import NO_OWNER, NO_RESULT, NO_SUPPLEMENT, read_places, read_report
from processes.texts import NOTHING, Text
from processes.toml import read_toml
from rules.sentences import Sentence

SETTINGS = "procedure.toml"
DEFAULTS = "defaults.toml"
LAYOUTS = ("decree30", "form", "certificate", "certification", "receipt", "control_sheet")
_DEFAULT_TYPES = ("application/pdf", "image/jpeg", "image/png")


def read_procedure(source: bytes, defaults: bytes = b"") -> Procedure:
    """Read the settings of one procedure laid over the defaults; BundleError names file and key of the first fault."""
    values = _laid_over(_parsed(defaults, DEFAULTS), _parsed(source, SETTINGS))
    root = Table(values, file=SETTINGS)
    is_report = root.one_of("kind", ("dossier", "report"), "dossier") == "report"
    procedure = Procedure(
        code=root.text("code"),
        version=root.text("version"),
        replaces=root.texts("replaces", ()),
        name=_text(root, "name"),
        field_name=_text(root, "field"),
        field_code=root.text("field_code"),
        level=root.one_of("level", ("commune", "province")),  # type: ignore[arg-type]
        subjects=_subjects(root),
        keywords=root.texts("keywords", ()),
        description=_text(root, "description"),
        who=_text(root, "who"),
        steps=tuple(_both(step) for step in root.tables("steps")),
        online=root.one_of("online", ("full", "partial")),  # type: ignore[arg-type]
        valid_from=root.day("valid_from"),
        valid_to=root.day("valid_to"),
        announced=_decision(root, "announced"),
        internal_process=_decision(root, "internal_process"),
        legal_basis=tuple(_legal_text(item) for item in root.tables("legal_basis")),
        limits=read_limits(root.table("limits")),
        fees=tuple(_fee(item) for item in root.tables("fees")),
        components=tuple(_component(item) for item in root.tables("components")),
        owner=NO_OWNER if is_report else _owner(root.table("owner")),
        places=read_places(root.table("places")) if is_report else _places(root.table("places")),
        supplement=NO_SUPPLEMENT if is_report else _supplement(root.table("supplement")),
        pauses=read_pauses(root),
        result=NO_RESULT if is_report else _result(root.table("result")),
        form_sets=tuple(_form_set(item) for item in root.tables("form_sets")),
        letters={key: _letter(key, item) for key, item in root.named_tables("letters")},
        notices={event: _notice(event, item) for event, item in root.named_tables("notices")},
        statistics=_statistics(root.table("statistics", required=not is_report)),
        unverified=tuple(_both(item) for item in root.tables("unverified")),
        kind="report" if is_report else "dossier",
        report=read_report(root.table("report")) if is_report else None,
        labels=_labels(root.table("labels", required=False)),
    )
    root.finish()
    return procedure


def _parsed(source: bytes, file: str) -> dict[str, Any]:
    try:
        return read_toml(source.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BundleError(file, "", Sentence("không đọc được: %(fault)s", fault=fault)) from fault


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        lower = result.get(key)
        result[key] = _laid_over(lower, value) if isinstance(lower, dict) and isinstance(value, dict) else value
    return result


def _labels(table: Table) -> dict[str, str]:
    """The English of the names in the drawing, by the Vietnamese names themselves."""
    return {name: table.text(name) for name in table.keys()}  # noqa: SIM118 - a Table is not a mapping


def _text(table: Table, key: str, *, required: bool = True) -> Text:
    if not required and key not in table:
        return NOTHING
    return _both(table.table(key))


def _both(table: Table) -> Text:
    return Text(table.text("vi"), table.text("en"))


def _subjects(root: Table) -> tuple[str, ...]:
    subjects = root.texts("subjects")
    if not subjects or not set(subjects) <= {"individual", "organisation"}:
        raise root.refuse("subjects", Sentence("phải gồm individual và / hoặc organisation"))
    return subjects


def _decision(root: Table, key: str) -> Decision | None:
    table = root.table(key, required=False)
    number = table.text("number", "")
    decision = Decision(number, table.day("date"), table.text("agency", ""))
    return decision if number else None


def _legal_text(table: Table) -> LegalText:
    return LegalText(
        title=table.text("title"),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        verified=table.flag("verified"),
        note=_text(table, "note", required=False),
    )


def _fee(table: Table) -> Fee:
    return Fee(
        key=table.text("key"),
        name=_text(table, "name"),
        amount=table.number("amount"),
        channel=table.one_of("channel", ("", "online", "counter", "post", "inbound"), ""),
        locality=table.text("locality", ""),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        due=table.one_of("due", ("filing", "return")),  # type: ignore[arg-type]
        exempt=table.text("exempt", ""),
        when=table.text("when", ""),
        verified=table.flag("verified"),
        note=_text(table, "note", required=False),
        times=table.text("times", ""),
    )


def _component(table: Table) -> Component:
    forms = ("original", "certified", "copy", "eform", "presented")
    return Component(
        key=table.text("key"),
        name=_text(table, "name"),
        form=table.one_of("form", forms),  # type: ignore[arg-type]
        copies=table.number("copies", 1),
        required=table.flag("required", True),
        condition=table.text("condition", ""),
        reusable_from=table.text("reusable_from", ""),
        accepts=table.texts("accepts", _DEFAULT_TYPES),
        max_mb=table.number("max_mb", 10),
        note=_text(table, "note", required=False),
    )


def _place(table: Table, key: str) -> PlaceRule:
    try:
        return read_place(table.text(key))
    except ValueError as fault:
        raise table.refuse(key, Sentence.of(fault.args[0])) from fault


def _places(table: Table) -> Places:
    rules = {place: _place(table, place) for place in DOSSIER_PLACES if place != "consulted"}
    consulted = _place(table, "consulted") if "consulted" in table else None
    return Places(territory=table.text("territory"), consulted=consulted, **rules)


def _owner(table: Table) -> Owner:
    return Owner(
        name=table.text("name"),
        identity=table.text("identity", ""),
        phone=table.text("phone", ""),
        email=table.text("email", ""),
        address=table.text("address", ""),
        title=table.text("title"),
    )


def _supplement(table: Table) -> Supplement:
    return Supplement(
        notice_window=read_limit(table, "notice_window"),
        mode=table.one_of("mode", ("shift", "restart")),  # type: ignore[arg-type]
        max_rounds=table.number("max_rounds"),
        late_approver=table.one_of("late_approver", ("unit_head", "leader")),
        applicant_term=read_limit(table, "applicant_term"),
        ground=table.text("ground"),
        verified=table.flag("verified"),
        note=_text(table, "note", required=False),
    )


def _series(table: Table) -> Series:
    pattern = table.text("pattern")
    if "{number}" not in pattern:
        raise table.refuse("pattern", Sentence("phải chứa {number}"))
    return Series(
        name=table.text("name"),
        pattern=pattern,
        source=table.one_of("source", ("own", "national"), "own"),  # type: ignore[arg-type]
        yearly=table.flag("yearly", True),
        value=table.text("value", ""),
    )


def _result(table: Table) -> Result:
    prescribed = _register(table.table("register")) if "register" in table else None
    return Result(
        kind=table.text("kind"),
        name=_text(table, "name"),
        layout=table.one_of("layout", LAYOUTS),
        series=_series(table.table("series")),
        register=prescribed,
        signer=table.one_of("signer", ("unit_head", "leader")),
        capacity=table.text("capacity", ""),
        valid_until=table.text("valid_until", ""),
        needs_seal=table.flag("needs_seal", True),
    )


def _register(table: Table) -> Register:
    columns = tuple(RegisterColumn(_text(one, "name"), one.text("value")) for one in table.tables("columns"))
    return Register(table.text("name"), table.text("book"), columns)


def _form_set(table: Table) -> FormSet:
    return FormSet(table.text("key"), table.day("valid_from"), table.day("valid_to"))


def _letter(key: str, table: Table) -> Letter:
    return Letter(
        key=key,
        name=_text(table, "name"),
        file=table.text("file"),
        layout=table.one_of("layout", LAYOUTS),
        signer=table.one_of("signer", ROLES),
        capacity=table.text("capacity", ""),
        series=_series(table.table("series")) if "series" in table else None,
        pages_of=table.text("pages_of", ""),
    )


def _notice(event: str, table: Table) -> Notice:
    return Notice(event, _text(table, "sms"), _text(table, "subject"), _text(table, "email"))


def _statistics(table: Table) -> Statistics:
    return Statistics(
        index=table.flag("index", True),
        full_online=table.flag("full_online", False),
        owes_document=table.flag("owes_document", True),
        has_fee=table.flag("has_fee", False),
    )

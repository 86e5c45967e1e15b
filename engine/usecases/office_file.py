"""Reading the file that describes an office: TOML, checked key by key before anything is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.accounts.capacities import AUTHORISED, CAPACITIES
from engine.accounts.models import ROLES
from engine.usecases.series_start import SeriesEntry
from engine.usecases.setting_up import OFFICE_KINDS, Decision, OfficeEntry, PersonEntry, Post

OFFICE_KEYS = frozenset(OfficeEntry.__dataclass_fields__)
POST_KEYS = frozenset(Post.__dataclass_fields__)
SERIES_KEYS = frozenset(SeriesEntry.__dataclass_fields__)
PERSON_KEYS = frozenset(PersonEntry.__dataclass_fields__)
DECISION_KEYS = frozenset({"number", "agency", "date"})
TABLES = ("announced", "internal_process")


class OfficeFileError(Exception):
    """What is wrong in the file: the key as it stands there, and what is expected."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}" if key else problem)
        self.key, self.problem = key, problem


@dataclass(frozen=True)
class OfficeFile:
    """A whole file: offices, people, decisions by procedure code and kind, and series that did not begin here."""

    offices: tuple[OfficeEntry, ...]
    people: tuple[PersonEntry, ...]
    decisions: Mapping[str, Mapping[str, Decision]]
    series: tuple[SeriesEntry, ...] = ()


def read_office_file(text: str, *, procedures: Collection[str]) -> OfficeFile:
    """Everything in the file, or OfficeFileError for the first thing wrong; `procedures` are the codes there are."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise OfficeFileError("", f"is not TOML: {fault}") from fault
    _only("", values, {"offices", "people", "procedures", "series"})
    offices = tuple(_office(f"offices[{n}]", one) for n, one in enumerate(_tables(values, "offices"), 1))
    people = tuple(_person(f"people[{n}]", one) for n, one in enumerate(_tables(values, "people"), 1))
    _once("offices", "code", [one.code for one in offices])
    _once("people", "login", [one.login for one in people])
    _parents_first(offices)
    series = tuple(_series(f"series[{n}]", one) for n, one in enumerate(_tables(values, "series"), 1))
    return OfficeFile(offices, people, _decisions(values.get("procedures", {}), procedures), series)


def _tables(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise OfficeFileError(name, f"must be a list of tables, each beginning with [[{name}]]")
    return found


def _only(key: str, values: Mapping[str, Any], known: Collection[str]) -> None:
    for name in values:
        if name not in known:
            raise OfficeFileError(f"{key}.{name}".strip("."), f"is not known; there are {', '.join(sorted(known))}")


def _text(key: str, values: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise OfficeFileError(f"{key}.{name}", "must be a text in quotation marks")
    if any(ord(letter) < 32 for letter in value):
        raise OfficeFileError(f"{key}.{name}", "must be one line")
    if needed and not value.strip():
        raise OfficeFileError(f"{key}.{name}", "is missing")
    return value.strip()


def _day(key: str, values: Mapping[str, Any], name: str) -> date | None:
    value = values.get(name)
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise OfficeFileError(f"{key}.{name}", "must be a date such as 2025-07-01, without quotation marks")
    return value


def _once(table: str, name: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise OfficeFileError(f"{table}.{name}", f"“{value}” stands there twice")


def _code(key: str, value: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,39}", value):
        raise OfficeFileError(key, f"“{value}”: small letters without marks, digits, dots and hyphens only")


def _office(key: str, values: Mapping[str, Any]) -> OfficeEntry:
    _only(key, values, OFFICE_KEYS)
    texts = {name: _text(key, values, name) for name in OFFICE_KEYS - {"functions", "parent"}}
    for name in ("code", "kind", "name"):
        _text(key, values, name, needed=True)
    _code(f"{key}.code", texts["code"])
    if texts["kind"] not in OFFICE_KINDS:
        raise OfficeFileError(f"{key}.kind", f"“{texts['kind']}” is none of {', '.join(OFFICE_KINDS)}")
    functions = values.get("functions", [])
    if not isinstance(functions, list) or not all(isinstance(one, str) for one in functions):
        raise OfficeFileError(f"{key}.functions", 'must be a list of texts, such as ["one-stop"]')
    return OfficeEntry(**texts, parent=_text(key, values, "parent") or None, functions=tuple(functions))


def _parents_first(offices: tuple[OfficeEntry, ...]) -> None:
    own, seen = {one.code for one in offices}, set[str]()
    for one in offices:
        if one.parent in own and one.parent not in seen:
            raise OfficeFileError(f"offices “{one.code}”.parent", f"“{one.parent}” must stand above it in the file")
        seen.add(one.code)


def _person(key: str, values: Mapping[str, Any]) -> PersonEntry:
    _only(key, values, PERSON_KEYS)
    texts = {name: _text(key, values, name) for name in PERSON_KEYS - {"posts"}}
    for name in ("login", "name"):
        _text(key, values, name, needed=True)
    _code(f"{key}.login", texts["login"])
    posts = values.get("posts", [])
    if not isinstance(posts, list) or not posts or not all(isinstance(one, dict) for one in posts):
        raise OfficeFileError(f"{key}.posts", 'must be a list such as [{ office = "centre", role = "counter_clerk" }]')
    return PersonEntry(**texts, posts=tuple(_post(f"{key}.posts[{n}]", one) for n, one in enumerate(posts, 1)))


def _post(key: str, values: Mapping[str, Any]) -> Post:
    _only(key, values, POST_KEYS)
    office, role = _text(key, values, "office", needed=True), _text(key, values, "role", needed=True)
    if role not in ROLES:
        raise OfficeFileError(f"{key}.role", f"“{role}” is none of {', '.join(ROLES)}")
    since, until = _day(key, values, "since"), _day(key, values, "until")
    if since and until and until < since:
        raise OfficeFileError(f"{key}.until", "lies before since")
    capacity = _text(key, values, "capacity")
    if capacity not in CAPACITIES:
        raise OfficeFileError(f"{key}.capacity", f"“{capacity}” is none of {', '.join(filter(None, CAPACITIES))}")
    ground = _decision(f"{key}.ground", values["ground"]) if "ground" in values else None
    post = Post(
        office, role, _text(key, values, "title"), capacity, since, until, _text(key, values, "acts_for"), ground
    )
    _can_sign(key, post)
    return post


def _can_sign(key: str, post: Post) -> None:
    """What a power to sign for somebody else needs (Decree 30/2020, article 13)."""
    if post.capacity and not post.title:
        raise OfficeFileError(f"{key}.title", f"is missing: {post.capacity} is printed with the title of who signs")
    if post.capacity == AUTHORISED and post.ground is None:
        raise OfficeFileError(
            f"{key}.ground", "is missing: TUQ. names the document that authorises (number, agency, date)"
        )
    if post.capacity == AUTHORISED and post.until is None:
        raise OfficeFileError(f"{key}.until", "is missing: TUQ. is given for a limited time")
    if post.ground is not None and post.since is not None and post.ground.day > post.since:
        raise OfficeFileError(f"{key}.ground.date", "lies after since")


def _series(key: str, values: Mapping[str, Any]) -> SeriesEntry:
    _only(key, values, SERIES_KEYS)
    office, name, ground = (_text(key, values, one, needed=True) for one in ("office", "name", "ground"))
    year, last = (_whole(key, values, one) for one in ("year", "last"))
    return SeriesEntry(office, name, year, last, ground)


def _whole(key: str, values: Mapping[str, Any], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise OfficeFileError(f"{key}.{name}", "must be a whole number from 1 on, without quotation marks")
    return value


def _decisions(values: Any, procedures: Collection[str]) -> dict[str, dict[str, Decision]]:
    if not isinstance(values, dict):
        raise OfficeFileError("procedures", 'must be tables such as [procedures."1.001612".announced]')
    found: dict[str, dict[str, Decision]] = {}
    for code, tables in values.items():
        key = f'procedures."{code}"'
        if code not in procedures:
            raise OfficeFileError(key, f"no such procedure is shipped; there are {', '.join(sorted(procedures))}")
        if not isinstance(tables, dict):
            raise OfficeFileError(key, f"must be tables: {', '.join(TABLES)}")
        _only(key, tables, TABLES)
        found[code] = {table: _decision(f"{key}.{table}", given) for table, given in tables.items()}
    return found


def _decision(key: str, values: Any) -> Decision:
    if not isinstance(values, dict):
        raise OfficeFileError(key, "must be a table with number, agency and date")
    _only(key, values, DECISION_KEYS)
    day = _day(key, values, "date")
    if day is None:
        raise OfficeFileError(f"{key}.date", "is missing")
    return Decision(_text(key, values, "number", needed=True), _text(key, values, "agency", needed=True), day)

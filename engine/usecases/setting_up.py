"""Furnishing an installation: offices, calendar, people with their posts, and the shipped procedures.

Done again with other values it brings what is there up to them; nothing is ever thrown away. Every change is an act of
the office it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.capacities import Ground, Power, problem_of
from engine.accounts.models import Mandate, Office, Person, fold, sort_key
from engine.accounts.passwords import hash_password
from engine.accounts.people import add_person
from engine.calendars.models import NATIONAL
from engine.db import new_id
from engine.errors import Invalid
from engine.procedures.models import PublishedBundle
from engine.procedures.places import resolve_places
from engine.procedures.published import open_bundle, publish
from engine.work import Work
from processes.bundle import SETTINGS, library, load_bundle

OFFICE_KINDS = ("city", "department", "ward", "centre", "room")


@dataclass(frozen=True)
class OfficeEntry:
    """One office as it is to be; `functions` say what procedures may look for in it ("one-stop", "economy" …)."""

    code: str
    kind: str
    name: str
    name_en: str = ""
    short_name: str = ""
    abbreviation: str = ""
    parent: str | None = None
    functions: tuple[str, ...] = ()
    unit_code: str = ""
    superior: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    ward_code: str = ""

    def values(self) -> dict[str, Any]:
        """The columns of the office, its parent apart."""
        named = {name: value for name, value in vars(self).items() if name not in {"code", "parent"}}
        return {**named, "functions": list(self.functions)}


@dataclass(frozen=True)
class Decision:
    """A signed decision that a procedure or a power to sign rests on."""

    number: str
    agency: str
    day: date


@dataclass(frozen=True)
class Post:
    """A post somebody holds: in which office, which role, and with what power its holder signs.

    `acts_for` is the title of whoever is signed for, where it is not plain; `ground` the document the power rests on.
    """

    office: str
    role: str
    title: str = ""
    capacity: str = ""
    since: date | None = None
    until: date | None = None
    acts_for: str = ""
    ground: Decision | None = None

    @property
    def power(self) -> Power:
        """With what power its holder signs."""
        ground = Ground(self.ground.number, self.ground.agency, self.ground.day) if self.ground else None
        return Power(self.title, self.capacity, self.acts_for, ground, self.until)


@dataclass(frozen=True)
class PersonEntry:
    """Somebody as they are to be; without posts, a citizen."""

    login: str
    name: str
    posts: tuple[Post, ...] = ()
    identity: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""

    @property
    def kind(self) -> str:
        return "official" if self.posts else "citizen"

    def values(self) -> dict[str, Any]:
        """The columns of the person that are given; what is left empty is not taken away."""
        given = {
            "full_name": self.name,
            "identity_number": self.identity,
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
        }
        return {name: value for name, value in given.items() if value}


@dataclass
class Settled:
    """What was changed, for the person who asked: office, login, procedure code or series, and what happened to it."""

    offices: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    procedures: list[tuple[str, str]] = field(default_factory=list)
    series: list[tuple[str, str]] = field(default_factory=list)


def settle_offices(work: Work, entries: Iterable[OfficeEntry], settled: Settled) -> dict[str, UUID]:
    """Bring the offices up to these entries, superior ones first in the list; (code → id) of all there are."""
    known = {office.code: office for office in work.session.scalars(select(Office))}
    for entry in entries:
        if entry.parent and entry.parent not in known:
            raise Invalid("Không có đơn vị cấp trên “%(parent)s” của “%(code)s”.", parent=entry.parent, code=entry.code)
        values = {**entry.values(), "parent_id": known[entry.parent].id if entry.parent else None}
        office = known.get(entry.code)
        if office is None:
            above = known[entry.parent].calendar if entry.parent else NATIONAL
            office = known[entry.code] = Office(id=new_id(), code=entry.code, calendar=above, **values)
            work.session.add(office)
            work.session.flush()
            settled.offices.append((entry.code, "opened"))
            work.record_for_office(entry.code, "office.opened", {"office": str(office.id), "kind": entry.kind})
            continue
        changed = sorted(name for name, value in values.items() if getattr(office, name) != value)
        for name in changed:
            setattr(office, name, values[name])
        if changed:
            settled.offices.append((entry.code, "changed: " + ", ".join(changed)))
            work.record_for_office(entry.code, "office.changed", {"office": str(office.id), "fields": changed})
    work.session.flush()
    return {code: office.id for code, office in known.items()}


def settle_people(
    work: Work, entries: Iterable[PersonEntry], offices: Mapping[str, UUID], settled: Settled, *, since: date
) -> dict[str, UUID]:
    """Bring people and their posts up to these entries; (login → id) of all there are. A post ends by its `until`."""
    known = {person.login: person for person in work.session.scalars(select(Person))}
    for entry in entries:
        values = entry.values()
        person = known.get(entry.login)
        if person is None:
            person = known[entry.login] = add_person(work.session, login=entry.login, kind=entry.kind, **values)
            work.session.flush()
            settled.people.append((entry.login, "added"))
            changed = ["added"]
        else:
            changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
            for name in changed:
                setattr(person, name, values[name])
            if changed:
                person.sort_key, person.search_key = sort_key(person.full_name), fold(person.full_name)
                settled.people.append((entry.login, "changed: " + ", ".join(changed)))
        home = entry.posts[0].office if entry.posts else "system"
        if changed:
            work.record_for_office(home, "person.settled", {"person": str(person.id), "fields": changed})
        for post in entry.posts:
            _settle_post(work, person, entry.login, post, offices, settled, since=since)
    work.session.flush()
    return {login: person.id for login, person in known.items()}


def _settle_post(
    work: Work,
    person: Person,
    login: str,
    post: Post,
    offices: Mapping[str, UUID],
    settled: Settled,
    *,
    since: date,
) -> None:
    if post.office not in offices:
        raise Invalid("Không có đơn vị “%(office)s” cho chức vụ của “%(login)s”.", office=post.office, login=login)
    office_id = offices[post.office]
    held = work.session.scalars(
        select(Mandate)
        .where(Mandate.person_id == person.id, Mandate.office_id == office_id, Mandate.role == post.role)
        .order_by(Mandate.valid_from.desc())
    ).first()
    problem = problem_of(post.power, post.since)
    if problem:
        raise Invalid(problem)
    ground = post.ground
    values = {
        "title": post.title,
        "capacity": post.capacity,
        "acts_for": post.acts_for,
        "ground_number": ground.number if ground else "",
        "ground_agency": ground.agency if ground else "",
        "ground_date": ground.day if ground else None,
        "valid_to": post.until,
    }
    if held is None or (post.since is not None and held.valid_from != post.since):
        begins = post.since or since
        mandate = Mandate(id=new_id(), person_id=person.id, office_id=office_id, role=post.role, valid_from=begins)
        work.session.add(mandate)
        verb = "mandate.given"
    elif all(getattr(held, name) == value for name, value in values.items()):
        return
    else:
        mandate, verb = held, "mandate.changed"
    for name, value in values.items():
        setattr(mandate, name, value)
    settled.people.append((login, f"{verb.partition('.')[2]} {post.role} at {post.office}"))
    facts = {"person": str(person.id), "role": post.role, "until": post.until.isoformat() if post.until else None}
    if post.capacity:
        facts |= {"capacity": post.capacity, "ground": ground.number if ground else ""}
    work.record_for_office(post.office, verb, facts)


def without_password(work: Work, logins: Iterable[str]) -> list[str]:
    """Those of these logins who cannot sign in yet, in the order given."""
    wanted = list(logins)
    rows = work.session.execute(select(Person.login).where(Person.login.in_(wanted), Person.password_hash == ""))
    open_ones = set(rows.scalars())
    return [login for login in wanted if login in open_ones]


def give_password(work: Work, login: str, password: str, *, one_time: bool = True) -> None:
    """Give somebody a password; whoever is signed in under this login is signed out.

    A one-time password opens nothing but the page where it is changed.
    """
    person = work.session.scalar(select(Person).where(Person.login == login))
    if person is None:
        raise Invalid("Không có người dùng “%(login)s”.", login=login)
    person.password_hash, person.sessions_from, person.must_change = hash_password(password), work.now, one_time
    work.record_for_office("system", "person.password_given", {"person": str(person.id), "one_time": one_time})


def with_decisions(files: Mapping[str, bytes], decisions: Mapping[str, Decision]) -> dict[str, bytes]:
    """A bundle's files with these decisions ("announced", "internal_process") where it names none itself."""
    settings = files[SETTINGS].decode("utf-8")
    for table, decision in decisions.items():
        lines = f"number = {_quoted(decision.number)}\ndate = {decision.day}\nagency = {_quoted(decision.agency)}"
        pattern = rf'\[{table}\]\nnumber = ""\nagency = ""'
        settings = re.sub(pattern, lambda _, text=f"[{table}]\n{lines}": text, settings)  # type: ignore[misc]
    return {**files, SETTINGS: settings.encode("utf-8")}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def publish_library(
    work: Work, decisions: Mapping[str, Mapping[str, Decision]], *, note: str, settled: Settled | None = None
) -> list[PublishedBundle]:
    """Publish every shipped procedure with its decisions by procedure code; what is published already stays.

    A procedure without its two decisions is published as a trial (Decree 118/2025/NĐ-CP: announced, internal process).
    """
    known = set(work.session.scalars(select(PublishedBundle.id)))
    published = []
    for folder in library():
        bundle = load_bundle(Path(folder))
        files = with_decisions(bundle.files, decisions.get(bundle.procedure.code) or decisions.get("*") or {})
        row = publish(work, files, origin="library", note=note, library_digest=bundle.digest)
        if settled is not None and row.id not in known:
            state = "trial" if row.trial else "in force"
            settled.procedures.append((row.procedure, f"version {row.version} published ({state}): {row.name}"))
        published.append(row)
    work.session.flush()
    return published


def unresolved_places(work: Work, published: Iterable[PublishedBundle]) -> list[tuple[str, str, str]]:
    """(centre, procedure, problem) for every rule of a procedure that finds no office when filed at a centre here."""
    found = []
    centres = [
        office
        for office in work.session.scalars(select(Office).where(Office.active).order_by(Office.code))
        if "one-stop" in office.functions and office.kind == "centre"
    ]
    wards = {office.id for office in work.session.scalars(select(Office).where(Office.kind == "ward"))}
    for row in published:
        places = open_bundle(work.session, row.id).procedure.places
        for centre in centres:
            if row.kind != "dossier" or centre.parent_id not in wards:
                continue
            try:
                resolve_places(work.session, places, {}, filed=centre, now=work.now)
            except Invalid as problem:
                found.append((centre.code, row.procedure, str(problem)))
    return found

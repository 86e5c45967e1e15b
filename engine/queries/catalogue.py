"""The public list of procedures, and one procedure with all a citizen has to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from engine.accounts.models import Office, fold
from engine.clock import legal_date
from engine.errors import NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.work import Reading


@dataclass(frozen=True)
class ProcedureLine:
    """One line of the catalogue; its limit is what the office promises, which may be less than the law allows.

    A `fee` that grows (by the page, by the copy) is what the least of it costs.
    """

    code: str
    name: str
    name_en: str
    field: str
    trial: bool
    limit_value: int
    limit_unit: str
    fee: int | None
    online: str
    field_en: str = ""
    fee_grows: bool = False


@dataclass(frozen=True)
class PlaceLine:
    """An office that takes dossiers in."""

    id: UUID
    code: str
    name: str
    name_en: str
    address: str
    phone: str


def procedures(read: Reading, text: str = "") -> list[ProcedureLine]:
    """The procedures in force today that have all the words of a search, marks and case ignored."""
    today = legal_date(read.now)
    statement = (
        select(PublishedBundle.procedure, func.min(PublishedBundle.name))
        .where(
            PublishedBundle.kind == "dossier",
            PublishedBundle.withdrawn_at.is_(None),
            or_(PublishedBundle.valid_from.is_(None), PublishedBundle.valid_from <= today),
            or_(PublishedBundle.valid_to.is_(None), PublishedBundle.valid_to >= today),
        )
        .group_by(PublishedBundle.procedure)
        .order_by(func.min(PublishedBundle.name))
    )
    for word in fold(text).split():
        statement = statement.where(PublishedBundle.search_key.contains(word, autoescape=True))
    return [_line(read, code, today) for code, _ in read.session.execute(statement)]


def _line(read: Reading, code: str, today: date) -> ProcedureLine:
    row = in_force(read.session, code, today)
    procedure = open_bundle(read.session, row.id).procedure
    promised = procedure.limits.for_case(None)
    fees = [fee for fee in procedure.fees if fee.holds(today, channel="online", locality="")]
    growing = [fee.amount for fee in fees if fee.times]
    return ProcedureLine(
        code=code,
        name=row.name,
        name_en=row.name_en,
        field=row.field,
        trial=row.trial,
        limit_value=promised.value,
        limit_unit=promised.unit,
        fee=sum(fee.amount for fee in fees if not fee.times) + sum(growing[:1]) if procedure.fees else None,
        fee_grows=bool(growing),
        online=procedure.online,
        field_en=procedure.field_name.en,
    )


@dataclass(frozen=True)
class ProcedurePage:
    """A procedure as its public page shows it; `open` gives its bundle with forms and drawing."""

    bundle_id: UUID
    version: int
    origin: str
    trial: bool
    open: OpenBundle
    offices: tuple[PlaceLine, ...]


def procedure_page(read: Reading, code: str, on: date | None = None) -> ProcedurePage:
    """The version a dossier received today (or on that day) would run under; NotFound when there is none."""
    row = in_force(read.session, code, on or legal_date(read.now))
    return ProcedurePage(
        bundle_id=row.id,
        version=row.version,
        origin=row.origin,
        trial=row.trial,
        open=open_bundle(read.session, row.id),
        offices=receiving_offices(read),
    )


def receiving_offices(read: Reading) -> tuple[PlaceLine, ...]:
    """Every service centre that takes dossiers in, in order of name."""
    rows = read.session.scalars(select(Office).where(Office.kind == "centre", Office.active).order_by(Office.name))
    return tuple(
        PlaceLine(row.id, row.code, row.name, row.name_en, row.address, row.phone)
        for row in rows
        if "one-stop" in row.functions
    )


def bundle_versions(read: Reading, code: str) -> list[PublishedBundle]:
    """Every version of a procedure that was ever published, newest first."""
    rows = list(
        read.session.scalars(
            select(PublishedBundle).where(PublishedBundle.procedure == code).order_by(PublishedBundle.version.desc())
        )
    )
    if not rows:
        raise NotFound("Không có thủ tục %(code)s.", code=code)
    return rows

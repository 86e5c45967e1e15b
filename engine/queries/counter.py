"""The counter: today's figures, results to be handed over, supplements awaited, owners who were here before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal_column, or_, select

from engine.accounts.models import Office, Person, fold
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.models import Dossier, SupplementRequest
from engine.queries.keyset import MOST as COUNTED
from engine.queries.keyset import counted, merged
from engine.queries.trials import counts
from engine.queries.visible import visible_to
from engine.work import Actor, Reading

COUNTER_ROLES = frozenset({"counter_clerk", "postal_clerk", "cashier", "centre_director"})
RETURNING_ROLES = ("counter_clerk", "cashier")
MOST = 300


@dataclass(frozen=True)
class Today:
    """What has come and gone at the counters of the actor's offices since midnight, and what waits there now."""

    filed: int
    accepted: int
    returned: int
    to_check: int
    to_return: int
    supplements: int


@dataclass(frozen=True)
class ReadyResult:
    """A result that waits to be collected; `task_id` is the act of handing it over."""

    task_id: UUID
    case_id: UUID
    code: str
    owner: str
    title: str
    step: str
    return_mode: str
    decided_at: datetime
    days: int


@dataclass(frozen=True)
class AwaitedSupplement:
    """A dossier whose applicant still has to bring something."""

    case_id: UUID
    code: str
    owner: str
    title: str
    reason: str
    items: tuple[str, ...]
    requested_at: datetime
    answer_by: date | None
    lapsed: bool


@dataclass(frozen=True)
class KnownOwner:
    """Somebody whose details an earlier dossier or an account holds, so that they need not be typed again."""

    name: str
    identity: str
    phone: str
    email: str
    address: str
    dossiers: int


def counters_of(actor: Actor) -> tuple[UUID, ...]:
    """The offices at whose counters the actor sits."""
    return tuple(dict.fromkeys(post.office_id for post in actor.mandates if post.role in COUNTER_ROLES))


def today(read: Reading) -> Today:
    """The figures of the day for the counters of the actor; what waits counts trials too, what was done does not.

    What waits is counted up to keyset.MOST; MOST + 1 says that there is more.
    """
    offices = counters_of(read.actor)
    midnight = datetime.combine(legal_date(read.now), time(0), LEGAL_ZONE)
    received = Dossier.receiving_id.in_(offices)

    def since_midnight(*where: Any) -> Any:
        return select(func.count()).select_from(Dossier).where(counts(Dossier.case_id), *where).scalar_subquery()

    figures = {
        "filed": since_midnight(received, Dossier.submitted_at >= midnight),
        "accepted": since_midnight(received, Dossier.accepted_at >= midnight),
        "returned": since_midnight(Dossier.returning_id.in_(offices), Dossier.returned_at >= midnight),
        "to_check": counted([and_(*_lying(one, decided=False)) for one in offices], Task),
        "to_return": counted([and_(*_lying(one, decided=True)) for one in offices], Task),
        "supplements": counted([and_(*_awaiting(one), exists(_asked())) for one in offices], Dossier),
    }
    row = read.session.execute(select(*(figure.label(name) for name, figure in figures.items()))).one()
    waiting = [min(number, COUNTED + 1) for number in row[3:]]
    return Today(*row[:3], *waiting)


def _lying(office: UUID, *, decided: bool) -> list[Any]:
    """The open tasks of a counter: results to hand over, or what comes before a decision; one range of an index."""
    if decided:
        return [*_AT_COUNTER, Task.office_id == office, Task.decided_at.is_not(None)]
    return [*_AT_COUNTER, Task.office_id == office, Task.decided_at.is_(None), Task.role == _CLERK]


def _awaiting(office: UUID) -> list[Any]:
    """The dossiers taken in at a counter whose applicants have to bring something."""
    return [Dossier.receiving_id == office, Dossier.status == 5, Dossier.decided_at.is_(None)]


def _asked() -> Select[Any]:
    """The round of a dossier that waits for its answer."""
    return select(SupplementRequest.id).where(
        SupplementRequest.case_id == Dossier.case_id,
        SupplementRequest.answered_at.is_(None),
        SupplementRequest.closed_at.is_(None),
    )


_CLERK: Any = literal_column("'counter_clerk'")
_AT_COUNTER: tuple[Any, ...] = (
    Task.status == literal_column("'open'"),
    Task.role.in_([literal_column(f"'{role}'") for role in RETURNING_ROLES]),
)  # as the index's own condition is written


def ready_results(read: Reading, text: str = "") -> list[ReadyResult]:
    """The results that wait at the actor's counters, the one that has waited longest first."""
    offices, words = counters_of(read.actor), fold(text).split()
    if not offices:
        return []
    brought = exists(
        select(Dossier.case_id).where(Dossier.case_id == Task.case_id, Dossier.applicant_name != Dossier.owner_name)
    )  # by somebody else, whom no list knows without marks
    named = [or_(Task.search_key.contains(word, autoescape=True), brought) for word in words]
    branches: list[Any] = [
        select(Task.decided_at.label("at"), Task.id.label("id"), Task.case_id, Task.name.label("step"))
        .where(*_lying(office, decided=True), *named)
        .order_by(Task.decided_at, Task.id)
        .limit(MOST)
        for office in offices
    ]
    first = merged(branches)
    rows = read.session.execute(
        select(
            first.c.id, first.c.case_id, first.c.step, first.c.at, Dossier.code, Dossier.filing_code,
            Dossier.owner_name, Dossier.applicant_name, Dossier.title, Dossier.return_mode,
        )
        .join_from(first, Dossier, Dossier.case_id == first.c.case_id)
        .order_by(first.c.at, first.c.id)
        .limit(MOST)
    )  # fmt: skip
    today_ = legal_date(read.now)
    return [
        ReadyResult(
            task_id=row.id,
            case_id=row.case_id,
            code=row.code or row.filing_code,
            owner=row.owner_name,
            title=row.title,
            step=row.step,
            return_mode=row.return_mode,
            decided_at=row.at,
            days=(today_ - legal_date(row.at)).days,
        )
        for row in rows
        if all(word in fold(f"{row.code} {row.owner_name} {row.applicant_name}") for word in words)
    ]


def awaited_supplements(read: Reading, text: str = "") -> list[AwaitedSupplement]:
    """The supplements that applicants of the actor's counters still owe, the nearest term first."""
    request, words = SupplementRequest, fold(text).split()
    keys = (Dossier.owner_search_key, func.lower(Dossier.code), func.lower(Dossier.filing_code))
    rows = read.session.execute(
        select(
            Dossier.case_id, Dossier.code, Dossier.filing_code, Dossier.owner_name, Dossier.title,
            request.reason, request.items, request.requested_at, request.answer_by,
        )
        .join(request, request.case_id == Dossier.case_id)
        .where(
            Dossier.receiving_id.in_(counters_of(read.actor)), Dossier.status == 5, Dossier.decided_at.is_(None),
            request.answered_at.is_(None), request.closed_at.is_(None),
            *(or_(*(key.contains(word, autoescape=True) for key in keys)) for word in words),
        )
        .order_by(request.answer_by, request.requested_at)
        .limit(MOST)
    )  # fmt: skip
    return [
        AwaitedSupplement(
            case_id=row.case_id,
            code=row.code or row.filing_code,
            owner=row.owner_name,
            title=row.title,
            reason=row.reason,
            items=tuple(str(item.get("name", "")) for item in row.items if isinstance(item, dict)),
            requested_at=row.requested_at,
            answer_by=row.answer_by,
            lapsed=row.answer_by is not None and row.answer_by < legal_date(read.now),
        )
        for row in rows
    ]


def owner_by_identity(read: Reading, identity: str) -> KnownOwner | None:
    """Who carries this number: by the last dossier the actor may see, else by an account; None when unknown.

    Accounts are looked up for those who sit at a counter, for nobody else.
    """
    wanted = "".join(character for character in identity if character.isalnum())
    if len(wanted) < 6 or not counters_of(read.actor):
        return None
    found = read.session.scalars(
        select(Dossier)
        .where(visible_to(read.actor), or_(Dossier.owner_identity == wanted, Dossier.applicant_identity == wanted))
        .order_by(Dossier.submitted_at.desc())
    ).all()
    for dossier in found:
        if dossier.owner_identity == wanted:
            return KnownOwner(
                dossier.owner_name,
                wanted,
                dossier.owner_phone,
                dossier.owner_email,
                dossier.owner_address,
                len(found),
            )
    if found:
        last = found[0]
        return KnownOwner(last.applicant_name, wanted, last.applicant_phone, last.applicant_email, "", len(found))
    person = read.session.scalar(select(Person).where(Person.identity_number == wanted, Person.kind == "citizen"))
    if person is None:
        return None
    return KnownOwner(person.full_name, wanted, person.phone, person.email, person.address, 0)


@dataclass(frozen=True)
class Counter:
    """An office at whose counter the actor may take dossiers in."""

    id: UUID
    name: str


def own_counters(read: Reading) -> list[Counter]:
    """The counters where the actor may take dossiers in."""
    ids = [post.office_id for post in read.actor.mandates if post.role in {"counter_clerk", "postal_clerk"}]
    rows = read.session.execute(select(Office.id, Office.name).where(Office.id.in_(ids)).order_by(Office.name))
    return [Counter(row[0], row[1]) for row in rows]


def check_task_of(read: Reading, case_id: UUID) -> UUID | None:
    """The open task of a dossier at the actor's own desk: the one to go on with at once."""
    tasks = read.session.scalars(
        select(Task).where(Task.case_id == case_id, Task.status == "open").order_by(Task.opened_at)
    )
    return next((task.id for task in tasks if read.actor.holds(task.role, task.office_id)), None)

"""The counter: today's figures, results to be handed over, supplements awaited, owners who were here before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.orm import defer, load_only

from engine.accounts.models import Office, Person, fold
from engine.cases.models import Task
from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.models import Dossier, SupplementRequest
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
    decided_at: datetime | None
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
    """The figures of the day for the counters of the actor; what waits counts trials too, what was done does not."""
    offices = counters_of(read.actor)
    midnight = datetime.combine(legal_date(read.now), time(0), LEGAL_ZONE)
    received = Dossier.receiving_id.in_(offices)

    def count(*where: object) -> int:
        figure = select(func.count()).select_from(Dossier).where(counts(Dossier.case_id), *where)  # type: ignore[arg-type]
        return read.session.scalar(figure) or 0

    def waiting(roles: Iterable[str], decided: bool) -> int:
        done = Dossier.decided_at.is_not(None) if decided else Dossier.decided_at.is_(None)
        return (
            read.session.scalar(
                select(func.count())
                .select_from(Task)
                .join(Dossier, Dossier.case_id == Task.case_id)
                .where(Task.status == "open", Task.office_id.in_(offices), Task.role.in_(tuple(roles)), done)
            )
            or 0
        )

    return Today(
        filed=count(received, Dossier.submitted_at >= midnight),
        accepted=count(received, Dossier.accepted_at >= midnight),
        returned=count(Dossier.returning_id.in_(offices), Dossier.returned_at >= midnight),
        to_check=waiting(("counter_clerk",), decided=False),
        to_return=waiting(RETURNING_ROLES, decided=True),
        supplements=read.session.scalar(
            select(func.count())
            .select_from(SupplementRequest)
            .join(Dossier, Dossier.case_id == SupplementRequest.case_id)
            .where(
                received,
                SupplementRequest.answered_at.is_(None),
                SupplementRequest.closed_at.is_(None),
                Dossier.decided_at.is_(None),
                Dossier.status == 5,
            )
        )
        or 0,
    )


def ready_results(read: Reading, text: str = "") -> list[ReadyResult]:
    """The results that wait at the actor's counters, the one that has waited longest first."""
    words = fold(text).split()
    brought = Dossier.applicant_name != Dossier.owner_name  # by somebody else, whom no list knows without marks
    rows = read.session.execute(
        select(Task, Dossier)
        .options(load_only(Task.name), defer(Dossier.answers))
        .join(Dossier, Dossier.case_id == Task.case_id)
        .where(
            Task.status == literal_column("'open'"),
            Task.office_id.in_(counters_of(read.actor)),
            Task.role.in_(RETURNING_ROLES),
            Dossier.decided_at.is_not(None),
            *(or_(Task.search_key.contains(word, autoescape=True), brought) for word in words),
        )
        .order_by(Dossier.decided_at)
        .limit(MOST)
    )
    today_ = legal_date(read.now)
    return [
        ReadyResult(
            task_id=task.id,
            case_id=dossier.case_id,
            code=dossier.code or dossier.filing_code,
            owner=dossier.owner_name,
            title=dossier.title,
            step=task.name,
            return_mode=dossier.return_mode,
            decided_at=dossier.decided_at,
            days=(today_ - legal_date(dossier.decided_at)).days if dossier.decided_at else 0,
        )
        for task, dossier in rows
        if all(word in fold(f"{dossier.code} {dossier.owner_name} {dossier.applicant_name}") for word in words)
    ]


def awaited_supplements(read: Reading, text: str = "") -> list[AwaitedSupplement]:
    """The supplements that applicants of the actor's counters still owe, the nearest term first."""
    rows = read.session.execute(
        select(SupplementRequest, Dossier)
        .join(Dossier, Dossier.case_id == SupplementRequest.case_id)
        .where(
            Dossier.receiving_id.in_(counters_of(read.actor)),
            SupplementRequest.answered_at.is_(None),
            SupplementRequest.closed_at.is_(None),
            Dossier.decided_at.is_(None),
            Dossier.status == 5,
        )
        .options(defer(Dossier.answers))
        .order_by(SupplementRequest.answer_by, SupplementRequest.requested_at)
        .limit(MOST)
    )
    words = fold(text).split()
    return [
        AwaitedSupplement(
            case_id=dossier.case_id,
            code=dossier.code or dossier.filing_code,
            owner=dossier.owner_name,
            title=dossier.title,
            reason=request.reason,
            items=tuple(str(item.get("name", "")) for item in request.items if isinstance(item, dict)),
            requested_at=request.requested_at,
            answer_by=request.answer_by,
            lapsed=request.answer_by is not None and request.answer_by < legal_date(read.now),
        )
        for request, dossier in rows
        if all(word in fold(f"{dossier.code} {dossier.filing_code} {dossier.owner_name}") for word in words)
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

"""On whose desks a letter of apology lies: who writes it, whose head signs, who may exempt, who is one level up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Case
from engine.clock import legal_date
from engine.deadlines.apologies import ApologyRules
from engine.work import Work
from processes.procedure import Letter

SUPERIOR, APPROVING = "superior", "approving"
"""Places of a case that only a letter of apology adds: the office one level up, and the one that may exempt."""


@dataclass(frozen=True)
class Desks:
    """Candidate groups (`place.role`) of a letter, the places they need, and whose name it bears.

    `unit` is the unit at fault as it is proposed; `level` is unit or superior.
    """

    level: str
    drafter: str
    signer: str
    approver: str
    signing_id: UUID
    unit: str
    places: dict[str, UUID]


def desks_of(work: Work, case: Case, letter: Letter | None, rules: ApologyRules, *, above: bool) -> Desks:
    """Who deals with a letter of a case today; `above` once the dates an office may give anew are used up.

    Where nobody above holds a post in this house, the letter stays with whoever signed the first.
    """
    session, places = work.session, {}
    handling, signing = (session.get_one(Office, UUID(str(case.places[place]))) for place in ("handling", "signing"))
    role = letter.signer if letter is not None and letter.signer in {"unit_head", "leader"} else "leader"
    office, place = signing, "signing"
    if not above and rules.signer == "leader" and role == "unit_head":
        office = agency_of(session, signing)
    if above:
        office = above_of(work, signing) or signing
    if office.id != signing.id:
        place, role = SUPERIOR, "leader"
        places[SUPERIOR] = office.id
    approving = _with(work, signing, rules.approver)
    approver = f"{place}.{role}"
    if approving is not None:
        places[APPROVING] = approving.id
        approver = f"{APPROVING}.{rules.approver}"
    drafter = f"{place}.{role}" if above else f"handling.{rules.drafter}"
    return Desks(
        "superior" if above else "unit", drafter, f"{place}.{role}", approver, office.id, handling.name, places
    )


def above_of(work: Work, signing: Office) -> Office | None:
    """The nearest office above the deciding unit that has a leader in this house."""
    parent = work.session.get(Office, signing.parent_id) if signing.parent_id else None
    return _with(work, parent, "leader") if parent is not None else None


def _with(work: Work, office: Office | None, role: str) -> Office | None:
    """The nearest office, from this one upwards, in which somebody holds a role today."""
    while office is not None:
        if _is_held(work.session, office.id, role, work):
            return office
        office = work.session.get(Office, office.parent_id) if office.parent_id else None
    return None


def _is_held(session: Session, office_id: UUID, role: str, work: Work) -> bool:
    today = legal_date(work.now)
    found = session.scalar(
        select(Mandate.id)
        .join(Person, Person.id == Mandate.person_id)
        .where(
            Mandate.office_id == office_id,
            Mandate.role == role,
            Mandate.valid_from <= today,
            or_(Mandate.valid_to.is_(None), Mandate.valid_to >= today),
            Person.active,
        )
        .limit(1)
    )
    return found is not None

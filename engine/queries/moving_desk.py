"""What the pages of moving running cases ask besides: steps a version no longer has, and orders that wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.accounts.policy import require_role
from engine.bpmn.model import ACTIVITIES, Element, Scope
from engine.cases.models import Case
from engine.cases.moves import MoveBatch
from engine.dossiers.moving_offices import beyond, moving_in
from engine.errors import NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.published import OpenBundle, open_bundle
from engine.queries.moving import APPROVERS, ASKERS
from engine.work import Reading

STANDING = ACTIVITIES | {"intermediateCatchEvent", "boundaryEvent", "eventBasedGateway"}
"""Kinds of steps a case can stand at."""


@dataclass(frozen=True)
class Step:
    """A step of a drawing by its id, with the name people know."""

    id: str
    name: str


@dataclass(frozen=True)
class Gone:
    """A step the new version does not have under the same id, and those its cases could go on at instead."""

    step: Step
    offered: tuple[Step, ...]


@dataclass(frozen=True)
class OtherVersion:
    """A version of the same procedure whose open cases could be moved."""

    number: int
    open: int
    trial: bool


@dataclass(frozen=True)
class Named:
    """A procedure by its names, with what its two versions call their steps in English."""

    name: str
    name_en: str
    labels: Mapping[str, str]


def gone_steps(read: Reading, procedure: str, source: int, target: int) -> tuple[Gone, ...]:
    """The steps of the old version at which a case can stand and which the new one no longer has, in drawing order.

    Offered is what stands in the same part of the process: any step for a person's task, else the same kind.
    """
    require_role(read.actor, *ASKERS, *APPROVERS)
    old = open_bundle(read.session, _published(read, procedure, source).id)
    new = open_bundle(read.session, _published(read, procedure, target).id)
    there = _standing(new)
    known = {(scope.id, element.id) for scope, element in there}
    return tuple(
        Gone(_step(element), tuple(_step(one) for inside, one in there if _could_go_on(scope, element, inside, one)))
        for scope, element in _standing(old)
        if (scope.id, element.id) not in known
    )


def _published(read: Reading, procedure: str, number: int) -> PublishedBundle:
    """A published version of a procedure by its number; NotFound where there is none."""
    found = read.session.scalar(
        select(PublishedBundle).where(PublishedBundle.procedure == procedure, PublishedBundle.version == number)
    )
    if found is None:
        raise NotFound("Thủ tục %(procedure)s không có phiên bản %(number)s.", procedure=procedure, number=number)
    return found


def _standing(bundle: OpenBundle) -> list[tuple[Scope, Element]]:
    scopes = bundle.definition.drawing.processes.values()
    return [(inside, one) for scope in scopes for inside, one in scope.everything() if one.kind in STANDING]


def _could_go_on(scope: Scope, element: Element, inside: Scope, other: Element) -> bool:
    return inside.id == scope.id and (element.kind == "userTask" or element.kind == other.kind)


def _step(element: Element) -> Step:
    return Step(element.id, element.name or element.id)


def other_versions(read: Reading, procedure: str, target: int) -> tuple[OtherVersion, ...]:
    """The other versions of a procedure with the number of their open cases, newest first."""
    require_role(read.actor, *ASKERS, *APPROVERS)
    _published(read, procedure, target)
    rows = read.session.execute(
        select(PublishedBundle.version, PublishedBundle.trial, func.count(Case.id))
        .outerjoin(Case, (Case.bundle_id == PublishedBundle.id) & Case.ended_at.is_(None))
        .where(PublishedBundle.procedure == procedure, PublishedBundle.version != target)
        .group_by(PublishedBundle.id)
        .order_by(PublishedBundle.version.desc())
    )
    return tuple(OtherVersion(number, count, trial) for number, trial, count in rows)


def names_of(read: Reading, procedure: str, *numbers: int) -> Named:
    """What a procedure is called, by its newest name, and what these versions of it call their steps in English."""
    require_role(read.actor, *ASKERS, *APPROVERS)
    rows = [_published(read, procedure, number) for number in sorted(numbers)]
    labels: dict[str, str] = {}
    for row in rows:
        labels |= open_bundle(read.session, row.id).procedure.labels
    return Named(rows[-1].name, rows[-1].name_en, labels)


def titles(read: Reading) -> dict[str, tuple[str, str]]:
    """What every procedure is called (Vietnamese, English), by its code."""
    require_role(read.actor, *ASKERS, *APPROVERS)
    rows = select(PublishedBundle.procedure, PublishedBundle.name, PublishedBundle.name_en)
    return {
        code: (name, name_en) for code, name, name_en in read.session.execute(rows.order_by(PublishedBundle.version))
    }


def waiting_count(read: Reading) -> int:
    """How many orders wait for an answer that the reader could give."""
    if not any(read.actor.holds(role) for role in APPROVERS):
        return 0
    asked = select(MoveBatch.id).where(MoveBatch.status == "asked", MoveBatch.asked_by != read.actor.id)
    waiting = read.session.scalars(asked).all()
    return sum(not beyond(read.session, read.actor, APPROVERS, moving_in(one)) for one in waiting)

"""An order to move cases as every act on it needs it: who may, its legal ground, its lock, its place in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement

from engine.cases.moves import MoveBatch
from engine.dossiers.moving_offices import beyond
from engine.errors import N_, FieldProblem, Forbidden, Invalid, NotFound
from engine.work import Work

ASKERS = ("designer", "procedure_controller")
APPROVERS = ("leader", "operator")
LONGEST = 2_000
BEYOND = N_(
    "Trong số hồ sơ được chuyển có hồ sơ của %(office)s, ngoài phạm vi của bạn: "
    "cần người phụ trách mọi đơn vị có hồ sơ."
)


@dataclass(frozen=True)
class Ground:
    """The legal document a move rests on: its number, its date, and what of it allows the move."""

    number: str
    dated_on: date | None
    text: str


def locked_order(work: Work, batch_id: UUID) -> MoveBatch:
    """An order under its lock; NotFound where there is none."""
    batch = work.session.get(MoveBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None:
        raise NotFound("Không có đợt chuyển này.")
    return batch


def within(work: Work, roles: tuple[str, ...], cases: ColumnElement[bool]) -> None:
    """Forbidden for whoever does not answer, by a post of these roles, for every office that decides these cases."""
    office = beyond(work.session, work.actor, roles, cases)
    if office:
        raise Forbidden(BEYOND, code="beyond_offices", office=office)


def record_order(work: Work, batch: MoveBatch, verb: str, facts: dict[str, object]) -> None:
    """An act on an order stands in the chain of the office it was asked from."""
    about = {"batch": str(batch.id), "procedure": batch.procedure, "ground": batch.ground_number}
    work.record_for_office(batch.office, verb, about | facts)


def asking_office(work: Work) -> str:
    """The office in whose chain an order stands: that of the post in which it is asked for."""
    return next((post.office_code for post in work.actor.mandates if post.role in ASKERS), "system")


def checked_ground(ground: Ground) -> Ground:
    """A legal ground with its words tidied; Invalid names each part that is missing."""
    number, text = " ".join(ground.number.split()), " ".join(ground.text.split())
    problems = [FieldProblem("number", "Nhập số của văn bản làm căn cứ")] if not number else []
    problems += [FieldProblem("dated_on", "Nhập ngày của văn bản làm căn cứ")] if ground.dated_on is None else []
    problems += [FieldProblem("text", "Nhập nội dung của văn bản cho phép chuyển")] if not text else []
    if problems:
        raise Invalid("Chuyển hồ sơ đang giải quyết phải có căn cứ pháp lý: số, ngày và nội dung văn bản.", problems)
    return Ground(number[:200], ground.dated_on, text[:LONGEST])


def reason_of(reason: str) -> str:
    """Words that have to be there (`reason_missing`), tidied."""
    words = " ".join(reason.split())[:LONGEST]
    if not words:
        raise Invalid("Nhập lý do.", [FieldProblem("reason", "Nhập lý do")], code="reason_missing")
    return words

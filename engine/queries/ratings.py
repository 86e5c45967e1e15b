"""What applicants said of finished dossiers: their own word to them, averages without names to whoever leads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.accounts.people import WIDE
from engine.accounts.policy import require_role
from engine.dossiers.models import Dossier, Rating
from engine.dossiers.satisfaction import CRITERIA, UNSATISFIED
from engine.errors import NotFound
from engine.feedback.masking import propose
from engine.queries.trials import counts
from engine.queries.visible import visible_to
from engine.work import Reading

MOST_WORDS = 12


def own_rating(read: Reading, case_id: UUID) -> Rating | None:
    """What was said of a dossier, for its applicant alone (and the house, after code and second fact were proved)."""
    whose = select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(read.actor))
    if read.actor.kind not in {"citizen", "system"} or read.session.scalar(whose) is None:
        raise NotFound("Không có hồ sơ này.")
    return read.session.get(Rating, case_id)


@dataclass(frozen=True)
class RoomRating:
    """One room's ratings: how many, their average from 1 to 5, how many said no, each criterion's average (0 to 2)."""

    office: str
    count: int
    average: float
    unsatisfied: int
    criteria: dict[str, float]


@dataclass(frozen=True)
class Satisfaction:
    """All rooms together and each by itself, with the latest words, masked and without a dossier."""

    count: int
    average: float
    rooms: tuple[RoomRating, ...]
    words: tuple[tuple[int, str], ...]


def satisfaction(read: Reading) -> Satisfaction:
    """The ratings of the dossiers a leader oversees; never which dossier, and never to the room that handled it."""
    require_role(read.actor, *sorted(WIDE))
    rows = read.session.execute(
        select(Rating, Dossier, Office.name)
        .join(Dossier, Dossier.case_id == Rating.case_id)
        .join(Office, Office.id == Dossier.handling_id)
        .where(visible_to(read.actor), counts(Rating.case_id))
        .order_by(Rating.rated_at.desc(), Rating.case_id)
    ).all()
    rooms: dict[str, list[Rating]] = {}
    for rating, _dossier, office in rows:
        rooms.setdefault(office, []).append(rating)
    said = [(rating, dossier) for rating, dossier, _office in rows if rating.words][:MOST_WORDS]
    return Satisfaction(
        count=len(rows),
        average=_mean([rating.score for rating, *_ in rows]),
        rooms=tuple(sorted((_room(office, found) for office, found in rooms.items()), key=lambda one: one.office)),
        words=tuple((rating.score, _masked(rating, dossier)) for rating, dossier in said),
    )


def _room(office: str, found: list[Rating]) -> RoomRating:
    given = {key: [one.criteria[key] for one in found if key in one.criteria] for key in CRITERIA}
    return RoomRating(
        office=office,
        count=len(found),
        average=_mean([one.score for one in found]),
        unsatisfied=sum(one.score <= UNSATISFIED for one in found),
        criteria={key: _mean(points) for key, points in given.items() if points},
    )


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values), 1) if values else 0.0


def _masked(rating: Rating, dossier: Dossier) -> str:
    known = (
        dossier.owner_name, dossier.owner_phone, dossier.owner_email, dossier.owner_identity, dossier.applicant_name,
        dossier.applicant_phone, dossier.applicant_email, dossier.code or "", dossier.filing_code,
    )  # fmt: skip
    return propose(rating.words, known=known).text

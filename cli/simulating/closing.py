"""What stands at the end of a simulated year, unit by unit, from the same functions the house's own reports use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from cli.simulating.letters import ways
from cli.simulating.year import Span
from engine.accounts.models import Office
from engine.cases.models import Incident
from engine.composition import House
from engine.deadlines.telling import APART, MISSED, NEEDLESS
from engine.dossiers.accounting import Account, account
from engine.dossiers.late_dates import LateQuestion
from engine.dossiers.models import Apology, Document, Dossier, Rating
from engine.notifications.models import Notice
from engine.usecases.late_dates import Judged, judged
from engine.work import SYSTEM

CLASSES = (*MISSED, *APART, NEEDLESS)


@dataclass
class Unit:
    """One unit's year: its account, its missed dates by class, its letters, and what its applicants said.

    `said` counts their answers to whether they were told; `owed` are letters that are neither sent nor closed.
    """

    name: str
    account: Account = field(default_factory=Account)
    classes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    letters_sent: int = 0
    owed: int = 0
    said: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*MISSED, "silent"), 0))
    ratings: int = 0
    score: float | None = None


@dataclass
class Closing:
    """The figures of a span of simulated time; `letters` are all letters of apology by the ways they went."""

    units: list[Unit]
    whole: Unit
    totals: dict[str, int]
    letters: dict[str, int]


def every_date(house: House) -> list[Judged]:
    """Every promised date of every dossier with its class, as the facts say it now."""
    with house.reading(actor=SYSTEM) as look:
        case_ids = list(look.session.scalars(select(Dossier.case_id).order_by(Dossier.submitted_at, Dossier.case_id)))
        return list(judged(look.session, case_ids, look.now))


def closing(house: House, span: Span) -> Closing:
    """The figures of a span, the unit with most dossiers first."""
    units: defaultdict[UUID, Unit] = defaultdict(lambda: Unit(""))
    for one in every_date(house):
        if one.told is not None:
            units[one.office_id].classes[one.told] += 1
    with house.reading(actor=SYSTEM) as look:
        for office, figures in account(look.session, span.first, span.last, until=look.now).items():
            units[office].account = figures
        dossiers: Mapping[UUID, UUID] = dict(look.session.execute(select(Dossier.case_id, Dossier.handling_id)).all())
        letters = look.session.execute(select(Apology.case_id, Apology.sent_at, Apology.closed_at))
        for case_id, sent_at, closed_at in letters:
            units[dossiers[case_id]].letters_sent += sent_at is not None
            units[dossiers[case_id]].owed += sent_at is None and closed_at is None
        for case_id, said in look.session.execute(select(LateQuestion.case_id, LateQuestion.told)):
            units[dossiers[case_id]].said[said or "silent"] += 1
        scores: defaultdict[UUID, list[int]] = defaultdict(list)
        for case_id, score in look.session.execute(select(Rating.case_id, Rating.score)):
            scores[dossiers[case_id]].append(score)
        names: dict[UUID, str] = dict(look.session.execute(select(Office.id, Office.name)).all())  # type: ignore[arg-type]
        totals = {
            "papers": look.session.scalar(select(func.count(Document.id))) or 0,
            "papers signed": look.session.scalar(select(func.count(Document.signed_at))) or 0,
            "incidents open": look.session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) or 0,
        }
        letters_went = ways(look)
        states = Counter(look.session.scalars(select(Notice.status)))
    for office, unit in units.items():
        unit.name, given = names[office], scores[office]
        unit.ratings, unit.score = len(given), round(sum(given) / len(given), 2) if given else None
    totals |= {f"messages {state}": number for state, number in sorted(states.items())}
    order = sorted(units.values(), key=lambda unit: (-unit.account.received, unit.name))
    return Closing(order, together(order), totals, letters_went)


def together(units: Sequence[Unit]) -> Unit:
    """All units as one."""
    whole = Unit("Tất cả đơn vị", Account.total(unit.account for unit in units))
    for unit in units:
        whole.letters_sent, whole.owed = whole.letters_sent + unit.letters_sent, whole.owed + unit.owed
        whole.classes = {key: number + unit.classes[key] for key, number in whole.classes.items()}
        whole.said = {key: number + unit.said[key] for key, number in whole.said.items()}
        whole.ratings += unit.ratings
    scores = [unit.score * unit.ratings for unit in units if unit.score is not None]
    whole.score = round(sum(scores) / whole.ratings, 2) if whole.ratings else None
    return whole

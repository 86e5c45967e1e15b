"""What an official is warned of, how they chose to hear it, and whom no legal notice has reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from engine.accounts.authority_rules import RuleInForce
from engine.accounts.holders import LEADERS
from engine.accounts.models import Person
from engine.accounts.policy import require_role
from engine.accounts.warning_rules import WARNINGS, WarningRules
from engine.cases.models import Case
from engine.clock import legal_date
from engine.dossiers.models import Dossier
from engine.errors import Forbidden
from engine.feedback.models import Report
from engine.notifications.legal import LEGAL, UNREACHED
from engine.notifications.models import Notice
from engine.notifications.staff import StaffWarning
from engine.notifications.staff_choices import Choice, choice_of
from engine.notifications.staff_live import GROUPS, by_mail, group_of, holds, in_groups, within
from engine.queries.keyset import FIRST, MOST, Place, Window, counted, cut, page_of
from engine.queries.operations import cause_of
from engine.queries.visible import reports_visible_to, visible_to
from engine.work import Actor, Reading

PAGE = 50
NOBODY = "nobody"
STATES = (NOBODY, *UNREACHED, "settled")
READERS = (
    "counter_clerk", "centre_director", "unit_head", "leader", "procedure_controller", "hotline_operator", "operator",
)  # fmt: skip
"""Who reads whom no legal notice has reached."""


@dataclass(frozen=True)
class WarningLine:
    """One warning as its list shows it; `group` is how it stands now, `holds` whether anything still runs."""

    id: UUID
    case_id: UUID
    code: str
    name: str
    report: bool
    step: bool
    term: str
    mark: str
    due_on: date
    due_at: datetime
    raised_at: datetime
    seen: bool
    group: str
    holds: bool


@dataclass(frozen=True)
class OwnWarnings:
    """A page of the actor's warnings, nearest date first, with how many stand in each group and are unseen."""

    lines: tuple[WarningLine, ...]
    groups: dict[str, int]
    total: int
    unseen: int
    before: Place | None
    after: Place | None


def own_warnings(
    read: Reading,
    *,
    group: str = "",
    message: UUID | None = None,
    mark: str = "",
    mailed: bool = False,
    window: Window = FIRST,
) -> OwnWarnings:
    """The actor's warnings that still hold; of a `message` all it spoke of, whatever became of them since.

    `mark` is as messages write it: "80", of a step's own time "step80"; `mailed` keeps what digests count.
    """
    mine = _mine(read.actor)
    where = [StaffWarning.notice_id == message] if message is not None else [holds()]
    if mailed:
        where.append(by_mail())
    if group in GROUPS:
        where.append(group_of(read.now) == group)
    if mark:
        where += [StaffWarning.mark == mark.removeprefix("step"), StaffWarning.step == mark.startswith("step")]
    asked: Any = select(
        StaffWarning.due_at.label("at"), StaffWarning.id.label("id"), StaffWarning.case_id, StaffWarning.code,
        StaffWarning.name, Case.kind, StaffWarning.step, StaffWarning.term, StaffWarning.mark, StaffWarning.due_on,
        StaffWarning.raised_at, StaffWarning.seen_at, group_of(read.now).label("group"), holds().label("holds"),
    ).join(Case, Case.id == StaffWarning.case_id).where(mine, *where)  # fmt: skip
    page = page_of(read, [cut(asked, StaffWarning.due_at, StaffWarning.id, window)], window, PAGE)
    total = read.session.scalar(select(counted([and_(mine, *where)], StaffWarning))) or 0
    groups = in_groups(read.session, and_(mine, holds()), read.now)
    return OwnWarnings(_lines(page.rows), groups, total, unseen_count(read), page.before, page.after)


def _lines(rows: Sequence[Any]) -> tuple[WarningLine, ...]:
    return tuple(
        WarningLine(
            id=id_, case_id=case_id, code=code, name=name, report=kind == "report", step=step, term=term, mark=mark,
            due_on=due_on, due_at=at, raised_at=raised_at, seen=seen_at is not None, group=group, holds=bool(holding),
        )
        for at, id_, case_id, code, name, kind, step, term, mark, due_on, raised_at, seen_at, group, holding in rows
    )  # fmt: skip


def unseen_count(read: Reading) -> int:
    """How many warnings that still hold the actor has not seen yet; MOST + 1 is more."""
    where = and_(_mine(read.actor), StaffWarning.seen_at.is_(None), holds())
    return min(read.session.scalar(select(counted([where], StaffWarning))) or 0, MOST + 1)


def _mine(actor: Actor) -> ColumnElement[bool]:
    """The actor's own warnings about offices they may still read; nobody else has any."""
    if actor.id is None or actor.kind != "official":
        raise Forbidden("Việc này chỉ dành cho cán bộ, công chức.")
    return and_(StaffWarning.person_id == actor.id, within(actor.oversight, everywhere=actor.everywhere))


@dataclass(frozen=True)
class OwnChoice:
    """How the actor hears of warnings, to which address, and by which rules their offices warn whom."""

    choice: Choice
    email: str
    rules: tuple[tuple[str, RuleInForce[WarningRules]], ...]


def own_choice(read: Reading) -> OwnChoice:
    """How the actor is warned; `rules` by office of their posts."""
    actor = read.actor
    if actor.id is None or actor.kind != "official":
        raise Forbidden("Việc này chỉ dành cho cán bộ, công chức.")
    choice = choice_of(read.session, actor.id, leads=any(actor.holds(role) for role in LEADERS))
    email = read.session.scalar(select(Person.email).where(Person.id == actor.id)) or ""
    offices = dict.fromkeys((post.office_id, post.office_name) for post in actor.mandates)
    today = legal_date(read.now)
    rules = tuple((name, WARNINGS.in_force(read.session, office_id, today)) for office_id, name in offices)
    return OwnChoice(choice, email, rules)


@dataclass(frozen=True)
class Unreached:
    """A legal notice and what became of it; `owner` and `phones` are empty for whoever may not read the dossier.

    `words` are what somebody wrote of a call, else the msgid of why it did not arrive.
    """

    id: UUID
    case_id: UUID
    code: str
    owner: str
    phones: tuple[str, ...]
    event: str
    channel: str
    recipient: str
    status: str
    created_at: datetime
    settled_at: datetime | None
    words: str
    report: bool


@dataclass(frozen=True)
class UnreachedList:
    """A page of legal notices, newest first."""

    lines: tuple[Unreached, ...]
    total: int
    before: Place | None
    after: Place | None


def legal_notices(read: Reading, *, state: str = NOBODY, window: Window = FIRST) -> UnreachedList:
    """Legal notices of what the actor may read by what became of them; an operator sees code and address alone.

    `nobody`: no sending of the same notice arrived or is on its way, so that somebody has to telephone; one line each.
    """
    require_role(read.actor, *READERS)
    statuses = UNREACHED if state not in STATES or state == NOBODY else (state,)
    where = [Notice.event.in_(LEGAL), Notice.case_id.is_not(None), _readable(read.actor)]
    if state not in STATES or state == NOBODY:
        other = aliased(Notice)
        elsewhere = or_(other.status.not_in(UNREACHED), other.id < Notice.id)
        where.append(~exists(select(other.id).where(other.key == Notice.key, elsewhere)))
    asked: Any = (
        select(
            Notice.created_at.label("at"), Notice.id.label("id"), Notice.case_id, Dossier.code, Dossier.filing_code,
            Report.code.label("report_code"), Dossier.owner_name, Dossier.applicant_phone, Dossier.owner_phone,
            Report.sender_phone, Notice.event, Notice.channel, Notice.recipient, Notice.status, Notice.settled_at,
            Notice.receipt, Notice.last_error,
        )
        .outerjoin(Dossier, Dossier.case_id == Notice.case_id)
        .outerjoin(Report, Report.case_id == Notice.case_id)
        .where(*where)
    )  # fmt: skip
    branches = [
        cut(asked.where(Notice.status == one), Notice.created_at, Notice.id, window, newest_first=True)
        for one in statuses
    ]
    page = page_of(read, branches, window, PAGE, newest_first=True)
    found = select(func.count()).select_from(asked.where(Notice.status.in_(statuses)).limit(MOST + 1).subquery())
    discreet = _discreet(read.actor)
    lines = tuple(_unreached(row, discreet) for row in page.rows)
    return UnreachedList(lines, read.session.scalar(found) or 0, page.before, page.after)


def _readable(actor: Actor) -> ColumnElement[bool]:
    if _discreet(actor):
        return true()
    return or_(
        and_(Dossier.case_id.is_not(None), visible_to(actor)),
        and_(Report.case_id.is_not(None), reports_visible_to(actor)),
    )


def _discreet(actor: Actor) -> bool:
    """Whoever keeps the machine running sees whom to call and nothing of what it is about."""
    return actor.holds("operator") and not any(actor.holds(role) for role in READERS if role != "operator")


def _unreached(row: Any, discreet: bool) -> Unreached:
    (
        at, id_, case_id, code, filing_code, report_code, owner, applicant_phone, owner_phone, sender_phone, event,
        channel, recipient, status, settled_at, receipt, error,
    ) = row  # fmt: skip
    phones = tuple(dict.fromkeys(one for one in (applicant_phone, owner_phone, sender_phone) if one))
    return Unreached(
        id=id_,
        case_id=case_id,
        code=code or filing_code or report_code or "",
        owner="" if discreet else owner or "",
        phones=() if discreet else phones,
        event=event,
        channel=channel,
        recipient=recipient,
        status=status,
        created_at=at,
        settled_at=settled_at,
        words=receipt if status == "settled" else cause_of(error)[0] if error else "",
        report=report_code is not None,
    )

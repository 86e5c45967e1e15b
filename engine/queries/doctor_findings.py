"""What the case doctor says: one finding a trouble or wait, each with its sentence and the one safe thing to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Person
from engine.accounts.policy import require_signed_in
from engine.bpmn.advance import Waiting
from engine.cases.models import Case
from engine.clock import LEGAL_ZONE, legal_date
from engine.dossiers.models import Dossier
from engine.errors import Refusal
from engine.feedback.models import Report
from engine.procedures.models import PublishedBundle
from engine.procedures.published import OpenBundle, in_force, open_bundle
from engine.queries.operations import cause_of, discreet, masked
from engine.queries.visible import reports_visible_to, visible_to
from engine.work import Reading
from rules.sentences import Sentence

Verb = Literal[
    "retry", "correct", "resend", "release", "move-task", "realign", "resume", "replay", "move", "end", "outside"
]
MENDERS = ("operator", "procedure_controller")
PATIENCE = timedelta(minutes=10)
"""How late a moment may be told before something is wrong: the sweep comes every half minute."""


@dataclass(frozen=True)
class Action:
    """The one safe thing to do: its verb, what must be true before, what it sets in motion, and who may do it.

    `subject` names what it is done to (an id or a token); with the finding's kind it is all an act needs to know.
    `look_first` says that the outside world has to be asked before, `reason` that the doer has to say why. Verb
    "outside" is done on the machine or in person, not on a page.
    """

    verb: Verb
    label: Sentence
    precondition: Sentence
    effect: Sentence
    roles: tuple[str, ...] = MENDERS
    subject: str = ""
    look_first: bool = False
    reason: bool = False


@dataclass(frozen=True)
class Seen:
    """One value an expression speaks of: its path, what kind of thing it is, and the value for those who may see it."""

    path: str
    kind: Sentence
    shown: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing a case waits for, or one thing that is wrong with it; `who` says who can do what about it."""

    kind: str
    wrong: bool
    what: Sentence
    since: datetime | None = None
    who: Sentence | None = None
    action: Action | None = None
    subject: str = ""
    element_id: str = ""
    name: str = ""
    cause: Sentence | None = None
    values: tuple[Seen, ...] = ()
    text: str = ""
    detail: str = ""

    @property
    def key(self) -> str:
        """What tells this finding from every other of its case, now and at the next look."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind


@dataclass
class Chart:
    """What the parts of the doctor share while they look at one case.

    `open` is None when its version cannot be read, `waiting` None when its saved state cannot; `sees_values` says
    whether the reader may see what the dossier holds.
    """

    read: Reading
    case: Case
    sees_values: bool
    open: OpenBundle | None = None
    waiting: tuple[Waiting, ...] | None = None

    @cached_property
    def newer(self) -> tuple[str, int, OpenBundle] | None:
        """(procedure, number, content) of the version a new filing would get today, if it is not the case's own."""
        session = self.read.session
        procedure = session.scalar(select(PublishedBundle.procedure).where(PublishedBundle.id == self.case.bundle_id))
        try:
            row = in_force(session, procedure or "", legal_date(self.read.now))
            if row.id == self.case.bundle_id or row.trial != self.case.trial:
                return None
            return row.procedure, row.version, open_bundle(session, row.id)
        except Refusal:  # none in force, or one that is damaged
            return None

    def cause(self, text: str | Sentence | None) -> tuple[Sentence, str]:
        """(what went wrong in words, the technical words behind it) as this reader may know them."""
        if isinstance(text, Sentence) and text.params:
            return (text if self.sees_values else masked(text)), ""
        said, detail = cause_of(text)
        return Sentence.of(said if self.sees_values else discreet(said)), detail


def moment(at: datetime) -> str:
    """A moment as people of Viet Nam read it: 05/03/2026 14:30."""
    return at.astimezone(LEGAL_ZONE).strftime("%d/%m/%Y %H:%M")


def day(on: date) -> str:
    """A day: 05/03/2026."""
    return on.strftime("%d/%m/%Y")


def quoted(element_id: str, name: str) -> str:
    """A step by the name it has in its drawing, else by its id."""
    return name or element_id


def names(people: Iterable[Person], most: int = 3) -> str:
    """Some people by name, the rest by their number."""
    found = [person.full_name for person in people]
    return ", ".join(found[:most]) + (f" (+{len(found) - most})" if len(found) > most else "")


def eyes_of(read: Reading, case_id: UUID) -> bool | None:
    """Whether the actor may see what the case holds; None when it is not theirs at all. Never for the public."""
    actor = read.actor
    require_signed_in(actor)
    if actor.kind == "system":
        return False
    if not actor.is_official:
        return None
    dossier = select(Dossier.case_id).where(Dossier.case_id == case_id, visible_to(actor))
    report = select(Report.case_id).where(Report.case_id == case_id, reports_visible_to(actor))
    if read.session.scalar(dossier) is not None or read.session.scalar(report) is not None:
        return True
    return False if actor.holds("operator") else None

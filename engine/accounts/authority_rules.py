"""What an authority has laid down by a document for itself and the offices under it, from a day on.

A rule is written once and never changed: a later one of the same day takes its place, one of a later day follows it.
The office's own rule counts before its superior's; where no office up to the top has one, what the house ships counts.
There are rules of several kinds; a kind says what its rules are made of (`RuleKind`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.accounts.models import Office
from engine.db import Base, Identified
from engine.work import Work

Rules = TypeVar("Rules")
"""What a kind of rule is made of, ready to be asked."""


class AuthorityRule(Identified, Base):
    """One authority's rule of one kind from a day on, with the document it stands in; `verified`: compared with it."""

    __tablename__ = "authority_rules"
    __table_args__ = (Index("ix_authority_rules_kind", "kind", "office_id", "valid_from"),)

    kind: Mapped[str] = mapped_column(String(20))
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    valid_from: Mapped[date]
    content: Mapped[dict[str, Any]]
    document: Mapped[str]
    dated_on: Mapped[date]
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]


def rules_of(session: Session, kind: str) -> list[AuthorityRule]:
    """Every rule of a kind in the order in which they hold; asked once a transaction, for many terms ask by it."""
    kept: dict[str, list[AuthorityRule]] = session.info.setdefault("authority_rules", {})
    if kind not in kept:
        in_order = select(AuthorityRule).where(AuthorityRule.kind == kind)
        kept[kind] = list(session.scalars(in_order.order_by(AuthorityRule.valid_from, AuthorityRule.made_at)))
    return kept[kind]


def add_rule(session: Session, rule: AuthorityRule) -> None:
    """A new rule, known at once to whoever asks in the same transaction."""
    session.add(rule)
    session.flush()
    session.info.pop("authority_rules", None)


def rule_of(session: Session, kind: str, office_id: UUID | None, day: date) -> AuthorityRule | None:
    """The rule in force in an office on a day: its own, else its superiors' up to the top; None: what is shipped."""
    rows = {row.office_id: row for row in rules_of(session, kind) if row.valid_from <= day}
    office = session.get(Office, office_id) if rows and office_id is not None else None
    while office is not None:
        if office.id in rows:
            return rows[office.id]
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return None


@dataclass(frozen=True)
class RuleInForce(Generic[Rules]):
    """Rules with where they come from; `note` by language, `office_id` None: shipped with the house."""

    rules: Rules
    valid_from: date
    document: str
    dated_on: date
    verified: bool
    note: Mapping[str, str]
    office_id: UUID | None = None


@dataclass(frozen=True)
class RuleKind(Generic[Rules]):
    """One kind of dated rule: its name in the table, the file of what the house ships, and what its rules are made of.

    `read` takes what was stored. `checked` takes what an administrator gave and returns what is stored; it raises
    Invalid with every field that makes no sense. `carry` asks for the job that takes a new rule to what runs already.
    """

    name: str
    shipped_in: Path
    read: Callable[[Mapping[str, Any]], Rules]
    checked: Callable[[Mapping[str, Any]], dict[str, Any]]
    carry: Callable[[Work, UUID], None] | None = None

    @cached_property
    def shipped(self) -> tuple[RuleInForce[Rules], ...]:
        """What the house ships, the earliest first."""
        rows = tomllib.loads(self.shipped_in.read_text(encoding="utf-8"))["rules"]
        found = [
            RuleInForce(
                self.read(row["content"]), row["valid_from"], row["document"], row["dated_on"], row["verified"],
                row["note"],
            )
            for row in rows
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: one.valid_from))

    def shipped_on(self, day: date) -> RuleInForce[Rules]:
        """What the house ships for a day; before the first day of all, the earliest."""
        return next((one for one in reversed(self.shipped) if one.valid_from <= day), self.shipped[0])

    def as_kept(self, row: AuthorityRule) -> RuleInForce[Rules]:
        """An authority's own rule as it was written down."""
        note = {"vi": row.note}
        return RuleInForce(
            self.read(row.content), row.valid_from, row.document, row.dated_on, row.verified, note, row.office_id
        )

    def in_force(self, session: Session, office_id: UUID | None, day: date) -> RuleInForce[Rules]:
        """By which rules of this kind an office goes on a day, with their document."""
        row = rule_of(session, self.name, office_id, day)
        return self.shipped_on(day) if row is None else self.as_kept(row)

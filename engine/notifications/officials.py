"""E-mail to officials: who holds which posts and has an address, and one message to one of them, written once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from engine.accounts.holders import in_post
from engine.accounts.models import Mandate, Office, Person
from engine.clock import legal_date
from engine.db import new_id
from engine.notifications.models import Notice
from engine.work import Work


def reachable(work: Work, roles: Iterable[str], *, office: str = "") -> list[Person]:
    """Whoever holds one of these posts today and has an address; in one office (its code), where it is named."""
    statement = (
        select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.role.in_(tuple(roles)), in_post(legal_date(work.now)), Person.active, Person.email != "")
        .distinct()
        .order_by(Person.id)
    )
    if office:
        statement = statement.join(Office, Office.id == Mandate.office_id).where(Office.code == office)
    return list(work.session.scalars(statement))


def told(work: Work, person: Person, key: str) -> bool:
    """Whether a person was written to under this key before."""
    known = select(Notice.id).where(Notice.key == key, Notice.channel == "email", Notice.recipient == person.email)
    return work.session.scalar(known) is not None


def write_email(
    work: Work, person: Person, *, key: str, event: str, subject: str, body: str, notice_id: UUID | None = None
) -> None:
    """Write one e-mail to an official and hand it to the sending; whoever may ask twice asks `told` before."""
    notice = Notice(
        id=notice_id or new_id(),
        key=key,
        event=event,
        channel="email",
        recipient=person.email,
        subject=subject,
        body=body,
        locale=person.locale,
        status="waiting",
        created_at=work.now,
        attempts=0,
    )
    work.session.add(notice)
    work.session.flush()
    work.defer("SendNotice", {"notice": str(notice.id)}, key=f"notice:{notice.id}")

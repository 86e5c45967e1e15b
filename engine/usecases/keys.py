"""Keys an office brings in: added, unlocked, locked and removed by whom it is given to, each act in the record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import SEALERS, office_holder, person_holder
from engine.accounts.models import Office, Person, fold
from engine.accounts.policy import require_role, require_signed_in
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.usecases.signing_keys import check_certificate, named_in, office_line
from engine.work import Actor, Reading, Work
from signing.keyring import KeyState, state_of
from signing.stores.records import KeyRecord

CHAIN = "system"
"""The chain of acts that belong to no office of their own."""


@dataclass(frozen=True)
class Holder:
    """Whose key it is: a person or an office, as the keyring names it and as people do."""

    mark: str
    name: str
    person: Person | None = None
    office: Office | None = None


def find_holder(session: Session, *, login: str = "", office: str = "") -> Holder:
    """The person with a login, or the office with a code; Invalid where it is not exactly one that exists."""
    if bool(login) == bool(office):
        raise Invalid("Nêu đúng một chủ khóa: --person TÊN-ĐĂNG-NHẬP hoặc --office MÃ-ĐƠN-VỊ.")
    if login:
        person = session.scalar(select(Person).where(Person.login == login.strip().lower(), Person.kind == "official"))
        if person is None:
            raise NotFound("Không có cán bộ nào có tên đăng nhập %(login)s.", login=login)
        return Holder(person_holder(person.id), person.full_name, person=person)
    found = session.scalar(select(Office).where(Office.code == office))
    if found is None:
        raise NotFound("Không có đơn vị nào có mã %(office)s.", office=office)
    return Holder(office_holder(found.code), found.name, office=found)


def holder_named(session: Session, mark: str) -> Holder:
    """The holder behind the keyring's name for it."""
    kind, _, key = mark.partition(":")
    try:
        person = session.get(Person, UUID(key)) if kind == "person" else None
    except ValueError:
        person = None
    office = session.scalar(select(Office).where(Office.code == key)) if kind == "office" else None
    if person is None and office is None:
        raise NotFound("Không có chủ khóa này.")
    return Holder(mark, person.full_name if person else office.name, person=person, office=office)  # type: ignore[union-attr]


def add_key(
    work: Work, holder: Holder, record: KeyRecord, *, content: bytes | None = None, again: bool = False
) -> KeyState:
    """Bring in a holder's key; an operator's act.

    Refuses a certificate that names somebody or some office else (unless `record.differs` says why that is right),
    one that is not valid now or revoked, and a second key of the same holder unless `again` says to replace it.
    """
    require_role(work.actor, "operator")
    keys = work.ports.signatures.keys
    if keys.records.find(holder.mark) is not None and not again:
        raise Conflict(
            "%(name)s đã có khóa ký. Thêm --replace nếu muốn thay bằng khóa này.", code="has_key", name=holder.name
        )
    record = replace(record, holder=holder.mark, added_at=work.now.isoformat())
    state = state_of(record, ready=False)
    _check_named(work.session, holder, record, state)
    check_certificate(work.session, state, work.now)
    keys.records.save(record, content)
    facts = {
        "holder": holder.mark,
        "kind": record.kind,
        "serial": record.serial,
        "certificate": record.fingerprint,
        "unit": record.unit,
        "differs": record.differs,
    }
    work.record_for_office(CHAIN, "key.added", facts)
    return state


def _check_named(session: Session, holder: Holder, record: KeyRecord, state: KeyState) -> None:
    unit = session.scalar(select(Office).where(Office.code == record.unit)) if record.unit else None
    if record.unit and unit is None:
        raise NotFound("Không có đơn vị nào có mã %(office)s.", office=record.unit)
    if record.differs:
        return
    said = ", ".join((*state.names, *state.organisations)) or "–"
    if holder.person is not None and fold(holder.name) not in map(fold, state.names):
        raise Invalid(
            "Chứng thư số cấp cho %(said)s, không phải %(name)s. Nếu đúng là khóa của người này, thêm "
            '--differs "lý do".',
            said=said,
            name=holder.name,
        )
    offices = [holder.office] if holder.office is not None else office_line(session, unit) if unit is not None else []
    if offices and not named_in(state, offices):
        raise Invalid(
            "Chứng thư số cấp cho %(said)s, không phải %(name)s. Nếu đúng là khóa của đơn vị này, thêm "
            '--differs "lý do".',
            said=said,
            name=offices[0].name,
        )


def remove_key(work: Work, holder: Holder) -> None:
    """Take a key out of the house, unlocked or not; an operator's act."""
    require_role(work.actor, "operator")
    keys = work.ports.signatures.keys
    record = keys.records.find(holder.mark)
    if record is None:
        raise NotFound("%(name)s không có khóa ký nào được thêm vào.", name=holder.name)
    keys.records.remove(holder.mark)
    work.record_for_office(CHAIN, "key.removed", {"holder": holder.mark, "certificate": record.fingerprint})


def check_may_unlock(look: Reading | Work, mark: str) -> KeyState:
    """The key, if the actor may unlock and lock it: their own, that of an office they seal for, any as operator."""
    require_signed_in(look.actor)
    if not may_unlock(look.session, look.actor, mark):
        raise Forbidden("Chỉ chủ khóa, văn thư giữ dấu của đơn vị hoặc người vận hành mở được khóa ký này.")
    state = look.ports.signatures.state(mark)
    if state is None:
        raise NotFound("Chủ khóa này chưa có khóa ký.")
    return state


def may_unlock(session: Session, actor: Actor, mark: str) -> bool:
    """Whether somebody may unlock and lock a holder's key."""
    kind, _, code = mark.partition(":")
    if "operator" in actor.roles or mark == person_holder(actor.id):
        return True
    return kind == "office" and any(post.role in SEALERS and post.office_code == code for post in actor.mandates)


def note_unlock(work: Work, state: KeyState, *, refused: str = "") -> None:
    """Record that a key was unlocked, or that somebody tried to; what was typed is never part of it."""
    verb = "key.unlock_refused" if refused else "key.unlocked"
    facts = {"holder": state.holder, "certificate": state.fingerprint}
    work.record_for_office(CHAIN, verb, facts | ({"code": refused} if refused else {}))


def note_lock(work: Work, state: KeyState) -> None:
    """Record that a key was locked."""
    work.record_for_office(CHAIN, "key.locked", {"holder": state.holder, "certificate": state.fingerprint})

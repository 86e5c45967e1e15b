"""Who may do a task today: the people who hold its role in its office, with an open account."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.accounts.models import Mandate, Office, Person
from rules.sentences import Sentence

HEADS = ("unit_head", "leader", "centre_director")
"""Who gives out the tasks of an office, and agrees to a value somebody else proposes."""
LEADERS = ("leader", "centre_director")
"""Who decides for an agency or a centre."""
SIGNATORIES = ("unit_head", "leader")
"""Who signs an office's papers, and acts on them afterwards."""
SEALERS = ("clerical",)
"""Who keeps an office's seal."""
PROPOSERS = ("specialist", "counter_clerk", *HEADS)
"""Who may propose another value for a dossier they handle."""

ROLE_NAMES = {
    "counter_clerk": Sentence("Công chức tiếp nhận và trả kết quả"),
    "specialist": Sentence("Người thụ lý"),
    "unit_head": Sentence("Lãnh đạo phòng"),
    "leader": Sentence("Lãnh đạo cơ quan"),
    "clerical": Sentence("Văn thư"),
    "cashier": Sentence("Thu phí, lệ phí"),
    "centre_director": Sentence("Giám đốc Trung tâm Phục vụ hành chính công"),
    "procedure_controller": Sentence("Kiểm soát thủ tục hành chính"),
    "designer": Sentence("Người thiết kế quy trình"),
    "hotline_operator": Sentence("Tổng đài viên 1022"),
    "hotline_point": Sentence("Đầu mối xử lý phản ánh"),
    "postal_clerk": Sentence("Nhân viên bưu chính công ích"),
    "inspector": Sentence("Thanh tra, giám sát"),
    "party_leader": Sentence("Lãnh đạo Đảng"),
    "operator": Sentence("Vận hành hệ thống"),
}


def person_holder(person_id: UUID | None) -> str:
    """How the keyring names a person."""
    return f"person:{person_id}"


def office_holder(code: str) -> str:
    """How the keyring names an agency, room or centre that seals."""
    return f"office:{code}"


def in_post(day: date) -> ColumnElement[bool]:
    """Mandates that hold on a day."""
    return (Mandate.valid_from <= day) & or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day)


def holders(session: Session, office_id: UUID, role: str, day: date) -> list[Person]:
    """The people with an open account who hold this role in this office on a day, by name."""
    return list(
        session.scalars(
            select(Person)
            .join(Mandate, Mandate.person_id == Person.id)
            .where(Mandate.office_id == office_id, Mandate.role == role, in_post(day), Person.active)
            .distinct()
            .order_by(Person.sort_key, Person.id)
        )
    )


def key_holders(session: Session) -> dict[str, str]:
    """Whoever works here, by what their signing key is kept under: "person:<id>", "office:<code>"."""
    people = select(Person.id, Person.full_name).where(Person.active, Person.kind == "official")
    offices = select(Office.code, Office.name).where(Office.active)
    names = {office_holder(code): name for code, name in session.execute(offices)}
    return names | {person_holder(key): name for key, name in session.execute(people)}


def heads(session: Session, office_id: UUID, day: date) -> list[Person]:
    """Who heads an office on a day; where nobody does, who heads the nearest office above it."""
    office = session.get(Office, office_id)
    while office is not None:
        found: Any = [person for role in HEADS for person in holders(session, office.id, role, day)]
        if found:
            return list(dict.fromkeys(found))
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return []

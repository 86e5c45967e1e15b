"""People, the offices they serve and the posts they hold there for a time."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.accounts.capacities import Ground, Power
from engine.db import Base, Identified

ROLES = (
    "counter_clerk",  # công chức tiếp nhận và trả kết quả
    "specialist",  # người thụ lý
    "unit_head",  # lãnh đạo phòng
    "leader",  # lãnh đạo cơ quan
    "clerical",  # văn thư
    "cashier",  # thu phí, lệ phí
    "centre_director",  # giám đốc trung tâm phục vụ hành chính công
    "procedure_controller",  # kiểm soát thủ tục hành chính
    "designer",  # người thiết kế quy trình
    "hotline_operator",  # tổng đài viên 1022
    "hotline_point",  # đầu mối xử lý phản ánh
    "postal_clerk",  # nhân viên bưu chính công ích
    "inspector",  # thanh tra, giám sát: chỉ xem
    "party_leader",  # lãnh đạo Đảng ngoài cây đơn vị: chỉ xem
    "operator",  # vận hành hệ thống
)


def fold(text: str) -> str:
    """Text as a search sees it: lower case, no marks, đ as d, single blanks."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).lower().split())


def masked_name(name: str | None) -> str:
    """A name of which a stranger sees the first word and the beginnings of the others: Nguyễn T. N. A."""
    words = (name or "").split()
    return " ".join([words[0], *(f"{word[0]}." for word in words[1:])]) if words else ""


_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTERS = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}


def sort_key(name: str) -> str:
    """A key that orders Vietnamese names by given name first, then family and middle names, letters before tones."""
    words = unicodedata.normalize("NFC", name).lower().split()
    ordered = words[-1:] + words[:-1]
    return " ".join(_word_key(word) for word in ordered)


def _word_key(word: str) -> str:
    letters, tones = [], []
    for mark in unicodedata.normalize("NFD", word):
        if mark in _TONES:
            tones.append(_TONES[mark])
        else:
            letters.append(mark)
    base = unicodedata.normalize("NFC", "".join(letters))
    return "".join(_LETTERS.get(c, c + "0") for c in base) + "".join(tones)


class Office(Identified, Base):
    """An agency, a room of one, or a service centre; `functions` say what rules may look for in it.

    `kind` is city, department, ward, centre or room; `unit_code` stands in dossier codes (Decision 20/2020/QĐ-TTg).
    """

    __tablename__ = "offices"

    code: Mapped[str] = mapped_column(unique=True)
    unit_code: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    short_name: Mapped[str] = mapped_column(default="")
    abbreviation: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("offices.id"), index=True)
    superior: Mapped[str] = mapped_column(default="")
    functions: Mapped[list[Any]] = mapped_column(default=list)
    calendar: Mapped[str] = mapped_column(default="vn")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    ward_code: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    parent: Mapped[Office | None] = relationship(remote_side="Office.id")


class Person(Identified, Base):
    """Somebody who can sign in: an official or a citizen; `identity_number` is the số định danh cá nhân.

    `must_change`: the password came from somebody else and opens nothing but the page where it is changed.
    """

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_search", "search_key"),)

    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str] = mapped_column(default="")
    must_change: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(10))
    full_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(default="")
    identity_number: Mapped[str | None] = mapped_column(index=True)
    born_on: Mapped[date | None]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    sessions_from: Mapped[datetime | None]

    mandates: Mapped[list[Mandate]] = relationship(back_populates="person")


class Mandate(Identified, Base):
    """A post held from one day to another, and with what power its holder signs (see engine/accounts/capacities.py).

    `capacity` is printed before a title (KT., TL., TUQ., Q.), `acts_for` is the title of whoever is signed for where it
    is not plain; `ground_…` is the document the power rests on, needed for TUQ., as is `valid_to`.
    """

    __tablename__ = "mandates"
    __table_args__ = (UniqueConstraint("person_id", "office_id", "role", "valid_from"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(default="")
    capacity: Mapped[str] = mapped_column(String(10), default="")
    acts_for: Mapped[str] = mapped_column(default="")
    ground_number: Mapped[str] = mapped_column(default="")
    ground_agency: Mapped[str] = mapped_column(default="")
    ground_date: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="mandates")
    office: Mapped[Office] = relationship()

    @property
    def power(self) -> Power:
        """With what power the holder of this post signs."""
        ground = Ground(self.ground_number, self.ground_agency, self.ground_date) if self.ground_date else None
        return Power(self.title, self.capacity, self.acts_for, ground, self.valid_to)


class ApiClient(Identified, Base):
    """Another system that may hand dossiers in by `channels`; of its key only the SHA-256 (hex) is kept.

    `scopes` are what it may look at besides: "moves" is the moving of running cases to another version.
    """

    __tablename__ = "api_clients"

    name: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channels: Mapped[list[Any]] = mapped_column(default=list)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

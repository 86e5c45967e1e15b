"""The people of the sample: invented, one or more for every role; each steps in by name from the sign-in page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import add_person
from engine.db import new_id
from engine.ports import Ports
from engine.work import Work

SINCE = date(2025, 7, 1)
SIGNERS = frozenset({"leader", "unit_head", "counter_clerk"})


@dataclass(frozen=True)
class Post:
    """A post somebody of the sample holds."""

    office: str
    role: str
    title: str
    capacity: str = ""


@dataclass(frozen=True)
class SamplePerson:
    """Somebody of the sample; without posts, a citizen."""

    login: str
    name: str
    posts: tuple[Post, ...] = ()
    identity: str = ""
    phone: str = ""
    address: str = ""

    @property
    def kind(self) -> str:
        return "official" if self.posts else "citizen"


PEOPLE = (
    SamplePerson("hoa", "Nguyễn Thị Hòa", (), "079185001234", "0901234567", "45 Nguyễn Thái Bình, phường Bến Thành"),
    SamplePerson("duc", "Trần Văn Đức", (), "079082005678", "0912345678", "7 Lê Thị Hồng Gấm, phường Bến Thành"),
    SamplePerson("hbia", "H'Bia Niê", (), "066190009876", "0987654321", "210 Phạm Ngũ Lão, phường Bến Thành"),
    SamplePerson("lan", "Phạm Thị Lan", (Post("bt-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),)),
    SamplePerson("minh", "Lê Quang Minh", (Post("bt-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),)),
    SamplePerson(
        "thu", "Đỗ Minh Thư",
        (Post("hcm-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),),
    ),
    SamplePerson("ha", "Vũ Thu Hà", (Post("bt-pvhcc", "cashier", "Thủ quỹ"),)),
    SamplePerson("hung", "Bùi Mạnh Hùng", (Post("bt-pvhcc", "centre_director", "Giám đốc Trung tâm"),)),
    SamplePerson("nam", "Ngô Hoài Nam", (Post("bt-kthtdt", "specialist", "Chuyên viên"),)),
    SamplePerson("yen", "Hồ Hải Yến", (Post("bt-kthtdt", "specialist", "Chuyên viên"),)),
    SamplePerson("an", "Dương Thành Ân", (Post("bt-kthtdt", "unit_head", "TRƯỞNG PHÒNG"),)),
    SamplePerson(
        "quyen", "Lý Lệ Quyên",
        (Post("bt-vp", "specialist", "Công chức tư pháp - hộ tịch"),),
    ),
    SamplePerson("khoa", "Đinh Đăng Khoa", (Post("bt-vp", "unit_head", "CHÁNH VĂN PHÒNG"),)),
    SamplePerson(
        "mai", "Trịnh Thị Mai",
        (
            Post("bt-vp", "clerical", "Văn thư"),
            Post("bt", "clerical", "Văn thư"),
            Post("bt-kthtdt", "clerical", "Văn thư"),
        ),
    ),
    SamplePerson("dung", "Nguyễn Tiến Dũng", (Post("bt", "leader", "CHỦ TỊCH"),)),
    SamplePerson("huong", "Võ Thị Thanh Hương", (Post("bt", "leader", "PHÓ CHỦ TỊCH", "KT."),)),
    SamplePerson("tam", "Cao Minh Tâm", (Post("hcm-sxd", "specialist", "Chuyên viên"),)),
    SamplePerson("phong", "Lâm Gia Phong", (Post("hcm-sxd", "unit_head", "TRƯỞNG PHÒNG"),)),
    SamplePerson("kiem", "Tạ Đình Kiểm", (Post("hcm", "procedure_controller", "Kiểm soát thủ tục hành chính"),)),
    SamplePerson("thiet", "Mai Anh Thiết", (Post("hcm", "designer", "Chuyên viên thiết kế quy trình"),)),
    SamplePerson("tong", "Châu Ngọc Tổng", (Post("hcm-1022", "hotline_operator", "Tổng đài viên 1022"),)),
    SamplePerson("moi", "Phan Đầu Mối", (Post("bt-kthtdt", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    SamplePerson("buu", "Hà Văn Bưu", (Post("bt-pvhcc", "postal_clerk", "Nhân viên bưu chính công ích"),)),
    SamplePerson("thanh", "Đoàn Công Thanh", (Post("hcm", "inspector", "Thanh tra viên"),)),
    SamplePerson("uy", "Trương Bí Thư", (Post("bt", "party_leader", "Bí thư Đảng ủy phường"),)),
    SamplePerson("van", "Kiều Vận Hành", (Post("hcm", "operator", "Vận hành hệ thống"),)),
)  # fmt: skip


def add_people(work: Work, offices: Mapping[str, UUID]) -> dict[str, UUID]:
    """Write the people who are not there yet, with posts and signing keys; (login → id)."""
    known = {person.login: person.id for person in work.session.scalars(select(Person))}
    for one in PEOPLE:
        if one.login in known:
            continue
        person = add_person(
            work.session,
            login=one.login,
            kind=one.kind,
            full_name=one.name,
            identity_number=one.identity or None,
            phone=one.phone or "",
            email=f"{one.login}@example.vn",
            address=one.address,
        )
        known[one.login] = person.id
        for post in one.posts:
            work.session.add(
                Mandate(
                    id=new_id(),
                    person_id=person.id,
                    office_id=offices[post.office],
                    role=post.role,
                    title=post.title,
                    capacity=post.capacity,
                    valid_from=SINCE,
                )
            )
    work.session.flush()
    return known


def ensure_keys(
    session: Session, ports: Ports, offices: Mapping[str, UUID], people: Mapping[str, UUID], *, now: datetime
) -> None:
    """A signing key for whoever signs, and one for every agency and room that seals."""
    for one in PEOPLE:
        post = next((post for post in one.posts if post.role in SIGNERS), None)
        if post is None:
            continue
        office = session.get_one(Office, offices[post.office])
        ports.signatures.ensure_key(
            f"person:{people[one.login]}",
            name=one.name,
            organisation=office.name,
            title=post.title,
            email=f"{one.login}@example.vn",
            now=now,
        )
    for office in session.scalars(select(Office)):
        ports.signatures.ensure_key(
            f"office:{office.code}", name=office.name, organisation=office.name, title="", email=office.email, now=now
        )

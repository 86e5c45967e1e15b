"""The people of the sample: invented, one or more for every role; each steps in by name from the sign-in page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accounts.holders import office_holder, person_holder
from engine.accounts.models import Office, Person
from engine.ports import Ports
from engine.usecases.setting_up import PersonEntry, Post, Settled, settle_people
from engine.work import Work

SINCE = date(2025, 7, 1)
SIGNERS = frozenset({"leader", "unit_head", "counter_clerk"})


PEOPLE = (
    PersonEntry("hoa", "Nguyễn Thị Hòa", (), "079185001234", "0901234567", "45 Nguyễn Thái Bình, phường Bến Thành"),
    PersonEntry("duc", "Trần Văn Đức", (), "079082005678", "0912345678", "7 Lê Thị Hồng Gấm, phường Bến Thành"),
    PersonEntry("hbia", "H'Bia Niê", (), "066190009876", "0987654321", "210 Phạm Ngũ Lão, phường Bến Thành"),
    PersonEntry("lan", "Phạm Thị Lan", (Post("bt-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),)),
    PersonEntry("minh", "Lê Quang Minh", (Post("bt-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),)),
    PersonEntry(
        "thu", "Đỗ Minh Thư",
        (Post("hcm-pvhcc", "counter_clerk", "Công chức tiếp nhận và trả kết quả"),),
    ),
    PersonEntry("ha", "Vũ Thu Hà", (Post("bt-pvhcc", "cashier", "Thủ quỹ"),)),
    PersonEntry("hung", "Bùi Mạnh Hùng", (Post("bt-pvhcc", "centre_director", "Giám đốc Trung tâm"),)),
    PersonEntry("nam", "Ngô Hoài Nam", (Post("bt-kthtdt", "specialist", "Chuyên viên"),)),
    PersonEntry("yen", "Hồ Hải Yến", (Post("bt-kthtdt", "specialist", "Chuyên viên"),)),
    PersonEntry("an", "Dương Thành Ân", (Post("bt-kthtdt", "unit_head", "TRƯỞNG PHÒNG"),)),
    PersonEntry(
        "quyen", "Lý Lệ Quyên",
        (Post("bt-vp", "specialist", "Công chức tư pháp - hộ tịch"),),
    ),
    PersonEntry("khoa", "Đinh Đăng Khoa", (Post("bt-vp", "unit_head", "CHÁNH VĂN PHÒNG"),)),
    PersonEntry(
        "mai", "Trịnh Thị Mai",
        (
            Post("bt-vp", "clerical", "Văn thư"),
            Post("bt", "clerical", "Văn thư"),
            Post("bt-kthtdt", "clerical", "Văn thư"),
        ),
    ),
    PersonEntry("dung", "Nguyễn Tiến Dũng", (Post("bt", "leader", "CHỦ TỊCH"),)),
    PersonEntry("huong", "Võ Thị Thanh Hương", (Post("bt", "leader", "PHÓ CHỦ TỊCH", "KT."),)),
    PersonEntry("bao", "Phan Quốc Bảo", (Post("hcm", "leader", "PHÓ CHỦ TỊCH", "KT."),)),
    PersonEntry("tam", "Cao Minh Tâm", (Post("hcm-sxd", "specialist", "Chuyên viên"),)),
    PersonEntry("phong", "Lâm Gia Phong", (Post("hcm-sxd", "unit_head", "TRƯỞNG PHÒNG"),)),
    PersonEntry("kiem", "Tạ Đình Kiểm", (Post("hcm", "procedure_controller", "Kiểm soát thủ tục hành chính"),)),
    PersonEntry("thiet", "Mai Anh Thiết", (Post("hcm", "designer", "Chuyên viên thiết kế quy trình"),)),
    PersonEntry("tong", "Châu Ngọc Tổng", (Post("hcm-1022", "hotline_operator", "Tổng đài viên 1022"),)),
    PersonEntry("moi", "Phan Đầu Mối", (Post("bt-kthtdt", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    PersonEntry("diem", "Hoàng Thị Điểm", (Post("hcm", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    PersonEntry("dau", "Tô Văn Đầu", (Post("hcm-sxd", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    PersonEntry("phuong", "Lưu Thị Phượng", (Post("bt", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    PersonEntry("sang", "Quách Minh Sáng", (Post("bt-vhxh", "hotline_point", "Đầu mối xử lý phản ánh"),)),
    PersonEntry("buu", "Hà Văn Bưu", (Post("bt-pvhcc", "postal_clerk", "Nhân viên bưu chính công ích"),)),
    PersonEntry("thanh", "Đoàn Công Thanh", (Post("hcm", "inspector", "Thanh tra viên"),)),
    PersonEntry("uy", "Trương Bí Thư", (Post("bt", "party_leader", "Bí thư Đảng ủy phường"),)),
    PersonEntry("van", "Kiều Vận Hành", (Post("hcm", "operator", "Vận hành hệ thống"),)),
)  # fmt: skip


def add_people(work: Work, offices: Mapping[str, UUID]) -> dict[str, UUID]:
    """Write the people who are not there yet, with their posts; (login → id)."""
    known = set(work.session.scalars(select(Person.login)))
    entries = [replace(one, email=f"{one.login}@example.vn") for one in PEOPLE if one.login not in known]
    return settle_people(work, entries, offices, Settled(), since=SINCE)


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
            person_holder(people[one.login]),
            name=one.name,
            organisation=office.name,
            title=post.title,
            email=f"{one.login}@example.vn",
            now=now,
        )
    for office in session.scalars(select(Office)):
        ports.signatures.ensure_key(
            office_holder(office.code),
            name=office.name,
            organisation=office.name,
            title="",
            email=office.email,
            now=now,
        )

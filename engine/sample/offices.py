"""The offices of the sample: the city, its service centre, one department, one ward with its rooms and centre.

Names, addresses and ward codes are real (Resolution 1685/NQ-UBTVQH15; NSO code 26743); telephone numbers and the unit
codes below the city's own H29 are invented.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Office
from engine.usecases.setting_up import OfficeEntry, Settled, settle_offices
from engine.work import Work

WARD = "26743"


CITY_PLACE = "Thành phố Hồ Chí Minh"
WARD_PLACE = "Bến Thành"
WARD_ADDRESS = "92 Nguyễn Trãi, phường Bến Thành, Thành phố Hồ Chí Minh"

OFFICES = (
    OfficeEntry(
        "hcm", "city", "Ủy ban nhân dân Thành phố Hồ Chí Minh", "People's Committee of Ho Chi Minh City",
        "UBND Thành phố Hồ Chí Minh", "UBND", None, ("committee",), "H29", "",
        CITY_PLACE, "86 Lê Thánh Tôn, phường Sài Gòn, Thành phố Hồ Chí Minh", "1022", "ubnd@hcm.example.vn",
    ),
    OfficeEntry(
        "hcm-pvhcc", "centre", "Trung tâm Phục vụ hành chính công Thành phố Hồ Chí Minh",
        "Ho Chi Minh City Public Administration Service Centre", "TTPVHCC Thành phố", "TTPVHCC", "hcm",
        ("one-stop",), "H29.1", "Văn phòng Ủy ban nhân dân Thành phố Hồ Chí Minh",
        CITY_PLACE, "43 Nguyễn Văn Bá, phường Thủ Đức, Thành phố Hồ Chí Minh", "028 0000 1001", "pvhcc@hcm.example.vn",
    ),
    OfficeEntry(
        "hcm-sxd", "department", "Sở Xây dựng Thành phố Hồ Chí Minh", "Department of Construction",
        "Sở Xây dựng", "SXD",
        "hcm", ("construction",), "H29.13", "Ủy ban nhân dân Thành phố Hồ Chí Minh",
        CITY_PLACE, "60 Trương Định, phường Xuân Hòa, Thành phố Hồ Chí Minh", "028 0000 1013", "sxd@hcm.example.vn",
    ),
    OfficeEntry(
        "bt", "ward", "Ủy ban nhân dân phường Bến Thành", "People's Committee of Bến Thành Ward",
        "UBND phường Bến Thành",
        "UBND", "hcm", ("committee",), "H29.26743", "",
        WARD_PLACE, WARD_ADDRESS, "028 0000 2600", "benthanh@hcm.example.vn", WARD,
    ),
    OfficeEntry(
        "bt-pvhcc", "centre", "Trung tâm Phục vụ hành chính công phường Bến Thành",
        "Bến Thành Ward Public Administration Service Centre", "TTPVHCC phường Bến Thành", "TTPVHCC", "bt",
        ("one-stop",), "H29.26743", "Ủy ban nhân dân phường Bến Thành", WARD_PLACE, WARD_ADDRESS, "028 0000 2601",
        "motcua.benthanh@hcm.example.vn",
    ),
    OfficeEntry(
        "bt-kthtdt", "room", "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành",
        "Economic, Infrastructure and Urban Office of Bến Thành Ward",
        "Phòng Kinh tế, Hạ tầng và Đô thị", "KTHTĐT", "bt",
        ("economy", "construction", "land"), "", "Ủy ban nhân dân phường Bến Thành", WARD_PLACE, WARD_ADDRESS,
        "028 0000 2602", "kthtdt.benthanh@hcm.example.vn",
    ),
    OfficeEntry(
        "bt-vhxh", "room", "Phòng Văn hóa - Xã hội phường Bến Thành", "Culture and Society Office of Bến Thành Ward",
        "Phòng Văn hóa - Xã hội", "VHXH", "bt", ("culture-society",), "", "Ủy ban nhân dân phường Bến Thành",
        WARD_PLACE, WARD_ADDRESS, "028 0000 2603", "vhxh.benthanh@hcm.example.vn",
    ),
    OfficeEntry(
        "bt-vp", "room", "Văn phòng HĐND và UBND phường Bến Thành",
        "Office of the Council and Committee of Bến Thành Ward",
        "Văn phòng HĐND và UBND", "VP", "bt", ("committee-office", "justice"), "", "Ủy ban nhân dân phường Bến Thành",
        WARD_PLACE, WARD_ADDRESS, "028 0000 2604", "vp.benthanh@hcm.example.vn",
    ),
    OfficeEntry(
        "hcm-1022", "centre", "Tổng đài 1022 Thành phố Hồ Chí Minh", "Hotline 1022", "Tổng đài 1022", "1022", "hcm",
        ("hotline",), "", "Ủy ban nhân dân Thành phố Hồ Chí Minh", CITY_PLACE, "", "1022", "1022@hcm.example.vn",
    ),
)  # fmt: skip


def add_offices(work: Work) -> dict[str, UUID]:
    """Write the offices that are not there yet; (code → id)."""
    known = set(work.session.scalars(select(Office.code)))
    return settle_offices(work, [one for one in OFFICES if one.code not in known], Settled())

"""A sample authority, an office that signs, and one paper at every stage of its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.drills.keys import SoftToken
from engine.letters.pdf import Letter, render
from engine.letters.stamps import agency_stamp, person_stamp
from signing.authority import SampleAuthority
from signing.documents import fill, prepare, sign
from signing.keys import SigningKey

SECRET = "a secret of the installation, long"
NOW = datetime(2026, 2, 5, 3, 0, tzinfo=UTC)
OFFICE = "Ủy ban nhân dân phường Bến Nghé"

PERMIT = f"""
<p data-part="agency">{OFFICE}</p><p data-part="place">Bến Nghé</p><p data-part="symbol">GP-UBND</p>
<p data-part="type">Giấy phép xây dựng</p><p data-part="title">Chủ tịch</p><p data-part="signer">Nguyễn Văn Đức</p>
<p>Cấp cho ông Trần Ước được xây dựng nhà ở riêng lẻ tại số 12 đường Nguyễn Huệ.</p>
"""


@dataclass(frozen=True)
class Office:
    """The authority with one leader and the agency's own key."""

    authority: SampleAuthority
    leader: SigningKey
    agency: SigningKey

    def sign(self, pdf: bytes, field: str, *, now: datetime = NOW, stamp: bytes | None = None) -> bytes:
        key = self.agency if field == "agency" else self.leader
        return sign(
            pdf,
            key,
            field=field,
            stamp=stamp,
            reason="Ký ban hành",
            location="Thành phố Hồ Chí Minh",
            now=now,
            timestamper=self.authority.timestamper(now),
        )


@dataclass(frozen=True)
class Paper:
    """One permit: as printed, with places kept free, signed by the leader, numbered and dated, sealed."""

    letter: Letter
    prepared: bytes
    signed: bytes
    filled: bytes
    sealed: bytes


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder: Path = tmp_path_factory.mktemp("keys")
    authority = SampleAuthority.create(folder, secret=SECRET, now=NOW)
    leader = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "duc@bennghe.example.vn", now=NOW)
    agency = authority.issue(OFFICE, OFFICE, "", "", now=NOW)
    return Office(authority, leader, agency)


@pytest.fixture(scope="session")
def token(office: Office, tmp_path_factory: pytest.TempPathFactory) -> SoftToken:
    """One token for all: its library reads where it lies once a process."""
    made = SoftToken(tmp_path_factory.mktemp("softhsm"))
    made.put(office.leader, "lanh-dao", "01")
    made.put(office.agency, "con-dau", "02")
    return made


@pytest.fixture(scope="session")
def paper(office: Office) -> Paper:
    letter = render(PERMIT, sample=True, now=NOW)
    prepared = prepare(letter.pdf, letter.boxes)
    hand = person_stamp("Nguyễn Văn Đức", signed_at=NOW, box=letter.boxes["leader"], sample=True)
    seal = agency_stamp(OFFICE, place="TP. HCM", signed_at=NOW, box=letter.boxes["agency"], sample=True)
    signed = office.sign(prepared, "leader", stamp=hand)
    filled = fill(signed, {"number": "125/GP-UBND", "date": "ngày 05 tháng 02 năm 2026"})
    return Paper(letter, prepared, signed, filled, office.sign(filled, "agency", stamp=seal))

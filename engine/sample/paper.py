"""One sample result on its whole way: printed, signed by a leader, numbered and dated, sealed, raised to B-LTA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.clock import legal_date
from engine.letters.data import result_data
from engine.letters.pdf import Letter, render
from engine.letters.stamps import agency_stamp, hand_place, person_stamp
from engine.usecases.rendering import long_date
from signing.desk import SampleDesk

OFFICE, PLACE, LEADER = "Ủy ban nhân dân phường Bến Nghé", "TP. Hồ Chí Minh", "Nguyễn Văn Đức"
PAGE = f"""
<p data-part="agency">{OFFICE.upper()}</p><p data-part="place">{PLACE}</p><p data-part="symbol">GP-UBND</p>
<p data-part="type">Giấy phép xây dựng</p><p data-part="capacity">TM. ỦY BAN NHÂN DÂN</p>
<p data-part="title">CHỦ TỊCH</p><p data-part="signer">{LEADER}</p>
<p>1. Cấp cho: Trần Ước. Địa chỉ: số 12 đường Nguyễn Huệ, phường Bến Nghé.</p>
<p>2. Được xây dựng nhà ở riêng lẻ, 3 tầng, tổng diện tích sàn 240 m².</p>
<p>3. Giấy phép này có hiệu lực khởi công trong thời hạn 12 tháng kể từ ngày cấp.</p>
"""
FACTS = {
    "sample": True,
    "letter": {"title": "Giấy phép xây dựng", "office": {"code": "mau", "name": OFFICE}},
    "procedure": {"code": "1.009994", "name": "Cấp giấy phép xây dựng mới"},
    "form": {"owner": {"name": "Trần Ước"}, "place": "số 12 đường Nguyễn Huệ", "storeys": 3, "floor_area": 240},
}


@dataclass(frozen=True)
class SamplePaper:
    """The finished file, its level, and the root (PEM) a stranger needs to check it."""

    pdf: bytes
    level: str
    root: bytes


def print_sample(now: datetime) -> Letter:
    """The paper as printed, marked as having no legal value, with its data inside (PDF/A-3b)."""
    return render(PAGE, sample=True, now=now, title="Giấy phép xây dựng", data=result_data(FACTS, PAGE))


def sample_desk(folder: Path, secret: str, now: datetime) -> SampleDesk:
    """A desk in an empty folder with the keys of one leader and one office."""
    desk = SampleDesk(folder, secret, location=PLACE)
    desk.open(now=now)
    desk.ensure_key("person:mau", name=LEADER, organisation=OFFICE, title="Chủ tịch", email="", now=now)
    desk.ensure_key("office:mau", name=OFFICE, organisation=OFFICE, title="", email="", now=now)
    return desk


def sample_paper(folder: Path, secret: str, clock: Callable[[], datetime]) -> SamplePaper:
    """Print, sign, number, seal and raise one paper with keys made in `folder`, which is empty."""
    now = clock()
    letter = print_sample(now)
    desk = sample_desk(folder, secret, now)
    hand = person_stamp(LEADER, signed_at=now, box=letter.boxes["leader"], sample=True)
    where = hand_place(letter.boxes["leader"], sample=True)
    seal = agency_stamp(OFFICE, place="TP. HCM", signed_at=now, box=letter.boxes["agency"], hand=where, sample=True)
    pdf = desk.prepare(letter.pdf, letter.boxes)
    pdf = desk.sign(pdf, "person:mau", field="leader", stamp=hand, reason="Ký duyệt: Giấy phép xây dựng", now=now)
    pdf = desk.fill(pdf, {"number": "01/GP-UBND", "date": long_date(legal_date(now))})
    pdf = desk.sign(pdf, "office:mau", field="agency", stamp=seal, reason="Đóng dấu: Giấy phép xây dựng", now=now)
    raised = desk.raised(pdf, now=clock())
    return SamplePaper(raised.pdf, raised.level, b"".join(desk.roots(now)))

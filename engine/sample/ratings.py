"""Sample ratings: some applicants say what they think of their finished dossiers, the day after the result."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.composition import House
from engine.dossiers.models import Dossier, Rating
from engine.usecases.rating import rate_dossier
from engine.work import SYSTEM

SAID: tuple[tuple[int, dict[str, int], str], ...] = (
    (5, {"time": 2, "attitude": 2}, "Hướng dẫn rõ ràng, có kết quả đúng ngày."),
    (4, {"time": 2, "papers": 2, "trips": 1}, ""),
    (5, {}, ""),
    (2, {"time": 0, "trips": 0, "attitude": 1}, "Phải đi lại hai lần vì thiếu một bản sao không thấy ghi trước."),
    (4, {"papers": 2}, "Nộp trực tuyến tiện, mong có thêm ảnh mẫu."),
    (3, {"time": 1, "trips": 1}, ""),
)


def rate_some(house: House, until: datetime) -> int:
    """Rate every second returned dossier that was not rated yet; how many were."""
    with house.reading(actor=SYSTEM, now=until) as look:
        returned = look.session.execute(
            select(Dossier.case_id, Dossier.returned_at, Rating.case_id)
            .outerjoin(Rating, Rating.case_id == Dossier.case_id)
            .where(Dossier.returned_at.is_not(None))
            .order_by(Dossier.returned_at, Dossier.case_id)
        ).all()
    done = 0
    for number, (case_id, returned_at, rated) in enumerate(returned[::2]):
        if returned_at is None or rated is not None:
            continue
        moment = returned_at + timedelta(hours=26)
        if moment <= until:
            score, criteria, words = SAID[number % len(SAID)]
            with house.unit_of_work(now=moment) as work:
                rate_dossier(work, case_id, score=score, criteria=criteria, words=words, proven=True)
            done += 1
    return done

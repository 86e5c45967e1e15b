"""What the applicant says of a finished dossier, once; whoever handled it never sees it with a name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.dossiers.models import Dossier, Rating
from engine.dossiers.satisfaction import CRITERIA, POINTS, SCORES
from engine.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.usecases.running import lock_case
from engine.work import Work

LONGEST = 1000


def rate_dossier(
    work: Work, case_id: UUID, *, score: int, criteria: Mapping[str, int], words: str = "", proven: bool = False
) -> Rating:
    """Keep what the applicant says of a dossier whose result was returned; a second time is a conflict.

    `proven` says that the caller has just shown code and second fact; otherwise only the applicant's own account may.
    Officials do not rate, whatever they know. Refuses (Invalid) a score outside 1 to 5 and an unknown criterion.
    """
    if work.actor.kind == "official":
        raise Forbidden("Cán bộ, công chức không đánh giá thay người dân.")
    case = lock_case(work, case_id)
    dossier = work.session.get(Dossier, case_id, populate_existing=True)
    mine = dossier is not None and dossier.applicant_id is not None and dossier.applicant_id == work.actor.id
    if dossier is None or not (proven or mine):
        raise NotFound("Không có hồ sơ này.")
    if score not in SCORES:
        raise Invalid("Chọn mức hài lòng.", [FieldProblem("score", "Chọn mức hài lòng từ 1 đến 5")])
    if not criteria.keys() <= CRITERIA.keys() or not set(criteria.values()) <= POINTS.keys():
        raise Invalid("Đánh giá có mục không đúng.")
    if case.trial:
        raise Conflict("Hồ sơ thử nghiệm không được đánh giá.", code="trial")
    if dossier.returned_at is None:
        raise Conflict("Chỉ đánh giá được sau khi cơ quan đã trả kết quả.", code="not_returned")
    if work.session.get(Rating, case_id) is not None:
        raise Conflict("Hồ sơ này đã được đánh giá. Mỗi hồ sơ đánh giá một lần.", code="already_rated")
    text = words.strip()[:LONGEST]
    rating = Rating(case_id=case_id, score=score, criteria=dict(criteria), words=text, rated_at=work.now)
    work.session.add(rating)
    work.record(case, "dossier.rated", {}, {"score": score, "criteria": dict(criteria), "words": text})
    return rating

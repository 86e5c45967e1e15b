"""What invented applicants show at the counter to have it copied: a diploma of nobody, marked as a sample."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from uuid import UUID

from engine.dossiers.scans import CLERKS
from engine.procedures.published import OpenBundle
from engine.usecases.drafts import store_upload
from engine.usecases.scans import Scanned, attach_scans, take_scans
from engine.work import Work

_PRINTED = datetime(2019, 6, 20, 2, tzinfo=UTC)
_DIPLOMA = """
<p data-part="superior">Bộ Giáo dục và Đào tạo</p>
<p data-part="agency">Trường Đại học Mẫu<br/>Thành phố Hồ Chí Minh</p>
<p data-part="type">Bằng tốt nghiệp đại học</p>
<p data-part="number">QH-2019-004512</p><p data-part="number_label">Số hiệu:</p>
<p data-part="date">ngày 20 tháng 6 năm 2019</p><p data-part="place">Thành phố Hồ Chí Minh</p>
<p data-part="unsealed">1</p>
<p class="center">Ngành: Ngữ văn</p>
<p class="center">Xếp loại tốt nghiệp: Giỏi</p>
<p data-part="title">HIỆU TRƯỞNG</p><p data-part="signer">Lê Văn Mẫu</p>
<p style="page-break-before: always" class="center"><strong>PHỤ LỤC VĂN BẰNG</strong></p>
<p class="center">Điểm trung bình tích lũy: 3,42/4</p>
"""


@lru_cache(maxsize=1)
def diploma() -> bytes:
    """The diploma as a scanner gives it: a PDF of two pages."""
    from engine.letters.pdf import render  # the printing press weighs 40 MB: only who prints loads it

    return render(_DIPLOMA, layout="certificate", sample=True, now=_PRINTED, title="Bằng tốt nghiệp đại học").pdf


def show_originals(work: Work, bundle: OpenBundle, case_id: UUID) -> None:
    """Hand in the scan of every paper a letter takes its pages from; what a clerk scanned is to be signed."""
    for paper in {letter.pages_of for letter in bundle.procedure.letters.values()} - {""}:
        scan = Scanned(paper, *store_upload(work.ports, BytesIO(diploma()), "bang-tot-nghiep.pdf"))
        files = attach_scans(work, [scan], case_id=case_id)
        if work.actor.roles & set(CLERKS):
            take_scans(work, case_id, [scan], files)

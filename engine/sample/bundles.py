"""The shipped procedures as the sample office publishes them, with sample decisions where the real ones are open."""

from __future__ import annotations

from datetime import date

from engine.procedures.models import PublishedBundle
from engine.usecases import setting_up
from engine.usecases.setting_up import Decision
from engine.work import Work

AGENCY = "Ủy ban nhân dân Thành phố Hồ Chí Minh (quyết định mẫu)"
DECISIONS = {
    "announced": Decision("MẪU-01/QĐ-UBND", AGENCY, date(2025, 7, 1)),
    "internal_process": Decision("MẪU-02/QĐ-UBND", AGENCY, date(2025, 7, 1)),
}


def publish_library(work: Work) -> list[PublishedBundle]:
    """Publish every procedure of the shipped library; what is already published stays."""
    return setting_up.publish_library(work, {"*": DECISIONS}, note="Thư viện đi kèm, quyết định mẫu")

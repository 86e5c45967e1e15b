"""How far a result's signatures are proven stands beside it, in words, with what is in the way."""

from __future__ import annotations

import pytest

from engine.dossiers.models import Document

pytestmark = pytest.mark.dialects("sqlite")  # about words


def test_officials_read_the_level_and_why_it_is_not_higher_yet(visit, ward):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    official, address = visit("nam"), f"/ho-so/{result.case_id}"
    assert "kiểm tra được lâu dài, kể cả khi chứng thư đã hết hạn (mức B-LTA)" in official.text(address)
    with ward.work() as work:
        row = work.session.get_one(Document, result.id)
        row.level, row.level_due_at, row.level_trouble = "B-T", work.now, "no_evidence"
    words = official.text(address)
    assert "đang bổ sung bằng chứng để kiểm tra được lâu dài (mức B-T)" in words
    assert "chưa hỏi được cơ quan chứng thực" in words
    assert "no_evidence" not in words

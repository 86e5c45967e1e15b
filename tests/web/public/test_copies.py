"""What anybody reads of an electronic copy: what it is of, and that its original has fallen since."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.dossiers.models import Document
from engine.usecases.copies import ask_copy
from engine.usecases.withdrawals import act_on_result
from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")


def test_a_copy_names_its_original_and_falls_with_it(ward: Ward, visit):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    with ward.work() as work:
        work.session.execute(update(Document).where(Document.id == result.id).values(layout="decree30"))
    with ward.work("an") as work:
        copy_id = ask_copy(work, result.id, kind="whole").id
    ward.run_deferred()
    stranger, where = visit(""), f"/v/{ward.row(Document, copy_id).verify_code}"
    told = stranger.text(where)
    assert f"SAO Y của văn bản “{result.title}”, số {result.number}" in told
    assert "Có trong sổ của cơ quan" in told
    with ward.work("an") as work:
        act_on_result(
            work,
            result.id,
            kind="cancelled",
            authority_id=result.office_id,
            decision_number="3/QĐ",
            decided_on=ward.clock.now().date(),
            reason="Cấp nhầm",
        )
    fallen = stranger.text(where)
    assert "Văn bản gốc không còn giá trị" in fallen
    assert "Đã bị hủy bỏ" in fallen
    assert "Có trong sổ của cơ quan" not in fallen

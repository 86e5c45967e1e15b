"""A head orders an electronic copy on the paper's page; others only see which there are."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.dossiers.copies import PaperCopy
from engine.dossiers.models import Document
from tests.factories import Ward

pytestmark = pytest.mark.dialects("sqlite")


def test_a_copy_is_ordered_on_its_page_by_who_may_and_is_listed_there(ward: Ward, visit):
    (result,) = ward.documents(ward.dossier_at("hand_over"), "result")
    with ward.work() as work:
        work.session.execute(update(Document).where(Document.id == result.id).values(layout="decree30"))
    dossier, where = f"/ho-so/{result.case_id}", f"/ho-so/{result.case_id}/van-ban/{result.id}/ban-sao"
    an, nam = visit("an"), visit("nam")
    assert where in nam.text(dossier), "whoever handles the dossier sees which copies there are"
    assert "Quyết định sao" not in nam.text(where)
    assert nam.post(where, data={"kind": "whole"}).status_code == 403
    for stranger in ("hoa", "tam"):
        assert visit(stranger).get(where).status_code in (403, 404)
    assert visit("an").get(where.replace(str(result.id), str(result.case_id))).status_code == 404
    assert "Chọn hình thức sao" in an.words(an.post(where, data={}))
    assert an.post(where, data={"kind": "whole"}).status_code == 303
    assert "Đang lập và ký số" in an.text(where)
    assert an.post(where, data={"kind": "whole"}).status_code == 409

    ward.run_deferred()
    (copy,) = ward.rows(PaperCopy)
    page = an.text(where)
    assert f"SAO Y số {copy.number}" in page
    assert "Lập và ký số bản sao" in an.text(dossier)

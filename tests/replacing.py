"""A result that another one stands in the place of, by a decision of its authority."""

from __future__ import annotations

from datetime import date

from engine.db import new_id
from engine.dossiers.models import Document
from engine.usecases.withdrawals import act_on_result
from tests.factories import Ward


def replaced(ward: Ward, result: Document, number: str) -> None:
    """Another paper of the same office is issued, and a decision lays down that it stands instead."""
    with ward.work() as work:
        values = {
            column.name: getattr(result, column.name)
            for column in Document.__table__.columns
            if column.name not in ("id", "verify_code", "sha256", "number", "qr")
        }
        work.session.add(
            Document(id=new_id(), verify_code="NEWPAPER2345", sha256="0" * 64, number=number, qr="", **values)
        )
    with ward.work("an") as work:
        act_on_result(
            work, result.id, kind="replaced", authority_id=result.office_id, decision_number="15/QĐ-KT",
            decided_on=date(2026, 3, 2), reason="Ghi sai địa chỉ.", replacement=number,
        )  # fmt: skip

"""The control sheet of a dossier, for whoever in an office may see the dossier."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.dossiers.control import ControlSheet, sheet_of
from engine.dossiers.models import Dossier
from engine.errors import NotFound
from engine.queries.visible import visible_to
from engine.work import Reading


def control_sheet(read: Reading, case_id: UUID) -> ControlSheet:
    """Who gave the dossier to whom, when and in time or not; officials only, as it names them (NotFound else)."""
    seen = select(Dossier).where(Dossier.case_id == case_id, visible_to(read.actor))
    dossier = read.session.scalar(seen) if read.actor.kind in {"official", "system"} else None
    if dossier is None:
        raise NotFound("Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi của bạn.")
    return sheet_of(read.session, dossier)

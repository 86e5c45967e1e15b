"""The code that a sealed paper carries: what can be checked of it without any network (docs/offline-qr.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from engine.accounts.models import Office, masked_name
from engine.cases.models import Case
from engine.dossiers.models import Document, Dossier
from engine.ports import Ports
from engine.work import Work
from signing.offline import ResultCode, written


def planned_code(work: Work, case: Case, document: Document, office_id: UUID) -> ResultCode | None:
    """What the QR of this paper will say, but for the key; None where no place is kept for it.

    The digest is that of the file as the leader has just signed it: the beginning of every later version of the file.
    """
    if "qr" not in document.boxes or document.dated_on is None or not document.number:
        return None
    dossier = work.session.get(Dossier, case.id)
    office = work.session.get_one(Office, office_id)
    return ResultCode(
        address=f"{work.ports.settings.public_url}/v/{document.verify_code}",
        key_id="",
        number=document.number,
        dated_on=document.dated_on,
        kind=document.title,
        agency=office.name,
        holder=masked_name(dossier.owner_name) if dossier is not None else "",
        digest=document.sha256,
        sample=work.ports.settings.sample,
        trial=case.trial,
    )


def signed_code(ports: Ports, code: ResultCode, now: datetime) -> str:
    """The text for the QR, signed with this year's key of the house."""
    key = ports.offline.current(now=now)
    return written(replace(code, key_id=key.id), lambda data: ports.offline.sign(key, data))

"""Publishing the signed list of results that no longer stand as printed: every day, and after every such act."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select

from engine.accounts.models import Office
from engine.accounts.policy import require_role
from engine.clock import legal_date
from engine.dossiers.withdrawals import WithdrawalList, acted_on
from engine.work import Work
from signing.offline_keys import OfflineKey
from signing.offline_lists import Gone, written_list

KEPT = timedelta(days=30)
"""How long the words of an old list are kept; its digest stays in the journal."""
TAKING_TURNS = "withdrawal-list"


def publish_withdrawals(work: Work) -> WithdrawalList:
    """Make and sign the list of this moment; it stands at its public address once the transaction has ended."""
    work.alone_with(TAKING_TURNS)
    number = (work.session.scalar(select(func.max(WithdrawalList.number))) or 0) + 1
    offline = work.ports.offline
    key = offline.current(now=work.now)
    gone = _gone(work)
    text = written_list(
        number=number,
        house=work.ports.settings.public_url,
        now=work.now,
        keys=offline.published(),
        gone=gone,
        key=key,
        sign=lambda data: offline.sign(key, data),
    )
    row = WithdrawalList(
        number=number,
        issued_at=work.now,
        key_id=key.id,
        entries=len(gone),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )
    work.session.add(row)
    work.session.execute(delete(WithdrawalList).where(WithdrawalList.issued_at < work.now - KEPT))
    work.record_for_office(
        _house_office(work), "withdrawals.published", {"number": number, "sha256": row.sha256, "entries": len(gone)}
    )
    return row


def _gone(work: Work) -> list[Gone]:
    found = []
    for document, office, standing in acted_on(work.session):
        for act in standing.acts:
            found.append(Gone(document.verify_code, act.kind, act.decided_on, act.decision_number, act.authority))
        if standing.state == "void" and document.voided_at is not None:
            name = office.name if office is not None else ""
            found.append(Gone(document.verify_code, "void", legal_date(document.voided_at), "", name))
    return found


def _house_office(work: Work) -> str:
    """The office in whose chain the house's own acts are written: the highest there is."""
    codes = select(Office.code).where(Office.parent_id.is_(None)).order_by(Office.code).limit(1)
    return work.session.scalar(codes) or "house"


def end_offline_key(work: Work, key_id: str, *, reason: str) -> OfflineKey:
    """Give up the house's key because it was stolen or lost: what it signed is no longer believed without a network."""
    require_role(work.actor, "operator")
    key = work.ports.offline.end(key_id, reason=reason, now=work.now)
    work.record_for_office(_house_office(work), "offline_key.ended", {"key": key.id, "reason": reason})
    work.defer("PublishWithdrawals", {}, key=f"withdrawals:{key.id}:ended")
    return key

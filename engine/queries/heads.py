"""The heads of all chains of acts, as their owners keep them: the short text that fixes the whole journal."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases.models import Case
from engine.journal import Entry, OfficeChain

Heads = dict[str, tuple[int, bytes]]


def heads_of(session: Session) -> Heads:
    """Per chain the number of its acts and the digest of the last one; must be the first look of its session."""
    cases = session.execute(select(Case.id, Case.journal_seq, Case.journal_head))
    heads: Heads = {f"case:{case_id}": (seq, head) for case_id, seq, head in cases}
    offices = session.execute(select(OfficeChain.office, OfficeChain.journal_seq, OfficeChain.journal_head))
    return heads | {f"office:{office}": (seq, head) for office, seq, head in offices}


def grown_from(session: Session, earlier: Heads) -> list[tuple[str, str]]:
    """What of an earlier list of heads is no longer part of the journal: (chain, what is wrong)."""
    problems = []
    for chain, (seq, head) in sorted(earlier.items()):
        if seq == 0:
            continue
        digest = session.scalar(select(Entry.digest).where(Entry.chain == chain, Entry.seq == seq))
        if digest is None:
            problems.append((chain, f"act {seq} is gone"))
        elif digest != head:
            problems.append((chain, f"act {seq} is another one than it was"))
    return problems

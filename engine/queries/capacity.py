"""With what power a paper was signed, and which drafts name another signatory than the one who looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.accounts.capacities import SigningCapacity, thawed
from engine.accounts.models import Person
from engine.cases.models import Task
from engine.clock import legal_date
from engine.dossiers.models import Document
from engine.dossiers.redrafts import drafts_of_others
from engine.work import Reading


@dataclass(frozen=True)
class OthersDraft:
    """A draft as it is printed now: whose name stands under it, and the lines above that name."""

    document_id: UUID
    title: str
    name: str
    lines: tuple[str, ...]


def signing_capacity(document: Document) -> SigningCapacity | None:
    """The capacity, title, office and ground with which a paper was signed, as they stood when it was printed.

    None for a paper nobody signed, and for one signed before this was kept.
    """
    return thawed(document.post) if document.signed_at is not None else None


def others_drafts(read: Reading, task: Task) -> list[OthersDraft]:
    """The drafts a task decides upon which its signatory, the reader, has to have printed in their own name first."""
    found = []
    for draft in drafts_of_others(read.session, read.actor.id, task, legal_date(read.now)):
        named = read.session.get(Person, draft.signer_id) if draft.signer_id else None
        kept = thawed(draft.post)
        name = named.full_name if named is not None else ""
        found.append(OthersDraft(draft.id, draft.title, name, kept.lines if kept is not None else ()))
    return found

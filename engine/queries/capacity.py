"""With what power a paper was signed."""

from __future__ import annotations

from engine.accounts.capacities import SigningCapacity, thawed
from engine.dossiers.models import Document


def signing_capacity(document: Document) -> SigningCapacity | None:
    """The capacity, title, office and ground with which a paper was signed, as they stood when it was printed.

    None for a paper nobody signed, and for one signed before this was kept.
    """
    return thawed(document.post) if document.signed_at is not None else None

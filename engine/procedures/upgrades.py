"""An office's own version beside a later one of the shipped library: where they parted and what each has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.procedures.models import PublishedBundle
from engine.procedures.published import files_of
from processes.merging import Touch, touches


def parting(session: Session, office: PublishedBundle) -> PublishedBundle | None:
    """The library's version an office's own began from; None when it did not begin from one that is known."""
    if office.origin != "office" or not office.library_digest:
        return None
    return session.scalar(
        select(PublishedBundle)
        .where(
            PublishedBundle.procedure == office.procedure,
            PublishedBundle.origin == "library",
            PublishedBundle.library_digest == office.library_digest,
        )
        .order_by(PublishedBundle.version.desc())
        .limit(1)
    )


def three_ways(parted: PublishedBundle, library: PublishedBundle, own: Mapping[str, bytes]) -> tuple[Touch, ...]:
    """What the library and the office have changed since they parted, by element."""
    return touches(files_of(parted), files_of(library), own)


def undecided(
    parted: PublishedBundle, library: PublishedBundle, own: Mapping[str, bytes], kept: Collection[str]
) -> tuple[Touch, ...]:
    """What of the library is neither put in nor among what was `kept` as the office has it: conflicts above all.

    A change that waited for another place to be decided, or was taken back by hand, stands here too.
    """
    return tuple(one for one in three_ways(parted, library, own) if one.by != "office" and one.key not in kept)

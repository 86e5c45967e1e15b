"""The three-way view: what the library changed, what the office changed, and what both did to the same element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.errors import NotFound
from engine.procedures.models import PublishedBundle
from engine.procedures.upgrades import parting, three_ways
from engine.queries.designing import CopyPage, VersionLine, version_page
from engine.work import Reading
from processes.merging import Side, Touch


@dataclass(frozen=True)
class ThreeWays:
    """An office's version (or its working copy), a later one of the library, and the version where they parted."""

    office: VersionLine
    library: VersionLine
    parted: VersionLine
    touches: tuple[Touch, ...]
    kept: tuple[str, ...] = ()

    def by(self, side: Side) -> tuple[Touch, ...]:
        """What was touched by the library alone, by the office alone, or by both differently."""
        return tuple(one for one in self.touches if one.by == side)

    @property
    def undecided(self) -> tuple[Touch, ...]:
        """What of the library is neither put in nor decided for the office yet: conflicts above all."""
        return tuple(one for one in self.touches if one.by != "office" and one.key not in self.kept)


def three_way_page(read: Reading, version_id: UUID, library_id: UUID) -> ThreeWays:
    """The office's version beside a later one of the library; NotFound when the two do not belong together."""
    office, own = version_page(read, version_id)
    return _beside(read, office, library_id, own)


def copy_beside_library(read: Reading, page: CopyPage, own: Mapping[str, bytes]) -> ThreeWays:
    """A working copy beside the library's version that was put into it; NotFound when none was."""
    if page.library_id is None:
        raise NotFound("Bản đang sửa này chưa nhận thay đổi nào của thư viện.")
    return _beside(read, page.base, page.library_id, own, page.kept)


def _beside(
    read: Reading, office: VersionLine, library_id: UUID, own: Mapping[str, bytes], kept: tuple[str, ...] = ()
) -> ThreeWays:
    library, _files = version_page(read, library_id)
    parted = parting(read.session, read.session.get_one(PublishedBundle, office.id))
    if parted is None or library.origin != "library" or library.procedure != office.procedure:
        raise NotFound("Hai phiên bản này không có chung gốc để đối chiếu.")
    row = read.session.get_one(PublishedBundle, library.id)
    return ThreeWays(office, library, version_page(read, parted.id)[0], three_ways(parted, row, own), kept)

"""What the shipped library has changed, put into the office's own version: all at once, conflicts one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from engine.errors import Conflict, Invalid, NotFound
from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import files_of
from engine.procedures.upgrades import parting, three_ways, undecided
from engine.usecases.designing import (
    as_files,
    as_kept,
    designing_office,
    keep_files,
    locked_copy,
    open_copy,
    readable,
    same_revision,
)
from engine.work import Work
from processes.merging import choose, merge

Choice = Literal["library", "office"]


def take_library(work: Work, version_id: UUID, library_id: UUID) -> WorkingCopy:
    """Put everything the library has changed, and the office has not, into the working copy of the office's version.

    What both touched stays as the office has it and waits to be decided. Refuses (Invalid) versions that do not belong
    together, or a bundle that could not be read afterwards.
    """
    copy = locked_copy(work, open_copy(work, version_id).id)
    parted, library = _sides(work, copy, library_id)
    own = as_files(copy.files)
    found = three_ways(parted, library, own)
    merged = merge(files_of(parted), files_of(library), own)
    _keep(work, copy, merged)
    copy.library_id, copy.kept = library.id, []
    facts = {"procedure": copy.procedure, "library": library.version, "parted": parted.version}
    counts = {"taken": sum(one.by == "library" for one in found), "conflicts": sum(one.by == "both" for one in found)}
    work.record_for_office(designing_office(work), "design.library_taken", facts | counts)
    return copy


def decide(work: Work, copy_id: UUID, key: str, choice: Choice, *, revision: int) -> WorkingCopy:
    """Say of one conflict whose words hold; Conflict when the copy has changed or there is nothing to decide any more.

    The library's words are put in at once; refused (Conflict) where they find no place in the office's file.
    """
    copy = locked_copy(work, copy_id)
    same_revision(copy, revision)
    if choice not in ("library", "office"):
        raise Invalid("Chọn giữ của cơ quan hoặc lấy của thư viện.")
    if copy.library_id is None:
        raise Conflict("Bản đang sửa này chưa nhận thay đổi nào của thư viện.", code="nothing_to_decide")
    parted, library = _sides(work, copy, copy.library_id)
    own = as_files(copy.files)
    if key not in {one.key for one in undecided(parted, library, own, copy.kept)}:
        raise Conflict("Chỗ này không còn phải chọn nữa. Hãy xem lại trang.", code="nothing_to_decide")
    if choice == "office":
        keep_files(work, copy, copy.files)
        copy.kept = sorted({*copy.kept, key})
    else:
        try:
            _keep(work, copy, choose(files_of(parted), files_of(library), own, key))
        except (Invalid, KeyError, ValueError) as fault:
            raise Conflict(
                "Không đưa được phần này của thư viện vào tệp của cơ quan: chỗ chứa nó không còn. Hãy sửa trực tiếp "
                "trong tệp, hoặc giữ của cơ quan.",
                code="no_place",
            ) from fault
    facts = {"procedure": copy.procedure, "library": library.version, "element": key, "choice": choice}
    work.record_for_office(designing_office(work), "design.conflict_decided", facts)
    return copy


def _sides(work: Work, copy: WorkingCopy, library_id: UUID) -> tuple[PublishedBundle, PublishedBundle]:
    """Where the copy's version and the library parted, and the library's later version."""
    parted = parting(work.session, work.session.get_one(PublishedBundle, copy.base_id))
    library = work.session.get(PublishedBundle, library_id)
    if library is None:
        raise NotFound("Không có phiên bản thủ tục này.")
    fits = library.origin == "library" and library.procedure == copy.procedure and library.withdrawn_at is None
    if parted is None or not fits or library.published_at <= parted.published_at:
        raise Invalid("Hai phiên bản này không có chung gốc để đối chiếu.")
    return parted, library


def _keep(work: Work, copy: WorkingCopy, files: Mapping[str, bytes]) -> None:
    readable(files)
    keep_files(work, copy, as_kept(files))

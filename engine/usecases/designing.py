"""A designer's drawing board: a copy of a version opened, changed, thrown away or published, a version withdrawn."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lxml.etree import LxmlError
from sqlalchemy import select

from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.db import new_id
from engine.errors import Conflict, FieldProblem, Invalid, NotFound, TooLarge
from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import files_of, publish
from engine.procedures.upgrades import parting, undecided
from engine.usecases.settings_text import Legal, write_legal
from engine.work import Work
from processes.bundle import KINDS, MAX_BYTES, SETTINGS, Bundle, read_bundle
from processes.reading import BundleError

PICTURES = (".png",)
MOST_FILES = 200
MOST_BYTES = 20_000_000


def as_kept(files: Mapping[str, bytes]) -> dict[str, Any]:
    """A bundle's files as a working copy keeps them: text, pictures in base64; Invalid names what is neither."""
    kept: dict[str, Any] = {}
    for path, content in files.items():
        if path.endswith(PICTURES):
            kept[path] = {"base64": base64.b64encode(content).decode("ascii")}
            continue
        try:
            kept[path] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid("Tệp %(path)s không phải văn bản UTF-8.", path=path) from None
    return kept


def as_files(kept: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a working copy as bytes, as a bundle is read from."""
    return {path: content_of(kept, path) for path in kept}


def content_of(kept: Mapping[str, Any], path: str) -> bytes:
    """One file of a working copy; NotFound when it has none of this name."""
    value = kept.get(path)
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, dict):
        try:
            return base64.b64decode(value.get("base64", ""), validate=True)
        except (binascii.Error, TypeError):
            return b""
    raise NotFound("Bản đang sửa không có tệp %(path)s.", path=path)


def digest_of_text(content: bytes) -> str:
    """What a window remembers of the file it shows: 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Saved:
    """What became of one save: the copy's revision, the digest of the file as it is now, and when."""

    revision: int
    digest: str
    at: datetime


def open_copy(work: Work, version_id: UUID) -> WorkingCopy:
    """The one working copy of a version, shared by all designers, begun now if there is none."""
    require_role(work.actor, "designer")
    base = work.session.get(PublishedBundle, version_id, with_for_update=True)
    if base is None:
        raise NotFound("Không có phiên bản thủ tục này.")
    copy = work.session.scalar(select(WorkingCopy).where(WorkingCopy.base_id == base.id))
    if copy is not None:
        return copy
    assert work.actor.id is not None
    copy = WorkingCopy(
        id=new_id(),
        procedure=base.procedure,
        base_id=base.id,
        files=as_kept(files_of(base)),
        edited_by=work.actor.id,
        edited_at=work.now,
        revision=1,
    )
    work.session.add(copy)
    work.session.flush()
    return copy


def locked_copy(work: Work, copy_id: UUID) -> WorkingCopy:
    """A working copy in this transaction's hands alone, for whoever designs; NotFound once it is gone."""
    require_role(work.actor, "designer")
    copy = work.session.get(WorkingCopy, copy_id, with_for_update=True, populate_existing=True)
    if copy is None:
        raise NotFound("Bản đang sửa này không còn nữa: đã được công bố hoặc đã bỏ.")
    return copy


def keep_files(work: Work, copy: WorkingCopy, files: dict[str, Any]) -> None:
    """Put these files into a copy as its next revision, by whom and when."""
    assert work.actor.id is not None
    copy.files = files
    copy.revision += 1
    copy.edited_by, copy.edited_at = work.actor.id, work.now


def save_file(work: Work, copy_id: UUID, path: str, text: str, *, was: str) -> Saved:
    """Keep one file as a window has it now; Conflict when it is no longer the one the window began with (`was`).

    Two windows on different files never disturb each other; the same content saved again is no new revision.
    """
    copy = locked_copy(work, copy_id)
    before = content_of(copy.files, path)
    if path.endswith(PICTURES):
        raise Invalid("Tệp hình không sửa được ở đây; hãy tải tệp khác lên.")
    content = text.encode("utf-8")
    if len(content) > MAX_BYTES:
        raise TooLarge("Tệp %(path)s lớn quá 5 MB.", path=path)
    if content == before:
        return Saved(copy.revision, digest_of_text(content), copy.edited_at)
    if digest_of_text(before) != was:
        raise Conflict(
            "Tệp này đã được lưu từ một cửa sổ khác sau khi bạn mở. Bản của bạn vẫn còn trong cửa sổ này, "
            "chưa ghi đè lên bản kia.",
            code="file_changed",
        )
    keep_files(work, copy, {**copy.files, path: text})
    return Saved(copy.revision, digest_of_text(content), work.now)


def add_file(work: Work, copy_id: UUID, path: str, text: str) -> WorkingCopy:
    """Put a new file into a copy; Invalid when the name is taken or not one a bundle may hold."""
    copy = locked_copy(work, copy_id)
    if path in copy.files:
        raise Invalid("Đã có tệp %(path)s.", path=path)
    _refuse_unfit({**as_files(copy.files), path: text.encode("utf-8")})
    keep_files(work, copy, {**copy.files, path: text})
    return copy


def remove_file(work: Work, copy_id: UUID, path: str, *, was: str) -> WorkingCopy:
    """Take a file out of a copy, if it is still the one that was shown."""
    copy = locked_copy(work, copy_id)
    if path in (SETTINGS, "process.bpmn"):
        raise Invalid("Không bỏ được tệp %(path)s: thủ tục nào cũng phải có.", path=path)
    if digest_of_text(content_of(copy.files, path)) != was:
        raise Conflict("Tệp này vừa được sửa từ một cửa sổ khác; hãy xem lại trước khi bỏ.", code="file_changed")
    keep_files(work, copy, {name: value for name, value in copy.files.items() if name != path})
    return copy


def replace_files(work: Work, copy_id: UUID, files: Mapping[str, bytes], *, revision: int) -> WorkingCopy:
    """Put an uploaded bundle in place of a copy's files; it must be a readable bundle of the same procedure."""
    copy = locked_copy(work, copy_id)
    same_revision(copy, revision)
    _refuse_unfit(files)
    code = readable(files).procedure.code
    if code != copy.procedure:
        raise Invalid("Gói tải lên là của thủ tục %(other)s, không phải %(code)s.", other=code, code=copy.procedure)
    keep_files(work, copy, as_kept(files))
    return copy


def discard_copy(work: Work, copy_id: UUID, *, revision: int) -> str:
    """Throw a working copy away; gives the code of its procedure. Conflict when somebody has just changed it."""
    copy = locked_copy(work, copy_id)
    same_revision(copy, revision)
    work.session.delete(copy)
    facts = {"procedure": copy.procedure, "revision": copy.revision}
    work.record_for_office(designing_office(work), "design.discarded", facts)
    return copy.procedure


def publish_copy(
    work: Work,
    copy_id: UUID,
    *,
    revision: int,
    note: str,
    legal: Legal,
) -> PublishedBundle:
    """Make a working copy the office's version for new dossiers, and clear the drawing board.

    The two decisions and the days are written into the copy's settings first. Invalid when something is wrong with
    the bundle, Conflict when the copy is not the one whose differences were shown.
    """
    copy = locked_copy(work, copy_id)
    same_revision(copy, revision)
    if not note.strip():
        raise Invalid("Nhập nội dung thay đổi, để người sau biết vì sao có phiên bản này.")
    files = with_legal(copy.files, legal)
    code = readable(files).procedure.code
    if code != copy.procedure:
        raise Invalid("Mã thủ tục trong procedure.toml phải giữ nguyên là %(code)s.", code=copy.procedure)
    base = work.session.get_one(PublishedBundle, copy.base_id)
    row = publish(
        work,
        files,
        origin="office",
        note=note.strip(),
        library_digest=_stands_on(work, copy, base),
        office=designing_office(work),
    )
    work.session.delete(copy)
    work.session.flush()
    return row


def _stands_on(work: Work, copy: WorkingCopy, base: PublishedBundle) -> str:
    """The library's version a publication stands on: the one put in, once every conflict with it is decided."""
    if copy.library_id is None:
        return base.library_digest
    library = work.session.get_one(PublishedBundle, copy.library_id)
    parted = parting(work.session, base)
    open_ones = undecided(parted, library, as_files(copy.files), copy.kept) if parted is not None else ()
    return base.library_digest if open_ones else library.library_digest


def withdraw_version(work: Work, version_id: UUID, reason: str) -> PublishedBundle:
    """Take a published version back before anything runs under it; new dossiers go by the next one that fits.

    Conflict once a dossier or a report uses it: then only a later version changes what new ones do.
    """
    require_role(work.actor, "designer")
    words = " ".join(reason.split())[:500]
    if not words:
        raise Invalid("Nhập lý do rút phiên bản này.", [FieldProblem("reason", "Nhập lý do rút phiên bản này")])
    version = work.session.get(PublishedBundle, version_id, with_for_update=True, populate_existing=True)
    if version is None:
        raise NotFound("Không có phiên bản thủ tục này.")
    if version.withdrawn_at is not None:
        raise Conflict("Phiên bản này đã được rút từ trước.", code="withdrawn")
    if work.session.scalar(select(Case.id).where(Case.bundle_id == version.id).limit(1)) is not None:
        raise Conflict(
            "Đã có hồ sơ nhận theo phiên bản này nên không rút được nữa. Hãy công bố một phiên bản mới thay cho nó.",
            code="version_used",
        )
    version.withdrawn_at, version.withdrawn_reason = work.now, words
    facts = {"procedure": version.procedure, "version": version.version, "digest": version.digest, "reason": words}
    work.record_for_office(designing_office(work), "procedure.withdrawn", facts)
    return version


def readable(files: Mapping[str, bytes]) -> Bundle:
    """The bundle these files make; Invalid names the file and what is wrong when they make none."""
    try:
        return read_bundle(files)
    except (BundleError, LxmlError) as fault:
        raise Invalid("Gói thủ tục chưa đọc được: %(fault)s", fault=str(fault)) from fault


def with_legal(kept: Mapping[str, Any], legal: Legal) -> dict[str, bytes]:
    """The files of a copy with the decisions and days written into its settings."""
    files = as_files(kept)
    settings = content_of(kept, SETTINGS).decode("utf-8")
    return {**files, SETTINGS: write_legal(settings, legal).encode("utf-8")}


def same_revision(copy: WorkingCopy, revision: int) -> None:
    """Conflict when the copy is not the one the page showed."""
    if copy.revision != revision:
        raise Conflict(
            "Bản đang sửa đã thay đổi sau khi trang này được mở. Hãy xem lại nội dung mới nhất rồi làm lại.",
            code="copy_changed",
        )


def _refuse_unfit(files: Mapping[str, bytes]) -> None:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise TooLarge("Gói có quá nhiều tệp hoặc lớn quá 20 MB.")
    for path in files:
        if not path.endswith(KINDS):
            raise Invalid("Gói không nhận loại tệp này: %(path)s", path=path)


def designing_office(work: Work) -> str:
    """Whose chain of acts a designer's act goes into: the office they design for."""
    return next((post.office_code for post in work.actor.mandates if post.role == "designer"), "system")

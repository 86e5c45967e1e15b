"""What a designer sees: procedures with their versions, working copies, and what the library has that is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.accounts.models import Person
from engine.accounts.policy import require_role
from engine.cases.models import Case
from engine.clock import legal_date
from engine.errors import NotFound
from engine.procedures.models import PublishedBundle, WorkingCopy
from engine.procedures.published import files_of, in_force
from engine.queries.differences import FileChange, differences
from engine.work import Reading

VIEWERS = ("designer", "procedure_controller")


@dataclass(frozen=True)
class VersionLine:
    """One published version; `in_force` today, `open` and `total` dossiers running under it."""

    id: UUID
    procedure: str
    version: int
    name: str
    origin: str
    trial: bool
    valid_from: date | None
    valid_to: date | None
    published_at: datetime
    published_by: str
    note: str
    withdrawn: bool
    withdrawn_reason: str
    in_force: bool
    open: int
    total: int
    library_digest: str


@dataclass(frozen=True)
class CopyLine:
    """A working copy in a list; `based_on` is the version it was opened from."""

    id: UUID
    based_on: int
    edited_at: datetime
    edited_by: str
    revision: int


@dataclass(frozen=True)
class DesignLine:
    """A procedure in the designer's list; `news` when the shipped library has a later version than the office's."""

    code: str
    name: str
    name_en: str
    field: str
    current: VersionLine | None
    versions: int
    open: int
    copies: tuple[CopyLine, ...]
    news: bool


@dataclass(frozen=True)
class News:
    """A later version of the library beside an office's own: what the library changed since the two parted."""

    office: VersionLine
    library: VersionLine
    ancestor: VersionLine
    changes: tuple[FileChange, ...]


@dataclass(frozen=True)
class DesignPage:
    """A procedure with every version ever published, newest first."""

    code: str
    name: str
    name_en: str
    versions: tuple[VersionLine, ...]
    copies: tuple[CopyLine, ...]
    news: tuple[News, ...]


@dataclass(frozen=True)
class CopyPage:
    """A working copy with the version it came from; `files` as texts (pictures in base64).

    `library_id` is the library's version put into it, `kept` the conflicts decided for the office.
    """

    id: UUID
    procedure: str
    revision: int
    edited_at: datetime
    edited_by: str
    base: VersionLine
    files: Mapping[str, object]
    base_files: Mapping[str, bytes]
    library_id: UUID | None = None
    kept: tuple[str, ...] = ()


def designs(read: Reading) -> tuple[DesignLine, ...]:
    """Every procedure, by name."""
    require_role(read.actor, *VIEWERS)
    lines = []
    names = _names(read)
    by_code: dict[str, list[VersionLine]] = {}
    for line in _versions(read):
        by_code.setdefault(line.procedure, []).append(line)
    copies = _copies(read)
    for code, versions in by_code.items():
        current = next((one for one in versions if one.in_force), None)
        name, name_en, field = names[(current or versions[0]).id]
        lines.append(
            DesignLine(
                code=code,
                name=name,
                name_en=name_en,
                field=field,
                current=current,
                versions=len(versions),
                open=sum(one.open for one in versions),
                copies=copies.get(code, ()),
                news=bool(_news_pairs(versions)),
            )
        )
    return tuple(sorted(lines, key=lambda line: line.name))


def design_page(read: Reading, code: str) -> DesignPage:
    """One procedure; NotFound when nobody ever published it."""
    require_role(read.actor, *VIEWERS)
    versions = _versions(read, code)
    if not versions:
        raise NotFound("Không có thủ tục %(code)s.", code=code)
    name, name_en, _field = _names(read, code)[versions[0].id]
    news = tuple(
        News(office, later, ancestor, differences(_content(read, ancestor.id), _content(read, later.id)))
        for office, later, ancestor in _news_pairs(versions)
    )
    return DesignPage(code, name, name_en, tuple(versions), _copies(read, code).get(code, ()), news)


def version_page(read: Reading, version_id: UUID) -> tuple[VersionLine, dict[str, bytes]]:
    """A published version with its files, for looking only."""
    require_role(read.actor, *VIEWERS)
    code = read.session.scalar(select(PublishedBundle.procedure).where(PublishedBundle.id == version_id))
    if code is None:
        raise NotFound("Không có phiên bản thủ tục này.")
    line = next(one for one in _versions(read, code) if one.id == version_id)
    return line, _content(read, version_id)


def follower_of(read: Reading, version_id: UUID) -> tuple[VersionLine, VersionLine | None]:
    """A version, and the one dossiers go by once it is withdrawn, from today or its first day on (None: by none)."""
    line, _files = version_page(read, version_id)
    today = max(legal_date(read.now), line.valid_from or date.min)
    others = [
        one
        for one in _versions(read, line.procedure)
        if one.id != line.id
        and not one.withdrawn
        and (one.valid_from or date.min) <= today <= (one.valid_to or date.max)
    ]
    best = max(
        others,
        key=lambda one: (not one.trial, one.origin == "office", one.valid_from or date.min, one.version),
        default=None,
    )
    return line, best


def copy_page(read: Reading, copy_id: UUID) -> CopyPage:
    """A working copy; NotFound once it was published or thrown away."""
    require_role(read.actor, *VIEWERS)
    copy = read.session.get(WorkingCopy, copy_id)
    if copy is None:
        raise NotFound("Bản đang sửa này không còn nữa: đã được công bố hoặc đã bỏ.")
    base, files = version_page(read, copy.base_id)
    person = read.session.get(Person, copy.edited_by)
    return CopyPage(
        id=copy.id,
        procedure=copy.procedure,
        revision=copy.revision,
        edited_at=copy.edited_at,
        edited_by=person.full_name if person else "",
        base=base,
        files=copy.files,
        base_files=files,
        library_id=copy.library_id,
        kept=tuple(copy.kept),
    )


def current_version(read: Reading, page: CopyPage) -> tuple[VersionLine, dict[str, bytes]]:
    """The version a copy is compared with before it is published: the one in force, else the one it came from.

    A copy of a version for other days of reception (a law that ended, one that has not begun) is compared with that.
    """
    today = legal_date(read.now)
    governs_today = (page.base.valid_from or date.min) <= today <= (page.base.valid_to or date.max)
    if not governs_today:
        return page.base, dict(page.base_files)
    try:
        return version_page(read, in_force(read.session, page.procedure, today).id)
    except NotFound:
        return page.base, dict(page.base_files)


def _content(read: Reading, version_id: UUID) -> dict[str, bytes]:
    return files_of(read.session.get_one(PublishedBundle, version_id))


def _names(read: Reading, code: str | None = None) -> dict[UUID, tuple[str, str, str]]:
    statement = select(PublishedBundle.id, PublishedBundle.name, PublishedBundle.name_en, PublishedBundle.field)
    if code:
        statement = statement.where(PublishedBundle.procedure == code)
    return {id_: (name, name_en, field) for id_, name, name_en, field in read.session.execute(statement)}


def _versions(read: Reading, code: str | None = None) -> list[VersionLine]:
    """Versions without their content, newest first, with how many dossiers run under each."""
    bundle = PublishedBundle
    counts = (
        select(
            Case.bundle_id,
            func.count().label("total"),
            func.count(Case.id).filter(Case.ended_at.is_(None)).label("open"),
        )
        .group_by(Case.bundle_id)
        .subquery()
    )
    statement = (
        select(
            bundle.id, bundle.procedure, bundle.version, bundle.name, bundle.origin, bundle.trial, bundle.valid_from,
            bundle.valid_to, bundle.published_at, bundle.note, bundle.withdrawn_at, bundle.withdrawn_reason,
            bundle.library_digest, Person.full_name, counts.c.open, counts.c.total,
        )
        .outerjoin(Person, Person.id == bundle.published_by)
        .outerjoin(counts, counts.c.bundle_id == bundle.id)
        .order_by(bundle.version.desc())
    )  # fmt: skip
    if code:
        statement = statement.where(bundle.procedure == code)
    rows = read.session.execute(statement).all()
    current = _in_force_ids(read, {row.procedure for row in rows})
    return [_line(row, current) for row in rows]


def _line(row: Any, current: frozenset[UUID]) -> VersionLine:
    return VersionLine(
        id=row.id,
        procedure=row.procedure,
        version=row.version,
        name=row.name,
        origin=row.origin,
        trial=row.trial,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        published_at=row.published_at,
        published_by=row.full_name or "",
        note=row.note,
        withdrawn=row.withdrawn_at is not None,
        withdrawn_reason=row.withdrawn_reason,
        in_force=row.id in current,
        open=row.open or 0,
        total=row.total or 0,
        library_digest=row.library_digest,
    )


def _in_force_ids(read: Reading, codes: set[str]) -> frozenset[UUID]:
    today = legal_date(read.now)
    found = set()
    for code in codes:
        try:
            found.add(in_force(read.session, code, today).id)
        except NotFound:
            continue
    return frozenset(found)


def _copies(read: Reading, code: str | None = None) -> dict[str, tuple[CopyLine, ...]]:
    statement = (
        select(
            WorkingCopy.id, WorkingCopy.procedure, PublishedBundle.version, WorkingCopy.edited_at, Person.full_name,
            WorkingCopy.revision,
        )
        .join(PublishedBundle, PublishedBundle.id == WorkingCopy.base_id)
        .join(Person, Person.id == WorkingCopy.edited_by)
        .order_by(WorkingCopy.edited_at.desc())
    )  # fmt: skip
    if code:
        statement = statement.where(WorkingCopy.procedure == code)
    found: dict[str, tuple[CopyLine, ...]] = {}
    for id_, procedure, version, edited_at, editor, revision in read.session.execute(statement):
        found[procedure] = (*found.get(procedure, ()), CopyLine(id_, version, edited_at, editor, revision))
    return found


def _news_pairs(versions: list[VersionLine]) -> list[tuple[VersionLine, VersionLine, VersionLine]]:
    """(office's version, later version of the library, the library's version the office began from).

    Only the office's newest version for the same days counts, and only a library version for overlapping days.
    """
    pairs = []
    library = [one for one in versions if one.origin == "library" and not one.withdrawn]
    newer: list[VersionLine] = []
    for own in versions:
        if own.origin != "office" or own.withdrawn:
            continue
        newer.append(own)
        if any(_overlap(one, own) for one in newer[:-1]):
            continue
        ancestor = next((one for one in library if one.library_digest == own.library_digest), None)
        if ancestor is None:
            continue
        later = [one for one in library if one.published_at > ancestor.published_at and _overlap(one, own)]
        if later:
            pairs.append((own, max(later, key=lambda one: one.version), ancestor))
    return pairs


def _overlap(one: VersionLine, other: VersionLine) -> bool:
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
        one.valid_to or date.max
    )

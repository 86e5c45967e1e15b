"""Publishing a bundle, finding the version in force on a day, and opening a published one if it is still the same."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.accounts.models import fold
from engine.bpmn.door import Definition, load
from engine.db import new_id
from engine.errors import Altered, Invalid, NotFound
from engine.procedures.checking import check
from engine.procedures.models import PublishedBundle
from engine.work import Work
from forms.definition import Form, parse_form
from processes.bundle import Bundle, parse_xml, read_bundle
from processes.procedure import Procedure
from processes.reading import BundleError
from rules.dmn import Decisions, parse_decisions
from rules.sentences import Sentence

_STAMP = (1980, 1, 1, 0, 0, 0)
_KEPT = 64


@dataclass(frozen=True)
class OpenBundle:
    """A bundle ready to run: its procedure, its drawings parsed, its forms and decisions."""

    bundle: Bundle

    @property
    def procedure(self) -> Procedure:
        return self.bundle.procedure

    @cached_property
    def decisions(self) -> dict[str, Decisions]:
        return {path: parse_decisions(content, path) for path, content in self.bundle.named(".dmn").items()}

    @cached_property
    def definition(self) -> Definition:
        return load(self.bundle.models, self.decisions)

    @cached_property
    def main_process(self) -> str:
        """The id of the process a dossier runs: the one drawn in process.bpmn."""
        root = parse_xml(self.bundle.files["process.bpmn"], "process.bpmn")
        return str(root.xpath("string(//*[local-name()='process']/@id)"))

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {form_id: parse_form(source) for form_id, source in self.bundle.forms.items()}

    def form(self, form_id: str) -> Form:
        """The form with this id; NotFound when the bundle has none."""
        try:
            return self._forms[form_id]
        except KeyError:
            raise NotFound("Thủ tục này không có biểu mẫu %(form)s.", form=form_id) from None

    @property
    def application(self) -> Form:
        return self.form(self.bundle.application_form)


_open: OrderedDict[UUID, OpenBundle] = OrderedDict()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files as one archive whose bytes depend on nothing but the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _STAMP), files[path], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of an archive made by `pack`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def open_bundle(session: Session, bundle_id: UUID) -> OpenBundle:
    """A published bundle, read and parsed once per process: what is published never changes under its id.

    Altered when the row is not what was published: its files give another digest, or its days, its name or its being
    a trial are not those of its settings.
    """
    if bundle_id not in _open:
        row = session.get(PublishedBundle, bundle_id)
        if row is None:
            raise NotFound("Không có phiên bản thủ tục này.")
        _open[bundle_id] = OpenBundle(_as_published(row))
        while len(_open) > _KEPT:
            _open.popitem(last=False)
    _open.move_to_end(bundle_id)
    return _open[bundle_id]


def files_of(row: PublishedBundle) -> dict[str, bytes]:
    """The files of a version as they were published, all that it calls included; Altered when they are not the same."""
    return dict(_as_published(row).files)


def _as_published(row: PublishedBundle) -> Bundle:
    try:
        bundle = read_bundle(unpack(row.content))
    except (BundleError, zipfile.BadZipFile, zlib.error, OSError) as fault:
        raise Altered(row.procedure, row.version) from fault
    said = bundle.procedure
    written = (row.procedure, row.kind, row.trial, row.valid_from, row.valid_to)
    if bundle.digest != row.digest or written != (said.code, said.kind, said.trial, said.valid_from, said.valid_to):
        raise Altered(row.procedure, row.version)
    return bundle


def in_force(session: Session, procedure: str, day: date) -> PublishedBundle:
    """The version a dossier received on this day runs under.

    Of several: one in force before a trial, the office's own before the library's (an upgrade never outranks it), then
    the one that begins last, then the newest.
    """
    found = session.scalar(
        select(PublishedBundle)
        .where(
            PublishedBundle.procedure == procedure,
            PublishedBundle.withdrawn_at.is_(None),
            or_(PublishedBundle.valid_from.is_(None), PublishedBundle.valid_from <= day),
            or_(PublishedBundle.valid_to.is_(None), PublishedBundle.valid_to >= day),
        )
        .order_by(
            PublishedBundle.trial,
            (PublishedBundle.origin == "office").desc(),
            func.coalesce(PublishedBundle.valid_from, date.min).desc(),
            PublishedBundle.version.desc(),
        )
        .limit(1)
    )
    if found is None:
        raise NotFound("Thủ tục %(code)s không áp dụng vào ngày %(day)s.", code=procedure, day=day.strftime("%d/%m/%Y"))
    return found


def publish(
    work: Work,
    files: Mapping[str, bytes],
    *,
    origin: str,
    note: str = "",
    library_digest: str = "",
    office: str = "system",
) -> PublishedBundle:
    """Make a bundle the version for new dossiers; open ones stay on theirs. The same content is not published twice.

    Refuses (Invalid) a bundle with errors. An office's own version outranks the library's, so that an upgrade of the
    shipped library never replaces it; a version of the library that was withdrawn does not come back by itself.
    """
    bundle = read_bundle(files)
    procedure = bundle.procedure
    existing = work.session.scalar(
        select(PublishedBundle)
        .where(PublishedBundle.procedure == procedure.code, PublishedBundle.digest == bundle.digest)
        .where(PublishedBundle.origin == origin)
        .where(or_(PublishedBundle.withdrawn_at.is_(None), PublishedBundle.origin == "library"))
        .order_by(PublishedBundle.withdrawn_at.is_not(None))
    )
    if existing is not None:
        return existing
    errors = [finding for finding in check(files) if finding.severity == "error"]
    if errors:
        raise Invalid(
            "Chưa thể công bố: %(count)s lỗi cần sửa. Lỗi đầu tiên: %(first)s",
            count=len(errors),
            first=Sentence(
                "%(file)s %(name)s: %(message)s",
                file=errors[0].file,
                name=errors[0].name or errors[0].element,
                message=errors[0].message,
            ),
        )
    highest = work.session.scalar(
        select(func.max(PublishedBundle.version)).where(PublishedBundle.procedure == procedure.code)
    )
    row = PublishedBundle(
        id=new_id(),
        procedure=procedure.code,
        version=(highest or 0) + 1,
        digest=bundle.digest,
        origin=origin,
        library_digest=library_digest or (bundle.digest if origin == "library" else ""),
        content=pack(bundle.files),
        name=procedure.name.vi,
        name_en=procedure.name.en,
        field=procedure.field_name.vi,
        search_key=fold(" ".join((procedure.name.vi, procedure.name.en, procedure.code, *procedure.keywords))),
        kind=procedure.kind,
        trial=procedure.trial,
        valid_from=procedure.valid_from,
        valid_to=procedure.valid_to,
        published_at=work.now,
        published_by=work.actor.id,
        note=note,
    )
    work.session.add(row)
    work.record_for_office(
        office,
        "procedure.published",
        {"procedure": procedure.code, "version": row.version, "digest": bundle.digest, "origin": origin},
    )
    return row

"""Electronic copies of the office's papers: asked for by somebody with the power, made and sealed by a worker, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.capacities import frozen, lines_of
from engine.accounts.holders import office_holder
from engine.accounts.models import Office
from engine.cases.models import Case
from engine.clock import legal_date
from engine.db import new_id
from engine.dossiers.copies import (
    KINDS,
    LETTER,
    SERIES,
    PaperCopy,
    is_administrative,
    kinds_for,
    pages_of_part,
    standing_to_copy,
)
from engine.dossiers.copying import post_to_copy
from engine.dossiers.models import Document
from engine.errors import N_, Conflict, FieldProblem, Forbidden, Invalid, NotFound
from engine.ports import Ports
from engine.registers.models import Number, Series
from engine.registers.series import take_number
from engine.usecases.facts import verify_code
from engine.usecases.levels import to_be_raised
from engine.usecases.rendering import PDF_LIMIT
from engine.usecases.running import lock_case, lock_paper
from engine.usecases.signing_keys import check_office_key, check_unlocked
from engine.usecases.signing_once import SignedOnce, copy_act, signed_once
from engine.work import Reading, Work

BOOK = "Sổ đăng ký bản sao"


class GivenUp(Exception):
    """This copy will not be made however often it is tried; the message says why, in Vietnamese."""


@dataclass(frozen=True)
class CopyPlan:
    """Everything a worker needs to make one copy, read in one look."""

    copy_id: UUID
    sha256: str
    pages: tuple[int, ...]
    title: str
    source: str
    printed: str
    office: str
    holder: str
    serial: str
    reason: str
    beside: bool


def ask_copy(
    work: Work, document_id: UUID, *, kind: str, pages: Collection[int] = (), for_applicant: bool = False
) -> PaperCopy:
    """Number a copy of a sealed and issued paper and have it made (Decree 30/2020, articles 25 to 27).

    `pages` (from 0) are what a part takes; first page, number, date and signatures always belong to it. Forbidden for
    whoever does not sign copies of that office; Invalid (naming `kind`, `pages`); Conflict for a paper that does not
    stand, and for a copy that is just being made.
    """
    document, case = lock_paper(work, document_id)
    office = work.session.get(Office, document.office_id) if document.office_id else None
    post = post_to_copy(work.session, work.actor, office, legal_date(work.now)) if office is not None else None
    if office is None or post is None:
        raise Forbidden("Chỉ người có thẩm quyền ký bản sao của cơ quan đã ban hành văn bản quyết định được việc này.")
    _must_stand(work, document)
    chosen = _pages(work, document, kind, pages)
    _not_twice(work, document, kind, chosen)
    check_unlocked(check_office_key(work.session, work.ports, office, now=work.now))
    copy = PaperCopy(
        id=new_id(),
        source_id=document.id,
        case_id=case.id,
        office_id=office.id,
        kind=kind,
        pages=list(chosen),
        person_id=work.actor.id,
        mandate_id=post.id,
        post=frozen(post.power, lines_of(post.power, office.kind, ""), office.name),
        for_applicant=for_applicant,
        asked_at=work.now,
    )
    number = _number(work, case, office, copy)
    copy.number, copy.dated_on = number.text, number.dated_on
    work.session.add(copy)
    work.defer("MakeCopy", {"copy": str(copy.id)}, key=f"copy:{copy.id}")
    facts = {"copy": str(copy.id), "of": str(document.id), "kind": kind, "number": copy.number, "pages": copy.pages}
    work.record(case, "copy.asked", facts)
    return copy


def _must_stand(work: Work, document: Document) -> None:
    if document.sealed_at is None or document.issued_at is None:
        raise Conflict("Chỉ sao văn bản đã đóng dấu và phát hành.", code="not_issued")
    if not is_administrative(work.session, document):
        raise Conflict(
            "Giấy tờ theo mẫu riêng không sao theo Nghị định 30/2020: cấp bản sao từ sổ gốc, hoặc chứng thực bản sao.",
            code="prescribed_form",
        )
    if not standing_to_copy(work.session, document).valid:
        raise Conflict("Văn bản không còn giá trị nên không được sao.", code="not_standing")


def _pages(work: Work, document: Document, kind: str, wanted: Collection[int]) -> tuple[int, ...]:
    from engine.storage.scans import pages_of  # readers of PDF: only who makes or asks for copies loads them

    if kind not in kinds_for(work.session, document):
        raise Invalid("Chưa lập được bản sao.", [FieldProblem("kind", N_("Chọn hình thức sao"))])
    if kind != "part":
        return ()
    with work.ports.storage.open(document.sha256) as handle:
        count = pages_of(handle.read())
    chosen = pages_of_part(document, wanted, count)
    if len(chosen) == count:
        problem = FieldProblem("pages", N_("Trích sao phải bớt ít nhất một trang; sao toàn bộ thì chọn sao y"))
        raise Invalid("Chưa lập được bản sao.", [problem])
    return chosen


def _not_twice(work: Work, document: Document, kind: str, pages: tuple[int, ...]) -> None:
    under_way = select(PaperCopy).where(
        PaperCopy.source_id == document.id,
        PaperCopy.kind == kind,
        PaperCopy.made_at.is_(None),
        PaperCopy.failed_at.is_(None),
    )
    if any(tuple(one.pages) == pages for one in work.session.scalars(under_way)):
        raise Conflict("Bản sao này đang được lập.", code="under_way")


def _number(work: Work, case: Case, office: Office, copy: PaperCopy) -> Number:
    """All kinds of an office are counted together, from 01 on 1 January; the kind is told by its abbreviation."""
    symbol = "-".join(part for part in (KINDS[copy.kind].symbol, office.abbreviation) if part)
    number = take_number(work, office.code, SERIES, f"{{number}}/{symbol}", copy.id, trial=case.trial)
    book = work.session.get_one(Series, number.series_id)
    book.title = book.title or BOOK
    return number


def plan_copy(look: Reading, copy_id: UUID) -> CopyPlan | None:
    """What is to be made; None when that is done. Raises GivenUp, and Unavailable while a key is locked."""
    copy = look.session.get(PaperCopy, copy_id)
    if copy is None:
        raise NotFound("Không có bản sao này.")
    if copy.made_at is not None or copy.failed_at is not None:
        return None
    source, office = look.session.get_one(Document, copy.source_id), look.session.get_one(Office, copy.office_id)
    if not standing_to_copy(look.session, source).valid:
        raise GivenUp("Văn bản không còn giá trị nên không được sao.")
    try:
        key = check_office_key(look.session, look.ports, office, now=look.now)
    except Forbidden as refusal:
        raise GivenUp(str(refusal)) from refusal
    check_unlocked(key)
    kind = KINDS[copy.kind]
    about = f"{source.title} số {source.number} ngày {source.dated_on:%d/%m/%Y}" if source.dated_on else source.title
    return CopyPlan(
        copy_id=copy.id,
        sha256=source.sha256,
        pages=tuple(copy.pages),
        title=f"{kind.printed}: {about}",
        source=about,
        printed=kind.printed,
        office=office.name,
        holder=office_holder(office.code),
        serial=key.serial,
        reason=f"{kind.name} số {copy.number}: {about}",
        beside=source.letter == LETTER,
    )


def make_copy(plan: CopyPlan, ports: Ports, now: datetime) -> SignedOnce:
    """The copy with the agency's signature (PAdES B-T), with no transaction open; however often tried, signed once.

    Raises `SigningRefused`.
    """
    return signed_once(
        ports,
        plan.holder,
        act=copy_act(plan.copy_id),
        make=lambda: _prepared(plan, ports, now),
        now=now,
        limit=2 * PDF_LIMIT,
    )


def _prepared(plan: CopyPlan, ports: Ports, now: datetime) -> Any:
    from engine.letters.copies import Original, copied, place_of_words
    from engine.letters.copy_stamps import copy_stamp  # the printing press weighs 40 MB: only who prints loads it

    with ports.storage.open(plan.sha256) as handle:
        original = Original(handle.read(), plan.source)
    pdf = copied(original, title=plan.title, now=now, pages=plan.pages)
    box = place_of_words(pdf, beside=plan.beside)
    stamp = copy_stamp(plan.printed, plan.office, signed_at=now, box=box, sample=ports.settings.sample)
    ready = ports.signatures.prepare(pdf, {"agency": box})
    return ports.signatures.prepared(ready, plan.holder, field="agency", stamp=stamp, reason=plan.reason, now=now)


def keep_copy(work: Work, plan: CopyPlan, file: SignedOnce) -> None:
    """The copy is a paper of the office from now on; of two workers one is heard, none once the source has fallen."""
    copy, case = _copy_in_hands(work, plan.copy_id)
    if copy is None:
        return
    source = work.session.get_one(Document, copy.source_id)
    if not standing_to_copy(work.session, source).valid:
        _give_up(work, case, copy, "Văn bản không còn giá trị nên không được sao.")
        return
    document = Document(
        id=copy.id,
        case_id=case.id,
        letter=LETTER,
        title=f"{KINDS[copy.kind].name}: {source.title}",
        office_id=copy.office_id,
        status="issued",
        number=copy.number,
        dated_on=copy.dated_on,
        verify_code=verify_code(work.ports.settings, copy.id),
        sha256=file.sha256,
        size=file.size,
        created_at=copy.asked_at,
        sealed_at=work.now,
        issued_at=work.now,
        for_applicant=copy.for_applicant,
    )
    work.session.add(document)
    work.session.flush()
    to_be_raised(work, document)
    copy.made_at = work.now
    facts = {"copy": str(copy.id), "of": str(copy.source_id), "sha256": file.sha256, "certificate": plan.serial}
    work.record(case, "copy.made", facts | {"key_asked": file.asked})


def fail_copy(work: Work, copy_id: UUID, why: str) -> None:
    """The copy will not come: its number is void with the reason, which its page says."""
    copy, case = _copy_in_hands(work, copy_id)
    if copy is not None:
        _give_up(work, case, copy, why)


def _give_up(work: Work, case: Case, copy: PaperCopy, why: str) -> None:
    copy.failed_at, copy.trouble = work.now, why[:1000]
    for number in work.session.scalars(select(Number).where(Number.document_id == copy.id, Number.voided_at.is_(None))):
        number.voided_at, number.void_reason = work.now, copy.trouble
    work.record(case, "copy.failed", {"copy": str(copy.id), "of": str(copy.source_id)})


def _copy_in_hands(work: Work, copy_id: UUID) -> tuple[PaperCopy | None, Case]:
    """The copy in this transaction's hands alone; None when its fate is known already."""
    copy = work.session.get_one(PaperCopy, copy_id)
    case = lock_case(work, copy.case_id)
    work.session.refresh(copy)
    return (copy if copy.made_at is None and copy.failed_at is None else None), case

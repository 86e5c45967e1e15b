"""Task types about papers that a worker carries out: the signatory signs, the agency seals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.holders import office_holder, person_holder
from engine.accounts.models import Mandate, Office, Person
from engine.accounts.people import agency_of
from engine.cases.models import Call, Case
from engine.dossiers.levels import SIGNED
from engine.dossiers.models import Document, SigningConsent
from engine.dossiers.signing import DeskSignature
from engine.errors import Forbidden, NotFound
from engine.ports import Ports
from engine.usecases.calls import NotPossible, deferred
from engine.usecases.levels import to_be_raised
from engine.usecases.offline_codes import planned_code, signed_code
from engine.usecases.rendering import long_date
from engine.usecases.running import bundle_of
from engine.usecases.signing_desk import leader_reason, leader_stamp
from engine.usecases.signing_images import Shown, hand_box, shown_hand, shown_seal
from engine.usecases.signing_keys import check_leader_key, check_office_key
from engine.usecases.signing_once import consent_act, seal_act, signed_once
from engine.work import Work
from signing.boxes import Box
from signing.offline import ResultCode


def _document_of(work: Work, case: Case, call: Call) -> Document:
    value = {**case.variables, **call.inputs}.get(call.headers.get("document", ""))
    document = work.session.get(Document, UUID(str(value))) if value else None
    if document is None or document.case_id != case.id:
        raise NotFound("Chưa có văn bản “%(name)s” trong hồ sơ.", name=call.headers.get("document", ""))
    return document


def _read(ports: Ports, sha256: str) -> bytes:
    with ports.storage.open(sha256) as handle:
        return handle.read()


def _keep_file(document: Document, stored: tuple[str, int]) -> None:
    document.sha256, document.size = stored


@dataclass(frozen=True)
class SignPlan:
    """One signature: the bytes, whose key, what the stamp says."""

    sha256: str
    holder: str
    field: str
    stamp: dict[str, Any]
    shown: Shown
    reason: str
    box: Box | None
    consent_id: UUID | None
    values: dict[str, str]
    act: str
    """Under which name the signer remembers this use of the key."""
    code: ResultCode | None = None
    serial: str = ""
    made: tuple[str, int] | None = None
    """The signed bytes, where the token in the signatory's own PC has made the signature already."""


@dataclass(frozen=True)
class SignedPaper:
    """The signed bytes in the store, how often the key was asked for them, and the code for telephones in them."""

    stored: tuple[str, int]
    asked: int
    code: str = ""


def _box(document: Document, name: str) -> Box | None:
    box = document.boxes.get(name)
    return Box(**box) if box else None


@contextmanager
def not_possible() -> Iterator[None]:
    """A key that must not be used is no matter of another try: a person has to put it right."""
    try:
        yield
    except Forbidden as refusal:
        raise NotPossible(str(refusal)) from refusal


@deferred("document.sign")
class SignDocument:
    """Use the signatory's key once, for exactly the bytes they consented to."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> SignPlan:
        document = _document_of(work, case, call)
        consent = work.session.scalar(
            select(SigningConsent)
            .where(SigningConsent.document_id == document.id, SigningConsent.used_at.is_(None))
            .order_by(SigningConsent.given_at.desc())
            .limit(1)
        )
        if consent is None or consent.sha256 != document.sha256:
            raise NotPossible("Chưa có người có thẩm quyền đồng ý ký đúng văn bản này.")
        person = work.session.get_one(Person, consent.person_id)
        mandate = work.session.get(Mandate, consent.mandate_id) if consent.mandate_id else None
        with not_possible():
            key = check_leader_key(work.session, work.ports, person, mandate, paper=document.title, now=work.now)
        made = work.session.scalar(select(DeskSignature).where(DeskSignature.consent_id == consent.id))
        if key.kind == "desk" and made is None:
            raise NotPossible("Chưa có chữ ký từ thiết bị của người ký cho đúng văn bản này. Hãy trình ký lại.")
        return SignPlan(
            sha256=document.sha256,
            holder=person_holder(person.id),
            field="leader",
            stamp={"name": person.full_name},
            shown=shown_hand(work.session, person_holder(person.id)),
            reason=leader_reason(document.title),
            box=_box(document, "leader"),
            consent_id=consent.id,
            values={},
            act=consent_act(consent.id),
            serial=key.serial,
            made=(made.signed_sha256, made.signed_size) if made is not None else None,
        )

    def act(self, plan: SignPlan, ports: Ports, now: datetime) -> SignedPaper:
        if plan.made is not None:
            return SignedPaper(plan.made, 1)

        def make() -> Any:
            return ports.signatures.prepared(
                _read(ports, plan.sha256),
                plan.holder,
                field=plan.field,
                stamp=leader_stamp(plan.stamp["name"], plan.box, plan.shown, ports, now),
                reason=plan.reason,
                now=now,
            )

        signed = signed_once(ports, plan.holder, act=plan.act, make=make, now=now)
        return SignedPaper((signed.sha256, signed.size), signed.asked)

    def keep(self, work: Work, case: Case, call: Call, plan: SignPlan, outcome: SignedPaper) -> Mapping[str, Any]:
        document = _document_of(work, case, call)
        consent = work.session.get_one(SigningConsent, plan.consent_id)
        consent.used_at = work.now
        hand = hand_box(plan.box, plan.shown, sample=work.ports.settings.sample)
        if hand is not None:
            document.boxes = {**document.boxes, "hand": hand}
        _keep_file(document, outcome.stored)
        document.signed_at, document.signed_by, document.status = work.now, consent.person_id, "signed"
        document.level = SIGNED
        work.record(
            case,
            "document.signed",
            {
                "document": str(document.id),
                "sha256": document.sha256,
                "by": str(consent.person_id),
                "certificate": plan.serial,
                "key_asked": outcome.asked,
            },
        )
        return {}


@deferred("document.seal")
class SealDocument:
    """Write number and date into their places, then the agency signs: nothing can change any more."""

    outside = False

    def plan(self, work: Work, case: Case, call: Call) -> SignPlan:
        document = _document_of(work, case, call)
        if document.signed_at is None:
            raise NotPossible("Không đóng dấu văn bản chưa có người có thẩm quyền ký.")
        if document.voided_at is not None or ("number" in document.boxes and not document.number):
            raise NotPossible("Không đóng dấu văn bản chưa có số hoặc đã hủy.")
        office = work.session.get_one(Office, document.office_id or UUID(str(case.places["signing"])))
        with not_possible():
            key = check_office_key(work.session, work.ports, office, now=work.now)
        values = {}
        if "number" in document.boxes:
            values["number"] = document.number
        if "date" in document.boxes and document.dated_on is not None:
            values["date"] = long_date(document.dated_on)
        register = bundle_of(work, case).procedure.register_of(document.letter)
        if "book" in document.boxes and document.dated_on is not None and register is not None:
            values["book"] = register.book(document.dated_on.year)
        holder = office_holder(office.code)
        return SignPlan(
            sha256=document.sha256,
            holder=holder,
            field="agency",
            stamp={
                "office": office.name,
                "place": office.place or agency_of(work.session, office).place,
                "hand": _box(document, "hand") or _box(document, "leader"),
            },
            shown=shown_seal(work.session, office, work.now),
            reason=f"Đóng dấu: {document.title}",
            box=_box(document, "agency"),
            consent_id=None,
            values=values,
            act=seal_act(call.id, {"sha256": document.sha256, "holder": holder, **values}),
            code=planned_code(work, case, document, office.id),
            serial=key.serial,
        )

    def act(self, plan: SignPlan, ports: Ports, now: datetime) -> SignedPaper:
        from signing.documents import written

        signed = signed_once(ports, plan.holder, act=plan.act, make=lambda: _filled(plan, ports, now), now=now)
        code = written(signed.before, "qr") if plan.code is not None else ""
        return SignedPaper((signed.sha256, signed.size), signed.asked, code)

    def keep(self, work: Work, case: Case, call: Call, plan: SignPlan, outcome: SignedPaper) -> Mapping[str, Any]:
        document = _document_of(work, case, call)
        _keep_file(document, outcome.stored)
        document.qr = outcome.code
        document.sealed_at, document.status = work.now, "sealed"
        to_be_raised(work, document)
        work.record(
            case,
            "document.sealed",
            {
                "document": str(document.id),
                "sha256": document.sha256,
                "certificate": plan.serial,
                "key_asked": outcome.asked,
            },
        )
        return {}


def _filled(plan: SignPlan, ports: Ports, now: datetime) -> Any:
    """A signed paper with number, date and code in their places, and all of the seal but the signature."""
    from engine.letters.stamps import agency_stamp  # as in leader_stamp

    pdf = _read(ports, plan.sha256)
    code = signed_code(ports, plan.code, now) if plan.code is not None else ""
    values = plan.values | ({"qr": code} if code else {})
    if values:
        pdf = ports.signatures.fill(pdf, values)
    stamp = (
        agency_stamp(
            plan.stamp["office"],
            place=plan.stamp["place"],
            signed_at=now,
            box=plan.box,
            hand=plan.stamp["hand"],
            across_mm=plan.shown.across_mm,
            sample=ports.settings.sample,
            image=plan.shown.read(ports),
        )
        if plan.box
        else None
    )
    return ports.signatures.prepared(pdf, plan.holder, field=plan.field, stamp=stamp, reason=plan.reason, now=now)

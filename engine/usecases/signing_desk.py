"""Signatures made by the token in a leader's own PC: prepared here, made there, judged and embedded here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.accounts.models import Mandate, Person
from engine.accounts.policy import require_person
from engine.db import new_id
from engine.dossiers.models import Document
from engine.dossiers.signing import DeskSignature
from engine.errors import Conflict, Invalid, NotFound, Unavailable
from engine.ports import Ports
from engine.usecases.rendering import PDF_LIMIT
from engine.usecases.signing_images import Shown, shown_hand
from engine.usecases.signing_keys import check_leader_key, person_holder
from engine.work import Reading, Work
from signing.boxes import Box
from signing.errors import SigningRefused

GOOD_FOR = timedelta(minutes=10)
"""How long a prepared paper waits for its token: long enough for a PIN and two hundred signatures."""


@dataclass(frozen=True)
class DeskPlan:
    """What a token is to be asked for: one exact draft, in whose name, shown how."""

    document_id: UUID
    sha256: str
    title: str
    person_id: UUID
    name: str
    fingerprint: str
    box: Box | None
    hand: Shown


def plan_at_desk(look: Reading, document_id: UUID, sha256: str, mandate_id: UUID | None) -> DeskPlan:
    """Check that the actor's token may sign this draft; refuses in the words of every other key."""
    document = look.session.get(Document, document_id)
    person = look.session.get(Person, look.actor.id) if look.actor.id else None
    if document is None or person is None:
        raise NotFound("Không có văn bản này.")
    if document.sha256 != sha256:
        raise Conflict(
            "Văn bản “%(title)s” đã thay đổi từ khi bạn xem. Chưa có gì được ký. Hãy xem lại bản mới rồi xác nhận.",
            code="document_changed",
            title=document.title,
        )
    mandate = look.session.get(Mandate, mandate_id) if mandate_id else None
    key = check_leader_key(look.session, look.ports, person, mandate, paper=document.title, now=look.now)
    box = document.boxes.get("leader")
    return DeskPlan(
        document_id=document.id,
        sha256=sha256,
        title=document.title,
        person_id=person.id,
        name=person.full_name,
        fingerprint=key.fingerprint,
        box=Box(**box) if box else None,
        hand=shown_hand(look.session, person_holder(person.id)),
    )


def prepare_at_desk(plan: DeskPlan, ports: Ports, now: datetime) -> Any:
    """Everything of the signature but the signature (`signing.preparing.Prepared`); its document lies in the store."""
    with ports.storage.open(plan.sha256) as handle:
        pdf = handle.read()
    prepared = ports.signatures.prepared(
        pdf,
        person_holder(plan.person_id),
        field="leader",
        stamp=leader_stamp(plan.name, plan.box, plan.hand, ports, now),
        reason=leader_reason(plan.title),
        now=now,
    )
    ports.storage.put(prepared.document, limit=PDF_LIMIT)
    return prepared


def ask_at_desk(work: Work, plan: DeskPlan, prepared: Any, *, list_id: UUID | None = None) -> DeskSignature:
    """Write down what the token is asked, with a one-time word its answer must carry."""
    require_person(work.actor, plan.person_id)
    asked = DeskSignature(
        id=new_id(),
        document_id=plan.document_id,
        person_id=plan.person_id,
        list_id=list_id,
        sha256=plan.sha256,
        fingerprint=plan.fingerprint,
        challenge=secrets.token_hex(32),
        prepared=prepared.record(),
        made_at=work.now,
        ends_at=work.now + GOOD_FOR,
    )
    work.session.add(asked)
    return asked


def take_from_desk(
    unit_of_work: Callable[[], AbstractContextManager[Work]], challenge: str, signature: bytes
) -> DeskSignature:
    """Embed what the token answered, if it is the signature of the certificate over exactly what was asked.

    The same answer sent twice is one signature. Refuses an unknown, used or outlived word and a signature that is
    not the key's; nothing of the paper changes before its holder's act uses it.
    """
    from signing.preparing import Prepared

    with unit_of_work() as work:
        asked = _asked(work, challenge)
        if asked.signed_at is not None:
            return asked
        ports, now, record = work.ports, work.now, dict(asked.prepared)
    try:
        with ports.storage.open(record["sha256"]) as handle:
            prepared = Prepared.from_record(record, handle.read())
        signed = ports.signatures.embedded(prepared, signature, now=now)
    except SigningRefused as refusal:
        raise Invalid(refusal.message.msgid, **refusal.params) from refusal
    stored = ports.storage.put(signed, limit=PDF_LIMIT)
    with unit_of_work() as work:
        asked = _asked(work, challenge)
        if asked.signed_at is None:
            asked.signed_at, asked.signed_sha256, asked.signed_size = work.now, stored.sha256, stored.size
            work.record_for_office(
                _office_of(work),
                "signature.made_at_desk",
                {"document": str(asked.document_id), "sha256": asked.sha256, "certificate": asked.fingerprint},
            )
        return asked


def desk_signature_for(work: Work, document: Document) -> DeskSignature:
    """The unused signature the actor's token made over exactly this draft; Unavailable when there is none."""
    made = work.session.scalar(
        select(DeskSignature)
        .where(
            DeskSignature.document_id == document.id,
            DeskSignature.person_id == work.actor.id,
            DeskSignature.sha256 == document.sha256,
            DeskSignature.signed_at.is_not(None),
            DeskSignature.consent_id.is_(None),
        )
        .order_by(DeskSignature.signed_at.desc())
        .limit(1)
        .with_for_update()
    )
    if made is None:
        raise Unavailable(
            "Khóa ký của bạn nằm trong thiết bị ở máy của bạn: hãy đánh dấu “%(title)s” trong danh sách việc rồi chọn "
            "“Xem và ký các việc đã chọn” trên máy đó. Chưa có gì được ghi.",
            code="desk_needed",
            title=document.title,
        )
    return made


def leader_stamp(name: str, box: Box | None, hand: Shown, ports: Ports, now: datetime) -> bytes | None:
    """How a leader's signature is shown; None where the paper keeps no place for it."""
    from engine.letters.stamps import person_stamp  # the printing press weighs 40 MB: only who prints loads it

    if box is None:
        return None
    sample = ports.settings.sample
    return person_stamp(name, signed_at=now, box=box, sample=sample, image=hand.read(ports), size=hand.size)


def leader_reason(title: str) -> str:
    """What a leader's signature says it was made for."""
    return f"Ký duyệt: {title}"


def _asked(work: Work, challenge: str) -> DeskSignature:
    asked = work.session.scalar(select(DeskSignature).where(DeskSignature.challenge == challenge).with_for_update())
    if asked is None or asked.person_id != work.actor.id:
        raise NotFound("Lượt ký này không có hoặc không phải của bạn.")
    if asked.signed_at is None and work.now > asked.ends_at:
        raise Conflict("Lượt ký đã quá mười phút. Chưa có gì được ký; hãy ký lại từ đầu.", code="desk_too_late")
    return asked


def _office_of(work: Work) -> str:
    return next((post.office_code for post in work.actor.mandates), "system")

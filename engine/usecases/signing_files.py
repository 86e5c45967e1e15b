"""A file from outside the house signed with a key of the house, at the terminal by whoever holds it."""

from __future__ import annotations

import hashlib

from engine.accounts.policy import require_signed_in
from engine.errors import Forbidden, NotFound
from engine.usecases.keys import CHAIN, SEALERS, Holder
from engine.usecases.signing_keys import check_certificate, check_unlocked
from engine.work import Reading, Work


def check_may_sign_file(look: Reading, holder: Holder) -> None:
    """Refuse unless the actor may use the key by hand: a person their own, an office's whoever keeps its seal.

    Unlocking is also an operator's work; signing never is.
    """
    actor = look.actor
    require_signed_in(actor)
    if holder.person is not None:
        own = actor.id == holder.person.id
        if not own or not actor.mandates:
            raise Forbidden("Khóa của một người chỉ chính người đó dùng, khi đang giữ chức vụ.")
    elif not any(post.role in SEALERS and post.office_code == holder.mark.partition(":")[2] for post in actor.mandates):
        raise Forbidden("Chỉ văn thư giữ dấu của đơn vị được ký bằng khóa của đơn vị.")
    state = look.ports.signatures.state(holder.mark)
    if state is None:
        raise NotFound("Chủ khóa này chưa có khóa ký.")
    check_unlocked(state)
    check_certificate(look.session, state, look.now)


def note_signed_file(work: Work, holder: Holder, before: bytes, signed: bytes, level: str) -> None:
    """Record that a file was signed: by digest, for the file itself is not the house's."""
    facts = {
        "holder": holder.mark,
        "before": hashlib.sha256(before).hexdigest(),
        "sha256": hashlib.sha256(signed).hexdigest(),
        "level": level,
    }
    work.record_for_office(CHAIN, "file.signed", facts)

"""What the house knows of the certificates it signs with: kept after each look, and told before one ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from engine.accounts.holders import key_holders
from engine.accounts.models import Person
from engine.accounts.policy import require_role
from engine.clock import legal_date, legal_time
from engine.errors import N_, Invalid, NotFound
from engine.notifications.officials import reachable, told, write_email
from engine.outbox import Job
from engine.spoken import speaker
from engine.trust.models import ClockReading, HeldCertificate, KeptAnswer
from engine.work import Work
from rules.sentences import Sentence
from signing.errors import SigningRefused
from signing.keyring import KeyState
from signing.revocation import Evidence, Unreachable

ENDING, REVOKED = "certificate.ending", "certificate.revoked"
DAYS = (60, 30, 7)
"""So many days before its end a certificate is spoken of, once each."""
SEALKEEPERS = ("clerical", "leader", "centre_director")
"""Who hears of an office's own certificate, beside operators."""
KEPT_READINGS = timedelta(days=90)
STEADY = timedelta(hours=12)
"""A later end of what is known to be good is written down once it lies so much later."""


@dataclass(frozen=True)
class Look:
    """One certificate as it was found, and what its authority said of it."""

    state: KeyState
    answer: Evidence | Unreachable


def keep_looks(work: Work, looks: Sequence[Look]) -> list[str]:
    """Write down what was found; the fingerprints of certificates that turned out revoked are returned.

    A revocation is never taken back by a later answer; a certificate nobody holds any more is marked as gone.
    """
    work.alone_with("held_certificates")
    rows = {row.fingerprint: row for row in work.session.scalars(select(HeldCertificate))}
    revoked = []
    for look in looks:
        row = rows.get(look.state.fingerprint)
        if row is None:
            row = _new(look.state, work.now)
            work.session.add(row)
        row.holder, row.store, row.gone_at = look.state.holder, look.state.kind, None
        before = row.state
        _judge(row, look.answer, work.now)
        if row.state == "revoked" and before != "revoked":
            revoked.append(row.fingerprint)
    seen = {look.state.fingerprint for look in looks}
    for mark, row in rows.items():
        if mark not in seen and row.gone_at is None:
            row.gone_at = work.now
    work.session.flush()
    return revoked


def _new(state: KeyState, now: datetime) -> HeldCertificate:
    return HeldCertificate(
        fingerprint=state.fingerprint,
        holder=state.holder,
        store=state.kind,
        serial=state.serial,
        subject=", ".join((*state.names, *state.organisations)),
        issuer=issuer_name(state),
        begins_at=state.valid_from,
        ends_at=state.valid_to,
        seen_at=now,
        state="unchecked",
        source="",
        failure="",
        reason="",
    )


def issuer_name(state: KeyState) -> str:
    """Who issued a certificate, in one line."""
    from cryptography import x509

    issuer = x509.load_pem_x509_certificate(state.certificate).issuer
    names = issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else issuer.rfc4514_string()


def _judge(row: HeldCertificate, answer: Evidence | Unreachable, now: datetime) -> None:
    if isinstance(answer, Unreachable):
        row.checked_at, row.failure = now, answer.code
        return
    if row.state == "revoked":
        return
    known = row.good_until is not None and answer.next_update - row.good_until < STEADY
    if answer.state == row.state == "good" and known and not row.failure:
        return
    row.state, row.source, row.checked_at, row.failure = answer.state, answer.source, now, ""
    if answer.state == "good":
        row.good_until = answer.next_update
    elif answer.state == "revoked":
        row.revoked_at, row.reason = answer.revoked_at or now, answer.reason


def tell_of_certificates(work: Work, revoked: Sequence[str]) -> int:
    """Tell holders and operators of what ends within 60, 30 and 7 days, once each, and of what was revoked.

    Who no longer works here, or whose certificate was replaced, is not spoken of.
    """
    today = legal_date(work.now)
    held = work.session.scalars(
        select(HeldCertificate).where(HeldCertificate.gone_at.is_(None)).order_by(HeldCertificate.ends_at)
    ).all()
    names = key_holders(work.session)
    ending = [row for row in held if row.holder in names and _due(row, work.now)]
    taken = [row for row in held if row.fingerprint in revoked and row.holder in names]
    written = 0
    for event, rows in ((ENDING, ending), (REVOKED, taken)):
        if not rows:
            continue
        for row in rows:
            for person in _holders(work, row.holder):
                written += _write(work, event, [row], names, person, mine=True)
        for person in reachable(work, ("operator",)):
            written += _write(work, event, rows, names, person, mine=False)
        facts = [{"serial": row.serial, "holder": row.holder, "ends": row.ends_at} for row in rows]
        work.record_for_office("house", event, {"certificates": facts, "day": today})
    for row in ending:
        row.warned_days = _band(row, work.now)
    return written


def ask_to_look(work: Work) -> None:
    """Ask a worker to look at every certificate and at the clock now, beside the hourly round."""
    require_role(work.actor, "operator")
    minute = work.now.replace(second=0, microsecond=0).isoformat()  # pressed twice, it is done once
    key = f"asked:certificates:{minute}"
    if work.session.scalar(select(Job.id).where(Job.key == key)) is None:
        work.defer("CheckCertificates", {}, key=key)
        work.defer("WatchClock", {}, key=f"asked:clock:{minute}")


def revoke_sample(work: Work, serial: str, reason: str) -> None:
    """The sample authority takes a certificate (serial in hexadecimal) back from now on, for a reason of RFC 5280.

    NotFound in a real office: there its own authority revokes. Invalid for a serial or a reason it does not know.
    """
    require_role(work.actor, "operator")
    authority = work.ports.trust.sample_authority()
    if authority is None:
        raise NotFound("Cơ quan thật không tự thu hồi chứng thư: hãy đề nghị tổ chức chứng thực đã cấp.")
    try:
        authority.revoke(serial, work.now, reason)
    except SigningRefused as refusal:
        raise Invalid(_REFUSED[refusal.code]) from refusal
    work.record_for_office("house", REVOKED, {"serial": serial.upper(), "reason": reason})


_REFUSED = {
    "no_reason": N_("Lý do thu hồi không hợp lệ."),
    "unknown_serial": N_("Cơ quan chứng thực này không cấp chứng thư có số sê-ri đó."),
}


def tidy_trust(work: Work) -> None:
    """Forget readings of the clock of a season ago, and answers whose time was over a month ago."""
    work.session.execute(delete(ClockReading).where(ClockReading.asked_at < work.now - KEPT_READINGS))
    over = work.now - timedelta(days=30)
    stale = (KeptAnswer.holds_until < over) | (KeptAnswer.holds_until.is_(None) & (KeptAnswer.failed_at < over))
    work.session.execute(delete(KeptAnswer).where(stale))


def _band(row: HeldCertificate, now: datetime) -> int | None:
    """The narrowest of 60, 30 and 7 days a certificate's end lies within; None beyond, and once it has ended."""
    left = row.ends_at - now
    return None if left < timedelta() else min((days for days in DAYS if left <= timedelta(days=days)), default=None)


def _due(row: HeldCertificate, now: datetime) -> bool:
    band = _band(row, now)
    return band is not None and row.state != "revoked" and (row.warned_days is None or band < row.warned_days)


def _holders(work: Work, holder: str) -> list[Person]:
    """Who hears of a certificate as its own: the person, or who keeps the seal of the office."""
    kind, _, name = holder.partition(":")
    if kind == "person":
        person = work.session.get(Person, UUID(name))
        return [person] if person is not None and person.email else []
    return reachable(work, SEALKEEPERS, office=name)


def _write(
    work: Work, event: str, rows: Sequence[HeldCertificate], names: dict[str, str], person: Person, *, mine: bool
) -> bool:
    about = hashlib.sha256(",".join(f"{row.fingerprint}:{_band(row, work.now)}" for row in rows).encode()).hexdigest()
    key = f"{event}:{'holder' if mine else 'operator'}:{about[:16]}"
    if told(work, person, key):
        return False
    subject, words = _words(event, rows, names, work.now, mine=mine)
    say = speaker(person.locale)
    body = "\n\n".join(one.said(say) for one in words)
    write_email(work, person, key=key, event=event, subject=subject.said(say), body=body)
    return True


def _words(
    event: str, rows: Sequence[HeldCertificate], names: dict[str, str], now: datetime, *, mine: bool
) -> tuple[Sentence, list[Sentence]]:
    """Subject and lines of a message about certificates."""
    lines = [_line(event, row, names[row.holder], now) for row in rows]
    if event == REVOKED:
        subject = Sentence("Chứng thư số đã bị thu hồi")
        act = Sentence("Chứng thư này không ký được nữa. Chữ ký có dấu thời gian trước lúc thu hồi vẫn có giá trị.")
    else:
        subject = Sentence("Chứng thư số sắp hết hạn")
        act = (
            Sentence("Đề nghị làm thủ tục gia hạn hoặc cấp mới trước ngày đó; hết hạn thì không ký được.")
            if mine
            else Sentence("Người giữ chứng thư cũng được báo. Khi có chứng thư mới, hãy cài vào hệ thống.")
        )
    return subject, [*lines, act]


def _line(event: str, row: HeldCertificate, name: str, now: datetime) -> Sentence:
    if event == REVOKED:
        moment = legal_time(row.revoked_at or now).strftime("%H:%M %d/%m/%Y")
        return Sentence(
            "%(name)s: thu hồi lúc %(moment)s (số sê-ri %(serial)s)", name=name, moment=moment, serial=row.serial
        )
    day, left = legal_date(row.ends_at).strftime("%d/%m/%Y"), (row.ends_at - now).days
    return Sentence(
        "%(name)s: hết hạn ngày %(day)s, còn %(left)s ngày (số sê-ri %(serial)s)",
        name=name,
        day=day,
        left=left,
        serial=row.serial,
    )

"""Whether a certificate has been taken back: what proves it, and that not knowing is never the same as "no"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["ocsp", "crl"]
State = Literal["good", "revoked", "unknown"]
HARMLESS = frozenset({"superseded", "cessationOfOperation", "affiliationChanged"})
"""Reasons for which a time-stamping certificate is given up while nobody else ever had its key (RFC 3161, 4). No reason
given is none of them."""


@dataclass(frozen=True)
class Evidence:
    """An OCSP response (RFC 6960) or a CRL (RFC 5280) whose signature and times were checked, about one certificate.

    `der` is what was received, fit to be embedded in a signed file. `this_update` and `next_update` (aware) bound the
    time it speaks of. `revoked_at` is the moment of revocation, `reason` its name in RFC 5280 ("keyCompromise" …).
    "unknown": the authority says that it knows no such certificate. `source` is the address it came from.
    """

    kind: Kind
    der: bytes
    state: State
    this_update: datetime
    next_update: datetime
    source: str = ""
    revoked_at: datetime | None = None
    reason: str = ""

    def revoked_by(self, moment: datetime) -> bool:
        """Whether the certificate was already taken back at a moment."""
        return self.state == "revoked" and (self.revoked_at is None or self.revoked_at <= moment)

    def spoils(self, moment: datetime, *, proven_at: datetime) -> bool:
        """Whether a time stamp that claims `moment`, and was there at `proven_at` at the latest, is worth nothing.

        Whoever got hold of the key may write any moment: then nothing counts that was not proven to be there before
        the revocation (ETSI EN 319 102-1, past validation). A key merely given up harms no earlier stamp.
        """
        return self.revoked_by(moment) or (self.revoked_by(proven_at) and self.reason not in HARMLESS)


@dataclass(frozen=True)
class Unreachable:
    """Nothing could be learnt: revocation is *not checked*. `code` says why in one word, `tried` where was asked.

    Codes: "no_address" (the certificate names none), "unreachable", "refused" (the address is not allowed),
    "bad_answer" (unreadable, not signed by whom it must be, or about another certificate), "stale" (out of date).
    """

    code: str
    tried: tuple[str, ...] = ()


class Revocation(Protocol):
    """Somebody who can be asked whether a certificate has been taken back."""

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        """What is known `now` of a certificate (PEM or DER) that `issuer` (PEM or DER) issued; never raises.

        With `since`, what was said before that moment is asked for anew; what comes may still be older.
        """
        ...


class AskedOnce:
    """One answer a certificate, however many signatures and time stamps of a file it stands behind."""

    def __init__(self, revocation: Revocation) -> None:
        self._revocation = revocation
        self._answers: dict[bytes, Evidence | Unreachable] = {}

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        """What was learnt of a certificate; asked for anew where `since` wants something said later."""
        known = self._answers.get(certificate)
        if known is None or (since is not None and isinstance(known, Evidence) and known.this_update < since):
            known = self._revocation.evidence_for(certificate, issuer, now=now, since=since)
            self._answers[certificate] = known
        return known

"""Asking a certificate's authority over HTTP, by the addresses in the certificate, and keeping what it says."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from signing.revocation import Evidence, Kind, Unreachable
from signing.revocation_outside import NoAnswer, NotAllowed, Outside
from signing.revocation_reading import BadAnswer, loaded, read_crl, read_ocsp
from signing.trust import fingerprint

MOST_OCSP, MOST_CRL = 64 * 2**10, 32 * 2**20
SECONDS_OCSP, SECONDS_CRL = 6.0, 20.0
MOST_ADDRESSES = 3
BACK_OFF = timedelta(minutes=1)
"""So long an address that did not answer is left alone: two hundred signings must not wait for it one by one."""


@dataclass(frozen=True)
class Kept:
    """What was last received from an address, when, and how the last attempt failed if it did."""

    der: bytes | None = None
    fetched_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


class Shelf(Protocol):
    """Where answers are kept between two askings."""

    def find(self, key: str) -> Kept: ...

    def keep(self, key: str, evidence: Evidence, *, now: datetime) -> None: ...

    def fail(self, key: str, kind: Kind, source: str, failure: str, *, now: datetime) -> None: ...


class AskedRevocation:
    """Certificates of any authority, asked at the addresses they name: OCSP first, then the list of revoked ones."""

    def __init__(self, outside: Outside, shelf: Shelf) -> None:
        self._outside, self._shelf = outside, shelf
        self._down: dict[str, datetime] = {}

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        """What is known of a certificate, from what is kept while it holds, else asked anew; never raises."""
        try:
            about, above = loaded(certificate), loaded(issuer)
            places = _places(about)
        except (ValueError, TypeError, KeyError, x509.DuplicateExtension):
            return Unreachable("no_address")
        if not places:
            return Unreachable("no_address")
        mark, code = fingerprint(issuer), ""
        for kind, url in places:
            key = f"ocsp:{mark}:{about.serial_number:X}:{url}" if kind == "ocsp" else f"crl:{mark}:{url}"
            found = self._answer(kind, url, key, (about, above), now, since)
            if isinstance(found, Evidence):
                return found
            code = code or found
        return Unreachable(code, tuple(url for _kind, url in places))

    def _answer(
        self,
        kind: Kind,
        url: str,
        key: str,
        pair: tuple[x509.Certificate, x509.Certificate],
        now: datetime,
        since: datetime | None,
    ) -> Evidence | str:
        """The evidence of one address, or in one word why there is none."""
        (about, above), kept = pair, self._shelf.find(key)
        read: Callable[..., Evidence] = read_ocsp if kind == "ocsp" else read_crl
        known = self._still_good(kept, read, pair, url, now)
        if known is not None and (since is None or known.this_update >= since):
            return known
        if _just_now(self._down.get(url), now):  # silent to somebody else's certificate a moment ago
            return known or "unreachable"
        if _just_now(kept.failed_at, now) or (known is not None and _just_now(kept.fetched_at, now)):
            return known or kept.failure
        try:
            evidence = (
                self._ask_ocsp(url, about, above, now) if kind == "ocsp" else self._ask_crl(url, about, above, now)
            )
        except NotAllowed:
            failure = "refused"
        except NoAnswer:
            failure, self._down[url] = "unreachable", now
        except BadAnswer as wrong:
            failure = wrong.code
        else:
            self._shelf.keep(key, evidence, now=now)
            return evidence
        self._shelf.fail(key, kind, url, failure, now=now)
        return known or failure

    @staticmethod
    def _still_good(
        kept: Kept,
        read: Callable[..., Evidence],
        pair: tuple[x509.Certificate, x509.Certificate],
        url: str,
        now: datetime,
    ) -> Evidence | None:
        """What is kept, if its time is not over."""
        if kept.der is None:
            return None
        try:
            return read(kept.der, *pair, now=now, source=url)
        except BadAnswer:
            return None

    def _ask_ocsp(self, url: str, about: x509.Certificate, above: x509.Certificate, now: datetime) -> Evidence:
        nonce = secrets.token_bytes(16)
        # SHA-1 names the certificate here and secures nothing; it is what every responder understands (RFC 5019).
        request = ocsp.OCSPRequestBuilder().add_certificate(about, above, hashes.SHA1())
        body = request.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)
        der = self._outside.fetch(url, most=MOST_OCSP, seconds=SECONDS_OCSP, body=body, kind="application/ocsp-request")
        return read_ocsp(der, about, above, now=now, source=url, nonce=nonce)

    def _ask_crl(self, url: str, about: x509.Certificate, above: x509.Certificate, now: datetime) -> Evidence:
        return read_crl(self._outside.fetch(url, most=MOST_CRL, seconds=SECONDS_CRL), about, above, now=now, source=url)


def _just_now(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now < moment + BACK_OFF


def _places(certificate: x509.Certificate) -> list[tuple[Kind, str]]:
    """Where a certificate says its status is told: OCSP addresses, then lists; a few of each, the web only."""
    asked: list[tuple[Kind, str]] = []
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        asked += [("ocsp", url) for one in access if one.access_method == AuthorityInformationAccessOID.OCSP
                  for url in _urls([one.access_location])]  # fmt: skip
    except x509.ExtensionNotFound:
        pass
    lists: list[tuple[Kind, str]] = []
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        whole = [one for one in points if one.reasons is None and one.crl_issuer is None]
        lists += [("crl", url) for one in whole for url in _urls(one.full_name or [])]
    except x509.ExtensionNotFound:
        pass
    return asked[:MOST_ADDRESSES] + lists[:MOST_ADDRESSES]


def _urls(names: Iterable[x509.GeneralName]) -> list[str]:
    found = [str(one.value) for one in names if isinstance(one, x509.UniformResourceIdentifier)]
    return [url for url in found if url.lower().startswith(("http://", "https://")) and len(url) <= 2_000]

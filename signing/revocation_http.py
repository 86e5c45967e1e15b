"""Asking a certificate's authority over HTTP, by the addresses in the certificate, and keeping what it says.

An address in a certificate was written by a stranger. So it may name no machine of the inside (unless an operator
listed that machine), answers have a size, and all of it has an end in time.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from signing.revocation import Evidence, Kind, Unreachable
from signing.revocation_reading import BadAnswer, loaded, read_crl, read_ocsp
from signing.trust import fingerprint

MOST_OCSP, MOST_CRL = 64 * 2**10, 32 * 2**20
SECONDS_OCSP, SECONDS_CRL = 6.0, 20.0
MOST_HOPS = 3
MOST_ADDRESSES = 3
BACK_OFF = timedelta(minutes=1)
"""So long an address that did not answer is left alone: two hundred signings must not wait for it one by one."""


class NotAllowed(Exception):
    """The address leads to a place nobody from outside may send us to."""


class NoAnswer(Exception):
    """The address did not give what was asked for, in time and in size."""


class Outside:
    """HTTP to addresses of strangers. `allowed` names hosts of the inside an operator trusts to be asked."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = {one.lower() for one in allowed}

    def fetch(self, url: str, *, most: int, seconds: float, body: bytes | None = None, kind: str = "") -> bytes:
        """What an address answers to a GET, or to a POST of `body`; at most `most` bytes within `seconds`.

        Raises `NotAllowed` and `NoAnswer`.
        """
        end = time.monotonic() + seconds
        for _hop in range(MOST_HOPS):
            answer = self._once(url, body, kind, most, end)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise NoAnswer("too many redirects")

    def _once(self, url: str, body: bytes | None, kind: str, most: int, end: float) -> bytes | str:
        """The answer, or the address one is sent on to."""
        target, headers, extensions = self._resolved(url)
        # Packed answers could be far larger than what was counted.
        headers |= {"Accept-Encoding": "identity"} | ({"Content-Type": kind} if kind else {})
        left = end - time.monotonic()
        if left <= 0:
            raise NoAnswer("took too long")
        try:
            with (
                httpx.Client(timeout=min(left, 5.0), trust_env=False) as client,
                client.stream(
                    "POST" if body is not None else "GET", target, content=body, headers=headers, extensions=extensions
                ) as answer,
            ):
                if answer.is_redirect:
                    return urljoin(url, answer.headers["location"])
                answer.raise_for_status()
                return _read(answer.iter_raw(), most, end)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            raise NoAnswer(type(fault).__name__) from fault

    def _resolved(self, url: str) -> tuple[str, dict[str, str], dict[str, str]]:
        """The address by the number it was checked by, so that its name cannot mean another machine a moment later."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise NotAllowed("unreadable address") from None
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise NotAllowed("no plain web address")
        listed = host in self._allowed
        if not listed and port not in (80, 443):
            raise NotAllowed("unusual port")
        number = _number(host, port, listed)
        place = f"[{number}]" if ":" in number else number
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = host if parts.port is None else f"{host}:{parts.port}"
        return f"{parts.scheme}://{place}:{port}{path}", {"Host": named}, {"sni_hostname": host}


def _number(host: str, port: int, listed: bool) -> str:
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as fault:
        raise NoAnswer("no such host") from fault
    if not listed and not all(_is_outside(one) for one in found):
        raise NotAllowed("an address of the inside")
    return found[0]


def _is_outside(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast


def _read(parts: Iterable[bytes], most: int, end: float) -> bytes:
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > most:
            raise NoAnswer("too much")
        if time.monotonic() > end:
            raise NoAnswer("took too long")
    return bytes(whole)


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

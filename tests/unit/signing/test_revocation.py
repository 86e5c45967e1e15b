"""Revocation asked over HTTP, and every answer that must not be believed."""

from __future__ import annotations

import base64
import http.server
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.authority import SampleAuthority
from signing.errors import SigningRefused
from signing.keys import KeyInMemory
from signing.revocation import Evidence, Kind, Unreachable
from signing.revocation_http import BACK_OFF, AskedRevocation, Kept
from signing.revocation_outside import NoAnswer, NotAllowed, Outside
from signing.revocation_reading import BadAnswer, loaded, read_crl, read_ocsp
from signing.timestamps import HttpTimestamper
from tests.pki import Proxy, Site

from .conftest import NOW, OFFICE, SECRET, Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Memory:
    """A shelf of this process."""

    rows: dict[str, Kept] = field(default_factory=dict)

    def find(self, key: str) -> Kept:
        return self.rows.get(key, Kept())

    def keep(self, key: str, evidence: Evidence, *, now: datetime) -> None:
        self.rows[key] = Kept(evidence.der, now)

    def fail(self, key: str, kind: Kind, source: str, failure: str, *, now: datetime) -> None:
        self.rows[key] = replace(self.find(key), failed_at=now, failure=failure)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def authority(site: Site, tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    folder = tmp_path_factory.mktemp("authority")
    return SampleAuthority.create(folder, secret=SECRET, now=NOW, address=site.url)


@pytest.fixture
def holder(authority: SampleAuthority) -> KeyInMemory:
    return authority.issue("Trần Ước", OFFICE, "", "", now=NOW)


@pytest.fixture
def open_site(site: Site, authority: SampleAuthority) -> Site:
    """The authority's site as it should be, its clock an hour behind whoever asks."""
    site.asked.clear()
    site.answers = {
        "/pki/ocsp": lambda body: authority.answer(body, now=NOW),
        "/pki/root.crl": lambda _body: authority.crl("root", now=NOW) or b"",
    }
    return site


INSIDE = Outside(allowed={"127.0.0.1"})


def test_an_answer_is_asked_once_and_kept_until_its_next_update(open_site: Site, holder: KeyInMemory) -> None:
    revocation, above = AskedRevocation(INSIDE, Memory()), holder.chain[0]
    first = revocation.evidence_for(holder.certificate, above, now=NOW + HOUR)
    assert isinstance(first, Evidence)
    assert (first.kind, first.state, first.source) == ("ocsp", "good", f"{open_site.url}/pki/ocsp")
    again = revocation.evidence_for(holder.certificate, above, now=first.next_update)
    assert isinstance(again, Evidence)
    assert again.der == first.der
    assert open_site.asked == ["/pki/ocsp"]
    revocation.evidence_for(holder.certificate, above, now=first.next_update + HOUR)
    assert open_site.asked == ["/pki/ocsp", "/pki/ocsp", "/pki/root.crl"]


def test_what_was_said_before_a_signature_is_asked_anew_when_that_matters(
    open_site: Site, authority: SampleAuthority, holder: KeyInMemory
) -> None:
    revocation, above = AskedRevocation(INSIDE, Memory()), holder.chain[0]
    signed = NOW + HOUR

    def said(now: datetime) -> datetime:
        found = revocation.evidence_for(holder.certificate, above, now=now, since=signed)
        assert isinstance(found, Evidence)
        return found.this_update

    revocation.evidence_for(holder.certificate, above, now=NOW)
    assert said(signed) == NOW  # the authority has nothing newer to say
    open_site.answers["/pki/ocsp"] = lambda body: authority.answer(body, now=signed)
    assert said(signed + BACK_OFF / 2) == NOW  # asked a moment ago
    assert said(signed + BACK_OFF) == signed
    asked = len(open_site.asked)
    open_site.answers = {}
    assert said(signed + DAY / 2) == signed
    assert len(open_site.asked) == asked


def test_without_ocsp_the_list_is_asked_and_serves_every_certificate(
    open_site: Site, authority: SampleAuthority, holder: KeyInMemory
) -> None:
    del open_site.answers["/pki/ocsp"]
    shelf = Memory()
    revocation, above = AskedRevocation(INSIDE, shelf), holder.chain[0]
    other = authority.issue("Lê Ba", OFFICE, "", "", now=NOW)
    authority.revoke(other.serial, NOW - HOUR, "keyCompromise")
    assert getattr(revocation.evidence_for(holder.certificate, above, now=NOW), "state", "") == "good"
    found = revocation.evidence_for(other.certificate, above, now=NOW)
    assert isinstance(found, Evidence)
    assert (found.kind, found.state, found.reason, found.revoked_at) == ("crl", "revoked", "keyCompromise", NOW - HOUR)
    assert open_site.asked.count("/pki/root.crl") == 1


def test_not_reached_is_said_as_such_and_not_tried_again_at_once(open_site: Site, holder: KeyInMemory) -> None:
    open_site.answers = {}
    revocation, above = AskedRevocation(INSIDE, Memory()), holder.chain[0]
    tried = (f"{open_site.url}/pki/ocsp", f"{open_site.url}/pki/root.crl")
    for _time in range(2):
        assert revocation.evidence_for(holder.certificate, above, now=NOW) == Unreachable("unreachable", tried)
    assert len(open_site.asked) == 2
    revocation.evidence_for(holder.certificate, above, now=NOW + BACK_OFF)
    assert len(open_site.asked) == 4


def test_a_silent_authority_is_not_waited_for_again_by_every_certificate(
    open_site: Site, authority: SampleAuthority, holder: KeyInMemory
) -> None:
    open_site.answers = {}
    revocation = AskedRevocation(INSIDE, Memory())
    other = authority.issue("Lê Năm", OFFICE, "", "", now=NOW)
    for key in (holder, other):
        assert isinstance(revocation.evidence_for(key.certificate, key.chain[0], now=NOW), Unreachable)
    assert open_site.asked == ["/pki/ocsp", "/pki/root.crl"]


def test_a_certificate_that_names_nobody_is_not_called_good(office: Office) -> None:
    revocation = AskedRevocation(INSIDE, Memory())
    assert revocation.evidence_for(office.leader.certificate, office.leader.chain[0], now=NOW) == Unreachable(
        "no_address"
    )
    assert revocation.evidence_for(b"nonsense", b"", now=NOW) == Unreachable("no_address")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/crl",
        "http://localhost/crl",
        "http://10.0.0.7/crl",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/crl",
        "http://[::ffff:127.0.0.1]/crl",
        "http://[::10.0.0.7]/crl",
        "http://[64:ff9b::10.0.0.7]/crl",
        "http://[64:ff9b:1::10.0.0.7]/crl",
        "http://[2002:a00:7::1]/crl",
        "http://0.0.0.0/crl",
        "http://203.0.113.9:22/crl",
        "http://user@203.0.113.9/crl",
        "ftp://203.0.113.9/crl",
        "file:///etc/passwd",
        "http://203.0.113.9:99999/crl",
    ],
)
def test_a_certificate_sends_nobody_into_the_house(url: str) -> None:
    with pytest.raises(NotAllowed):
        Outside().fetch(url, most=10, seconds=1)


def test_nor_does_a_site_that_sends_one_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listed host answers with the address of another machine of the inside."""

    def sent_on(self: http.server.BaseHTTPRequestHandler, _body: bytes) -> None:
        self.send_response(302)
        self.send_header("Location", "http://10.0.0.7/secrets")
        self.end_headers()

    monkeypatch.setattr(site.server.RequestHandlerClass, "_give", sent_on)
    with pytest.raises(NotAllowed):
        INSIDE.fetch(f"{site.url}/crl", most=10, seconds=2)


# --- through the proxy of an office


@pytest.fixture
def proxy(open_site: Site) -> Iterator[Proxy]:
    """An office's proxy: only it knows where ca.example.vn is."""
    made = Proxy(ca_example_vn=open_site)
    yield made
    made.server.shutdown()


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy a machine looks up no name of the outside; numbers and its own names it knows."""
    known = socket.getaddrinfo

    def lookup(host: str, *words: Any, **more: Any) -> Any:
        if host.endswith(".vn"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return known(host, *words, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def test_an_office_behind_a_proxy_asks_through_it(
    proxy: Proxy, open_site: Site, no_names: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # the machine's own proxy is nobody's business
    outside = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW, address="http://ca.example.vn")
    open_site.answers["/pki/ocsp"] = lambda body: outside.answer(body, now=NOW)
    open_site.answers["/pki/root.crl"] = lambda _body: outside.crl("root", now=NOW) or b""
    key = outside.issue("Trần Ước", OFFICE, "", "", now=NOW)
    through = proxy.url.replace("http://", "http://ubnd:m%40t@")
    asked = AskedRevocation(Outside(proxy=through), Memory())
    found = asked.evidence_for(key.certificate, key.chain[0], now=NOW)
    assert getattr(found, "state", "") == "good"
    secret = "Basic " + base64.b64encode(b"ubnd:m@t").decode()
    assert proxy.seen == [("POST", "http://ca.example.vn/pki/ocsp", secret)]
    del open_site.answers["/pki/ocsp"]
    found = AskedRevocation(Outside(proxy=through), Memory()).evidence_for(key.certificate, key.chain[0], now=NOW)
    assert getattr(found, "kind", "") == "crl"
    with pytest.raises(NoAnswer):
        Outside(proxy=through).fetch("https://ca.example.vn/crl", most=10, seconds=2)
    assert proxy.seen[-1] == ("CONNECT", "ca.example.vn:443", secret)
    directly = AskedRevocation(Outside(), Memory()).evidence_for(key.certificate, key.chain[0], now=NOW)
    assert isinstance(directly, Unreachable)
    proxy.server.shutdown()
    proxy.server.server_close()
    away = AskedRevocation(Outside(proxy=through), Memory()).evidence_for(key.certificate, key.chain[0], now=NOW)
    assert isinstance(away, Unreachable)
    assert away.code == "unreachable"


def test_a_host_of_the_inside_that_is_listed_is_asked_without_the_proxy(
    proxy: Proxy, open_site: Site, holder: KeyInMemory
) -> None:
    asked = AskedRevocation(Outside({"127.0.0.1"}, proxy=proxy.url), Memory())
    assert isinstance(asked.evidence_for(holder.certificate, holder.chain[0], now=NOW), Evidence)
    assert (proxy.seen, open_site.asked) == ([], ["/pki/ocsp"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/crl",
        "http://10.0.0.7/crl",
        "http://[::ffff:10.0.0.7]/crl",
        "http://2130706433/crl",
        "http://0x7f.1/crl",
        "http://1.2.3.0x7f/crl",
        "http://localhost/crl",
        "http://files/crl",
        "http://files.office.local/crl",
        "http://vault.internal/crl",
        "http://ca.example.vn./crl",
        "http://ca.example.vn:8080/crl",
        "http://user@ca.example.vn/crl",
        "ftp://ca.example.vn/crl",
    ],
)
def test_a_proxy_is_sent_nowhere_inside_either(proxy: Proxy, no_names: None, url: str) -> None:
    with pytest.raises(NotAllowed):
        Outside(proxy=proxy.url).fetch(url, most=10, seconds=1)
    assert proxy.seen == []


def test_a_name_known_here_as_one_of_the_inside_is_not_given_to_the_proxy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [(2, 1, 6, "", ("203.0.114.9", 80)), (2, 1, 6, "", ("10.0.0.7", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_words, **_more: numbers)
    with pytest.raises(NotAllowed):
        Outside(proxy=proxy.url).fetch("http://ca.example.vn/crl", most=10, seconds=1)
    assert proxy.seen == []


def test_time_stamps_come_through_the_proxy_too_and_through_no_other(
    proxy: Proxy, open_site: Site, authority: SampleAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    open_site.answers["/tsa"] = lambda body: authority.timestamper(NOW).answer(body)
    through = HttpTimestamper("http://ca.example.vn/tsa", proxy=proxy.url)
    assert through.token(b"\1" * 32, "sha256")
    assert [address for _method, address, _secret in proxy.seen] == ["http://ca.example.vn/tsa"]
    assert HttpTimestamper(f"{open_site.url}/tsa").token(b"\1" * 32, "sha256")
    with pytest.raises(SigningRefused):
        HttpTimestamper("http://elsewhere.example.vn/tsa", proxy=proxy.url).token(b"\1" * 32, "sha256")


def test_an_answer_that_drips_has_an_end_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def drips(self: http.server.BaseHTTPRequestHandler, _body: bytes) -> None:
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(60):
                time.sleep(0.05)
                self.wfile.write(b"a")

    monkeypatch.setattr(site.server.RequestHandlerClass, "_give", drips)
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        INSIDE.fetch(f"{site.url}/crl", most=10, seconds=0.3)
    assert time.monotonic() - begun < 2


def test_an_answer_has_a_size_and_an_end(open_site: Site) -> None:
    open_site.answers["/much"] = lambda _body: b"x" * 2_000
    with pytest.raises(NoAnswer):
        INSIDE.fetch(f"{open_site.url}/much", most=1_999, seconds=2)
    assert len(INSIDE.fetch(f"{open_site.url}/much", most=2_000, seconds=2)) == 2_000

    def slow(_body: bytes) -> bytes:
        time.sleep(0.4)
        return b"late"

    open_site.answers["/slow"] = slow
    with pytest.raises(NoAnswer):
        INSIDE.fetch(f"{open_site.url}/slow", most=10, seconds=0.2)


@dataclass(frozen=True)
class Forge:
    """Builds answers about one certificate as a liar would."""

    authority: SampleAuthority
    holder: KeyInMemory

    @property
    def issuer(self) -> x509.Certificate:
        return loaded(self.holder.chain[0])

    def answer(
        self,
        by: KeyInMemory,
        *,
        algorithm: hashes.HashAlgorithm | None = None,
        nonce: bytes = b"",
        end: timedelta = HOUR,
    ) -> bytes:
        builder = ocsp.OCSPResponseBuilder().add_response(
            self.holder.parsed, self.issuer, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, NOW, NOW + end, None, None
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, by.parsed).certificates([by.parsed])
        if nonce:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return builder.sign(by.private_key, algorithm or hashes.SHA256()).public_bytes(Encoding.DER)

    def refused(self, der: bytes, *, now: datetime = NOW, nonce: bytes | None = None) -> str:
        try:
            read_ocsp(der, self.holder.parsed, self.issuer, now=now, nonce=nonce)
        except BadAnswer as wrong:
            return wrong.code
        return ""


@pytest.fixture
def forge(authority: SampleAuthority, holder: KeyInMemory) -> Forge:
    return Forge(authority, holder)


def test_only_the_issuer_or_whom_it_appointed_is_believed(
    forge: Forge, authority: SampleAuthority, tmp_path: Path
) -> None:
    root, appointed = authority._root, authority._responder(authority._root, NOW)
    assert (
        ExtendedKeyUsageOID.OCSP_SIGNING
        in appointed.parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    )
    assert forge.refused(forge.answer(root.key)) == ""
    assert forge.refused(forge.answer(appointed)) == ""
    colleague = authority.issue("Một người khác", OFFICE, "", "", now=NOW)
    assert forge.refused(forge.answer(colleague)) == "bad_answer"
    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    assert forge.refused(forge.answer(stranger._responder(stranger._root, NOW))) == "bad_answer"


def test_an_answer_out_of_time_of_another_question_or_altered_is_not_believed(forge: Forge) -> None:
    root = forge.authority._root.key
    good = forge.answer(root, nonce=b"1" * 16)
    assert forge.refused(good, nonce=b"1" * 16) == ""
    assert forge.refused(good, nonce=b"2" * 16) == "bad_answer"
    assert forge.refused(forge.answer(root), nonce=b"2" * 16) == ""
    assert forge.refused(good, now=NOW - HOUR) == "stale"
    assert forge.refused(good, now=NOW + 2 * HOUR) == "stale"
    said = ocsp.load_der_ocsp_response(good).tbs_response_bytes
    first = good.index(said)
    for place in range(first, first + len(said), 23):
        assert forge.refused(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]) != ""
    other = forge.authority.issue("Lê Tư", OFFICE, "", "", now=NOW)
    with pytest.raises(BadAnswer):
        read_ocsp(good, other.parsed, forge.issuer, now=NOW)
    assert forge.refused(b"") == "bad_answer"
    assert forge.refused(forge.authority.answer(b"nonsense", now=NOW)) == "bad_answer"


def test_a_list_of_another_issuer_in_part_or_out_of_time_proves_nothing(
    forge: Forge, authority: SampleAuthority, tmp_path: Path
) -> None:
    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    whole = authority.crl("root", now=NOW) or b""
    root = authority._root.key

    def refused(der: bytes, now: datetime = NOW) -> str:
        try:
            read_crl(der, forge.holder.parsed, forge.issuer, now=now)
        except BadAnswer as wrong:
            return wrong.code
        return ""

    def made(extension: x509.ExtensionType) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(root.parsed.subject)
        builder = builder.last_update(NOW).next_update(NOW + DAY).add_extension(extension, critical=True)
        return builder.sign(root.private_key, hashes.SHA384()).public_bytes(Encoding.DER)

    assert refused(whole) == ""
    assert refused(stranger.crl("root", now=NOW) or b"") == "bad_answer"
    assert refused(whole, NOW + 8 * DAY) == "stale"
    assert refused(whole[:-1] + bytes([whole[-1] ^ 1])) == "bad_answer"
    assert refused(made(x509.DeltaCRLIndicator(7))) == "bad_answer"
    full = [x509.UniformResourceIdentifier("http://x.example/c")]
    for users, authorities, indirect, answer in (
        (False, False, False, ""),
        (True, False, False, ""),
        (False, True, False, "bad_answer"),
        (False, False, True, "bad_answer"),
    ):
        point = x509.IssuingDistributionPoint(full, None, users, authorities, None, indirect, False)
        assert refused(made(point)) == answer

"""Revocation asked over HTTP, and every answer that must not be believed."""

from __future__ import annotations

import http.server
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.authority import SampleAuthority
from signing.keys import KeyInMemory
from signing.revocation import Evidence, Kind, Unreachable
from signing.revocation_http import BACK_OFF, AskedRevocation, Kept, NoAnswer, NotAllowed, Outside
from signing.revocation_reading import BadAnswer, loaded, read_crl, read_ocsp
from tests.pki import Site

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

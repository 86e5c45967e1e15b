"""What the sample authority tells of its certificates, read by openssl as any third party would."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from signing.authority import SampleAuthority
from signing.errors import SigningRefused
from signing.keys import KeyInMemory
from signing.revocation import Evidence, Unreachable

from .conftest import NOW, OFFICE, SECRET, Office

ADDRESS = "https://bennghe.example.vn"
DAY = timedelta(days=1)


def openssl(verb: str, *words: str | Path, at: datetime = NOW) -> subprocess.CompletedProcess[str]:
    command = ["openssl", verb, "-attime", str(int(at.timestamp())), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SampleAuthority:
    folder = tmp_path_factory.mktemp("authority")
    return SampleAuthority.create(folder, secret=SECRET, now=NOW, address=ADDRESS, intermediate=True)


@pytest.fixture(scope="module")
def holder(authority: SampleAuthority) -> KeyInMemory:
    return authority.issue("Trần Ước", OFFICE, "Phó Chủ tịch", "uoc@bennghe.example.vn", now=NOW)


@pytest.fixture
def files(authority: SampleAuthority, holder: KeyInMemory, tmp_path: Path) -> Path:
    """Root, issuing authority and holder as the files a third party would have."""
    (tmp_path / "root.pem").write_bytes(authority.roots[0])
    (tmp_path / "issuing.pem").write_bytes(holder.chain[0])
    (tmp_path / "holder.pem").write_bytes(holder.certificate)
    return tmp_path


def asked(files: Path, authority: SampleAuthority, now: datetime) -> subprocess.CompletedProcess[str]:
    """openssl writes the request, the authority answers, openssl judges the answer."""
    chain = ("-issuer", files / "issuing.pem", "-cert", files / "holder.pem")
    subprocess.run(["openssl", "ocsp", *map(str, chain), "-reqout", str(files / "request")], check=True)
    (files / "answer").write_bytes(authority.answer((files / "request").read_bytes(), now=now))
    words = ("ocsp", *chain, "-reqin", files / "request", "-respin", files / "answer", "-CAfile", files / "root.pem")
    return openssl(*words, "-no_nonce", at=now)


def test_certificates_name_where_their_status_is_told(holder: KeyInMemory) -> None:
    access = holder.parsed.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [one.access_location.value for one in access] == [f"{ADDRESS}/pki/ocsp", f"{ADDRESS}/pki/issuing.cer"]
    (point,) = holder.parsed.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name is not None
    assert point.full_name[0].value == f"{ADDRESS}/pki/issuing.crl"


def test_openssl_builds_the_chain_over_the_authority_in_between(files: Path) -> None:
    judged = openssl("verify", "-CAfile", files / "root.pem", "-untrusted", files / "issuing.pem", files / "holder.pem")
    assert judged.returncode == 0, judged.stderr


def test_openssl_believes_answer_and_list_before_and_after_a_revocation(
    files: Path, authority: SampleAuthority, holder: KeyInMemory
) -> None:
    assert "Response verify OK" in asked(files, authority, NOW).stderr
    assert "good\n" in asked(files, authority, NOW).stdout
    authority.revoke(holder.serial, NOW + DAY, "keyCompromise")
    assert "good\n" in asked(files, authority, NOW + DAY / 2).stdout
    later = asked(files, authority, NOW + DAY)
    assert "Response verify OK" in later.stderr
    assert "revoked\n" in later.stdout
    assert "keyCompromise" in later.stdout  # the answer is of its own time: openssl says so and goes on
    for now, code in ((NOW, 0), (NOW + DAY, 2)):
        for issuer in ("root", "issuing"):
            (files / f"{issuer}.crl").write_bytes(authority.crl(issuer, now=now) or b"")
            convert = [
                "openssl",
                "crl",
                "-inform",
                "DER",
                "-in",
                f"{files}/{issuer}.crl",
                "-out",
                f"{files}/{issuer}.l",
            ]
            subprocess.run(convert, check=True)
        chain = ("-CAfile", files / "root.pem", "-untrusted", files / "issuing.pem")
        lists = ("-CRLfile", files / "root.l", "-CRLfile", files / "issuing.l", "-crl_check_all")
        judged = openssl("verify", *chain, *lists, files / "holder.pem", at=now)
        assert judged.returncode == code, judged.stderr
        assert ("certificate revoked" in judged.stderr) == bool(code)


def test_a_revocation_stays_as_it_was_first_told(authority: SampleAuthority) -> None:
    key = authority.issue("Lê Ba", OFFICE, "", "", now=NOW)
    authority.revoke(key.serial, NOW, "superseded")
    authority.revoke(key.serial.lower(), NOW + DAY, "keyCompromise")
    found = authority.evidence_for(key.certificate, key.chain[0], now=NOW + 2 * DAY)
    assert isinstance(found, Evidence)
    assert (found.revoked_at, found.reason) == (NOW, "superseded")
    assert found.revoked_by(NOW)
    assert not found.revoked_by(NOW - DAY)
    for serial, reason, code in (
        (key.serial, "certificateHold", "no_reason"),
        ("ABCDEF", "superseded", "unknown_serial"),
    ):
        with pytest.raises(SigningRefused) as refusal:
            authority.revoke(serial, NOW, reason)
        assert refusal.value.code == code


def test_what_was_never_issued_is_not_called_good(authority: SampleAuthority, office: Office) -> None:
    """A stranger's certificate, and one that another authority forged in this one's name."""
    mine = authority.issue("Lê Tư", OFFICE, "", "", now=NOW).chain[0]
    found = authority.evidence_for(office.leader.certificate, mine, now=NOW)
    assert isinstance(found, Evidence)
    assert found.state == "unknown"
    assert authority.evidence_for(office.leader.certificate, office.leader.chain[0], now=NOW) == Unreachable(
        "no_address"
    )


def test_nonsense_and_strangers_are_answered_in_the_protocol_s_own_words(
    authority: SampleAuthority, office: Office
) -> None:
    def status(request: bytes) -> ocsp.OCSPResponseStatus:
        return ocsp.load_der_ocsp_response(authority.answer(request, now=NOW)).response_status

    assert status(b"no request") == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    issuer = x509.load_pem_x509_certificate(office.leader.chain[0])
    about = ocsp.OCSPRequestBuilder().add_certificate(office.leader.parsed, issuer, hashes.SHA1())
    assert status(about.build().public_bytes(serialization.Encoding.DER)) == (ocsp.OCSPResponseStatus.UNAUTHORIZED)

"""Keys at rest, certificates in proper Vietnamese, and the moment a time stamp gives."""

from __future__ import annotations

import http.server
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.authority import MARK, SampleAuthority
from signing.documents import sign
from signing.errors import SigningRefused
from signing.keys import KeyStore
from signing.timestamps import HttpTimestamper
from signing.verify import verify

from .conftest import NOW, OFFICE, SECRET, Office, Paper


def test_a_key_lies_encrypted_and_only_its_owner_may_read_it(office: Office, tmp_path: Path) -> None:
    store = KeyStore(tmp_path, SECRET)
    store.save("person:../../Đức", office.leader)
    (path,) = tmp_path.iterdir()
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = KeyStore(tmp_path, SECRET).load("person:../../Đức")
    assert loaded.certificate == office.leader.certificate
    assert loaded.chain == office.leader.chain


def test_a_key_is_parsed_once_and_again_when_replaced(office: Office, tmp_path: Path) -> None:
    store = KeyStore(tmp_path, SECRET)
    store.save("leader", office.leader)
    first = store.load("leader")
    assert store.load("leader") is first
    store.save("leader", office.agency)
    assert store.load("leader").certificate == office.agency.certificate


def test_a_wrong_secret_opens_nothing(office: Office, tmp_path: Path) -> None:
    KeyStore(tmp_path, SECRET).save("leader", office.leader)
    with pytest.raises(SigningRefused) as wrong:
        KeyStore(tmp_path, "another secret, also long").load("leader")
    assert wrong.value.code == "key_unreadable"
    with pytest.raises(SigningRefused) as nobody:
        KeyStore(tmp_path, SECRET).load("nobody")
    assert nobody.value.code == "no_key"


def test_a_short_secret_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16"):
        KeyStore(tmp_path, "short")


def test_certificates_name_person_office_and_title(office: Office) -> None:
    subject = x509.load_pem_x509_certificate(office.leader.certificate).subject
    assert [one.value for one in subject] == ["VN", OFFICE, "Chủ tịch", "Nguyễn Văn Đức"]
    assert MARK in office.leader.parsed.issuer.rfc4514_string()


def test_a_very_long_office_name_still_gets_a_certificate(office: Office) -> None:
    long = "Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp liên phường, xã khu vực phía Đông"
    key = office.authority.issue(long, long, "", "", now=NOW)
    (name,) = key.parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert str(name.value).endswith("…")
    assert len(str(name.value)) == 64


def test_the_authority_is_made_once(tmp_path: Path) -> None:
    first = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    again = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW + timedelta(days=1))
    opened = SampleAuthority.open(tmp_path, SECRET)
    assert first.roots == again.roots == opened.roots
    with pytest.raises(SigningRefused):
        SampleAuthority.open(tmp_path / "elsewhere", SECRET)


def test_several_first_starts_at_once_make_one_root(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: SampleAuthority.create(tmp_path, secret=SECRET, now=NOW).roots[0], range(4)))
    assert len(set(made)) == 1


def test_a_time_stamp_gives_the_moment_it_was_told(office: Office) -> None:

    token = cms.ContentInfo.load(office.authority.timestamper(NOW).token(b"\x01" * 32, "sha256"))
    info = token["content"]["encap_content_info"]["content"].parsed
    assert info["gen_time"].native == NOW
    assert info["message_imprint"]["hashed_message"].native == b"\x01" * 32


class _Tsa(http.server.BaseHTTPRequestHandler):
    """A time-stamping authority on the loopback, answering with the sample authority's tokens."""

    office: Office
    broken = False

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        answer = b"no" if self.broken else self.office.authority.timestamper(NOW).answer(request)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def tsa(office: Office) -> Iterator[type[_Tsa]]:
    handler = type("Tsa", (_Tsa,), {"office": office})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    server.shutdown()


def test_a_time_stamp_may_come_over_http(office: Office, paper: Paper, tsa: type) -> None:
    signed = sign(
        paper.prepared, office.leader, field="leader", stamp=None, reason="Ký", location="", now=NOW,
        timestamper=HttpTimestamper(tsa.url),
    )  # fmt: skip
    verdict = verify(signed, roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert verdict.signatures[0].timestamped_at == NOW


def test_without_a_time_stamp_nothing_is_signed(office: Office, paper: Paper, tsa: type) -> None:
    tsa.broken = True
    with pytest.raises(SigningRefused) as refusal:
        sign(
            paper.prepared, office.leader, field="leader", stamp=None, reason="Ký", location="", now=NOW,
            timestamper=HttpTimestamper(tsa.url),
        )  # fmt: skip
    assert refusal.value.code == "no_timestamp"

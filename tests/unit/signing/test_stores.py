"""One way to sign for every kind of key; nothing opens with a wrong secret, and no refusal repeats one."""

from __future__ import annotations

import logging
import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cli.drills.keys import CLIENT_SECRET, PASSPHRASE, PIN, RemoteSigning, SoftToken, key_file, remote_signing
from signing.errors import SigningRefused
from signing.keyring import Keyring
from signing.keys import KeyInMemory
from signing.signer import Signer
from signing.signer_line import NAME, Line, serve
from signing.stores.csc import Address, Client
from signing.stores.digests import fits, sign_digest
from signing.stores.opened import open_key
from signing.stores.pkcs11 import read_token
from signing.stores.pkcs12 import read_file
from signing.stores.records import KeyRecord, Records, fingerprint_of
from signing.verify import verify

from .conftest import NOW, OFFICE, SECRET, Office, Paper, sign

DIGEST = bytes(range(32))
LEADER = "person:42"


def record(key: KeyInMemory, kind: str, **where: object) -> KeyRecord:
    return KeyRecord(key.certificate, key.chain, holder=LEADER, kind=kind, where=where)


@pytest.fixture
def service(office: Office) -> Iterator[RemoteSigning]:
    with remote_signing(office.leader) as running:
        yield running


def brought(folder: Path, office: Office, kind: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """A key of this kind in the records of an installation; what unlocks it."""
    records, key = Records(folder / "brought"), office.leader
    if kind == "pkcs12":
        records.save(record(key, kind), key_file(key))
        return {"passphrase": PASSPHRASE}
    if kind == "pkcs11":
        soft = request.getfixturevalue("token")
        records.save(record(key, kind, module=soft.module, token=soft.label, label="lanh-dao"))
        return {"pin": PIN}
    records.save(record(key, kind, **request.getfixturevalue("service").where()))
    return {"client_secret": CLIENT_SECRET, "pin": PIN}


@pytest.mark.parametrize("kind", ["pkcs12", "pkcs11", "csc"])
def test_every_kind_of_key_signs_the_same_paper_and_only_while_it_is_unlocked(
    kind: str, office: Office, paper: Paper, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    secrets = brought(tmp_path, office, kind, request)
    keys = Keyring(tmp_path, SECRET)
    assert not keys.state(LEADER).ready

    def signed() -> bytes:
        return sign(
            paper.prepared, keys.key(LEADER), field="leader", stamp=None, reason="Ký", location="", now=NOW,
            timestamper=office.authority.timestamper(NOW),
        )  # fmt: skip

    with pytest.raises(SigningRefused) as locked:
        signed()
    assert locked.value.code == "key_locked"
    keys.signer.unlock(LEADER, secrets)
    assert keys.state(LEADER).ready
    verdict = verify(signed(), roots=office.authority.roots, now=NOW)
    assert verdict.valid
    assert verdict.signatures[0].serial.upper() == office.leader.serial
    keys.signer.lock(LEADER)
    with pytest.raises(SigningRefused, match="khóa"):
        signed()


@pytest.mark.parametrize("kind", ["pkcs12", "pkcs11", "csc"])
def test_a_wrong_secret_opens_nothing_and_is_never_repeated(
    kind: str, office: Office, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = brought(tmp_path, office, kind, request)
    signer = Signer(tmp_path, SECRET)
    wrong = {name: f"canary-wrong-{value}" for name, value in secrets.items()}

    def try_it() -> None:
        signer.unlock(LEADER, wrong)
        # A remote PIN is judged by the service, at its first use.
        signer.sign(LEADER, fingerprint_of(office.leader), DIGEST, "sha256")

    with pytest.raises(SigningRefused) as refusal:
        try_it()
    assert refusal.value.code == "wrong_secret"
    signer.lock()
    chained, words = refusal.value, ""
    while chained is not None:
        words += repr(chained) + str(chained)
        chained = chained.__cause__
    assert "canary" not in words
    assert "canary" not in caplog.text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"canary" not in file.read_bytes()


def test_whoever_guesses_has_to_wait(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    secrets = brought(tmp_path, office, "pkcs12", request)
    signer = Signer(tmp_path, SECRET)
    for _ in range(3):
        with pytest.raises(SigningRefused, match="sai mật khẩu"):
            signer.unlock(LEADER, {"passphrase": "no"})
    with pytest.raises(SigningRefused) as refusal:
        signer.unlock(LEADER, secrets)
    assert refusal.value.code == "too_many_tries"


def test_two_keys_of_one_token_are_unlocked_each_with_the_pin(office: Office, token: SoftToken, tmp_path: Path) -> None:
    where = {"module": token.module, "token": token.label}
    leader = open_key(record(office.leader, "pkcs11", label="lanh-dao", **where), tmp_path, {"pin": PIN})
    seal = record(office.agency, "pkcs11", label="con-dau", **where)
    with pytest.raises(SigningRefused) as refusal:  # the token is logged in already, which proves nobody's PIN
        open_key(seal, tmp_path, {"pin": "000000"})
    assert refusal.value.code == "wrong_secret"
    opened = open_key(seal, tmp_path, {"pin": PIN})
    leader.close()
    assert fits(office.agency.parsed, DIGEST, "sha256", opened.sign_digest(DIGEST, "sha256"))
    opened.close()
    with pytest.raises(SigningRefused, match="khóa lại"):
        opened.sign_digest(DIGEST, "sha256")


def test_the_certificate_in_a_token_is_read_without_a_pin(office: Office, token: SoftToken) -> None:
    assert read_token(token.module, token.label, "con-dau").parsed == office.agency.parsed
    with pytest.raises(SigningRefused) as none:
        read_token(token.module, token.label, "khong-co")
    assert none.value.code == "no_certificate"
    with pytest.raises(SigningRefused) as away:
        read_token(token.module, "token khác", "con-dau")
    assert away.value.code == "key_away"
    with pytest.raises(SigningRefused) as nothing:
        read_token("/nowhere/lib.so", token.label, "con-dau")
    assert nothing.value.code == "key_away"


def test_two_certificates_of_one_label_are_told_apart_by_the_id(office: Office, token: SoftToken) -> None:
    token.put(office.leader, "gia-han", "04")
    token.put(office.agency, "gia-han", "05")
    with pytest.raises(SigningRefused, match="--id") as which:
        read_token(token.module, token.label, "gia-han")
    assert which.value.code == "which_certificate"
    assert read_token(token.module, token.label, "gia-han", key_id="05").parsed == office.agency.parsed


def test_a_remote_service_sees_digests_and_asks_for_the_pin_at_each(
    office: Office, service: RemoteSigning, tmp_path: Path
) -> None:
    client = Client(Address(f"{service.url}/csc/v2", f"{service.url}/oauth2/token", "motcua"), CLIENT_SECRET)
    assert client.credentials() == ["khoa-1"]
    assert client.credential("khoa-1").certified.parsed == office.leader.parsed
    opened = open_key(
        record(office.leader, "csc", **service.where()), tmp_path, {"client_secret": CLIENT_SECRET, "pin": PIN}
    )
    service.tokens += 1  # the bearer token ran out meanwhile: another is fetched
    service.plain_ecdsa = True
    assert fits(office.leader.parsed, DIGEST, "sha256", opened.sign_digest(DIGEST, "sha256"))
    assert service.authorised == 1
    service.broken = True
    with pytest.raises(SigningRefused) as away:
        opened.sign_digest(DIGEST, "sha256")
    assert away.value.code == "service_away"


def test_a_remote_pin_judged_wrong_at_its_use_is_not_tried_again_by_itself(
    office: Office, service: RemoteSigning, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    secrets = brought(tmp_path, office, "csc", request)
    signer = Signer(tmp_path, SECRET)
    signer.unlock(LEADER, secrets | {"pin": "canary-wrong"})
    with pytest.raises(SigningRefused, match="PIN") as wrong:
        signer.sign(LEADER, fingerprint_of(office.leader), DIGEST, "sha256")
    assert wrong.value.code == "wrong_secret"
    asked = len(service.bodies)
    with pytest.raises(SigningRefused, match="đang khóa"):  # a worker that comes again spends no try of the service's
        signer.sign(LEADER, fingerprint_of(office.leader), DIGEST, "sha256")
    assert len(service.bodies) == asked
    signer.unlock(LEADER, secrets)
    assert signer.sign(LEADER, fingerprint_of(office.leader), DIGEST, "sha256")
    service.fault = "pin_locked"
    with pytest.raises(SigningRefused, match="nhà cung cấp") as blocked:
        signer.sign(LEADER, fingerprint_of(office.leader), DIGEST, "sha256")
    assert blocked.value.code == "pin_blocked"
    assert signer.unlocked() == []


def test_a_service_that_is_down_slow_or_has_another_certificate_is_told_of(
    office: Office, service: RemoteSigning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets, here = {"client_secret": CLIENT_SECRET, "pin": PIN}, service.where()
    monkeypatch.setattr("signing.stores.csc.TIMEOUT_S", 0.2)
    refused = []
    opened = open_key(record(office.leader, "csc", **here), tmp_path, secrets)
    service.slow_s = 0.4
    with pytest.raises(SigningRefused, match="thử lại sau") as slow:
        opened.sign_digest(DIGEST, "sha256")
    refused.append(slow.value.code)
    service.key = office.agency
    with pytest.raises(SigningRefused, match="keys add") as other:
        open_key(record(office.leader, "csc", **here), tmp_path, secrets)
    refused.append(other.value.code)
    nobody = {name: str(value).replace(str(service.port), "1") for name, value in here.items()}
    with pytest.raises(SigningRefused, match="thử lại sau") as down:
        open_key(record(office.leader, "csc", **nobody), tmp_path, secrets)
    refused.append(down.value.code)
    assert refused == ["service_away", "certificate_replaced", "service_away"]


def test_a_token_that_was_taken_away_signs_nothing_and_says_what_to_do(
    office: Office, token: SoftToken, tmp_path: Path
) -> None:
    where = {"module": token.module, "token": token.label, "label": "lanh-dao"}
    opened = open_key(record(office.leader, "pkcs11", **where), tmp_path, {"pin": PIN})
    opened._session.close()  # type: ignore[attr-defined]  # what the library does when the device is gone
    with pytest.raises(SigningRefused, match="cắm lại rồi mở khóa lại") as gone:
        opened.sign_digest(DIGEST, "sha256")
    assert gone.value.code == "key_away"
    opened.close()
    for fault, code in (({"token": "khác"}, "key_away"), ({"label": "khác"}, "no_key")):
        with pytest.raises(SigningRefused, match="Hãy") as missing:
            open_key(record(office.leader, "pkcs11", **(where | fault)), tmp_path, {"pin": PIN})
        assert missing.value.code == code


def test_what_a_server_cannot_answer_is_refused_when_a_remote_key_is_brought(service: RemoteSigning) -> None:
    service.asks = ("PIN", "OTP")
    client = Client(Address(f"{service.url}/csc/v2", f"{service.url}/oauth2/token", "motcua"), CLIENT_SECRET)
    with pytest.raises(SigningRefused) as refusal:
        client.credential("khoa-1")
    assert refusal.value.code == "not_supported"


@pytest.mark.parametrize(
    "address", ["http://ky.example.vn/csc/v2", "https://u:p@ky.example.vn/csc/v2", "ftp://127.0.0.1/", "", "https://["]
)
def test_a_remote_service_is_asked_over_https_only(address: str) -> None:
    with pytest.raises(SigningRefused):
        Address(address, "https://ky.example.vn/oauth2/token", "motcua")


def test_a_key_file_must_be_locked_whole_and_strong(office: Office) -> None:
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: read_file(key_file(office.leader, ""), ""), "no_passphrase"),
        (lambda: read_file(b"not a key file", PASSPHRASE), "wrong_secret"),
        (lambda: read_file(b"0" * (2 * 1024 * 1024), PASSPHRASE), "key_unreadable"),
        (lambda: read_file(key_file(weak(office)), PASSPHRASE), "weak"),
    ]
    for opening, code in refused:
        with pytest.raises(SigningRefused) as refusal:
            opening()
        assert refusal.value.code == code
    whole = read_file(key_file(office.leader), PASSPHRASE)
    assert whole.certificate == office.leader.certificate
    assert whole.chain == office.leader.chain


def weak(office: Office) -> KeyInMemory:
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    from signing.keys import pem_of

    private = rsa.generate_private_key(65537, 1024)
    made = (
        x509.CertificateBuilder()
        .subject_name(office.leader.parsed.subject)
        .issuer_name(office.leader.parsed.subject)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    return KeyInMemory(pem_of(made), (), private)


def test_rsa_keys_sign_as_well(tmp_path: Path) -> None:
    from signing.stores.digests import digest_info

    private = rsa.generate_private_key(65537, 2048)
    made = sign_digest(private, DIGEST, "sha256")
    number = pow(int.from_bytes(made, "big"), 65537, private.public_key().public_numbers().n)
    assert number.to_bytes(256, "big").endswith(b"\x00" + digest_info(DIGEST, "sha256"))


def test_the_signer_process_is_reached_by_this_user_alone_and_forgets_at_its_end(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / ("a folder with a very long name " * 4)  # longer than the address of a socket may be
    secrets = brought(folder, office, "pkcs12", request)
    Keyring(folder, SECRET).save_sample("office:bt", office.agency)
    keys = Keyring(folder, SECRET, served=True, patience_s=0)
    with pytest.raises(SigningRefused) as away:
        keys.key("office:bt").raw_signature(b"paper", "sha256")
    assert away.value.code == "signer_away"
    server = serve(folder, Signer(folder, SECRET))
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert stat.S_ISSOCK((folder / NAME).stat().st_mode)
    sample = keys.key("office:bt").raw_signature(b"paper", "sha256")
    assert sample
    keys.signer.unlock(LEADER, secrets)
    assert keys.signer.unlocked() == [LEADER]
    assert keys.key(LEADER).raw_signature(b"paper", "sha256")
    server.shutdown()
    server.server_close()
    again = serve(folder, Signer(folder, SECRET))  # killed and started anew: a stale socket is no hindrance
    assert keys.signer.unlocked() == []
    with pytest.raises(SigningRefused, match="đang khóa"):
        keys.key(LEADER).raw_signature(b"paper", "sha256")
    again.shutdown()
    again.server_close()


def test_another_user_is_not_heard(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    server = serve(tmp_path, Signer(tmp_path, SECRET))
    me = os.getuid()
    monkeypatch.setattr("signing.signer_line.os.getuid", lambda: me + 1)  # to each end the other is somebody else
    with pytest.raises(SigningRefused) as away:
        Line(tmp_path).unlocked()
    assert away.value.code == "signer_away"
    monkeypatch.undo()
    assert Line(tmp_path).unlocked() == []
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "said", [b"\n", b"{}\n", b'{"verb":"sign"}\n', b'{"verb":"unlock","holder":["x"]}\n', b"\xff" * 99]
)
def test_nonsense_on_the_line_is_answered_with_a_refusal_that_quotes_nothing(
    said: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(tmp_path, Signer(tmp_path, SECRET))
    monkeypatch.chdir(tmp_path)  # the folder may lie too deep for a socket's address
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(NAME)
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        assert b"not_understood" in line.makefile("rb").read()
    server.shutdown()
    server.server_close()


def test_a_key_replaced_or_removed_while_unlocked_signs_no_more(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    secrets = brought(tmp_path, office, "pkcs12", request)
    keys = Keyring(tmp_path, SECRET)
    keys.signer.unlock(LEADER, secrets)
    old = keys.key(LEADER)
    keys.records.save(replace(record(office.agency, "pkcs12"), added_at=NOW.isoformat()), key_file(office.agency))
    with pytest.raises(SigningRefused) as replaced:
        old.raw_signature(b"paper", "sha256")
    assert replaced.value.code == "certificate_replaced"
    with pytest.raises(SigningRefused, match="đang khóa"):
        keys.key(LEADER).raw_signature(b"paper", "sha256")
    assert keys.records.remove(LEADER)
    assert not keys.holds(LEADER)
    assert not list((tmp_path / "brought").iterdir())


def test_a_damaged_record_is_told_of(office: Office, tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.save(record(office.leader, "desk"))
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for damaged in ('{"certificate": "no"}', path.read_text().replace('"desk"', '"no such kind"')):
        path.write_text(damaged)
        with pytest.raises(SigningRefused, match="hỏng"):
            Records(tmp_path).find(LEADER)
    assert list(Records(tmp_path).all()) == []


def test_a_key_at_the_desk_never_signs_here(office: Office, tmp_path: Path) -> None:
    keys = Keyring(tmp_path, SECRET)
    keys.records.save(record(office.leader, "desk"))
    assert keys.state(LEADER).organisations == (OFFICE,)
    with pytest.raises(SigningRefused) as refusal:
        keys.key(LEADER).raw_signature(b"paper", "sha256")
    assert refusal.value.code == "key_at_desk"

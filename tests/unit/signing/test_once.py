"""One act is one signature: what the signer remembers outlives it, and the key is not asked for anything else."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.drills.keys import CLIENT_SECRET, PASSPHRASE, PIN, RemoteSigning, key_file, remote_signing
from signing.errors import SigningRefused
from signing.keys import KeyStore
from signing.signer import SAMPLE, Signer
from signing.signer_line import Line, serve
from signing.stores.digests import fits
from signing.stores.records import Records, fingerprint_of
from signing.uses import NAME, Asked, Uses

from .conftest import SECRET, Office
from .test_stores import LEADER, record

DIGEST, OTHER = bytes(range(32)), bytes(32)
ACT = "consent:1"


@pytest.fixture
def asked(office: Office) -> Asked:
    return Asked(LEADER, fingerprint_of(office.leader), DIGEST, "sha256", {"sha256": "ab" * 32, "place": [1, 2]})


@pytest.fixture
def sample(office: Office, tmp_path: Path) -> Path:
    KeyStore(tmp_path / SAMPLE, SECRET).save(LEADER, office.leader)
    return tmp_path


@pytest.fixture
def remote(office: Office, tmp_path: Path) -> Iterator[RemoteSigning]:
    with remote_signing(office.leader) as service:
        Records(tmp_path / "brought").save(record(office.leader, "csc", **service.where()))
        yield service


def remote_signer(folder: Path, pin: str = PIN) -> Signer:
    signer = Signer(folder, SECRET)
    signer.unlock(LEADER, {"client_secret": CLIENT_SECRET, "pin": pin})
    return signer


def asks(service: RemoteSigning) -> int:
    """How often the service was asked for a signature, as it says itself."""
    return len(service.digests)


@pytest.mark.parametrize("kind", ["sample", "pkcs12", "pkcs11", "csc"])
def test_a_signer_killed_and_started_anew_gives_the_signature_it_gave_without_the_key(
    kind: str, office: Office, asked: Asked, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    records, secrets = Records(tmp_path / "brought"), {"passphrase": PASSPHRASE}
    if kind == "sample":
        request.getfixturevalue("sample")
    elif kind == "csc":
        request.getfixturevalue("remote")
        secrets = {"client_secret": CLIENT_SECRET, "pin": PIN}
    elif kind == "pkcs11":
        soft = request.getfixturevalue("token")
        records.save(record(office.leader, kind, module=soft.module, token=soft.label, label="lanh-dao"))
        secrets = {"pin": PIN}
    else:
        records.save(record(office.leader, kind), key_file(office.leader))
    signer = Signer(tmp_path, SECRET)
    assert signer.recall(ACT, asked.certificate) is None
    if kind != "sample":
        with pytest.raises(SigningRefused, match="đang khóa"):
            signer.sign_once(ACT, asked)
        signer.unlock(LEADER, secrets)
    signature, times = signer.sign_once(ACT, asked)
    assert times == 1
    assert fits(office.leader.parsed, DIGEST, "sha256", signature)
    signer.lock()
    again = Signer(tmp_path, SECRET)  # everything is locked in it
    assert again.recall(ACT, asked.certificate) == asked.prepared
    assert again.sign_once(ACT, asked) == (signature, 1)  # a key would make another: ECDSA takes a new number each time
    with pytest.raises(SigningRefused) as refusal:
        again.sign_once(ACT, replace(asked, digest=OTHER))
    assert refusal.value.code == "already_asked"
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"canary" not in file.read_bytes(), file
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_killed_before_it_could_remember_it_asks_for_the_very_same_only(
    asked: Asked, remote: RemoteSigning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    signer = remote_signer(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Uses, "answer", killed)
        with pytest.raises(Killed):
            signer.sign_once(ACT, asked)
    assert asks(remote) == 1
    again = remote_signer(tmp_path)
    assert again.recall(ACT, asked.certificate) == asked.prepared
    with pytest.raises(SigningRefused) as refusal:
        again.sign_once(ACT, replace(asked, digest=OTHER))
    assert refusal.value.code == "already_asked"
    assert asks(remote) == 1
    again.lock()
    with pytest.raises(SigningRefused, match="đang khóa"):  # and what was prepared is not given up for that
        again.sign_once(ACT, asked)
    assert again.recall(ACT, asked.certificate) == asked.prepared
    assert remote_signer(tmp_path).sign_once(ACT, asked)[1] == asks(remote) == 2


def test_a_key_that_certainly_did_not_sign_may_be_asked_for_something_else(
    asked: Asked, remote: RemoteSigning, tmp_path: Path
) -> None:
    with pytest.raises(SigningRefused) as refusal:
        remote_signer(tmp_path, "canary-000").sign_once(ACT, asked)
    assert refusal.value.code == "wrong_secret"
    signer = remote_signer(tmp_path)
    assert signer.recall(ACT, asked.certificate) is None
    assert signer.sign_once(ACT, replace(asked, digest=OTHER))[1] == 1


@pytest.mark.parametrize("fault", ["silent", "strange", "other_digest", "other_key"])
def test_a_service_that_perhaps_signed_is_asked_for_the_same_again(
    fault: str, office: Office, asked: Asked, remote: RemoteSigning, tmp_path: Path
) -> None:
    signer, remote.fault = remote_signer(tmp_path), fault
    remote.other = office.agency
    with pytest.raises(SigningRefused) as refusal:
        signer.sign_once(ACT, asked)
    assert refusal.value.code == ("service_away" if fault in {"silent", "strange"} else "key_unreadable")
    assert signer.recall(ACT, asked.certificate) == asked.prepared
    remote.fault = ""
    signature, times = signer.sign_once(ACT, asked)
    assert times == asks(remote) == 2
    assert fits(office.leader.parsed, DIGEST, "sha256", signature)


def test_a_key_replaced_meanwhile_begins_anew_and_its_use_still_counts(
    office: Office, asked: Asked, sample: Path
) -> None:
    signer = Signer(sample, SECRET)
    signer.sign_once(ACT, asked)
    KeyStore(sample / SAMPLE, SECRET).save(LEADER, office.agency)
    new = replace(asked, certificate=fingerprint_of(office.agency), digest=OTHER)
    assert signer.recall(ACT, new.certificate) is None
    assert Signer(sample, SECRET).sign_once(ACT, new)[1] == 2


def test_two_at_once_get_one_signature(asked: Asked, remote: RemoteSigning, tmp_path: Path) -> None:
    server = serve(tmp_path, remote_signer(tmp_path))
    found: list[tuple[bytes, int]] = []
    workers = [threading.Thread(target=lambda: found.append(Line(tmp_path).sign_once(ACT, asked))) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(found) == 4
    assert len(set(found)) == asks(remote) == 1
    line = Line(tmp_path)
    assert line.recall(ACT, asked.certificate) == asked.prepared
    assert line.acts() == [(ACT, "ab" * 32)]
    assert line.acts(after=ACT) == []
    assert line.forget([ACT, "consent:2"]) == 1
    assert line.recall(ACT, asked.certificate) is None
    server.shutdown()
    server.server_close()


def test_what_is_forgotten_goes_from_the_file_and_another_process_sees_it(asked: Asked, tmp_path: Path) -> None:
    one, other = Uses(tmp_path), Uses(tmp_path)
    for number in range(3):
        one.ask(f"act:{number}", asked)
    one.ask("act:1", asked)
    one.answer("act:1", b"signature")
    one.take_back("act:2", signed=True)
    assert other.forget(["act:0"]) == 1
    assert b"act:0" not in (tmp_path / NAME).read_bytes()
    for fresh in (one, Uses(tmp_path)):
        assert fresh.find("act:0") is None
        assert fresh.find("act:1").times == 2  # type: ignore[union-attr]
        assert fresh.find("act:1").signature == b"signature"  # type: ignore[union-attr]
        assert (fresh.find("act:2").times, fresh.find("act:2").asked) == (1, None)  # type: ignore[union-attr]
    other.take_back("act:1", signed=False)
    assert one.find("act:1").times == 1  # type: ignore[union-attr]
    assert one.acts(after="", most=1) == [("act:1", "")]


def test_a_file_written_anew_in_its_old_place_on_the_disk_is_read_anew(asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    one, two = Uses(tmp_path), Uses(tmp_path / "two")
    one.ask("act:0", asked)
    for number in range(1, 3):
        two.ask(f"act:{number}", asked)
        two.answer(f"act:{number}", b"signature")
    inode = (tmp_path / NAME).stat().st_ino
    (tmp_path / NAME).write_bytes((tmp_path / "two" / NAME).read_bytes())
    assert (tmp_path / NAME).stat().st_ino == inode
    assert [act for act, _ in one.acts(after="", most=9)] == ["act:1", "act:2"]
    one.answer("act:2", b"another")
    assert Uses(tmp_path).find("act:2").signature == b"another"  # type: ignore[union-attr]


def test_a_line_cut_short_is_dropped_and_a_damaged_file_signs_nothing(asked: Asked, sample: Path) -> None:
    signer = Signer(sample, SECRET)
    signature, _ = signer.sign_once(ACT, asked)
    with (sample / NAME).open("ab") as file:
        file.write(b'{"act":"consent:2","ask')
    assert Signer(sample, SECRET).sign_once(ACT, asked) == (signature, 1)
    assert signer.sign_once("consent:2", asked)[1] == 1  # nothing had come of it
    (sample / NAME).write_bytes(b"\x00" * 30 + b"\n")
    for anybody in (signer, Signer(sample, SECRET)):
        with pytest.raises(SigningRefused) as refusal:
            anybody.sign_once("consent:3", asked)
        assert refusal.value.code == "uses_unreadable"
    assert signer.sign(LEADER, asked.certificate, DIGEST, "sha256")  # what is no act of anybody's needs no memory


def test_a_full_disk_signs_nothing(asked: Asked, remote: RemoteSigning, tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("/dev/full")
    with pytest.raises(SigningRefused) as refusal:
        remote_signer(tmp_path).sign_once(ACT, asked)
    assert refusal.value.code == "uses_unwritable"
    assert asks(remote) == 0

"""Statements with a signature beside them: whole, changed, by a stranger, with another stamp; openssl agrees."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import timedelta

import pytest

from signing import roots
from signing.authority import SampleAuthority
from signing.errors import SigningRefused
from tests.unit.signing.conftest import NOW, SECRET, Office

STATEMENT = b'{"day": "2026-02-04", "root": "00ff"}\n'


def _signed(office: Office, statement: bytes = STATEMENT) -> bytes:
    return roots.sign(statement, office.agency, now=NOW, timestamper=office.authority.timestamper(NOW))


def _judged(office: Office, statement: bytes, signature: bytes, *, years: int = 0) -> roots.StatementVerdict:
    return roots.check(statement, signature, roots=office.authority.roots, now=NOW + timedelta(days=366 * years))


@pytest.fixture(scope="module")
def signature(office: Office) -> bytes:
    return _signed(office)


@pytest.mark.parametrize("years", [0, 9])
def test_a_statement_holds_also_when_the_certificate_has_run_out(office, signature, years):
    verdict = _judged(office, STATEMENT, signature, years=years)
    assert verdict.valid, verdict
    assert verdict.timestamped_at == NOW
    assert "Bến Nghé" in verdict.signer
    assert len(verdict.key) == 64


def test_a_changed_statement_is_told(office, signature):
    assert _judged(office, STATEMENT.replace(b"00ff", b"00fe"), signature).code == "tampered"
    assert _judged(office, STATEMENT + b" ", signature).code == "tampered"


def test_a_changed_byte_is_told_or_changes_nothing_that_is_said(office, signature):
    # Some bytes of a CMS container (a list of algorithms in its head) are not signed and mean nothing.
    whole, told = _judged(office, STATEMENT, signature), 0
    for at in range(0, len(signature), len(signature) // 25):
        changed = bytearray(signature)
        changed[at] ^= 1
        verdict = _judged(office, STATEMENT, bytes(changed))
        assert verdict == whole or not verdict.valid, at
        told += not verdict.valid
    assert told >= 20


def test_who_asks_within_an_event_loop_is_answered_the_same(office, signature):
    async def asked() -> roots.StatementVerdict:
        return _judged(office, STATEMENT, signature)

    within = asyncio.run(asked())
    assert within.code == ""
    assert within == _judged(office, STATEMENT, signature)


@pytest.mark.parametrize("junk", [b"", b"\x30", b"no signature", b"\x30\x80" * 400, b"\0" * (roots.LARGEST + 1)])
def test_what_is_no_signature_is_said_to_be_none(office, junk):
    assert _judged(office, STATEMENT, junk).code == "malformed"


def test_a_stranger_with_an_authority_of_his_own_is_not_trusted(office, tmp_path):
    other = SampleAuthority.create(tmp_path / "other", secret=SECRET, now=NOW)
    key = other.issue("Ủy ban nhân dân phường Bến Nghé", "Ủy ban nhân dân phường Bến Nghé", "", "", now=NOW)
    forged = roots.sign(STATEMENT, key, now=NOW, timestamper=office.authority.timestamper(NOW))
    assert _judged(office, STATEMENT, forged).code == "unknown_root"
    stamped = roots.sign(STATEMENT, office.agency, now=NOW, timestamper=other.timestamper(NOW))
    assert _judged(office, STATEMENT, stamped).code == "bad_timestamp"


def test_a_certificate_that_has_run_out_signs_nothing(office):
    with pytest.raises(SigningRefused):
        roots.sign(
            STATEMENT, office.agency, now=NOW + timedelta(days=4000), timestamper=office.authority.timestamper(NOW)
        )


def test_openssl_says_the_same(office, signature, tmp_path):
    (tmp_path / "seal.json").write_bytes(STATEMENT)
    (tmp_path / "seal.p7s").write_bytes(signature)
    (tmp_path / "root.pem").write_bytes(office.authority.roots[0])
    command = (
        "openssl cms -verify -binary -inform DER -in seal.p7s -content seal.json -CAfile root.pem -cades -purpose any"
    )
    moment = ["-attime", str(int(NOW.timestamp())), "-out", "said"]
    assert subprocess.run([*command.split(), *moment], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert (tmp_path / "said").read_bytes() == STATEMENT
    (tmp_path / "seal.json").write_bytes(STATEMENT + b" ")
    assert subprocess.run([*command.split(), *moment], cwd=tmp_path, capture_output=True, check=False).returncode != 0

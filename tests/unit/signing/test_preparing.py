"""A signature in two steps: prepared here, signed elsewhere, embedded here; every kind of key goes the same way."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from signing import authority_certificates as certificates
from signing.errors import SigningRefused
from signing.preparing import Prepared, embedded, prepared
from signing.verify import verify

from .conftest import NOW, OFFICE, Office, Paper


@pytest.fixture(scope="module")
def waiting(office: Office, paper: Paper) -> Prepared:
    return prepared(
        paper.prepared, certificate=office.leader.certificate, chain=office.leader.chain, field="leader", stamp=None,
        reason="Ký ban hành", location="Thành phố Hồ Chí Minh", now=NOW,
    )  # fmt: skip


def test_only_the_digest_leaves_and_the_rest_waits_as_plain_values(office: Office, waiting: Prepared) -> None:
    kept = json.loads(json.dumps(waiting.record()))
    assert len(json.dumps(kept)) < 6000, "the document itself lies in the store"
    signature = office.leader.private_key.sign(waiting.digest, ec.ECDSA(utils.Prehashed(SHA256())))
    again = Prepared.from_record(kept, waiting.document)
    assert again == waiting
    verdict = verify(
        embedded(again, signature, office.authority.timestamper(NOW)), roots=office.authority.roots, now=NOW
    )
    assert verdict.valid
    assert verdict.signatures[0].level == "B-T"


def test_what_was_prepared_for_other_bytes_is_not_taken_up(waiting: Prepared) -> None:
    changed = bytearray(waiting.document)
    changed[200] ^= 1
    other = waiting.record() | {"signed_attributes": waiting.record()["certificate"]}
    for record, document in ((waiting.record(), bytes(changed)), (other, waiting.document), ({}, waiting.document)):
        with pytest.raises(SigningRefused) as refusal:
            Prepared.from_record(record, document)
        assert refusal.value.code == "not_prepared"
    with pytest.raises(SigningRefused):
        embedded(replace(waiting, document=bytes(changed)), b"", None)


def test_another_key_s_signature_is_not_embedded(office: Office, waiting: Prepared) -> None:
    for signature in (office.agency.raw_signature(waiting.signed_attributes, "sha256"), b"", b"\x30\x00"):
        with pytest.raises(SigningRefused) as refusal:
            embedded(waiting, signature, office.authority.timestamper(NOW))
        assert refusal.value.code == "wrong_signature"


def test_a_time_stamp_that_does_not_fit_is_said_and_nothing_is_cut(office: Office, paper: Paper) -> None:
    tight = prepared(
        paper.prepared, certificate=office.leader.certificate, chain=office.leader.chain, field="leader", stamp=None,
        reason="", location="", now=NOW, token_room=0,
    )  # fmt: skip
    signature = office.leader.raw_signature(tight.signed_attributes, tight.algorithm)

    class Talkative:
        room = 0

        def token(self, digest: bytes, algorithm: str) -> bytes:
            return b"\x30\x82\x4e\x20" + bytes(20_000)

    with pytest.raises(SigningRefused) as refusal:
        embedded(tight, signature, Talkative())
    assert refusal.value.code == "no_room"


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "sha256"), ("p384", "sha384")])
def test_rsa_and_longer_curves_sign_as_well(office: Office, paper: Paper, kind: str, algorithm: str) -> None:
    private = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())
    above = office.authority._root
    builder = certificates.begun(certificates.subject("Nguyễn Văn Đức", OFFICE, ""), above, private, NOW, years=5)
    builder = builder.add_extension(certificates.usage(content_commitment=True), critical=True)
    key = certificates.issued(builder, private, above, "")
    ready = prepared(
        paper.prepared, certificate=key.certificate, chain=key.chain, field="leader", stamp=None, reason="",
        location="", now=NOW,
    )  # fmt: skip
    assert ready.algorithm == algorithm
    if kind == "rsa":
        signature = private.sign(ready.digest, padding.PKCS1v15(), utils.Prehashed(SHA256()))
    else:
        signature = key.raw_signature(ready.signed_attributes, algorithm)
    signed = embedded(ready, signature, office.authority.timestamper(NOW))
    assert verify(signed, roots=office.authority.roots, now=NOW).valid


def test_our_own_der_reads_back_as_the_standards_say(office: Office, waiting: Prepared) -> None:
    signed = embedded(waiting, office.leader.raw_signature(waiting.signed_attributes, "sha256"), None)
    start, end = waiting.place
    whole = cms.ContentInfo.load(bytes.fromhex(signed[start + 1 : end - 1].decode()))
    signer = whole["content"]["signer_infos"][0]
    names = [one["type"].native for one in signer["signed_attrs"]]
    assert sorted(names) == ["cms_algorithm_protection", "content_type", "message_digest", "signing_certificate_v2"]
    assert signer["signed_attrs"].untag().dump(force=True) == waiting.signed_attributes, "DER, in DER's own order"
    assert [one.chosen.serial_number for one in whole["content"]["certificates"]] == [
        office.leader.parsed.serial_number
    ]

"""Every published attack on a signed PDF is told as what it is; none is ever "valid"."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle

from signing import authority_certificates as certificates
from signing.ageing import SHIPPED, read_ageing
from signing.authority import SampleAuthority
from signing.documents import prepare, sign
from signing.keys import KeyInMemory
from signing.levels import raised
from signing.revocation import Evidence
from signing.telling import text
from signing.trust import TrustedRoot, TrustList
from signing.verdicts import Verdict
from signing.verify import verify

from . import attacks
from .conftest import NOW, OFFICE, SECRET, Office, Paper

DAY = timedelta(days=1)
SOON = NOW + timedelta(minutes=1)


def judged(pdf: bytes, office: Office) -> Verdict:
    verdict = verify(pdf, roots=office.authority.roots, now=SOON)
    assert text(verdict, "vi")
    assert text(verdict, "en")
    return verdict


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (attacks.with_cover, attacks.hide),
        (attacks.with_hidden_content, attacks.replace),
        (attacks.with_hidden_content, attacks.hide_and_replace),
    ],
    ids=["hide", "replace", "hide and replace"],
)
def test_a_shadow_laid_before_signing_cannot_be_used_after_it(
    office: Office, paper: Paper, before: Callable[[bytes], bytes], after: Callable[[bytes], bytes]
) -> None:
    signed = office.sign(prepare(before(paper.letter.pdf), paper.letter.boxes), "leader")
    assert judged(signed, office).valid
    verdict = judged(after(signed), office)
    assert verdict.code == "changed"
    assert verdict.signatures[0].changes == "forbidden"


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (attacks.incremental_saving, "changed"),
        (attacks.incremental_saving_without_table, "damaged"),
        (attacks.wrapped, "damaged"),
        (attacks.wrapped_with_own_table, "partial"),
        (attacks.evil_annotation, "changed"),
        (attacks.one_more_field, "changed"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
@pytest.mark.parametrize("stage", ["signed", "sealed"])
def test_content_brought_in_after_signing_is_found(
    office: Office, paper: Paper, attack: Callable[[bytes], bytes], found: str, stage: str
) -> None:
    verdict = judged(attack(getattr(paper, stage)), office)
    last = verdict.signatures[-1].code if verdict.signatures else verdict.code
    assert last == found
    assert not verdict.valid
    assert "Signature 1 “leader”: valid" not in text(verdict, "en")


def test_a_wrapped_signature_shows_what_nobody_signed_and_is_told(office: Office, paper: Paper) -> None:
    forged = attacks.wrapped_with_own_table(paper.signed)
    reader = PdfFileReader(io.BytesIO(forged))
    assert reader.root["/Pages"]["/Kids"][0]["/Contents"].data.startswith(attacks.FORGED), "a reader shows the forgery"
    (one,) = judged(forged, office).signatures
    assert (one.intact, one.valid) == (True, False), "every signed byte is there, but not only they"
    assert "Chữ ký không bao trùm toàn bộ nội dung văn bản." in text(judged(forged, office), "vi")


@pytest.mark.parametrize(
    "attack", [attacks.other_number, attacks.other_appearance, attacks.other_place], ids=lambda one: one.__name__
)
def test_nothing_is_filled_in_anew_once_the_seal_is_on_it(
    office: Office, paper: Paper, attack: Callable[[bytes], bytes]
) -> None:
    agency = judged(attack(paper.sealed), office).signatures[-1]
    assert (agency.code, agency.changes) == ("changed", "forbidden")


@pytest.mark.parametrize("name", attacks.FORGERIES)
def test_a_signature_without_what_it_needs_is_none(office: Office, paper: Paper, name: str) -> None:
    verdict = judged(attacks.FORGERIES[name](paper.signed), office)
    assert verdict.code in ("malformed", "tampered"), verdict.code
    assert not verdict.valid


@pytest.mark.parametrize("other", [b"garbage", b"0\x03\n\x01\x00", None], ids=["garbage", "a refusal", "a stranger's"])
def test_exchanged_answers_about_revocation_prove_nothing(
    office: Office, archived: bytes, tmp_path: Path, other: bytes | None
) -> None:
    if other is None:
        stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
        answer = stranger.evidence_for(stranger._tsa.certificate, stranger.roots[0], now=SOON)
        assert isinstance(answer, Evidence)
        other = answer.der
    verdict = judged(attacks.other_answers(archived, other), office)
    assert [(one.level, one.revocation.state) for one in verdict.signatures] == [("B-T", "unchecked")] * 2
    assert "could not be checked" in text(verdict, "en")


def test_a_stranger_s_signature_laid_over_a_certified_paper_is_told(
    office: Office, paper: Paper, tmp_path: Path
) -> None:
    """The sneaky signature: what it shows covers the page, and it is a signature as a certified paper allows."""
    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    key = stranger.issue("Kẻ lạ", OFFICE, "Chủ tịch", "", now=NOW)
    signer = signers.SimpleSigner.load_pkcs12_data(_pkcs12(key), other_certs=[], passphrase=b"x")
    assert signer is not None
    over = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name="agency-copy"),
        signer=signer,
        stamp_style=TextStampStyle(stamp_text="MIEN PHI", background_opacity=1),
        new_field_spec=fields.SigFieldSpec("agency-copy", on_page=0, box=(0, 0, 595, 842)),
    )
    output = over.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper.signed)))
    verdict = judged(output.getvalue(), office)
    assert verdict.code == "some_invalid"
    assert verdict.signatures[-1].code == "unknown_root"
    assert verdict.signatures[-1].role == ""


def test_a_sneaky_signature_of_a_stranger_on_a_certified_paper_is_told(
    office: Office, paper: Paper, tmp_path: Path
) -> None:
    stranger = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    key = stranger.issue("Kẻ lạ", OFFICE, "Chủ tịch", "", now=NOW)
    verdict = judged(Office(stranger, key, key).sign(paper.signed, "clerk"), office)
    assert verdict.code == "some_invalid"
    assert [one.valid for one in verdict.signatures] == [True, False]


def test_a_chain_with_a_missing_link_leads_nowhere(tmp_path: Path, paper: Paper) -> None:
    authority = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW, intermediate=True)
    key = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "", now=NOW)
    alone = KeyInMemory(key.certificate, (), key.private_key)
    office = Office(authority, alone, alone)
    verdict = judged(office.sign(paper.prepared, "leader"), office)
    assert not verdict.valid
    assert not verdict.signatures[0].trusted


@pytest.mark.parametrize(
    ("stamped", "looked_at", "code"),
    [(-900 * DAY, DAY, "expired"), (365 * 6 * DAY, 365 * 7 * DAY, "expired"), (30 * DAY, DAY, "bad_timestamp")],
    ids=["before the certificate", "after the certificate", "a moment that has not come"],
)
def test_wrong_times_are_told(
    office: Office, paper: Paper, stamped: timedelta, looked_at: timedelta, code: str
) -> None:
    signed = sign(
        paper.prepared, office.leader, field="leader", stamp=None, reason="", location="", now=NOW,
        timestamper=office.authority.timestamper(NOW + stamped),
    )  # fmt: skip
    verdict = verify(signed, roots=office.authority.roots, now=NOW + looked_at)
    assert verdict.code == code
    assert verdict.signatures[0].level == ""


@pytest.mark.parametrize(("bits", "digest"), [(1024, "sha256"), (2048, "sha1"), (2048, "md5")])
def test_weak_keys_and_hashes_prove_nothing(office: Office, paper: Paper, bits: int, digest: str) -> None:
    private = rsa.generate_private_key(65537, bits)
    builder = certificates.begun(
        certificates.subject("Nguyễn Văn Đức", OFFICE), office.authority._root, private, NOW, years=5
    ).add_extension(certificates.usage(content_commitment=True), critical=True)
    key = certificates.issued(builder, private, office.authority._root, "")
    weak = signers.SimpleSigner.load_pkcs12_data(_pkcs12(key), other_certs=[], passphrase=b"x")
    assert weak is not None
    output = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(paper.letter.pdf)),
        signers.PdfSignatureMetadata(field_name="leader", md_algorithm=digest),
        signer=weak,
    )
    verdict = judged(output.getvalue(), office)
    assert verdict.code == "weak", verdict


def _pkcs12(key: KeyInMemory) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"weak", key.private_key, key.parsed, None, BestAvailableEncryption(b"x")
    )


@pytest.fixture(scope="module")
def archived(office: Office, paper: Paper) -> bytes:
    return raised(
        paper.sealed, revocation=office.authority, timestamper=office.authority.timestamper(SOON),
        authorities=office.authority.roots, ageing=read_ageing(SHIPPED.parent), now=SOON,
    ).pdf  # fmt: skip


def test_one_turned_byte_in_twenty_places_is_found_twenty_times(office: Office, archived: bytes) -> None:
    missed = [at for at in attacks.places(archived, 20) if judged(attacks.turned(archived, at), office).valid]
    assert not missed


def test_a_damaged_archive_stamp_makes_the_paper_invalid(office: Office, paper: Paper, archived: bytes) -> None:
    verdict = judged(attacks.turned(archived, len(paper.sealed) + 60), office)
    assert not verdict.valid


def test_what_is_known_of_revocation_is_told(tmp_path: Path, paper: Paper) -> None:
    authority = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    key = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "", now=NOW)
    signed = Office(authority, key, key).sign(paper.prepared, "leader")

    def state(*, asked: bool) -> str:
        verdict = verify(signed, roots=authority.roots, now=SOON, revocation=authority if asked else None)
        return f"{verdict.code or 'valid'} {verdict.signatures[0].revocation.state}"

    assert state(asked=False) == "valid unchecked"
    assert "could not be checked" in text(verify(signed, roots=authority.roots, now=SOON), "en")
    assert state(asked=True) == "valid good"
    authority.revoke(key.serial, NOW + timedelta(seconds=30))
    assert state(asked=True) == "valid revoked_later"
    authority.revoke(key.serial, NOW - DAY, "keyCompromise")
    assert state(asked=True) == "revoked revoked"


def test_a_root_is_judged_by_the_list_of_the_signing_day(office: Office, paper: Paper) -> None:
    (root,) = office.authority.roots

    def code(since: timedelta, until: timedelta | None) -> tuple[str, str]:
        entry = TrustedRoot(root, "public", NOW + since, NOW + until if until else None)
        verdict = verify(paper.sealed, roots=TrustList((entry,)), now=NOW + 10 * DAY)
        return verdict.signatures[0].code, verdict.signatures[0].root_standing

    assert code(-DAY, None) == ("", "in_force")
    assert code(-DAY, DAY) == ("", "ended_since")
    assert code(DAY, None) == ("root_not_then", "begun_since")
    assert code(-9 * DAY, -DAY) == ("root_not_then", "not_then")


def test_roles_chain_and_time_are_told_in_words(office: Office, paper: Paper) -> None:
    leader, agency = judged(paper.sealed, office).signatures
    assert (leader.role, agency.role) == ("leader", "agency")
    assert leader.chain[0].subject == "Nguyễn Văn Đức"
    assert leader.timestamped_by.startswith("Dấu thời gian")
    words = text(judged(paper.sealed, office), "en")
    for told in ("leader, approving", "agency, sealing", "by the time stamp of", "B-T: time-stamped", "ECDSA"):
        assert told in words


def test_nothing_is_said_about_trust_in_a_signature_that_does_not_hold(office: Office, paper: Paper) -> None:
    verdict = judged(attacks.turned(paper.sealed, 2000), office)
    assert verdict.signatures[0].root_standing == ""
    words = text(verdict, "en")
    assert "leads to no root" not in words
    assert "not looked into" in words
    agency = text(judged(paper.sealed, office), "vi").split("“agency”")[1]
    assert agency.count(f"Người ký: {OFFICE}\n") == 1, "an agency's own name is said once"

"""From B-T to B-LTA: what is embedded, that every signature still holds, and that it holds for ever if renewed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel

from signing.ageing import SHIPPED, Ageing, read_ageing
from signing.authority import SampleAuthority
from signing.errors import SigningRefused
from signing.levels import Raised, level_of, proven, raised
from signing.preparing import embedded, prepared
from signing.revocation import Unreachable
from signing.verify import verify

from .conftest import NOW, OFFICE, SECRET, Office, Paper

SOON = NOW + timedelta(minutes=1)
AGEING = read_ageing(SHIPPED.parent)


def raise_it(office: Office, pdf: bytes, *, now: datetime = SOON, **other: object) -> Raised:
    given = {
        "revocation": office.authority,
        "timestamper": office.authority.timestamper(now),
        "authorities": office.authority.roots,
        "ageing": AGEING,
        "now": now,
    }
    return raised(pdf, **(given | other))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def archived(office: Office, paper: Paper) -> bytes:
    return raise_it(office, paper.sealed).pdf


def test_the_levels_of_one_paper_on_its_way(paper: Paper, office: Office, archived: bytes) -> None:
    plain = prepared(
        paper.prepared, certificate=office.leader.certificate, chain=office.leader.chain, field="leader", stamp=None,
        reason="", location="", now=NOW,
    )  # fmt: skip
    without_time = embedded(plain, office.leader.raw_signature(plain.signed_attributes, plain.algorithm), None)
    lasting = proven(paper.sealed, revocation=office.authority, authorities=office.authority.roots, now=SOON)
    stages = [paper.prepared, without_time, paper.signed, paper.sealed, lasting, archived]
    assert [level_of(pdf) for pdf in stages] == ["", "B-B", "B-T", "B-T", "B-LT", "B-LTA"]
    assert [one.level for one in verify(lasting, roots=office.authority.roots, now=SOON).signatures] == ["B-LT"] * 2
    assert level_of(raise_it(office, lasting).pdf) == "B-LTA"
    assert [one.level for one in verify(archived, roots=office.authority.roots, now=SOON).signatures] == ["B-LTA"] * 2
    assert [one.level for one in verify(paper.sealed, roots=office.authority.roots, now=SOON).signatures] == ["B-T"] * 2


def test_a_raise_is_one_update_that_every_signature_allows(paper: Paper, office: Office, archived: bytes) -> None:
    assert archived.startswith(paper.sealed)
    assert archived.startswith(paper.prepared)
    reader = PdfFileReader(io.BytesIO(archived))
    assert reader.total_revisions == PdfFileReader(io.BytesIO(paper.sealed)).total_revisions + 1
    verdict = verify(archived, roots=office.authority.roots, now=SOON)
    assert verdict.valid
    assert [one.changes for one in verdict.signatures] == ["form_filling", "timestamps"]


def test_the_usual_reader_s_own_rules_allow_it_after_the_seal_has_locked_the_form(archived: bytes) -> None:
    leader, agency, archive = PdfFileReader(io.BytesIO(archived)).embedded_signatures
    for one in (leader, agency, archive):
        one.compute_integrity_info()
    assert agency.fieldmdp.action.value == "/All"
    assert leader.diff_result.modification_level == ModificationLevel.FORM_FILLING
    assert agency.diff_result.modification_level == ModificationLevel.LTA_UPDATES
    assert archive.sig_object["/SubFilter"] == "/ETSI.RFC3161"


def test_a_place_left_empty_does_not_stand_in_the_way(office: Office, paper: Paper) -> None:
    sealed = office.sign(paper.signed, "agency")
    assert verify(raise_it(office, sealed).pdf, roots=office.authority.roots, now=SOON).valid


def test_chains_and_answers_lie_in_the_store_for_each_signature(archived: bytes) -> None:
    store = PdfFileReader(io.BytesIO(archived)).root["/DSS"]
    assert len(store["/VRI"]) == 2
    for one in (store["/VRI"][name] for name in store["/VRI"]):
        assert len(one["/OCSP"]) == 2, "the signer and the time-stamping authority"
    assert len(store["/Certs"]) == 5, "two signers, root, time stamps, the responder"
    assert len(store["/OCSPs"]) == 3, "one answer a certificate"


def test_an_authority_under_the_root_is_proven_too(tmp_path: Path, paper: Paper) -> None:
    authority = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW, intermediate=True)
    key = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "", now=NOW)
    office = Office(authority, key, key)
    high = raise_it(office, office.sign(paper.prepared, "leader")).pdf
    assert verify(high, roots=authority.roots, now=SOON).signatures[0].level == "B-LTA"
    assert len(PdfFileReader(io.BytesIO(high)).root["/DSS"]["/OCSPs"]) >= 3


class _Silent:
    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> object:
        return Unreachable("unreachable")


class _Late:
    """Answers with what it knew yesterday."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> object:
        return self.office.authority.evidence_for(certificate, issuer, now=NOW - timedelta(hours=20))


def test_without_fresh_answers_nothing_is_raised(office: Office, paper: Paper) -> None:
    for source, code in ((_Silent(), "no_evidence"), (_Late(office), "evidence_too_old")):
        with pytest.raises(SigningRefused) as refusal:
            raise_it(office, paper.sealed, revocation=source)
        assert refusal.value.code == code


def test_a_key_taken_back_before_it_signed_is_not_made_to_last_one_taken_back_later_is(
    tmp_path: Path, paper: Paper
) -> None:
    authority = SampleAuthority.create(tmp_path, secret=SECRET, now=NOW)
    key = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "", now=NOW)
    office = Office(authority, key, key)
    signed = office.sign(paper.prepared, "leader")
    authority.revoke(key.serial, NOW + timedelta(seconds=30))
    assert level_of(raise_it(office, signed).pdf) == "B-LTA"
    authority.revoke(key.serial, NOW - timedelta(hours=1), "keyCompromise")
    with pytest.raises(SigningRefused) as refusal:
        raise_it(office, signed)
    assert refusal.value.code == "revoked"


def test_a_stranger_s_root_and_an_unsigned_paper_are_refused(office: Office, paper: Paper) -> None:
    with pytest.raises(SigningRefused) as stranger:
        raise_it(office, paper.sealed, authorities=[])
    assert stranger.value.code == "broken_chain"
    with pytest.raises(SigningRefused) as unsigned:
        raise_it(office, paper.prepared)
    assert unsigned.value.code == "unsigned"


def test_a_renewed_paper_outlives_the_authority_that_stamped_it_first(
    office: Office, archived: bytes, tmp_path: Path
) -> None:
    first_ends = office.authority._tsa.parsed.not_valid_after_utc
    renewal, far = first_ends - timedelta(days=60), first_ends + timedelta(days=365)
    successor = SampleAuthority.create(tmp_path, secret=SECRET, now=renewal)
    roots = [*office.authority.roots, *successor.roots]
    ageing = Ageing(timedelta(days=90), {"sha256": far.date()}, {2048: far.date()}, {256: far.date()})
    renewed = raise_it(
        office, archived, now=renewal, timestamper=successor.timestamper(renewal), authorities=roots, ageing=ageing
    )
    assert renewed.pdf.startswith(archived)
    assert [one.level for one in verify(renewed.pdf, roots=roots, now=far).signatures] == ["B-LTA", "B-LTA"]
    assert not verify(archived, roots=roots, now=far).valid, "nobody vouches any more for the first stamp"


def test_the_end_is_the_certificate_s_or_the_day_its_algorithm_grows_weak(office: Office, archived: bytes) -> None:
    assert raise_it(office, archived).holds_until == datetime(2036, 1, 1, tzinfo=UTC)
    long = Ageing(
        timedelta(days=30), {"sha256": NOW.date().replace(year=2099)}, {}, {256: NOW.date().replace(year=2099)}
    )
    found = raise_it(office, archived, ageing=long)
    assert found.holds_until == office.authority._tsa.parsed.not_valid_after_utc
    assert found.renew_at == found.holds_until - timedelta(days=30)


def test_what_nobody_laid_a_date_down_for_is_not_relied_on(office: Office) -> None:
    nothing = Ageing(timedelta(days=30), {}, {}, {})
    assert nothing.holds_until(office.leader.parsed, "sha256").year == 1


@pytest.mark.parametrize("content", ["", "renew_days_before = 'x'", "renew_days_before = 1\n[hashes]\nsha256 = 2030"])
def test_dates_that_say_nonsense_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "ageing.toml").write_text(content)
    with pytest.raises(SigningRefused) as refusal:
        read_ageing(tmp_path)
    assert refusal.value.code == "bad_ageing"

"""What a time stamp is worth once its authority's certificate is taken back, or was never to be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing import authority_certificates as certificates
from signing import verify as verifying
from signing.ageing import SHIPPED, read_ageing
from signing.authority import ROOT, SampleAuthority
from signing.authority_certificates import Issuer
from signing.levels import raised
from signing.revocation import Evidence, Revocation, Unreachable
from signing.telling import data, notices, text
from signing.timestamps import SampleTimestamper
from signing.trust import TrustedRoot, TrustList
from signing.verdicts import Verdict
from signing.verify import verify

from . import attacks
from .conftest import NOW, OFFICE, SECRET, Office, Paper

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOON, LATER = NOW + MINUTE, NOW + 30 * DAY
AGEING = read_ageing(SHIPPED.parent)


class Both:
    """Two authorities that can be asked."""

    def __init__(self, *authorities: SampleAuthority) -> None:
        self.authorities = authorities

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable:
        answers = [one.evidence_for(certificate, issuer, now=now) for one in self.authorities]
        return next((one for one in answers if isinstance(one, Evidence)), answers[0])


@pytest.fixture
def mine(tmp_path: Path) -> Office:
    """An office of its own authority, which may take certificates back without harm to other tests."""
    authority = SampleAuthority.create(tmp_path / "mine", secret=SECRET, now=NOW)
    key = authority.issue("Nguyễn Văn Đức", OFFICE, "Chủ tịch", "", now=NOW)
    return Office(authority, key, key)


@pytest.fixture
def other(tmp_path: Path) -> SampleAuthority:
    """Another authority, with time stamps of its own."""
    return SampleAuthority.create(tmp_path / "other", secret=SECRET, now=NOW)


def high(pdf: bytes, office: Office, stamps: SampleAuthority, revocation: Revocation | None = None) -> bytes:
    """The paper raised a minute after it was signed."""
    return raised(
        pdf, revocation=revocation or office.authority, timestamper=stamps.timestamper(SOON),
        authorities=office.authority.roots, ageing=AGEING, now=SOON,
    ).pdf  # fmt: skip


def told(pdf: bytes, *authorities: SampleAuthority, asked: bool = True, now: datetime = LATER) -> Verdict:
    roots = [root for one in authorities for root in one.roots]
    verdict = verify(pdf, roots=roots, now=now, revocation=Both(*authorities) if asked else None)
    for language in ("vi", "en"):
        assert text(verdict, language)  # type: ignore[arg-type]
    assert data(verdict)["signatures"]
    return verdict


def test_a_stamp_made_with_a_revoked_certificate_attests_nothing(mine: Office, paper: Paper) -> None:
    signed = mine.sign(paper.prepared, "leader")
    mine.authority.revoke(mine.authority._tsa.serial, NOW - DAY, "superseded")
    verdict = told(signed, mine.authority)
    assert verdict.code == "revoked_timestamp"
    (one,) = verdict.signatures
    assert (one.timestamped_at, one.level, one.intact) == (None, "", True)
    assert one.stamp is not None
    assert one.stamp.revocation.reason == "superseded"
    words = text(verdict, "en")
    assert "whose certificate was revoked; it proves nothing" in words
    assert "as the signer's own clock claims" in words


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("superseded", ""),
        ("cessationOfOperation", ""),
        ("affiliationChanged", ""),
        ("keyCompromise", "revoked_timestamp"),
        ("unspecified", "revoked_timestamp"),
        ("cACompromise", "revoked_timestamp"),
    ],
)
def test_a_key_given_up_later_harms_no_earlier_stamp_a_lost_one_does(
    mine: Office, paper: Paper, reason: str, code: str
) -> None:
    """RFC 3161, 4: who found the key can write any moment, so that nothing proves when it was used."""
    signed = mine.sign(paper.prepared, "leader")
    mine.authority.revoke(mine.authority._tsa.serial, NOW + DAY, reason)
    verdict = told(signed, mine.authority)
    assert verdict.code == code
    stamp = verdict.signatures[0].stamp
    assert stamp is not None
    assert stamp.revocation.state == ("revoked" if code else "revoked_later")
    assert told(signed, mine.authority, now=SOON).valid, "the day before nothing was known"


def test_looking_again_without_a_fallen_stamp_has_no_time_of_its_own(
    mine: Office, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    real = verifying.within

    def within(seconds: float, work: Any) -> Any:
        given.append(seconds)
        return real(seconds, work)

    monkeypatch.setattr(verifying, "within", within)
    signed = mine.sign(paper.prepared, "leader")
    mine.authority.revoke(mine.authority._tsa.serial, NOW - DAY, "superseded")
    told(signed, mine.authority)
    first, second = given
    assert second < first


def test_a_stamp_proven_to_be_older_than_the_loss_of_its_key_holds(
    mine: Office, paper: Paper, other: SampleAuthority
) -> None:
    archived = high(mine.sign(paper.prepared, "leader"), mine, other)
    mine.authority.revoke(mine.authority._tsa.serial, NOW + DAY, "keyCompromise")
    verdict = told(archived, mine.authority, other)
    assert verdict.valid
    assert verdict.signatures[0].level == "B-LTA"
    other.revoke(other._tsa.serial, NOW + 2 * DAY, "keyCompromise")
    fallen = told(archived, mine.authority, other)
    assert fallen.signatures[0].code == "revoked_timestamp", "nobody vouches any more that it was there in time"
    assert [one.code for one in fallen.archives] == ["revoked"]


def test_what_the_file_carries_is_enough_to_know(mine: Office, paper: Paper, other: SampleAuthority) -> None:
    signed = mine.sign(paper.prepared, "leader")
    mine.authority.revoke(mine.authority._tsa.serial, NOW + MINUTE / 2, "superseded")
    verdict = told(high(signed, mine, other), mine.authority, other, asked=False)
    stamp = verdict.signatures[0].stamp
    assert stamp is not None
    assert (stamp.revocation.state, stamp.revocation.origin) == ("revoked_later", "file")
    assert verdict.valid
    assert "stamp_unchecked" in dict(notices(verdict, "vi")), "of the archive stamp's authority the file says nothing"


def test_an_archive_stamp_whose_authority_was_taken_back_lifts_nothing(
    mine: Office, paper: Paper, other: SampleAuthority
) -> None:
    archived = high(mine.sign(paper.prepared, "leader"), mine, other)
    other.revoke(other._tsa.serial, NOW - DAY)
    verdict = told(archived, mine.authority, other)
    assert verdict.code == "revoked_archive"
    assert verdict.only_archives_fail
    assert [(one.valid, one.level) for one in verdict.signatures] == [(True, "B-LT")]


def test_an_archive_stamp_of_a_stranger_is_told_and_lifts_nothing(
    office: Office, paper: Paper, other: SampleAuthority
) -> None:
    once = high(paper.sealed, office, other)
    verdict = told(once, office.authority)
    assert verdict.code == "untrusted_archive"
    assert [(one.valid, one.level) for one in verdict.signatures] == [(True, "B-LT")] * 2
    assert "an untrusted authority; it proves nothing" in text(verdict, "en")
    genuine = told(high(high(paper.sealed, office, office.authority), office, other), office.authority)
    assert genuine.code == "untrusted_archive"
    assert [one.code for one in genuine.archives] == ["", "untrusted"]
    assert {one.level for one in genuine.signatures} == {"B-LTA"}, "what the first one proves stays proven"


def test_an_archive_stamp_counts_only_while_its_root_was_trusted(
    office: Office, paper: Paper, other: SampleAuthority
) -> None:
    (root,), (theirs,) = office.authority.roots, other.roots
    listed = TrustList(
        (TrustedRoot(root, "public", NOW - DAY), TrustedRoot(theirs, "public", NOW - 9 * DAY, NOW - DAY))
    )
    verdict = verify(high(paper.sealed, office, other), roots=listed, now=LATER)
    assert verdict.code == "untrusted_archive"
    assert "not trusted at that moment" in text(verdict, "en")


def test_an_archive_stamp_of_a_moment_that_has_not_come_is_told(office: Office, paper: Paper) -> None:
    ahead = raised(
        paper.sealed, revocation=office.authority, timestamper=office.authority.timestamper(LATER),
        authorities=office.authority.roots, ageing=AGEING, now=SOON,
    ).pdf  # fmt: skip
    verdict = told(ahead, office.authority, now=SOON)
    assert verdict.code == "untimely_archive"
    assert {one.level for one in verdict.signatures} == {"B-LT"}


def test_an_archive_stamp_of_a_weak_key_proves_nothing(office: Office, paper: Paper) -> None:
    private, root = rsa.generate_private_key(65537, 1024), Issuer(ROOT, office.authority._root.key)
    builder = certificates.begun(certificates.subject("Dấu yếu", "Dấu yếu"), root, private, NOW, years=5)
    builder = builder.add_extension(certificates.usage(), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    weak = SampleTimestamper(certificates.issued(builder, private, root, ""), SOON)
    archived = raised(
        paper.sealed, revocation=office.authority, timestamper=weak, authorities=office.authority.roots, ageing=AGEING,
        now=SOON,
    ).pdf  # fmt: skip
    verdict = told(archived, office.authority, now=SOON)
    assert verdict.code == "weak_archive"
    assert {one.level for one in verdict.signatures} == {"B-LT"}


def test_a_broken_archive_stamp_is_told_as_broken(office: Office, paper: Paper) -> None:
    archived = high(paper.sealed, office, office.authority)
    start = archived.rindex(b"/Contents <") + len(b"/Contents <")
    for broken in (
        attacks.turned(archived, len(paper.sealed) + 60),
        archived[:start] + b"30820000deadbeef" + archived[start + 16 :],
    ):
        verdict = verify(broken, roots=office.authority.roots, now=SOON)
        assert verdict.code in ("some_invalid", "damaged", "malformed"), verdict.code

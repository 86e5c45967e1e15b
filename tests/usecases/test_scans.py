"""What a clerk scans while receiving a dossier is signed by that clerk, once, and nothing waits for it or is lost."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import performing
from engine.accounts.models import Mandate
from engine.clock import legal_date
from engine.dossiers.models import Attachment, Document
from engine.dossiers.scans import IntakeScan
from engine.errors import Conflict, Forbidden, NotFound
from engine.queries.scans import scans_of
from engine.storage.port import StorageFull
from engine.trust.models import HeldCertificate
from engine.usecases.drafts import store_upload
from engine.usecases.levels import ask_due
from engine.usecases.scan_signing import keep_signed_scan, plan_scan, signed_scan
from engine.usecases.scans import Scanned, ask_due_scans, attach_scans, sign_again, take_scans
from signing.errors import SigningRefused
from tests.unit.storage.sheets import careless_pdf, lively_pdf, picture, scanned_pdf

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
PAPER = "minutes"


def scanned(ward, *files: tuple[bytes, str], paper: str = PAPER) -> list[Scanned]:
    found = []
    for content, name in files:
        sha256, size, kind, safe = store_upload(ward.house.ports, io.BytesIO(content), name)
        found.append(Scanned(paper, sha256, size, kind, safe, [{"code": "low_resolution", "dpi": 150}]))
    return found


def take(ward, case_id, scans, *, login="lan", round=0):
    with ward.work(login) as work:
        files = attach_scans(work, scans, case_id=case_id, round=round)
        return [one.id for one in take_scans(work, case_id, scans, files, round=round)]


def scan_of(ward, case_id) -> IntakeScan:
    (scan,) = ward.rows(IntakeScan, IntakeScan.case_id == case_id)
    return scan


def verdict_of(ward, scan):
    with ward.house.ports.storage.open(scan.sha256) as handle:
        content = handle.read()
    with ward.look() as look:
        return content, look.ports.signatures.verify(content, now=look.now)


def verbs(ward, case_id):
    return [act.verb for act in ward.acts(case_id) if act.verb.startswith("scan.")]


def test_a_received_dossiers_scan_is_one_pdf_signed_by_the_clerk_and_raised(ward):
    case_id = ward.dossier_at("appraise")
    (scan_id,) = take(ward, case_id, scanned(ward, (picture(), "trang 1.jpg"), (scanned_pdf(), "trang 2.pdf")))
    assert scan_of(ward, case_id).state == "asked"
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.pages, scan.level, scan.due_at) == ("signed", 2, "B-LTA", None)
    content, verdict = verdict_of(ward, scan)
    assert verdict.valid, verdict.problem
    (signature,) = verdict.signatures
    assert (signature.field, signature.role, signature.signer) == ("clerk", "clerk", "Phạm Thị Lan")
    assert picture() in content
    files = ward.rows(Attachment, Attachment.case_id == case_id)
    assert sorted(one.name for one in files) == ["trang 1.jpg", "trang 2.pdf"]
    assert verbs(ward, case_id) == ["scan.taken", "scan.signed", "scan.archived"]
    told = next(act for act in ward.acts(case_id) if act.verb == "scan.signed").facts
    assert told["handed"] == [one["sha256"] for one in scan.handed]
    assert (told["by"], told["certificate"], told["key_asked"]) == (str(scan.person_id), scan.certificate, 1)
    assert scan_id == scan.id


@ONE
def test_a_single_pdf_begins_the_signed_file_byte_for_byte(ward):
    case_id = ward.dossier_at("appraise")
    handed = scanned_pdf()
    take(ward, case_id, scanned(ward, (handed, "biên bản.pdf")))
    ward.run_deferred()
    content, verdict = verdict_of(ward, scan_of(ward, case_id))
    assert verdict.valid
    assert content.startswith(handed)


@ONE
def test_a_carelessly_written_pdf_is_signed_page_by_page(ward):
    case_id = ward.dossier_at("appraise")
    handed = careless_pdf()
    take(ward, case_id, scanned(ward, (handed, "biên bản.pdf")))
    ward.run_deferred()
    content, verdict = verdict_of(ward, scan_of(ward, case_id))
    assert verdict.valid
    assert not content.startswith(handed), "nothing can be added to it as it is"


@ONE
def test_what_is_only_written_down_is_signed_when_it_is_received(ward):
    case_id = ward.filed_online()
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.run_deferred()
    assert scan_of(ward, case_id).state == "held"
    with ward.work("lan") as work, pytest.raises(Conflict):
        sign_again(work, case_id, scan_of(ward, case_id).id)
    with ward.look("lan") as look:
        assert [(line.name, line.own, line.turned_away) for line in scans_of(look, case_id)] == [(PAPER, True, False)]
    ward.do(case_id, "check")
    ward.run_deferred()
    assert scan_of(ward, case_id).state == "signed"


@ONE
def test_of_a_dossier_that_is_not_received_nothing_is_signed(ward):
    case_id = ward.filed_online()
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.do(case_id, "check", {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền."}})
    ward.run_deferred()
    assert scan_of(ward, case_id).state == "held"
    with ward.look("lan") as look:
        assert [line.turned_away for line in scans_of(look, case_id)] == [True]


@ONE
@pytest.mark.parametrize(
    ("content", "why"), [(lively_pdf("script"), "not_static"), (lively_pdf("locked"), "encrypted")]
)
def test_a_file_that_is_no_still_picture_stays_as_it_is(ward, content, why):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (content, "lạ.pdf")))
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.trouble, scan.sha256) == ("unsigned", why, "")
    assert [one.name for one in ward.rows(Attachment, Attachment.case_id == case_id)] == ["lạ.pdf"]


@ONE
def test_a_paper_somebody_signed_before_is_not_signed_over(ward):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.run_deferred()
    signed_before, _ = verdict_of(ward, scan_of(ward, case_id))
    take(ward, case_id, scanned(ward, (signed_before, "bản điện tử.pdf")), round=1)
    ward.run_deferred()
    (second,) = ward.rows(IntakeScan, IntakeScan.round == 1)
    assert (second.state, second.trouble) == ("unsigned", "already_signed")


@ONE
@pytest.mark.parametrize(("kind", "why"), [(None, "no_signing_key"), ("desk", "key_at_desk")])
def test_a_clerk_without_a_key_here_loses_nothing_and_may_sign_later(ward, kind, why):
    case_id = ward.dossier_at("appraise")
    desk = ward.house.ports.signatures
    state = desk.state(f"person:{ward.people['lan']}")
    desk.state = lambda holder: replace(state, kind=kind) if kind else None
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.trouble) == ("unsigned", why)
    assert verbs(ward, case_id) == ["scan.taken", "scan.left_unsigned"]
    del desk.state
    with ward.work("mai") as work, pytest.raises(Forbidden):
        sign_again(work, case_id, scan.id)
    with ward.work("lan") as work, pytest.raises(NotFound):
        sign_again(work, scan.id, scan.id)
    with ward.work("lan") as work:
        sign_again(work, case_id, scan.id)
    ward.run_deferred()
    assert scan_of(ward, case_id).state == "signed"
    with ward.work("lan") as work, pytest.raises(Conflict):
        sign_again(work, case_id, scan.id)


def mandate_ended(work, ward):
    for post in work.session.scalars(select(Mandate).where(Mandate.person_id == ward.people["lan"])):
        post.valid_to = legal_date(work.now) - timedelta(days=1)


def certificate_revoked(work, ward):
    key = work.ports.signatures.state(f"person:{ward.people['lan']}")
    held = HeldCertificate(
        fingerprint=key.fingerprint, holder=key.holder, serial=key.serial, subject="Lan", issuer="MẪU",
        begins_at=key.valid_from, ends_at=key.valid_to, seen_at=work.now, state="revoked",
    )  # fmt: skip
    work.session.merge(held)


@ONE
@pytest.mark.parametrize(
    ("happens", "why"), [(mandate_ended, "mandate_over"), (certificate_revoked, "certificate_revoked")]
)
def test_a_key_outside_its_holders_mandate_or_revoked_signs_no_scan(ward, happens, why):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    with ward.work("system") as work:
        happens(work, ward)
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.trouble, scan.sha256) == ("unsigned", why, "")


@ONE
@pytest.mark.parametrize("failure", [StorageFull(), SigningRefused("no_timestamp", "Chưa lấy được dấu thời gian.")])
def test_what_passes_by_itself_is_tried_again(ward, failure):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    desk = ward.house.ports.signatures

    def fails(*args, **named):
        raise failure

    desk.sign_once = fails
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.trouble, scan.tries) == ("asked", failure.code, 1)
    del desk.sign_once
    ward.clock.set(scan.due_at + timedelta(seconds=1))
    with ward.work("system") as work:
        assert ask_due_scans(work, limit=10) == 1
    ward.run_deferred()
    scan = scan_of(ward, case_id)
    assert (scan.state, scan.trouble, scan.tries) == ("signed", "", 0)


@ONE
def test_a_fault_nobody_foresaw_is_said_after_the_last_attempt_and_tried_again_later(ward, monkeypatch):
    case_id = ward.dossier_at("appraise")
    (scan_id,) = take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))

    def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(performing, "signed_scan", fails)
    for last_attempt, trouble in ((False, ""), (True, "unknown")):
        with pytest.raises(RuntimeError):
            performing.sign_scan(ward.house, scan_id, last_attempt=last_attempt)
        scan = scan_of(ward, case_id)
        assert (scan.state, scan.trouble, scan.due_at > ward.clock.now()) == ("asked", trouble, last_attempt)


@ONE
def test_however_many_papers_are_due_scans_are_asked_for_too(ward):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.run_deferred()
    with ward.work("system") as work:
        for row in (work.session.scalars(select(Document)).first(), work.session.scalars(select(IntakeScan)).one()):
            row.level_due_at = work.now
        assert ask_due(work, limit=1) == 2


@ONE
def test_killed_before_it_was_kept_the_key_is_used_once_and_two_workers_keep_one_file(ward):
    case_id = ward.dossier_at("appraise")
    (scan_id,) = take(ward, case_id, scanned(ward, (picture(), "1.jpg"), (picture("PNG"), "2.png")))
    with ward.look() as look:
        plan = plan_scan(look, scan_id)
        lost = signed_scan(plan, look.ports, look.now)
        other = signed_scan(plan, look.ports, look.now + timedelta(seconds=5))
    assert (lost.asked, other.asked, other.unsigned) == (1, 1, lost.unsigned)
    performing.sign_scan(ward.house, scan_id)
    kept = scan_of(ward, case_id)
    with ward.work("system") as work:
        keep_signed_scan(work, plan, other)
    assert scan_of(ward, case_id).sha256 == kept.sha256
    assert verbs(ward, case_id).count("scan.signed") == 1


@ONE
def test_the_same_file_handed_in_twice_is_one_and_strangers_hand_in_nothing(ward):
    case_id = ward.dossier_at("appraise")
    scans = scanned(ward, (scanned_pdf(), "bb.pdf"))
    take(ward, case_id, [*scans, *scans])
    assert take(ward, case_id, scans) == []
    assert len(ward.rows(Attachment, Attachment.case_id == case_id)) == 1
    with pytest.raises(Forbidden):
        take(ward, case_id, scanned(ward, (scanned_pdf(dpi=300), "bb2.pdf")), login="nam", round=1)


@ONE
def test_signed_scans_are_not_tidied_away(ward):
    case_id = ward.dossier_at("appraise")
    take(ward, case_id, scanned(ward, (scanned_pdf(), "bb.pdf")))
    ward.run_deferred()
    ward.clock.set(ward.clock.now() + timedelta(days=3))
    performing.tidy_files(ward.house)
    assert ward.house.ports.storage.verify(scan_of(ward, case_id).sha256)

"""A key is used by its holder, within mandate and unit, while its certificate holds; else nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cli.drills.keys import CLIENT_SECRET, PASSPHRASE, PIN, key_file, remote_signing
from engine.accounts.models import Mandate, Person
from engine.clock import legal_date
from engine.dossiers.models import SigningConsent
from engine.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from engine.journal import Entry
from engine.trust.models import HeldCertificate
from engine.usecases.keys import add_key, check_may_unlock, find_holder, note_unlock, remove_key
from engine.usecases.tasks import complete_task
from signing.errors import SigningRefused
from signing.stores.bringing import of_desk, of_file
from signing.stores.records import KeyRecord
from tests.factories import ANSWERS

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
ROOM = "Phòng Kinh tế, Hạ tầng và Đô thị phường Bến Thành"


def issued(ward, name: str = "Dương Thành Ân", organisation: str = ROOM):
    return ward.house.ports.signatures.authority.issue(name, organisation, "TRƯỞNG PHÒNG", "", now=ward.clock.now())


def bring(ward, key, *, login: str = "an", by: str = "van", again: bool = False, **told: str) -> KeyRecord:
    content = key_file(key)
    record = of_file(content, PASSPHRASE, **told)
    with ward.work(by) as work:
        add_key(work, find_holder(work.session, login=login), record, content=content, again=again)
    return record


def unlock(ward, login: str = "an") -> None:
    ward.house.ports.signatures.keys.signer.unlock(f"person:{ward.people[login]}", {"passphrase": PASSPHRASE})


def approve(ward, case_id) -> None:
    with ward.work("an") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])


def refused(ward, case_id, error: type[Refusal], code: str) -> None:
    with pytest.raises(error) as refusal:
        approve(ward, case_id)
    assert refusal.value.code == code
    assert ward.open_steps(case_id) == ["approve"]
    assert not ward.rows(SigningConsent)


@ONE
def test_a_key_of_the_office_s_own_signs_once_unlocked_and_every_use_is_recorded(ward):
    case_id = ward.dossier_at("approve")
    record = bring(ward, issued(ward), unit="bt-kthtdt")
    refused(ward, case_id, Unavailable, "key_locked")
    unlock(ward)
    approve(ward, case_id)
    ward.run_deferred()
    (signed,) = ward.documents(case_id, "result")
    verdict = ward.house.ports.signatures.verify(ward.paper(signed), now=ward.clock.now())
    assert verdict.signatures[0].serial.upper() == record.serial
    told = {one.verb: one.facts for one in ward.acts(case_id)}
    assert told["signature.consented"]["certificate"] == told["document.signed"]["certificate"] == record.serial


@ONE
def test_a_key_locked_between_consent_and_signature_signs_after_it_is_unlocked(ward):
    case_id = ward.dossier_at("approve")
    bring(ward, issued(ward), unit="bt-kthtdt")
    unlock(ward)
    approve(ward, case_id)
    ward.house.ports.signatures.keys.signer.lock()
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_at is None
    unlock(ward)
    ward.clock.set(ward.clock.now() + timedelta(minutes=5))
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_at is not None


@ONE
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("expired", "certificate_expired"),
        ("revoked", "certificate_revoked"),
        ("unit", "key_of_another_unit"),
        ("name", "certificate_of_another"),
    ],
)
def test_a_key_out_of_its_bounds_is_refused_before_consent_and_again_when_it_would_sign(ward, fault: str, code: str):
    case_id, later = ward.dossier_at("approve"), ward.dossier_at("approve")
    record = bring(ward, issued(ward), unit="bt-kthtdt")
    unlock(ward)
    with ward.work("an") as work:
        complete_task(work, ward.task(later, "approve"), ANSWERS["approve"])
    consents = len(ward.rows(SigningConsent))
    break_it(ward, fault, record)
    with pytest.raises(Forbidden) as refusal:
        approve(ward, case_id)
    assert refusal.value.code == code
    assert "Hãy" in str(refusal.value)
    assert len(ward.rows(SigningConsent)) == consents
    ward.run_deferred()
    assert ward.documents(later, "result")[0].signed_at is None
    assert [one.kind for one in ward.incidents(later)] == ["call-failed"]


def break_it(ward, fault: str, record: KeyRecord) -> None:
    keys = ward.house.ports.signatures.keys
    found = keys.records.find(f"person:{ward.people['an']}")
    with ward.work() as work:
        if fault == "expired":
            ward.clock.set(ward.clock.now() + timedelta(days=2000))
        elif fault == "revoked":
            parsed = record.parsed
            work.session.merge(
                HeldCertificate(
                    fingerprint=record.fingerprint, holder=found.holder, serial=record.serial, subject="", issuer="",
                    begins_at=parsed.not_valid_before_utc, ends_at=parsed.not_valid_after_utc, seen_at=work.now,
                    state="revoked", revoked_at=work.now,
                )
            )  # fmt: skip
        elif fault == "unit":
            keys.records.save(replace(found, unit="bt-vp"))
        else:
            work.session.get_one(Person, ward.people["an"]).full_name = "Người Khác"


@ONE
def test_a_mandate_that_ended_meanwhile_signs_nothing(ward):
    case_id = ward.dossier_at("approve")
    approve(ward, case_id)
    with ward.work() as work:
        for mandate in work.session.query(Mandate).filter(Mandate.person_id == ward.people["an"]):
            mandate.valid_to = legal_date(work.now) - timedelta(days=1)
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_at is None
    (incident,) = ward.incidents(case_id)
    assert "không giữ chức vụ" in str(incident.message)


@ONE
def test_who_brings_a_key_in_and_for_whom(ward):
    key = issued(ward)
    with pytest.raises(Forbidden):
        bring(ward, key, by="an")
    with pytest.raises(Invalid, match="không phải Ngô Hoài Nam"):
        bring(ward, key, login="nam")
    with pytest.raises(Invalid, match="--differs"):
        bring(ward, issued(ward, organisation="Một công ty nào đó"), unit="bt-kthtdt")
    with pytest.raises(NotFound):
        bring(ward, key, unit="khong-co")
    with pytest.raises(NotFound):
        bring(ward, key, login="khong.co")
    bring(ward, key, unit="bt-kthtdt")
    with pytest.raises(Conflict):
        bring(ward, key, unit="bt-kthtdt")
    bring(ward, issued(ward, organisation="UBND P. Bến Thành"), again=True, unit="bt-kthtdt", differs="Viết tắt tên")
    facts = [one.facts for one in ward.rows(Entry, Entry.verb == "key.added", by=Entry.seq)]
    assert [one["differs"] for one in facts] == ["", "Viết tắt tên"]
    with ward.work("van") as work:
        remove_key(work, find_holder(work.session, login="an"))
    with pytest.raises(NotFound), ward.work("van") as work:
        remove_key(work, find_holder(work.session, login="an"))


@ONE
def test_a_seal_is_a_key_of_the_office_it_names(ward):
    key = issued(ward, ROOM, ROOM)
    with ward.work("van") as work, pytest.raises(Invalid, match="không phải"):
        add_key(work, find_holder(work.session, office="bt-vp"), of_desk(key.certificate))
    with ward.work("van") as work:
        add_key(work, find_holder(work.session, office="bt-kthtdt"), of_desk(key.certificate))
    with ward.look("mai") as look:
        assert check_may_unlock(look, "office:bt-kthtdt").kind == "desk"
    for stranger in ("an", "nam"):
        with pytest.raises(Forbidden), ward.look(stranger) as look:
            check_may_unlock(look, "office:bt-kthtdt")
    with pytest.raises(Forbidden), ward.look("khoa") as look:
        check_may_unlock(look, f"person:{ward.people['an']}")


@ONE
def test_no_secret_is_in_the_database_a_file_a_log_or_a_refusal(ward, caplog):
    caplog.set_level("DEBUG")
    case_id = ward.dossier_at("approve")
    bring(ward, issued(ward), unit="bt-kthtdt")
    holder = f"person:{ward.people['an']}"
    with pytest.raises(SigningRefused) as refusal:
        ward.house.ports.signatures.keys.signer.unlock(holder, {"passphrase": "canary-sai"})
    with ward.work("an") as work:
        note_unlock(work, check_may_unlock(work, holder), refused=refusal.value.code)
    unlock(ward)
    approve(ward, case_id)
    ward.run_deferred()
    assert ward.documents(case_id, "result")[0].signed_at is not None
    assert "canary" not in str(refusal.value)
    nowhere(ward, caplog)


@ONE
def test_a_remote_pin_judged_wrong_by_a_worker_is_nowhere_and_the_key_waits_locked(ward, caplog):
    caplog.set_level("DEBUG")
    case_id, key = ward.dossier_at("approve"), issued(ward)
    with remote_signing(key) as service:
        record = KeyRecord(key.certificate, key.chain, kind="csc", unit="bt-kthtdt", where=service.where())
        with ward.work("van") as work:
            add_key(work, find_holder(work.session, login="an"), record)
        signer, holder = ward.house.ports.signatures.keys.signer, f"person:{ward.people['an']}"
        signer.unlock(holder, {"client_secret": CLIENT_SECRET, "pin": "canary-sai"})
        approve(ward, case_id)
        ward.run_deferred()
        assert "PIN" in ward.calls(case_id, "document.sign")[0].last_error
        assert signer.unlocked() == []
        ward.clock.advance(timedelta(minutes=5))
        ward.run_deferred()
        assert sum("authorize" in body for body in service.bodies) == 1, "no worker tries a wrong PIN again"
        signer.unlock(holder, {"client_secret": CLIENT_SECRET, "pin": PIN})
        ward.clock.advance(timedelta(hours=1))
        ward.run_deferred()
        assert len(service.digests) == 1
    assert ward.documents(case_id, "result")[0].signed_at is not None
    nowhere(ward, caplog)


def nowhere(ward, caplog) -> None:
    """No secret of the tests stands in the database, in a job, in a file or in a log."""
    assert all(secret.startswith("canary") for secret in (PASSPHRASE, PIN, CLIENT_SECRET))
    assert "canary" not in caplog.text
    with ward.work() as work:
        from engine.tables import metadata

        for table in metadata.sorted_tables:
            assert "canary" not in str(work.session.execute(table.select()).all()), table.name
    for path in ward.house.settings.data.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path

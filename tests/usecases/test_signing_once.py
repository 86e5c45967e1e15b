"""A worker killed between the key's answer and its keeping: the paper gets that answer, the key is left alone."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.models import Case
from engine.db import new_id
from engine.dossiers.models import SigningConsent
from engine.performing import perform_call, tidy_files
from engine.usecases.signing_once import still_needed
from engine.usecases.tasks import complete_task
from signing.documents import written
from signing.errors import SigningRefused
from tests.factories import ANSWERS
from tests.usecases.faults import FullStore

ONE = pytest.mark.dialects("sqlite")  # about files and keys, not about the database


class Killed(BaseException):
    """The process is gone at once."""


class DyingStore(FullStore):
    """A store in front of which the worker is killed: the file is there, nobody was told."""

    def __init__(self, real: Any, at: int) -> None:
        super().__init__(real)
        self.left = at

    def put(self, content: Any, **options: Any) -> Any:
        stored = self.real.put(content, **options)
        self.left -= 1
        if self.left == 0:
            raise Killed
        return stored


def kill_at(ward, put: int, case_id, task_type: str) -> None:
    """Carry out the call as a worker does that dies when it has put so many files away."""
    (call,) = ward.calls(case_id, task_type)
    real = ward.house.ports.storage
    ward.house.ports.storage = DyingStore(real, put)
    try:
        with pytest.raises(Killed):
            perform_call(ward.house, call.id)
    finally:
        ward.house.ports.storage = real


def agreed(ward):
    """A dossier whose head has consented; no worker has been there."""
    case_id = ward.dossier_at("approve")
    with ward.work("an") as work:
        complete_task(work, ward.task(case_id, "approve"), ANSWERS["approve"])
    return case_id


def remembered(ward) -> dict[str, str]:
    return {act: sha for some in ward.house.ports.signatures.keys.remembered() for act, sha in some.items()}


def age_files(ward) -> None:
    for path in (ward.house.settings.data / "files").rglob("*"):
        os.utime(path, (0, 0))


def times(ward, case_id) -> dict[str, int]:
    return {one.verb: one.facts["key_asked"] for one in ward.acts(case_id) if "key_asked" in one.facts}


@ONE
@pytest.mark.parametrize("put", [1, 2])  # prepared; signed
def test_a_worker_killed_anywhere_leaves_one_signature_of_each_key(ward, put: int):
    case_id = agreed(ward)
    known = remembered(ward).keys()
    kill_at(ward, put, case_id, "document.sign")
    (consent,) = ward.rows(SigningConsent, SigningConsent.used_at.is_(None))
    signer = ward.house.ports.signatures.keys.signer
    act = f"consent:{consent.id}"
    prepared = signer.recall(act, ward.house.ports.signatures.state(f"person:{ward.people['an']}").fingerprint)
    assert (prepared is not None) == (put == 2)
    age_files(ward)
    tidy_files(ward.house)  # the night comes before the next worker: what it needs is left, however old
    perform_call(ward.house, ward.calls(case_id, "document.sign")[0].id)
    with ward.work("mai") as work:
        complete_task(work, ward.task(case_id, "register"), ANSWERS["register"])
    kill_at(ward, put, case_id, "document.seal")
    ward.run_deferred()
    (document,) = ward.documents(case_id, "result")
    paper = ward.paper(document)
    verdict = ward.house.ports.signatures.verify(paper, now=ward.clock.now())
    assert verdict.valid
    assert document.sealed_at is not None
    assert written(paper, "qr") == document.qr != ""
    assert times(ward, case_id) == {"document.signed": 1, "document.sealed": 1}
    if prepared is not None:
        with ward.house.ports.storage.open(prepared["sha256"]) as file:
            first = prepared["place"][0]
            assert file.read(first) == paper[:first]
    assert len(remembered(ward).keys() - known) == 2
    ward.clock.advance(timedelta(hours=2))
    tidy_files(ward.house)
    assert not remembered(ward)


@ONE
def test_what_was_prepared_with_another_certificate_is_not_asked_of_a_key(ward):
    paper = ward.paper(ward.documents(ward.dossier_at("approve"), "result")[0])
    desk, now, known = ward.house.ports.signatures, ward.clock.now(), remembered(ward)
    holder = f"person:{ward.people['an']}"
    prepared = desk.prepared(paper, holder, field="leader", stamp=None, reason="", now=now)
    with pytest.raises(SigningRefused) as refusal:
        desk.sign_once(prepared, "office:bt", act="consent:1", now=now)
    assert refusal.value.code == "certificate_replaced"
    assert remembered(ward) == known


@ONE
def test_a_use_of_a_case_that_ended_otherwise_is_forgotten(ward):
    case_id = agreed(ward)
    kill_at(ward, 2, case_id, "document.sign")
    ward.clock.advance(timedelta(days=400))
    tidy_files(ward.house)
    assert len(remembered(ward)) == 1
    with ward.work() as work:
        work.session.get_one(Case, case_id).ended_at = work.now
    tidy_files(ward.house)
    assert not remembered(ward)


@ONE
def test_an_act_begun_while_the_memory_is_tidied_is_not_forgotten(ward, monkeypatch):
    monkeypatch.setattr("signing.signer.AT_ONCE", 1)
    kill_at(ward, 2, agreed(ward), "document.sign")
    keys = ward.house.ports.signatures.keys
    pages = keys.remembered()

    def remembered_meanwhile():
        yield next(pages)
        kill_at(ward, 2, agreed(ward), "document.sign")
        yield from pages

    monkeypatch.setattr(keys, "remembered", remembered_meanwhile)
    tidy_files(ward.house)
    monkeypatch.undo()
    assert len(remembered(ward)) == 2


@ONE
def test_an_act_of_a_kind_of_another_version_is_left_alone(ward):
    with ward.look() as look:
        assert still_needed(look, ["lease:of-another-version", f"seal:{new_id()}:ab"]) == {"lease:of-another-version"}

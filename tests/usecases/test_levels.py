"""A sealed paper is raised to B-LTA by a worker, stays what it was until then, and is renewed before that weakens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import outbox, performing
from engine.dossiers.models import Document, EarlierFile
from engine.queries.known_papers import paper
from engine.usecases.levels import AGAIN, ask_due, keep_raised, plan_raise, raise_paper
from signing.revocation import Unreachable

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


class NobodyAnswers:
    """A certification authority out of reach."""

    def evidence_for(self, certificate, issuer, *, now, since=None):
        return Unreachable("unreachable", ("http://ocsp.example.vn",))


def sealed(ward):
    """A result that was signed and sealed, with everything a worker had to do for it done."""
    case_id = ward.dossier_at("register")
    ward.do(case_id, "register")
    return case_id, ward.documents(case_id, "result")[0]


def bytes_of(ward, sha256):
    with ward.house.ports.storage.open(sha256) as handle:
        return handle.read()


def due_now(ward, document, *, level="B-LTA"):
    with ward.work() as work:
        row = work.session.get_one(Document, document.id)
        row.level, row.level_due_at = level, work.now


def test_a_sealed_result_is_raised_once_and_its_first_bytes_stay(ward):
    case_id, document = sealed(ward)
    assert (document.level, document.level_trouble) == ("B-LTA", "")
    (before,) = ward.rows(EarlierFile)
    assert (before.document_id, before.level) == (document.id, "B-T")
    assert bytes_of(ward, document.sha256).startswith(bytes_of(ward, before.sha256))
    raises = [act for act in ward.acts(case_id) if act.verb == "document.archived"]
    assert [act.facts["before"] for act in raises] == [before.sha256]
    with ward.look() as look:
        verdict = look.ports.signatures.verify(bytes_of(ward, document.sha256), now=look.now)
    assert verdict.valid


@ONE
def test_the_file_somebody_got_before_it_was_raised_is_still_known(ward):
    _, document = sealed(ward)
    (before,) = ward.rows(EarlierFile)
    with ward.work() as work:
        work.session.get_one(Document, document.id).issued_at = work.now
    with ward.look() as look:
        fact = paper(look, sha256=before.sha256)
        assert fact is not None
        assert fact.sha256 == document.sha256
        assert paper(look, sha256="0" * 64) is None


@ONE
def test_while_nobody_answers_it_stays_b_t_and_says_so_then_it_is_raised(ward):
    desk = ward.house.ports.signatures
    desk.revocation = lambda now: NobodyAnswers()
    _, document = sealed(ward)
    assert document.level == "B-T"
    assert document.level_trouble == "no_evidence"
    first = document.level_due_at - ward.clock.now()
    del desk.revocation
    assert timedelta(0) < first <= timedelta(minutes=15)
    ward.clock.set(document.level_due_at + timedelta(seconds=1))
    with ward.work("system") as work:
        assert ask_due(work, limit=10) == 1
    ward.run_deferred()
    with ward.look() as look:
        raised = look.session.get_one(Document, document.id)
    assert (raised.level, raised.level_tries, raised.level_trouble) == ("B-LTA", 0, "")


@ONE
def test_a_paper_whose_job_came_to_nothing_is_asked_for_again_once_a_day(ward):
    _, document = sealed(ward)
    due_now(ward, document, level="B-T")
    with ward.work("system") as work:
        due = work.session.get_one(Document, document.id).level_due_at
        of_that_moment = select(outbox.Job.status).where(outbox.Job.key == f"raise:{document.id}:{due.isoformat()}")
        assert work.session.scalars(of_that_moment).all() == ["done"], "the seal's own job, at the same moment"
        assert [ask_due(work, limit=10) for _ in range(2)] == [1, 1]
    ward.run_deferred()
    with ward.look() as look:
        assert look.session.get_one(Document, document.id).level == "B-LTA"
        asked = look.session.scalars(select(outbox.Job.status).where(outbox.Job.kind == "RaiseDocument")).all()
    assert asked == ["done", "done"], "found twice, asked for once"


@ONE
def test_two_workers_at_the_same_paper_keep_one_file(ward):
    desk = ward.house.ports.signatures
    desk.revocation = lambda now: NobodyAnswers()
    _, document = sealed(ward)
    del desk.revocation
    due_now(ward, document, level="B-T")
    with ward.look() as look:
        plan = plan_raise(look, document.id)
        one, other = (raise_paper(plan, look.ports, look.now) for _ in range(2))
    for file in (one, other):
        with ward.work("system") as work:
            keep_raised(work, plan, file)
    with ward.look() as look:
        assert look.session.get_one(Document, document.id).sha256 == one.sha256
    assert len(ward.rows(EarlierFile)) == 1


@ONE
def test_an_archive_stamp_is_renewed_before_its_algorithm_ends_and_only_if_that_helps(ward):
    _, document = sealed(ward)
    assert document.level_due_at == datetime(2035, 10, 3, tzinfo=UTC), "ninety days before the shipped date"
    ward.clock.set(document.level_due_at + timedelta(hours=1))
    performing.raise_document(ward.house, document.id)
    with ward.look() as look:
        waiting = look.session.get_one(Document, document.id)
    assert (waiting.sha256, waiting.level_due_at) == (document.sha256, ward.clock.now() + AGAIN), "nothing to be gained"
    later = ward.house.settings.keys / "ageing.toml"
    later.write_text(
        "renew_days_before = 30\n[hashes]\nsha256 = 2044-01-01\n[rsa]\n2048 = 2044-01-01\n[ec]\n256 = 2044-01-01\n"
    )
    ward.clock.set(waiting.level_due_at + timedelta(hours=1))
    performing.raise_document(ward.house, document.id)
    with ward.look() as look:
        renewed = look.session.get_one(Document, document.id)
        assert look.ports.signatures.verify(bytes_of(ward, renewed.sha256), now=look.now).valid
    assert renewed.level_due_at == datetime(2043, 12, 2, tzinfo=UTC)
    assert bytes_of(ward, renewed.sha256).startswith(bytes_of(ward, document.sha256))
    assert [one.level for one in sorted(ward.rows(EarlierFile), key=lambda one: one.size)] == ["B-T", "B-LTA"]

"""Terms of moved dossiers that are not the plain one: paused, of the applicant, shortened into the past, signed for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.cases.models import Clock
from engine.deadlines.ledger import ledger_from_json, replay
from tests.usecases.moving import carried_out, looked, moves, picture, published
from tests.usecases.test_apology import REASON
from tests.usecases.test_moving import FORM, LONGER, SHORTER, undo_batch

pytestmark = pytest.mark.dialects("sqlite")  # about rules, not about the database


def test_an_old_request_for_supplement_gets_its_term_with_the_move(ward):
    """Before terms were kept there was no clock: the applicant's time counts from the move, and undoing takes it."""
    case_id = ward.paused()
    with ward.work() as work:
        clock = work.session.query(Clock).filter_by(case_id=case_id, term="supplement").one()
        work.session.delete(clock)
        request = ward.supplements(case_id)[0]
        work.session.merge(request).answer_by = None
    ward.clock.advance(timedelta(days=50))
    target = published(ward, FORM)
    (plan,) = looked(ward, target).plans
    assert any("chưa có thời hạn" in one for one in plan.warnings)
    before = picture(ward)
    batch_id = carried_out(ward, target)
    (request,) = ward.supplements(case_id)
    clock = ward.clock_of(case_id, "supplement")
    assert clock.status == "running"
    assert request.answer_by == clock.due_on
    assert clock.due_on >= (ward.clock.now() + timedelta(days=28)).date()
    with ward.work("van") as work:
        undo_batch(work, batch_id, "Nhầm")
    ward.run_deferred()
    assert moves(ward, batch_id)[case_id].status == "undone"
    assert picture(ward) == before


def test_a_term_that_stands_still_goes_on_standing_still(ward):
    case_id = ward.paused()
    target = published(ward, LONGER)
    (plan,) = looked(ward, target).plans
    (term,) = [one for one in plan.terms if one.term == "dossier"]
    assert (term.due_before, term.due_after, term.limit_after) == (None, None, "7 working_days")
    carried_out(ward, target)
    clock = ward.clock_of(case_id)
    assert (clock.status, clock.limit_value, clock.due_on) == ("paused", 7, None)
    assert ward.clock_of(case_id, "supplement").status == "running"


def test_a_promise_is_not_moved_to_a_day_that_has_passed(ward):
    case_id = ward.dossier_at("appraise")
    promised = ward.dossier(case_id).promised_on
    target = published(ward, SHORTER)
    ward.clock.set(ward.clock.now() + timedelta(days=3))
    (plan,) = looked(ward, target).plans
    (term,) = [one for one in plan.terms if one.term == "dossier"]
    assert term.promised_after == promised
    assert any("đã hết" in one for one in plan.warnings)


def test_a_date_a_head_has_signed_for_is_not_taken_back_and_not_given_twice(ward):
    case_id = ward.dossier_at("appraise")
    promised = ward.dossier(case_id).promised_on
    first = published(ward, LONGER)
    carried_out(ward, first, letter="form04")
    later = (promised + timedelta(days=4)).isoformat()
    ward.do(case_id, "apology_reason", {"apology": REASON["apology"] | {"new_date": later}})
    ward.do(case_id, "apology_approval")
    signed = ward.dossier(case_id).promised_on
    assert signed > promised
    second = published(ward, (LONGER[0], "value = 7, unit", "value = 2, unit"))
    (plan,) = looked(ward, second, source=first).plans
    (term,) = [one for one in plan.terms if one.term == "dossier"]
    assert term.promised_after == signed
    third = published(ward, (LONGER[0], "value = 2, unit", "value = 20, unit"))
    (plan,) = looked(ward, third, source=first, letter="form04").plans
    assert any("hẹn lại một lần" in one for one in plan.warnings)


LAW = (
    SHORTER[0],
    SHORTER[1],
    'default = { value = 6, unit = "working_days" }\npublished = { value = 2, unit = "working_days" }',
)


@pytest.mark.parametrize("paused", [False, True])
def test_a_version_that_publishes_less_than_the_law_has_both_limits_counted(ward, paused):
    """The first move begins the law's own term beside, as if it had always run; the next one counts it anew."""
    case_id = ward.paused() if paused else ward.dossier_at("appraise")
    first = published(ward, LAW)
    (plan,) = looked(ward, first).plans
    assert any("bên cạnh" in one for one in plan.warnings)
    carried_out(ward, first)
    promised, law = ward.clock_of(case_id), ward.clock_of(case_id, "legal")
    assert (promised.limit_value, law.limit_value, law.status) == (2, 6, promised.status)
    if paused:
        assert (promised.due_on, law.due_on) == (None, None)
    else:
        assert promised.due_on < law.due_on
    second = published(ward, (LAW[0], "value = 6, unit", "value = 9, unit"))
    (plan,) = looked(ward, second, source=first).plans
    assert [(one.term, one.limit_after) for one in plan.terms if one.term == "legal"] == [("legal", "9 working_days")]
    carried_out(ward, second, source=first)
    assert ward.clock_of(case_id, "legal").limit_value == 9
    assert replay(ledger_from_json(ward.clock_of(case_id, "legal").ledger)) == ward.clock_of(case_id, "legal").due_at

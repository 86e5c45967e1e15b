"""The watchdog finds cases that stand still, once each; two people correct a value; what healed is closed by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, event, update

from engine.accounts.models import Mandate
from engine.bpmn import door
from engine.cases.mending import Proposal, Watch
from engine.cases.models import Case, Subscription, Task
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.performing import watch
from engine.queries import doctor_suspects
from engine.queries.doctor import diagnose
from engine.queries.doctor_lists import proposals_of
from engine.usecases.advance import carry_on
from engine.usecases.doctor_proposals import decide, propose_end, propose_value, take_back
from engine.usecases.doctor_watch import WATCHED, Trouble, keep_troubles
from engine.usecases.running import bundle_of, lock_case
from tests.usecases import faults

PATH = "form.business.employees"


def found(ward, case_id):
    return [(one.kind, one.name) for one in ward.incidents(case_id) if one.kind in WATCHED]


def test_what_nobody_runs_into_is_found_once_and_closed_when_it_has_healed(ward):
    """On both databases: a post that ended, a row that was lost, a message nobody sends, all in one ward."""
    nobody = faults.nobody_in_post(ward)
    lost = ward.filed_at_counter()
    ward.run_deferred()
    ward.clock.advance(timedelta(minutes=1))
    with ward.work() as work:
        work.session.execute(delete(Task).where(Task.case_id == lost, Task.status == "open"))
        work.session.execute(delete(Subscription).where(Subscription.case_id == lost))
    faults.beating(ward)
    assert watch(ward.house) == (2, 0)
    assert found(ward, nobody) == [("task-nobody", "Thẩm định hồ sơ")]
    assert [kind for kind, _ in found(ward, lost)] == ["drift"]
    assert "incident.opened" in [act.verb for act in ward.acts(nobody)]
    ward.clock.advance(timedelta(minutes=5))
    faults.beating(ward)
    assert watch(ward.house) == (0, 0), "the same trouble is one incident"
    with ward.work() as work:
        work.session.execute(update(Mandate).where(Mandate.role == "specialist").values(valid_to=None))
    faults.beating(ward)
    assert watch(ward.house) == (0, 1)
    assert found(ward, nobody) == []
    assert "incident.healed" in [act.verb for act in ward.acts(nobody)]
    round_ = ward.rows(Watch, by=Watch.name)[0]
    assert (round_.opened, round_.healed, round_.looked_at) == (0, 1, ward.clock.now())
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")
def test_what_one_round_has_no_room_for_the_next_ones_bring(ward, monkeypatch):
    monkeypatch.setattr(doctor_suspects, "MOST", 1)
    monkeypatch.setattr(doctor_suspects, "SAMPLE", 0)
    first, second = ward.filed_at_counter(), faults.nobody_in_post(ward)
    ward.run_deferred()
    for one in (first, second):
        assert ward.open_steps(one) == ["appraise"]
    faults.beating(ward)
    assert watch(ward.house) == (1, 0)
    faults.beating(ward)
    assert watch(ward.house) == (1, 0)
    assert found(ward, first) == found(ward, second) == [("task-nobody", "Thẩm định hồ sơ")]


@pytest.mark.dialects("sqlite")
@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (faults.account_closed, "task-absent"),
        (faults.lost_call, "call-lost"),
        (faults.unheard_delivery, "delivery"),
        (faults.sweep_missed, "moment-late"),
        (faults.state_cut, "state-unreadable"),
        (faults.row_left, "drift"),
    ],
)
def test_each_kind_is_found_by_its_set(ward, plant, kind):
    case_id = plant(ward)
    faults.beating(ward)
    watch(ward.house)
    assert [one for one, _ in found(ward, case_id)] == [kind]


@pytest.mark.dialects("sqlite")
def test_a_ward_that_is_well_costs_a_round_no_more_for_more_dossiers(ward):
    """The round asks by sets: how many statements it takes does not depend on how many cases wait as they should."""
    ward.dossier_at("appraise")
    faults.beating(ward)
    watch(ward.house)

    def statements():
        told = []
        event.listen(ward.house.database, "before_cursor_execute", lambda *args: told.append(args[2]))
        ward.clock.advance(timedelta(minutes=5))
        faults.beating(ward)
        assert watch(ward.house) == (0, 0)
        return len([one for one in told if "cases.state" not in one])

    before, doctor_suspects.SAMPLE = doctor_suspects.SAMPLE, 0
    try:
        few = statements()
        for _ in range(4):
            ward.filed_at_counter()
        ward.run_deferred()
        statements()
        many = statements()
    finally:
        doctor_suspects.SAMPLE = before
    assert many <= few + 4


def corrected(ward):
    """A standing dossier, its stopped token, and what the appraiser proposes."""
    case_id = faults.stopped_at_gateway(ward)
    with ward.look() as look:
        one = next(one for one in diagnose(look, case_id).findings if one.kind == "expression")
    assert one.action is not None
    assert one.action.subject == f"{one.subject}:{PATH}"
    return case_id, one.subject


def test_a_value_is_written_once_a_second_person_agrees_and_the_step_goes_on(ward):
    case_id, token = corrected(ward)
    with ward.work("nam") as work:
        proposal = propose_value(work, case_id, token, PATH, "4", "Theo giấy kê khai").id
    assert ward.case(case_id).variables["form"]["business"].get("employees") is None
    with pytest.raises(Conflict), ward.work("yen") as work:  # one at a time
        propose_value(work, case_id, token, PATH, "5", "Khác")
    for login in ("nam", "lan", "yen"):  # their own, no head, no head
        with pytest.raises(Forbidden), ward.work(login) as work:
            decide(work, proposal, agree=True)
    with pytest.raises(NotFound), ward.work("phong") as work:  # a head of another agency
        decide(work, proposal, agree=True)
    with ward.look("an") as look:
        (shown,) = proposals_of(look, case_id)
        assert (shown.value, shown.may_decide, shown.own) == ("4", True, False)
    with ward.look("van") as look:
        assert proposals_of(look, case_id) == []
    with ward.work("an") as work:
        decide(work, proposal, agree=True)
    ward.run_deferred()
    assert ward.case(case_id).variables["form"]["business"]["employees"] == 4
    assert ward.open_steps(case_id) == ["approve"]
    assert ward.incidents(case_id) == []
    act = next(one for one in ward.acts(case_id) if one.verb == "value.corrected")
    assert "4" not in str({key: value for key, value in act.facts.items() if key not in {"proposal", "by"}})
    assert act.personal_digest is not None
    with pytest.raises(Conflict), ward.work("an") as work:
        decide(work, proposal, agree=True)
    assert ward.faults() == []


@pytest.mark.dialects("sqlite")
def test_a_value_that_would_not_help_or_that_the_form_does_not_take_is_refused_at_once(ward):
    case_id, token = corrected(ward)
    for path, value in (
        (PATH, "nhiều"),
        (PATH, "null"),
        ("form.owner.phone", '"090"'),
        ("x" * 50 + "()", "1"),
        (PATH, "9" * 5_000),
    ):
        with pytest.raises(Invalid), ward.work("nam") as work:
            propose_value(work, case_id, token, path, value, "Thử")
    with pytest.raises(Invalid), ward.work("nam") as work:
        propose_value(work, case_id, token, PATH, "4", "  ")
    with pytest.raises(Conflict), ward.work("nam") as work:
        propose_value(work, case_id, "99999", PATH, "4", "Thử")
    for login, refusal in (("van", Forbidden), ("tam", NotFound)):
        with pytest.raises(refusal), ward.work(login) as work:
            propose_value(work, case_id, token, PATH, "4", "Thử")
    assert ward.rows(Proposal) == []


@pytest.mark.dialects("sqlite")
def test_a_proposal_is_refused_with_a_reason_or_taken_back_and_nothing_changes(ward):
    case_id, token = corrected(ward)
    state = ward.case(case_id).state
    with ward.work("nam") as work:
        first = propose_value(work, case_id, token, PATH, "4", "Theo giấy kê khai").id
    with pytest.raises(Invalid), ward.work("an") as work:
        decide(work, first, agree=False)
    with ward.work("an") as work:
        decide(work, first, agree=False, answer="Chưa có giấy tờ")
    with ward.work("nam") as work:
        second = propose_value(work, case_id, token, PATH, "6", "Có giấy tờ").id
    with pytest.raises(NotFound), ward.work("yen") as work:
        take_back(work, second)
    with ward.work("nam") as work:
        take_back(work, second)
    assert [one.status for one in ward.rows(Proposal)] == ["refused", "void"]
    assert ward.case(case_id).state == state


@pytest.mark.dialects("sqlite")
def test_an_agreed_value_is_tried_again_when_it_is_written_not_when_it_was_proposed(ward):
    """The case was mended another way meanwhile: the second person's yes does nothing."""
    case_id, token = corrected(ward)
    with ward.work("nam") as work:
        proposal = propose_value(work, case_id, token, PATH, "4", "Theo giấy kê khai").id
    other = propose_other(ward, case_id, token)
    with pytest.raises(Conflict), ward.work("an") as work:
        decide(work, proposal, agree=True)
    assert other == "approve"


def propose_other(ward, case_id, token):
    """Somebody with the database's own means puts the value right and the step is tried again."""
    with ward.work() as work:
        case = lock_case(work, case_id)
        form = {**case.variables["form"], "business": {**case.variables["form"]["business"], "employees": 2}}
        definition = bundle_of(work, case).definition
        carry_on(work, case, door.retry(definition, case.state, token, now=work.now, variables={"form": form}))
    ward.run_deferred()
    return ward.open_steps(case_id)[0]


@pytest.mark.dialects("sqlite")
def test_only_leaders_end_a_case_and_never_the_one_who_proposed_it(ward):
    case_id = faults.state_cut(ward)
    words = {"ground": "Điều 9", "reason": "Không khôi phục được", "words": "Xin nộp lại hồ sơ."}
    for login in ("nam", "an", "van"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            propose_end(work, case_id, **words)
    with ward.work("dung") as work:
        proposal = propose_end(work, case_id, **words).id
    for login in ("dung", "an", "kiem"):
        with pytest.raises(Forbidden), ward.work(login) as work:
            decide(work, proposal, agree=True)
    with ward.work("huong") as work:
        decide(work, proposal, agree=True)
    assert ward.case(case_id).ended_at == ward.clock.now()
    assert {clock.status for clock in [ward.clock_of(case_id)]} == {"stopped"}
    with ward.look() as look:
        assert diagnose(look, case_id).verdict in {"ended", "troubled"}


@pytest.mark.dialects("sqlite")
def test_an_incident_opened_by_hand_for_a_closed_account_is_not_doubled_by_two_rounds_at_once(ward):
    case_id = faults.account_closed(ward)
    faults.beating(ward)
    with ward.look() as look:
        seen = look.session.get_one(Case, case_id).journal_seq
        one = next(one for one in diagnose(look, case_id).wrong)
    trouble = Trouble(one.kind, one.subject, one.element_id, one.name, one.what)
    with ward.work() as work:
        assert keep_troubles(work, case_id, seen, [trouble]) == (1, 0)
    with ward.work() as work:
        assert keep_troubles(work, case_id, seen, [trouble]) == (0, 0), "the case has moved on since it was looked at"
    assert len(found(ward, case_id)) == 1

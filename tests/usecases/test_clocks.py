"""Terms of real dossiers: what the law allows beside what is published, hours of the day, pauses with their papers."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from engine.bpmn.advance import Waiting
from engine.calendars.edits import edited
from engine.calendars.load import calendar_of
from engine.calendars.models import CalendarRow, CalendarVersion
from engine.cases.clocks import DOSSIER, LEGAL, calendar_under, pause_clock, reckoning_of, resume_clock, stop_clock
from engine.cases.models import Clock, Interruption, Task
from engine.clock import legal_time
from engine.deadlines.ledger import ledger_from_json, replay
from engine.procedures.published import in_force, publish, unpack
from engine.usecases.running import lock_case
from engine.usecases.steps import handed_over
from engine.usecases.tasks import assign, release
from engine.usecases.tasktypes import pause_term, set_status
from processes.procedure import Limit
from tests.factories import HOUSEHOLD, Ward, legal

pytestmark = pytest.mark.dialects("sqlite")  # the dates themselves are pure; the rows were tried on both elsewhere

LIMITS = b'default = { value = 3, unit = "working_days" }'


def with_limits(ward: Ward, limits: str, more: str = "") -> None:
    """The household business registration published anew with other limits."""
    with ward.look() as look:
        files = unpack(in_force(look.session, HOUSEHOLD, ward.clock.now().date()).content)
    settings = files["procedure.toml"]
    assert LIMITS in settings
    files["procedure.toml"] = settings.replace(LIMITS, limits.encode()) + more.encode()
    with ward.work() as work:
        publish(work, files, origin="office", note="thử")


def accepted_at(ward: Ward, hour: int, minute: int = 0, *, day: int = 4) -> UUID:
    """A dossier accepted at the counter; its receipt is not printed yet."""
    ward.clock.set(legal(day, hour, minute))
    return ward.filed_at_counter()


def pausing(cause: str, term: str = DOSSIER) -> Waiting:
    headers = {"term": term, "cause": cause}
    return Waiting(token="t", element_id="pause", name="", kind="service", type="clock.pause", headers=headers)


def test_the_limit_of_the_law_is_kept_beside_a_shorter_published_one(ward):
    with_limits(
        ward, 'default = { value = 5, unit = "working_days" }\npublished = { value = 3, unit = "working_days" }'
    )
    case_id = accepted_at(ward, 9)
    promised, law = ward.clock_of(case_id), ward.clock_of(case_id, LEGAL)
    assert (promised.due_on, law.due_on) == (date(2026, 3, 9), date(2026, 3, 11))
    assert ward.dossier(case_id).promised_on == promised.due_on
    with ward.work() as work:
        pause_clock(work, lock_case(work, case_id), DOSSIER, cause="stop", ground="Luật", mode="shift")
    assert {ward.clock_of(case_id).status, ward.clock_of(case_id, LEGAL).status} == {"paused"}
    ward.clock.advance(timedelta(days=1))
    with ward.work() as work:
        resume_clock(work, lock_case(work, case_id), DOSSIER)
    assert ward.clock_of(case_id, LEGAL).due_on > law.due_on
    with ward.work() as work:
        stop_clock(work, lock_case(work, case_id), DOSSIER)
    assert ward.clock_of(case_id, LEGAL).status == "stopped"


def test_a_published_limit_is_shorter_than_the_law():
    from processes.limits_file import read_limits
    from processes.reading import BundleError, Table

    limits = {"default": {"value": 3, "unit": "working_days"}, "published": {"value": 3, "unit": "working_days"}}
    with pytest.raises(BundleError, match="ngắn hơn"):
        read_limits(Table({**limits, "verified": True}, file="procedure.toml"))
    months = {"default": {"value": 3, "unit": "months"}, "verified": True}
    assert read_limits(Table(months, file="procedure.toml")).default == Limit(3, "months")


def test_the_three_fifteen_hour_rules_are_three_settings(ward):
    """Without a rule of its own a procedure counts a dossier of 15:01 as any other; with one, a working day later."""
    assert ward.clock_of(accepted_at(ward, 15, 1)).due_on == date(2026, 3, 9)
    with_limits(ward, f"{LIMITS.decode()}\nstart_cut_off = 15:00:00")
    assert ward.clock_of(accepted_at(ward, 15, 1)).due_on == date(2026, 3, 10)
    assert ward.clock_of(accepted_at(ward, 15, 0, day=5)).due_on == date(2026, 3, 10)


def test_what_is_handed_over_after_fifteen_hours_reaches_the_room_next_morning(ward):
    limits = ward.bundle().procedure.limits
    with ward.look() as look:
        calendar = calendar_of(look.session, "vn")
    for moment, there in (
        (legal(4, 14, 50), legal(4, 14, 50)),
        (legal(4, 15), legal(4, 15)),
        (legal(4, 15, 1), legal(5, 7, 30)),
    ):
        assert handed_over(moment, calendar, limits) == there
    late = accepted_at(ward, 15, 30)
    ward.run_deferred()
    (task,) = ward.rows(Task, Task.case_id == late, Task.element_id == "appraise")
    assert (limits.steps["appraise"].value, limits.steps["appraise"].unit) == (12, "hours")
    assert legal_time(task.due_at) == legal(6, 11, 30), "twelve working hours from Thursday morning on"


def test_a_pause_names_its_ground_and_the_paper_that_told_the_applicant(ward):
    case_id = ward.paused()
    paper = ward.documents(case_id, "form02")[-1]
    wait = ward.rows(Interruption, Interruption.clock_id == ward.clock_of(case_id).id)[0]
    assert (wait.cause, wait.document_id) == ("supplement", paper.id)
    assert paper.title in wait.document
    paused = [span for span in ledger_from_json(ward.clock_of(case_id).ledger) if span.kind == "paused"]
    assert [span.source for span in paused] == [f"{wait.document}; {wait.ground}"]


def test_a_financial_duty_stops_the_clock_only_where_the_law_is_named(ward):
    case_id = ward.dossier_at("appraise")
    with ward.work() as work:
        pause_term(work, lock_case(work, case_id), pausing("financial"))
    assert ward.clock_of(case_id).status == "running"
    assert "clock.not_paused" in [act.verb for act in ward.acts(case_id)]


def test_a_financial_duty_stops_the_clock_where_the_law_is_named(ward):
    rule = '\n[pauses.financial]\nground = "Luật Đất đai 2024"\nverified = false\n'
    with_limits(ward, LIMITS.decode(), rule)
    case_id = accepted_at(ward, 9)
    with ward.work() as work:
        pause_term(work, lock_case(work, case_id), pausing("financial"))
    wait = ward.rows(Interruption, Interruption.clock_id == ward.clock_of(case_id).id)[0]
    assert (wait.cause, wait.ground, wait.mode) == ("financial", "Luật Đất đai 2024", "shift")


def test_form_05_ends_the_term_for_good(ward):
    case_id = ward.paused()
    stopped = Waiting(token="t", element_id="s", name="", kind="service", type="dossier.status",
                      headers={"status": "stopped"})  # fmt: skip
    with ward.work() as work:
        set_status(work, lock_case(work, case_id), stopped)
    with ward.work() as work:
        resume_clock(work, lock_case(work, case_id), DOSSIER)
    clock = ward.clock_of(case_id)
    assert (clock.status, clock.next_at) == ("stopped", None)


def test_a_term_that_ends_while_it_stands_still_has_no_date_however_it_is_counted(ward):
    case_id = ward.paused()
    with ward.work() as work:
        stop_clock(work, lock_case(work, case_id), DOSSIER)
    clock = ward.clock_of(case_id)
    assert (clock.status, clock.due_on, clock.due_at) == ("stopped", None, None)
    with ward.look() as look:
        kept = look.session.get_one(Clock, clock.id)
        assert reckoning_of(kept, calendar_under(look.session, kept)).due_at is None


def test_every_date_stands_on_its_ledger_and_says_what_it_rests_on(ward):
    case_id = ward.dossier_at("hand_over")
    for clock in ward.rows(Clock, Clock.case_id == case_id):
        assert replay(ledger_from_json(clock.ledger)) == clock.due_at
        assert (clock.bundle_id, clock.calendar, clock.calendar_version) == (ward.case(case_id).bundle_id, "vn", 1)


def test_whoever_has_the_task_or_gives_it_back_the_dates_stay(ward):
    """Given back, assigned to somebody else, its holder away: neither the promise nor the step's own time moves."""
    case_id = ward.dossier_at("appraise")
    task_id = ward.task(case_id, "appraise")
    before = (ward.clock_of(case_id).due_at, ward.row(Task, task_id).due_at)
    ward.clock.advance(timedelta(hours=1))
    with ward.work("an") as work:
        assign(work, task_id, ward.people["nam"])
    with ward.work("nam") as work:
        release(work, task_id)
    assert (ward.clock_of(case_id).due_at, ward.row(Task, task_id).due_at) == before


def test_a_saturday_counter_receives_what_another_office_decides(ward):
    """The receiving centre is open on Saturday morning and starts the clock; the deciding room rests."""
    centre = {"6": {"windows": [["07:30", "11:30"]], "fields": [], "starts_clock": True}}
    with ward.work() as work:
        row = work.session.get_one(CalendarRow, "vn")
        base = work.session.get_one(CalendarVersion, ("vn", row.version)).content
        week = {"do": "week", "since": "2026-01-01", "hours": base["weeks"][0]["hours"], "reception": centre}
        work.session.add(CalendarRow(code="sat", name="Thứ Bảy", base="vn", version=1))
        work.session.flush()
        content = edited(base, [week], source="QĐ", dated_on=None, own=True)
        work.session.add(CalendarVersion(calendar="sat", version=1, made_at=work.now, content=content))
        from engine.accounts.models import Office

        work.session.get_one(Office, ward.offices["bt-pvhcc"]).calendar = "sat"
    case_id = accepted_at(ward, 9, day=7)  # a Saturday
    clock = ward.clock_of(case_id)
    assert (clock.calendar, clock.effective_on, clock.due_on) == ("vn", date(2026, 3, 7), date(2026, 3, 11))
    assert ward.dossier(case_id).procedure == HOUSEHOLD

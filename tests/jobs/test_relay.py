"""The way from the outbox to the worker: nothing is lost, nothing is done twice."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest

from engine import outbox
from engine.outbox import Job
from engine.ports import Unsure
from engine.work import SYSTEM
from jobs import carrying
from jobs.carrying import carry_out
from jobs.leases import is_dead, name_of_process
from jobs.relay import WAITING_LEASE, WINDOW, Relay
from jobs.schedule import Entry


@pytest.fixture
def desk(monkeypatch):
    """A kind of job that writes down each time it is carried out, or refuses as told."""

    class Desk:
        def __init__(self) -> None:
            self.done: list[str] = []
            self.refusals: list[Exception] = []

        def act(self, house, job):
            if self.refusals:
                raise self.refusals.pop(0)
            self.done.append(job.args["paper"])

    one = Desk()
    monkeypatch.setitem(carrying.ACTS, "StampPaper", (one.act, timedelta(minutes=5)))
    return one


def ask(house, paper="a", **more):
    with house.unit_of_work(actor=SYSTEM) as work:
        return work.defer("StampPaper", {"paper": paper}, **more)


def job(house, job_id) -> Job:
    with house.reading(actor=SYSTEM) as look:
        kept = look.session.get_one(Job, job_id)
        look.session.expunge(kept)
        return kept


def relay(house, sent, entries=()):
    return Relay(house, lambda kind, job_id, holder: sent.append((job_id, holder)), entries=entries)


def test_a_job_is_sent_once_and_carried_out_once(house, desk):
    sent: list[tuple[UUID, str]] = []
    one = relay(house, sent)
    job_id = ask(house)
    assert (one.turn(), one.turn()) == (1, 0)
    carry_out(house, *sent[0])
    carry_out(house, *sent[0])
    assert desk.done == ["a"]
    assert job(house, job_id).status == "done"


def test_a_message_delivered_twice_while_the_first_still_acts_does_nothing(house, desk):
    sent: list[tuple[UUID, str]] = []
    relay_ = relay(house, sent)
    ask(house)
    relay_.turn()
    carrying.ACTS["StampPaper"] = (lambda h, j: (desk.act(h, j), carry_out(house, *sent[0])), timedelta(minutes=5))
    carry_out(house, *sent[0])
    assert desk.done == ["a"]


def test_a_lost_message_is_sent_again_and_the_old_one_found_later_does_nothing(house, desk, clock):
    sent: list[tuple[UUID, str]] = []
    one, other = relay(house, sent), relay(house, sent)
    other.name = "relay/elsewhere/1/1"
    ask(house)
    one.turn()
    clock.advance(WAITING_LEASE + timedelta(seconds=1))
    other.turn()
    assert len(sent) == 2
    for message in reversed(sent):
        carry_out(house, *message)
    assert desk.done == ["a"]


def test_what_a_broker_did_not_take_is_sent_again_as_soon_as_it_can_be(house, desk):
    sent: list[tuple[UUID, str]] = []
    broker = {"up": False}

    def send(kind, job_id, holder):
        if not broker["up"]:
            raise ConnectionError("the broker is away")
        sent.append((job_id, holder))

    one = Relay(house, send, entries=())
    for paper in "abc":
        ask(house, paper)
    with pytest.raises(ConnectionError):
        one.turn()
    broker["up"] = True
    assert one.turn() == 3
    for message in sent:
        carry_out(house, *message)
    assert sorted(desk.done) == ["a", "b", "c"]


def test_only_a_few_jobs_wait_in_the_broker(house, desk):
    sent: list[tuple[UUID, str]] = []
    one = relay(house, sent)
    for number in range(WINDOW + 3):
        ask(house, str(number))
    assert (one.turn(), one.turn()) == (WINDOW, 0)
    carry_out(house, *sent[0])
    assert one.turn() == 1


def test_a_failing_job_is_tried_with_growing_pauses_and_ends_in_the_list(house, desk, clock):
    sent: list[tuple[UUID, str]] = []
    one = relay(house, sent)
    desk.refusals = [RuntimeError("máy in hết giấy")] * 20
    job_id = ask(house)
    waits = []
    while job(house, job_id).status == "ready":
        wait = job(house, job_id).run_at - clock.now()
        waits.append(wait)
        clock.advance(wait)
        assert one.turn() == 1
        carry_out(house, *sent.pop())
    assert waits == [timedelta(0), *(timedelta(seconds=pause) for pause in outbox.PAUSES)]
    kept = job(house, job_id)
    assert (kept.status, kept.last_error) == ("failed", "RuntimeError: máy in hết giấy")
    assert one.turn() == 0


def test_what_may_have_got_out_is_never_tried_again_blindly(house, desk):
    sent: list[tuple[UUID, str]] = []
    one = relay(house, sent)
    desk.refusals = [Unsure("connection cut after the message")]
    job_id = ask(house)
    one.turn()
    carry_out(house, *sent[0])
    assert job(house, job_id).status == "failed"


def test_a_job_nobody_knows_goes_straight_to_the_list(house):
    sent: list[tuple[UUID, str]] = []
    with house.unit_of_work(actor=SYSTEM) as work:
        job_id = work.defer("FoldPaperBirds", {})
    relay(house, sent).turn()
    carry_out(house, *sent[0])
    kept = job(house, job_id)
    assert kept.status == "failed"
    assert "FoldPaperBirds" in (kept.last_error or "")


def test_jobs_of_a_killed_process_need_not_wait_for_their_lease(house, desk):
    script = "from jobs.leases import name_of_process; print(name_of_process('relay'))"
    dead = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert is_dead(dead)
    assert not is_dead(name_of_process("relay"))
    assert not is_dead("relay/another-machine/1/1")
    job_id = ask(house)
    with house.unit_of_work(actor=SYSTEM) as work:
        outbox.lease(work.session, now=work.now, limit=1, worker=dead)
    sent: list[tuple[UUID, str]] = []
    assert relay(house, sent).turn() == 1
    assert sent[0][0] == job_id


def test_two_relays_ask_for_a_slot_of_the_schedule_once(house, clock):
    entries = (Entry("half-minute", "StampPaper", every=timedelta(seconds=30)),)
    planners = [relay(house, [], entries).planner for _ in range(2)]
    for _ in range(3):
        for planner in planners:
            planner.ask(house)
            planner.ask(house)
        clock.advance(timedelta(seconds=30))
    with house.reading(actor=SYSTEM) as look:
        assert look.session.query(Job).count() == 3

"""The figures of days that are over: what the dossiers say, counted once, and counted anew where somebody doubts."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.cases.models import Case, Transfer
from engine.clock import LEGAL_ZONE, legal_date
from engine.db import new_id
from engine.dossiers.accounting import Account, account
from engine.dossiers.figures import DayFigures, bounds
from engine.dossiers.models import Dossier
from engine.errors import Refusal
from engine.procedures.models import PublishedBundle
from engine.queries.weekly import monday_of, weekly
from engine.usecases.figures import close_days, differences, reopen
from engine.usecases.submit import withdraw
from tests.factories import Ward


def closed(ward: Ward) -> list[date]:
    with ward.work() as work:
        return close_days(work, most=400)


def wrong(ward: Ward) -> list[str]:
    with ward.look() as look:
        return differences(look)


@pytest.fixture
def week(ward: Ward) -> date:
    """A week with one dossier done, one withdrawn, one left open, and the Monday it began on."""
    ward.dossier_at("hand_over")
    taken_back = ward.filed_online(by="hoa")
    ward.do(taken_back, "check")
    ward.do(ward.filed_online(by="hoa"), "check")
    ward.run_deferred()
    with ward.work("hoa") as work:
        withdraw(work, taken_back, "Không cần nữa.")
    monday = monday_of(legal_date(ward.clock.now()))
    ward.clock.advance(timedelta(days=8))
    return monday


def test_a_week_adds_up_and_is_what_the_dossiers_say(ward, week):
    days = closed(ward)
    assert days == sorted(days)
    assert closed(ward) == [], "a day is counted once"
    assert wrong(ward) == []
    with ward.look("an") as look:
        mine = weekly(look, week)
        whole = mine.whole.account
    assert (whole.received, whole.done, whole.withdrawn, whole.open_after) == (3, 1, 1, 1)
    assert whole.open_before + whole.received == whole.done + whole.withdrawn + whole.stopped + whole.open_after
    assert (whole.in_time + whole.late, whole.share) == (1, 100.0)
    with ward.look("kiem") as look:
        assert weekly(look, week).whole.account.received == 3
        assert [line.name for line in weekly(look, week).lines] == ["Ủy ban nhân dân phường Bến Thành"]
        assert weekly(look, week + timedelta(days=7)).whole.account.open_before == 1


def test_nobody_reads_the_figures_of_others(ward, week):
    closed(ward)
    with ward.look("phong") as look:  # the head of another room elsewhere
        assert weekly(look, week).lines == ()
    for login in ("nam", "hoa", "van", ""):
        with ward.look(login) as look, pytest.raises(Refusal):
            weekly(look, week)


def test_figures_that_were_changed_are_told_and_counted_anew(ward, week):
    closed(ward)
    with ward.work() as work:
        row = work.session.query(DayFigures).filter(DayFigures.received > 0).first()
        row.received, row.left_open = row.received + 5, row.left_open + 5
        last = work.session.query(DayFigures).order_by(DayFigures.day.desc()).first()
        last.left_open += 1
    told = wrong(ward)
    assert [line.rpartition("kept ")[2] for line in told if "kept received" in line] == ["received 8, not 3"]
    assert [line for line in told if "is not" in line and "open + " in line], "an account that does not add up is named"
    with ward.work() as work:
        reopen(work)
    closed(ward)
    assert wrong(ward) == []


def test_the_day_that_runs_is_not_counted_yet(ward):
    ward.dossier_at("hand_over")
    today = legal_date(ward.clock.now())
    assert today not in closed(ward)
    midnight = datetime.combine(today + timedelta(days=1), time(0), LEGAL_ZONE)
    ward.clock.set(midnight + timedelta(minutes=30))
    assert today not in closed(ward), "an act of the day may still be on its way"
    ward.clock.advance(timedelta(hours=1))
    assert today in closed(ward)


# --- the account of every office and day, over lives of all kinds

OFFICES = ("bt-pvhcc", "bt-vhxh", "bt-kthtdt")
FIRST = date(2026, 3, 2)


@dataclass
class Life:
    """The stamps of one dossier: where it is handled, when it was accepted and finished, how; days after FIRST."""

    office: str
    accepted: float | None
    decided: float | None
    status: int
    judged: str
    trial: bool = False
    moved: float | None = None
    to: str = ""

    def at(self, day: float) -> str:
        """The office that handles it at a moment."""
        return self.to if self.moved is not None and self.moved < day else self.office


def lives(chance: random.Random, count: int) -> list[Life]:
    """Dossiers refused at reception, in supplement, reopened, finished, withdrawn, stopped, on trial."""
    found = []
    for _ in range(count):
        office, start = chance.choice(OFFICES), chance.uniform(0, 20)
        end, kind = start + chance.expovariate(1 / 4), chance.randrange(8)
        trial = chance.random() < 0.1
        if kind == 0:  # refused at reception: never accepted, in no account
            found.append(Life(office, None, end, 3, "", trial))
        elif kind in (1, 2):  # open: being handled, or waiting for a supplement
            found.append(Life(office, start, None, chance.choice((4, 5)), "", trial))
        elif kind == 3:  # finished, then taken up again for a correction: the first decision counts, once
            found.append(Life(office, start, end, 4, "on_time", trial))
        elif kind == 4:
            found.append(Life(office, start, end, chance.choice((7, 8)), "", trial))
        else:
            judged = chance.choice(("early", "on_time", "late", ""))
            found.append(Life(office, start, end, chance.choice((9, 10)), judged, trial))
        if chance.random() < 0.2:  # handed to another deciding unit: before its end, after it, before acceptance
            found[-1].moved, found[-1].to = start + chance.uniform(-1, 6), chance.choice(OFFICES)
    return found


def write(ward: Ward, all_lives: list[Life]) -> list[UUID]:
    """The dossiers of these lives, as plain rows."""
    begin, written = bounds(FIRST)[0], []
    with ward.work() as work:
        bundle = work.session.scalars(select(PublishedBundle.id)).first()
        for number, life in enumerate(all_lives):
            case_id = new_id()
            work.session.add(
                Case(
                    id=case_id, kind="dossier", bundle_id=bundle, process_id="p", opened_at=begin, last_act_at=begin,
                    trial=life.trial, tokens=b"", data=b"",
                )
            )  # fmt: skip
            work.session.flush()
            handling, receiving = ward.offices[life.to or life.office], ward.offices["bt-pvhcc"]
            work.session.add(
                Dossier(
                    case_id=case_id, filing_code=f"N-{number}", procedure="p", procedure_name="p", channel="counter",
                    submission_key=f"k-{number}", status=life.status, judged=life.judged, receiving_id=receiving,
                    handling_id=handling, signing_id=receiving, returning_id=receiving, owner_name="x",
                    owner_search_key="x", owner_sort_key="x", answers={}, submitted_at=begin,
                    accepted_at=None if life.accepted is None else begin + timedelta(days=life.accepted),
                    decided_at=None if life.decided is None else begin + timedelta(days=life.decided),
                )
            )  # fmt: skip
            if life.moved is not None:
                work.session.add(
                    Transfer(
                        id=new_id(), case_id=case_id, from_id=ward.offices[life.office], to_id=handling,
                        moved_at=begin + timedelta(days=life.moved), reason="Sắp xếp đơn vị.",
                    )
                )  # fmt: skip
            written.append(case_id)
    return written


def expected(all_lives: list[Life], office: str, first: float, after: float) -> Account:
    """The account of one office as a person would count it with the files on the table."""
    mine = [one for one in all_lives if not one.trial and one.accepted is not None]
    ended = [one for one in mine if one.decided is not None and first <= one.decided < after]

    def open_at(day: float) -> int:
        held = [one for one in mine if one.accepted < day and (one.decided is None or one.decided >= day)]
        return sum(one.at(day) == office for one in held)

    moved = Counter(
        {7: "withdrawn", 8: "stopped"}.get(one.status) or one.judged or "unjudged"
        for one in ended
        if one.at(one.decided) == office
    )
    moved["received"] = sum(first <= one.accepted < after and one.at(one.accepted) == office for one in mine)
    handed = [one for one in mine if one.moved is not None and first <= one.moved < after and one.accepted < one.moved]
    handed = [one for one in handed if one.decided is None or one.moved < one.decided]
    moved["moved_out"] = sum(one.office == office for one in handed)
    moved["moved_in"] = sum(one.to == office for one in handed)
    return Account.of(open_at(first), moved, open_at(after))


@pytest.mark.dialects("sqlite")  # plain sums over plain stamps; the other dialect is asked by the tests above
def test_every_account_adds_up_whatever_becomes_of_the_dossiers(ward):
    chance = random.Random(5)
    all_lives = lives(chance, 150)
    written = write(ward, all_lives)
    now = bounds(FIRST + timedelta(days=15))[0] + timedelta(hours=11)
    ward.clock.set(now)
    closed(ward)
    assert wrong(ward) == []
    with ward.look() as look:
        for _ in range(25):
            first = chance.randrange(0, 17)
            last = chance.randrange(first, 18)
            some = {ward.offices[code] for code in chance.sample(OFFICES, chance.randrange(1, 4))}
            days = (FIRST + timedelta(days=first), FIRST + timedelta(days=last))
            found = account(look.session, *days, some, until=now)
            after = min(last + 1, (now - bounds(FIRST)[0]) / timedelta(days=1))
            for code in OFFICES:
                want = Account()
                if ward.offices[code] in some:
                    want = expected(all_lives, code, min(first, after), after)
                assert found.get(ward.offices[code], Account()) == want, (code, days)
            assert Account.total(found.values()).gap == 0
    hands_over = next(
        n for n, one in enumerate(all_lives) if one.accepted and one.accepted < 9 and not (one.decided or one.moved)
    )
    backwards = next(
        n for n, one in enumerate(all_lives) if one.decided and one.accepted and one.decided < 9 and not one.moved
    )
    with ward.work() as work:  # a dossier goes to another unit; stamps that contradict each other
        moved = work.session.get(Dossier, written[hands_over])
        moved.handling_id = ward.offices[next(code for code in OFFICES if code != all_lives[hands_over].office)]
        broken = work.session.get(Dossier, written[backwards])
        broken.accepted_at = broken.decided_at + timedelta(days=1)
    told = wrong(ward)
    assert any(line.startswith(f"N-{backwards}: ") for line in told)
    assert len({line.split(" ")[1] for line in told if "kept" in line}) >= 2, "both units are named"
    with ward.work() as work:
        broken = work.session.get(Dossier, written[backwards])
        broken.accepted_at = broken.decided_at - timedelta(hours=1)
        reopen(work)
    closed(ward)
    assert wrong(ward) == []

"""An issued result is corrected, replaced, withdrawn: by whom, by which decision, and who hears of it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.dossiers.models import Document
from engine.dossiers.withdrawals import ResultAct, WithdrawalList, standing_of
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.journal import Entry
from engine.queries.withdrawals import newest_list
from engine.usecases.offline_lists import end_offline_key, publish_withdrawals
from engine.usecases.withdrawals import act_on_result
from signing.offline import read
from signing.offline_judging import judge
from signing.offline_lists import read_list

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
DECISION = {"decision_number": "15/QĐ-KT", "decided_on": date(2026, 3, 2), "reason": "Ghi sai địa chỉ."}


@pytest.fixture
def result(ward) -> Document:
    (document,) = ward.documents(ward.dossier_at("hand_over"), "result")
    return document


def act(ward, result, kind, by="an", **changes):
    with ward.work(by) as work:
        values = {"kind": kind, "authority_id": result.office_id} | DECISION | changes
        return act_on_result(work, result.id, **values)


def standing(ward, result):
    with ward.look() as look:
        return standing_of(look.session, result.id)


def published(ward) -> str:
    with ward.look() as look:
        newest = newest_list(look)
    assert newest is not None
    return newest.text


def judged(ward, result):
    offline, now = ward.house.ports.offline, ward.clock.now()
    carried = read_list(published(ward), offline.published())
    house = ward.house.settings.public_url
    return judge(result.qr, house=house, keys=offline.published(), carried=carried, now=now)


def test_the_code_on_the_result_says_what_the_register_says(ward, result):
    said = read(result.qr)
    assert (said.number, said.dated_on, said.code) == (result.number, result.dated_on, result.verify_code)
    assert said.holder == "Nguyễn T. H."
    paper = ward.paper(result)
    ends = [place + 6 for place in range(len(paper)) if paper.startswith(b"%%EOF\n", place)]
    beginnings = [hashlib.sha256(paper[:end]).hexdigest() for end in ends]
    assert said.digest in beginnings, "what the leader signed is how the file begins"
    assert said.digest != beginnings[-1], "number, date, code and seal came after it"


def test_withdrawn_by_a_decision_it_no_longer_stands_and_everybody_hears_of_it(ward, result):
    ward.run_deferred()
    act(ward, result, "withdrawn")
    ward.run_deferred()
    found = standing(ward, result)
    assert (found.state, found.valid, found.last.decision_number) == ("withdrawn", False, "15/QĐ-KT")
    assert "document.acted_on" in [one.verb for one in ward.acts(result.case_id)]
    told = ward.notices(result.case_id, "result_acted_on")
    assert told
    assert all("thu hồi" in one.body and "15/QĐ-KT" in one.body and "02/03/2026" in one.body for one in told)
    verdict = judged(ward, result)
    assert (verdict.verdict, verdict.stands, verdict.list_state) == ("genuine", False, "fresh")
    assert [(one.kind, one.decision) for one in verdict.acts] == [("withdrawn", "15/QĐ-KT")]
    with pytest.raises(Conflict):
        act(ward, result, "cancelled", decision_number="16/QĐ-KT")


@ONE
def test_a_correction_leaves_it_standing_and_may_be_followed_by_another_act(ward, result):
    act(ward, result, "corrected")
    assert (standing(ward, result).state, standing(ward, result).valid) == ("corrected", True)
    with pytest.raises(Conflict, match="đã được ghi"):
        act(ward, result, "corrected")
    act(ward, result, "cancelled", decision_number="16/QĐ-KT")
    assert [one.kind for one in standing(ward, result).acts] == ["corrected", "cancelled"]
    with ward.work() as work:
        publish_withdrawals(work)
    assert [one.kind for one in judged(ward, result).acts] == ["corrected", "cancelled"]


@ONE
def test_only_the_head_of_the_deciding_office_or_one_above_acts(ward, result):
    for login in ("nam", "mai", "lan", "hoa"):
        with pytest.raises(Forbidden):
            act(ward, result, "withdrawn", by=login)
    with pytest.raises(Invalid, match=r"."):
        act(ward, result, "withdrawn", authority_id=ward.offices["bt-pvhcc"])
    assert ward.rows(ResultAct) == []


@ONE
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "forgotten"}, "kind"),
        ({"decision_number": "  "}, "decision_number"),
        ({"decision_number": "x" * 61}, "decision_number"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": date(2026, 12, 1)}, "decided_on"),
        ({"decided_on": date(2026, 1, 1)}, "decided_on"),
        ({"reason": "\n"}, "reason"),
        ({"kind": "replaced", "replacement": "99/XX"}, "replacement"),
    ],
)
def test_what_a_decision_must_have(ward, result, changes, field):
    with pytest.raises(Invalid) as refusal:
        act(ward, result, **({"kind": "withdrawn"} | changes))
    assert [one.path for one in refusal.value.problems] == [field]


@ONE
def test_a_draft_and_an_unknown_paper_are_not_acted_on(ward):
    (draft,) = ward.documents(ward.dossier_at("approve"), "result")
    with pytest.raises(Conflict, match="chưa phát hành"):
        act(ward, draft, "withdrawn", decided_on=ward.clock.now().date())
    draft.id = draft.case_id
    with pytest.raises(NotFound):
        act(ward, draft, "withdrawn")


@ONE
def test_a_newer_print_stands_in_the_list_without_a_decision(ward, result):
    with ward.work() as work:
        row = work.session.get_one(Document, result.id)
        row.voided_at, row.void_reason, row.status = work.now, "Thay thế bằng bản mới", "void"
        publish_withdrawals(work)
    assert standing(ward, result).state == "void"
    assert [one.kind for one in judged(ward, result).acts] == ["void"]


@ONE
def test_old_lists_are_forgotten_but_not_their_digests(ward):
    with ward.work() as work:
        first = publish_withdrawals(work).sha256
    ward.clock.advance(timedelta(days=31))
    with ward.work() as work:
        publish_withdrawals(work)
    with ward.look() as look:
        assert list(look.session.scalars(select(WithdrawalList.number))) == [2]
    assert first in str([one.facts for one in ward.rows(Entry, Entry.verb == "withdrawals.published", by=Entry.seq)])


@ONE
def test_a_key_that_was_stolen_is_ended_by_an_operator_alone(ward, result):
    (key,) = ward.house.ports.offline.published()
    with pytest.raises(Forbidden), ward.work("an") as work:
        end_offline_key(work, key.id, reason="mất máy chủ")
    with ward.work() as work:
        end_offline_key(work, key.id, reason="mất máy chủ")
    ward.run_deferred()
    found = judged_without_keys_of_before(ward, result, key.id)
    assert found.verdict == "key_ended"


def judged_without_keys_of_before(ward, result, old):
    offline = ward.house.ports.offline
    known = [key for key in offline.published() if key.id != old]
    carried = read_list(published(ward), known)
    return judge(result.qr, house=ward.house.settings.public_url, keys=known, carried=carried, now=ward.clock.now())

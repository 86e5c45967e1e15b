"""Days of history are sealed: every head in one growing tree, once a day, signed, and found to be whole."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cli.witnessing.seals import inner_problems, read_seals
from engine.clock import legal_date
from engine.errors import Refusal
from engine.history import KeptTree, Leaf, Seal, Tile, leaf_content
from engine.journal import Entry
from engine.merkle import inclusion, is_consistent, leaf_hash, root_by_inclusion
from engine.performing import seal_history
from engine.queries.history import all_seals
from engine.usecases.sealing import append_heads, close_day, day_to_seal, newest_heads
from tests.factories import Ward
from tests.usecases.test_filing import at_once

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


def next_day(ward: Ward, days: int = 1) -> int:
    ward.clock.advance(timedelta(days=days))
    return seal_history(ward.house)


def seals(ward: Ward) -> list[Seal]:
    with ward.look() as look:
        return list(look.session.scalars(select(Seal).order_by(Seal.day)))


def told(seal: Seal) -> dict:
    return json.loads(seal.statement)


def test_a_day_that_is_over_is_sealed_once_and_signed(ward):
    case_id = ward.filed_online()
    assert seal_history(ward.house) <= 1  # the day is not over; only what lies before it may be sealed
    today = legal_date(ward.clock.now())
    assert next_day(ward) == 1
    assert seal_history(ward.house) == 0
    seal = seals(ward)[-1]
    assert seal.day == today
    verdict = ward.house.ports.signatures.check_statement(seal.statement, seal.signature, now=ward.clock.now())
    assert verdict.valid, verdict
    assert verdict.timestamped_at == ward.clock.now().replace(microsecond=0)
    assert (told(seal)["root"], told(seal)["size"]) == (seal.root.hex(), seal.size)
    assert str(case_id) not in seal.statement.decode()


def test_every_head_stands_in_the_tree_and_each_day_begins_with_the_day_before(ward):
    first = ward.filed_online()
    next_day(ward)
    ward.do(first, "check", {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền."}})
    second = ward.filed_online(by="duc")
    next_day(ward)
    old, new = seals(ward)[-2:]
    assert is_consistent(
        old.size, old.root, new.size, new.root, [bytes.fromhex(step) for step in told(new)["consistency"]]
    )
    assert told(new)["before"]["sha256"] == hashlib.sha256(old.statement).hexdigest()
    with ward.look() as look:
        published = list(read_seals(all_seals(look)))  # as a witness outside reads them
    assert [one.statement for one in published[-2:]] == [old.statement, new.statement]
    assert list(inner_problems(published)) == []
    with ward.look() as look:
        for case_id in (first, second):
            case = ward.case(case_id)
            leaf = look.session.scalars(
                select(Leaf).where(Leaf.chain == case.chain).order_by(Leaf.position.desc())
            ).first()
            assert (leaf.seq, leaf.head) == (case.journal_seq, case.journal_head)
            path = inclusion(leaf.position, new.size, KeptTree(look.session))
            content = leaf_hash(leaf_content(case.chain, leaf.seq, leaf.head))
            assert root_by_inclusion(content, leaf.position, new.size, path) == new.root


def test_days_that_were_missed_are_sealed_one_by_one_as_they_were(ward):
    case_id = ward.filed_online()
    next_day(ward)
    before = ward.case(case_id).journal_seq
    ward.clock.advance(timedelta(days=2))
    ward.do(case_id, "check", {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền."}})
    assert next_day(ward) == 3
    quiet, also_quiet, last = seals(ward)[-3:]
    assert (quiet.root, quiet.size) == (also_quiet.root, also_quiet.size)
    assert told(quiet)["new"] == 0
    assert told(last)["new"] >= 1
    with ward.look() as look:
        kept = look.session.scalars(select(Leaf.seq).where(Leaf.chain == f"case:{case_id}").order_by(Leaf.position))
        assert list(kept) == [before, ward.case(case_id).journal_seq]


@ONE
@pytest.mark.parametrize(("days", "sealed_after"), [(1, 1), (6, 5)])
def test_an_act_written_later_than_it_is_dated_is_in_the_next_seal_or_in_that_of_sunday(ward, days, sealed_after):
    """Filed on a Monday and dated so, but written only days later: at once when it is not long ago, else on Sunday."""
    next_day(ward, days)
    monday = ward.clock.now() - timedelta(days=days)
    with ward.work() as work:
        work.session.add(
            Entry(
                chain="case:late", seq=1, at=monday, actor="system", verb="x", facts={}, personal_digest=None,
                previous=b"\0" * 32, digest=hashlib.sha256(b"late").digest(),
            )
        )  # fmt: skip
    assert "case:late" not in _chains(ward)
    next_day(ward)
    assert ("case:late" in _chains(ward)) is (days == 1 or seals(ward)[-1].day.weekday() == 6)
    next_day(ward, sealed_after)
    assert "case:late" in _chains(ward)


def _chains(ward: Ward) -> list[str]:
    with ward.look() as look:
        return list(look.session.scalars(select(Leaf.chain)))


def test_a_seal_cut_off_in_the_middle_goes_on_where_it_was(ward):
    for _ in range(3):
        ward.filed_online()
    ward.clock.advance(timedelta(days=1))
    with ward.look() as look:
        day = day_to_seal(look)
        heads = [one for part in newest_heads(look, day) for one in part]
    with ward.work() as work:  # and then the worker was killed
        assert append_heads(work, day, heads[:2]) == 2
    assert seal_history(ward.house) == 1
    with ward.look() as look:
        kept = look.session.execute(select(Leaf.chain, Leaf.seq)).all()
    assert len(kept) == len(set(kept)) == seals(ward)[-1].size == len(heads)


def test_two_workers_seal_a_day_once(ward):
    ward.filed_online()
    ward.clock.advance(timedelta(days=1))
    assert sum(at_once(2, lambda _: seal_history(ward.house))) == 1
    assert len(seals(ward)) == 1
    with ward.look() as look:
        assert look.session.scalar(select(func.count()).select_from(Leaf)) == seals(ward)[0].size


@ONE
def test_a_day_others_have_sealed_takes_nothing_more(ward):
    ward.filed_online()
    next_day(ward)
    day = seals(ward)[-1].day
    with ward.look() as look:
        heads = [one for part in newest_heads(look, day) for one in part]
    with ward.work() as work:
        assert append_heads(work, day, heads) == 0
        assert close_day(work, day) is None


@ONE
def test_a_seal_stands_also_while_nobody_can_sign_it(ward, monkeypatch):
    ward.filed_online()

    def away(*_: object, **__: object) -> bytes:
        raise Refusal("Không lấy được dấu thời gian; hãy thử lại sau.")

    with monkeypatch.context() as patched:
        patched.setattr(type(ward.house.ports.signatures), "sign_statement", away)
        with pytest.raises(Refusal):
            next_day(ward)
    assert [seal.signature for seal in seals(ward)] == [None]
    assert seal_history(ward.house) == 0
    assert seals(ward)[0].signature


@ONE
def test_full_tiles_are_kept_and_agree_with_the_leaves(ward):
    with ward.work() as work:
        for number in range(600):
            work.session.add(
                Entry(
                    chain=f"case:{number:04}", seq=1, at=work.now, actor="system", verb="x", facts={},
                    personal_digest=None, previous=b"\0" * 32, digest=hashlib.sha256(b"%d" % number).digest(),
                )
            )  # fmt: skip
    next_day(ward)
    seal = seals(ward)[-1]
    with ward.look() as look:
        assert look.session.scalar(select(func.count()).select_from(Tile)) == seal.size // 256
        tree = KeptTree(look.session)
        for leaf in look.session.scalars(select(Leaf).where(Leaf.position.in_((0, 255, 256, seal.size - 1)))):
            content = leaf_hash(leaf_content(leaf.chain, leaf.seq, leaf.head))
            path = inclusion(leaf.position, seal.size, tree)
            assert root_by_inclusion(content, leaf.position, seal.size, path) == seal.root

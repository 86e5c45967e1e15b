"""The journal: whatever is changed, moved or taken away is found; personal values may be erased."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, update

from engine.cases.models import Case
from engine.journal import Entry, OfficeChain, Personal
from engine.work import SYSTEM
from tests.factories import Ward
from tests.usecases.test_filing import at_once

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database


@pytest.fixture
def told(ward: Ward):
    """Two dossiers with some acts each."""
    first = ward.filed_online()
    ward.filed_online(by="duc")
    ward.do(first, "check", {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền."}})
    assert ward.faults() == []
    return first


def tamper(ward, statement) -> list[str]:
    with ward.work() as work:
        assert work.session.execute(statement.execution_options(synchronize_session=False)).rowcount > 0
    return ward.faults()


def chain(case_id) -> str:
    return f"case:{case_id}"


def test_changed_facts_are_found(ward, told):
    found = tamper(ward, update(Entry).where(Entry.chain == chain(told), Entry.seq == 2).values(facts={"task": "x"}))
    assert found == [f"{chain(told)} 2: was changed after it was written"]


@ONE
@pytest.mark.parametrize("column", ["actor", "verb", "at"])
def test_a_changed_actor_verb_or_moment_is_found(ward, told, column):
    value = ward.clock.now() if column == "at" else "somebody"
    ward.clock.advance(timedelta(days=1))
    value = ward.clock.now() if column == "at" else value
    found = tamper(ward, update(Entry).where(Entry.chain == chain(told), Entry.seq == 2).values({column: value}))
    assert found


@ONE
def test_changed_order_is_found(ward, told):
    with ward.work() as work:
        for old, new in ((2, 900), (3, 2), (900, 3)):
            work.session.execute(update(Entry).where(Entry.chain == chain(told), Entry.seq == old).values(seq=new))
    assert len(ward.faults()) >= 2


def test_changed_personal_values_are_found(ward, told):
    found = tamper(
        ward, update(Personal).where(Personal.chain == chain(told), Personal.seq == 1).values(values={"owner": "Khác"})
    )
    assert found == [f"{chain(told)} 1: its personal values were changed"]


@ONE
def test_an_act_taken_out_of_the_middle_is_found(ward, told):
    assert tamper(ward, delete(Entry).where(Entry.chain == chain(told), Entry.seq == 2))


def test_acts_taken_off_the_end_are_found(ward, told):
    last = ward.case(told).journal_seq
    found = tamper(ward, delete(Entry).where(Entry.chain == chain(told), Entry.seq == last))
    assert f"{chain(told)} {last}: acts {last} to {last} were taken off the end" in found


@ONE
def test_a_changed_head_is_found(ward, told):
    assert tamper(ward, update(Case).where(Case.id == told).values(journal_head=b"\1" * 32))


@ONE
def test_a_chain_without_an_owner_is_found(ward, told):
    with ward.work() as work:
        work.session.add(
            Entry(
                chain="case:nobody", seq=1, at=work.now, actor="system", verb="x", facts={}, personal_digest=None,
                previous=b"\0" * 32, digest=b"\0" * 32,
            )
        )  # fmt: skip
    assert "case:nobody 0: has no owner" in ward.faults()


@ONE
def test_personal_values_may_be_erased_without_breaking_the_chain(ward, told):
    assert tamper(ward, delete(Personal).where(Personal.chain == chain(told))) == []


@ONE
def test_the_chain_itself_names_nobody(ward):
    case_id = ward.dossier_at("hand_over")
    ward.do(case_id, "hand_over")
    dossier = ward.dossier(case_id)
    facts = " ".join(json.dumps(one.facts, ensure_ascii=False) + one.actor for one in ward.acts(case_id))
    for value in (dossier.owner_name, dossier.owner_identity, dossier.owner_phone, dossier.owner_address):
        assert value not in facts
    assert {one.actor for one in ward.acts(case_id)} >= {"system", f"official:{ward.people['an']}"}


def test_acts_without_a_case_stand_in_the_chain_of_their_office(ward):
    office = f"new-{uuid4()}"

    def write(number):
        with ward.house.unit_of_work(actor=SYSTEM) as work:
            return work.record_for_office(office, "office.opened", {"number": number}).seq

    assert sorted(at_once(4, write)) == [1, 2, 3, 4]
    assert ward.row(OfficeChain, office).journal_seq == 4
    assert ward.faults() == []

"""Whoever owns the database changes what happened: the seals, the heads on receipts and kept copies tell it."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from cli import journal as command
from engine.cases.models import Case
from engine.history import Leaf, Seal, Tile, chain_mark
from engine.journal import Entry, Personal, entry_digest, verify
from engine.merkle import EMPTY
from engine.performing import seal_history
from engine.queries.evidence import holds_head, judge
from engine.queries.heads import heads_of
from engine.queries.history import all_seals, compared, evidence_of, history_of, sealed_days
from engine.queries.history_check import against, check_seals, read_kept, unsealed
from engine.settings import ROOT
from engine.shortheads import read_short_head, short_head
from tests.factories import Ward

ONE = pytest.mark.dialects("sqlite")  # about rules, not about the database
REFUSED = {"check": {"outcome": "refuse", "reason": "Không thuộc thẩm quyền."}}


@pytest.fixture
def told(ward: Ward):
    """Two dossiers, one refused on the second day; both days are sealed."""
    first = ward.filed_online()
    ward.filed_online(by="duc")
    ward.clock.advance(timedelta(days=1))
    seal_history(ward.house)
    ward.do(first, "check", REFUSED)
    ward.clock.advance(timedelta(days=1))
    seal_history(ward.house)
    assert found(ward) == []
    return first


def tamper(ward: Ward, *statements) -> None:
    with ward.work() as work:
        for statement in statements:
            assert work.session.execute(statement.execution_options(synchronize_session=False)).rowcount > 0


def found(ward: Ward, kept: str = "") -> list[tuple[str, str, int]]:
    """What a whole check names: what was done, to which chain, at which act."""
    with ward.look() as look:
        faults = list(verify(look.session, heads_of(look.session)))
        faults += check_seals(look).faults + against(look, read_kept(kept))
        return [(one.kind, one.chain, one.seq) for one in faults]


def told_against(ward: Ward, kept: str) -> str:
    with ward.look() as look:
        return " / ".join(one.problem for one in against(look, read_kept(kept)))


def published(ward: Ward) -> str:
    with ward.look() as look:
        return "".join(all_seals(look))


def truncate(ward: Ward, case_id, number: int) -> None:
    """Take the last acts off and let the case say that nothing ever followed."""
    chain = f"case:{case_id}"
    with ward.look() as look:
        head = look.session.scalar(select(Entry.digest).where(Entry.chain == chain, Entry.seq == number))
    tamper(
        ward,
        delete(Personal).where(Personal.chain == chain, Personal.seq >= 1),
        delete(Entry).where(Entry.chain == chain, Entry.seq > number),
        update(Case).where(Case.id == case_id).values(journal_seq=number, journal_head=head),
    )


def rewrite(ward: Ward, case_id, number: int, facts: dict) -> None:
    """Change an act and make every digest after it fit again, as somebody with the program can."""
    chain = f"case:{case_id}"
    with ward.work() as work:
        acts = work.session.scalars(select(Entry).where(Entry.chain == chain).order_by(Entry.seq)).all()
        head = acts[0].previous
        for act in acts:
            act.previous = head
            if act.seq == number:
                act.facts = facts
            act.digest = head = entry_digest(vars(act))
        work.session.flush()
        work.session.execute(update(Case).where(Case.id == case_id).values(journal_head=head))


def test_an_edited_act_is_named(ward, told):
    tamper(ward, update(Entry).where(Entry.chain == f"case:{told}", Entry.seq == 2).values(facts={"task": "x"}))
    assert found(ward) == [("edited", f"case:{told}", 2)]


@ONE
def test_a_removed_act_is_named(ward, told):
    tamper(ward, delete(Entry).where(Entry.chain == f"case:{told}", Entry.seq == 2))
    assert ("removed", f"case:{told}", 3) in found(ward)


@ONE
def test_two_acts_that_changed_places_are_named(ward, told):
    chain = f"case:{told}"
    tamper(
        ward,
        *(
            update(Entry).where(Entry.chain == chain, Entry.seq == old).values(seq=new)
            for old, new in ((2, 900), (3, 2), (900, 3))
        ),
    )
    assert {("reordered", chain, 2), ("reordered", chain, 3)} <= set(found(ward))
    with ward.look() as look:
        problems = [one.problem for one in verify(look.session, only=chain)]
    assert {"was written as act 3", "was written as act 2"} <= set(problems)


def test_last_acts_taken_off_with_the_head_rewritten_are_named_by_the_seal(ward, told):
    count = ward.case(told).journal_seq
    truncate(ward, told, count - 1)
    assert found(ward) == [("truncated", f"case:{told}", count)]


@ONE
def test_last_acts_taken_off_alone_are_named_by_the_head(ward, told):
    count = ward.case(told).journal_seq
    tamper(
        ward,
        delete(Personal).where(Personal.chain == f"case:{told}"),
        delete(Entry).where(Entry.chain == f"case:{told}", Entry.seq > count - 2),
    )
    assert found(ward)[0] == ("truncated", f"case:{told}", count - 1)


def test_a_chain_written_anew_with_all_its_digests_is_named_by_the_seal(ward, told):
    rewrite(ward, told, 2, {"task": "another"})
    assert found(ward)
    assert {kind for kind, _, _ in found(ward)} == {"rewritten"}
    with ward.look() as look:
        assert list(verify(look.session, heads_of(look.session))) == []  # nobody could tell without seals


@ONE
def test_leaves_made_to_fit_a_rewritten_chain_no_longer_lead_to_the_sealed_root(ward, told):
    rewrite(ward, told, 2, {"task": "another"})
    chain = f"case:{told}"
    with ward.work() as work:
        for leaf in work.session.scalars(select(Leaf).where(Leaf.chain == chain)):
            leaf.head = work.session.scalar(select(Entry.digest).where(Entry.chain == chain, Entry.seq == leaf.seq))
    days = [f"seal:{seal.day}" for seal in _seals(ward)]
    assert found(ward) == [("seal", days[0], 0)]


def test_a_root_made_to_fit_loses_its_signature_and_its_successor(ward, told):
    seal = _seals(ward)[0]
    other = seal.statement.replace(seal.root.hex().encode(), EMPTY.hex().encode())
    tamper(ward, update(Seal).where(Seal.day == seal.day).values(root=EMPTY, statement=other))
    with ward.look() as look:
        problems = " / ".join(f"{one.chain} {one.problem}" for one in check_seals(look).faults)
    for told_of in ("signature does not hold (tampered)", "does not name the seal", "does not begin with the tree"):
        assert told_of in problems, problems


@ONE
def test_a_seal_or_a_tile_that_was_changed_or_taken_away_is_named(ward, told):
    first, last = _seals(ward)
    tamper(ward, delete(Seal).where(Seal.day == first.day))
    assert found(ward) == [("seal", f"seal:{last.day}", 0)]
    with ward.work() as work:
        work.session.add(Seal(**{name: getattr(first, name) for name in Seal.__table__.columns.keys()}))  # noqa: SIM118
        work.session.add(Tile(level=1, place=0, digest=EMPTY))
    assert found(ward) == []  # a tile nobody has filled yet is nobody's business
    tamper(ward, delete(Leaf).where(Leaf.position == last.size - 1))
    assert [kind for kind, _, _ in found(ward)] == ["seal"]


@ONE
def test_a_house_set_back_to_an_earlier_state_is_named_by_published_seals(ward, told, tmp_path):
    case_id = ward.filed_online()
    place = ward.house.settings.data / "motcua.sqlite3"
    with closing(sqlite3.connect(place)) as link:
        link.execute("VACUUM INTO ?", (str(tmp_path / "before.sqlite3"),))
    ward.do(case_id, "check", REFUSED)
    receipt = f"{ward.dossier(case_id).filing_code} {_head(ward, case_id)}"
    ward.clock.advance(timedelta(days=1))
    seal_history(ward.house)
    kept = published(ward)
    assert found(ward, kept) == found(ward, receipt) == []
    ward.house.database.dispose()
    for left in place.parent.glob("motcua.sqlite3*"):
        left.unlink()
    shutil.copy(tmp_path / "before.sqlite3", place)
    lost = sorted(json.loads(json.loads(line)["statement"])["day"] for line in kept.splitlines())[-1]
    assert found(ward) == []
    assert found(ward, kept) == [("seal", f"seal:{lost}", 0)]
    assert [kind for kind, _, _ in found(ward, receipt)] == ["truncated"]
    assert "the copy is signed by" in told_against(ward, kept)
    forged = kept.replace('\\"sample\\": true', '\\"sample\\": false')
    assert "the copy's own signature does not hold" in told_against(ward, forged)
    seal_history(ward.house)  # the house goes on as if nothing had been
    assert found(ward) == []
    assert found(ward, kept) == [("seal", f"seal:{lost}", 0)]


def _head(ward: Ward, case_id) -> str:
    case = ward.case(case_id)
    return short_head(case.journal_seq, case.journal_head)


def _seals(ward: Ward) -> list[Seal]:
    with ward.look() as look:
        return list(look.session.scalars(select(Seal).order_by(Seal.day)))


@ONE
def test_acts_no_seal_holds_are_spoken_of(ward, told):
    with ward.look() as look:
        assert unsealed(look) == []
    tamper(ward, update(Leaf).where(Leaf.chain == f"case:{told}").values(seq=1))
    with ward.look() as look:
        assert unsealed(look) == [f"case:{told}"]


@ONE
@pytest.mark.parametrize(
    "line", ["what is this", "case:x 1 zz", '{"statement": 1}', "{", "CODE 7-ABCDE-FGHJK-MNPQR-STVWX"]
)
def test_a_kept_file_that_is_none_is_refused(line):
    with pytest.raises(ValueError, match="line 1"):
        read_kept(line)


@ONE
def test_what_was_kept_is_read_in_every_form_it_is_given_out(ward, told):
    with ward.look() as look:
        statement = sealed_days(look)[0].statement.decode()
        heads = "\n".join(f"{chain} {seq} {head.hex()}" for chain, (seq, head) in heads_of(look.session).items())
    receipt = f"{ward.dossier(told).filing_code.lower()} {_head(ward, told)}"
    assert found(ward, statement) == found(ward, heads) == found(ward, receipt) == []
    assert read_kept(f"{heads}\n{published(ward)}\n{receipt}\n").count == len(heads.splitlines()) + 2 + 1
    truncate(ward, told, 1)
    for kept in (heads, receipt):
        assert ("truncated", f"case:{told}", _count(kept, told)) in found(ward, kept)
    assert found(ward, "NOP-000000-00000 " + receipt.split()[1])[-1][0] == "removed"


def _count(kept: str, case_id) -> int:
    line = next(one for one in kept.splitlines() if str(case_id) in one or "-" in one.split()[1])
    number = line.split()[1]
    return int(number.partition("-")[0])


def asked(ward: Ward, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.answer(ward.house, parser.parse_args(words))


@ONE
def test_the_command_names_each_fault_and_says_by_its_exit_whether_all_is_whole(ward, told, capsys, tmp_path):
    kept, evidence = tmp_path / "seals.jsonl", tmp_path / "evidence.json"
    assert asked(ward, "seals") == 0
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    evidence.write_text(_evidence(ward, told), encoding="utf-8")
    head = _head(ward, told)
    assert asked(ward, "verify", "--against", str(kept)) == 0
    assert "2 kept elsewhere: all whole" in capsys.readouterr().out
    assert asked(ward, "proof", str(evidence), "--head", head) == 0
    assert asked(ward, "proof", str(evidence), "--head", short_head(1, EMPTY)) == 1
    assert asked(ward, "proof", str(evidence), "--head", head[:-1]) == 2
    assert asked(ward, "proof", str(tmp_path / "none")) == asked(ward, "verify", "--against", str(evidence)) == 2
    assert asked(ward, "seal") == 0
    truncate(ward, told, 2)
    capsys.readouterr()
    assert asked(ward, "verify") == 1
    assert f"TRUNCATED  case:{told}, act " in capsys.readouterr().out
    assert asked(ward, "verify", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["whole"], {one["kind"] for one in said["faults"]}, said["seals"]) == (False, {"truncated"}, 2)


@ONE
def test_a_head_from_a_receipt_is_told_same_grown_foreign_or_mistyped(ward, told):
    other = ward.filed_online()
    at_first = _head(ward, other)
    ward.do(other, "check", REFUSED)
    with ward.look() as look:
        history = history_of(look, other)
        foreign = history_of(look, told)
    assert history.whole
    assert compared(history, history.head).kind == "same"
    assert compared(history, at_first.lower()).kind == "grown"
    assert compared(history, at_first).seq < history.count
    assert compared(foreign, at_first).kind == "foreign"
    assert compared(history, short_head(history.count + 1, EMPTY)).kind == "foreign"
    assert compared(history, at_first[:-1] + ("A" if at_first[-1] != "A" else "B")).kind == "unreadable"


def _evidence(ward: Ward, case_id) -> str:
    with ward.look() as look:
        return json.dumps(evidence_of(history_of(look, case_id), "CODE"))


CHANGES: list[tuple[str, Callable[[dict], object]]] = [
    ("acts", lambda told: told["acts"][1].update(at=told["acts"][1]["at"] + 1)),
    ("acts", lambda told: told["acts"][1].update(content="00" * 32)),
    ("acts", lambda told: told["acts"].pop(1)),
    ("acts", lambda told: told["acts"].clear()),
    ("sealed", lambda told: told["acts"].pop()),
    ("sealed", lambda told: told["sealed"].update(head="00" * 32)),
    ("root", lambda told: told.update(mark="00" * 32)),
    ("root", lambda told: told["sealed"].update(position=told["sealed"]["position"] + 1)),
    ("root", lambda told: told["sealed"]["path"].pop()),
    ("signature", lambda told: told["sealed"].update(statement=told["sealed"]["statement"] + " ")),
    ("signature", lambda told: told["sealed"].update(signature="AAAA")),
    ("unreadable", lambda told: told.pop("acts")),
    ("unreadable", lambda told: told["acts"][0].update(at="x" * 9)),
    ("unreadable", lambda told: told["acts"][0].update(at=10**40)),
    ("unreadable", lambda told: told.update(format="other")),
]


@ONE
def test_evidence_is_checked_without_the_house_and_every_change_to_it_is_told(ward, told):
    text, now = _evidence(ward, told), ward.clock.now()
    signatures = ward.house.ports.signatures
    judged = judge(text, signatures, now=now)
    assert (judged.broken, judged.sealed, judged.acts) == ("", ward.case(told).journal_seq, ward.case(told).journal_seq)
    assert judged.head == _head(ward, told)
    assert judged.by
    assert holds_head(text, read_short_head(judged.head))
    assert not holds_head(text, read_short_head(short_head(2, EMPTY)))
    for step, change in CHANGES:
        other = json.loads(text)
        change(other)
        assert judge(json.dumps(other), signatures, now=now).broken == step, step
    for junk in ("", "[]", "null", "x" * (9 << 20)):
        assert judge(junk, signatures, now=now).broken == "unreadable"


SCRIPT = """
import { judge } from "./web/assets/scripts/history.js";
const asked = JSON.parse(await new Response(process.stdin).text());
const said = [];
for (const [told, typed] of asked) said.push(await judge(told, typed));
console.log(JSON.stringify(said));
"""


@ONE
def test_the_script_of_the_page_judges_as_the_house_does(ward, told):
    text, head = _evidence(ward, told), _head(ward, told)
    asked: list[tuple[object, str]] = [
        (json.loads(text), typed) for typed in ("", head, head.lower().replace("-", " "), short_head(2, EMPTY))
    ]
    for _, change in CHANGES:
        other = json.loads(text)
        change(other)
        asked.append((other, ""))
    done = subprocess.run(
        ["node", "--input-type=module", "-e", SCRIPT], cwd=ROOT, input=json.dumps(asked), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    whole = judge(text, ward.house.ports.signatures, now=ward.clock.now())
    assert [one["broken"] for one in said] == [""] * 4 + [step for step, _ in CHANGES]
    assert [one["holds"] for one in said[:4]] == [None, True, True, False]
    assert (said[0]["head"], said[0]["acts"], said[0]["sealed"]["number"]) == (whole.head, whole.acts, whole.sealed)
    seal = _seals(ward)[-1]
    verdict = ward.house.ports.signatures.check_statement(seal.statement, seal.signature, now=ward.clock.now())
    assert said[0]["signer"] == {"name": verdict.signer, "key": verdict.key}


@ONE
def test_evidence_says_nothing_but_digests(ward, told):
    text, dossier = _evidence(ward, told), ward.dossier(told)
    with ward.look() as look:
        chains = look.session.scalars(select(Entry.chain).distinct()).all()
    for secret in (str(told), dossier.owner_name, dossier.owner_identity, dossier.owner_phone, "official:", *chains):
        assert secret not in text
    assert chain_mark(f"case:{told}").hex() in text


@ONE
def test_acts_of_the_first_form_still_hold_and_say_that_digests_do_not_show_it(ward, told):
    import engine.journal as journal

    chain = f"case:{told}"
    with ward.work() as work:
        acts = work.session.scalars(select(Entry).where(Entry.chain == chain).order_by(Entry.seq)).all()
        head = acts[0].previous
        for act in acts:
            act.previous = head
            act.digest = head = (journal._first_form if act.seq < 3 else entry_digest)(vars(act))
        work.session.execute(update(Case).where(Case.id == told).values(journal_head=head))
    with ward.look() as look:
        assert list(verify(look.session, heads_of(look.session))) == []
        history = history_of(look, told)
    contents = [act["content"] for act in evidence_of(history, "")["acts"]]
    assert contents[:2] == [None, None]
    assert all(contents[2:])

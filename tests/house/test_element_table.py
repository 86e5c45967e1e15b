"""The table of BPMN and DMN elements says what the code says."""

from __future__ import annotations

import re
from functools import cache

import pytest

from engine.bpmn.door import load
from engine.bpmn.lint import lint
from engine.bpmn.rulebook import RULES
from rules.decisions import DecisionError
from rules.dmn import parse_decisions
from rules.dmn_check import check_decisions
from tests.house.tree import HOUSE
from tests.unit.bpmn import specimens as bpmn
from tests.unit.rules import specimens as dmn

TABLE = HOUSE / "docs" / "bpmn-and-dmn.md"
ROW = re.compile(r"\| (?P<name>[^|]+) \| (?P<state>executed|drawn only|refused) \|(?P<note>[^|]*)\|")


@cache
def rows(heading: str) -> dict[str, tuple[str, str]]:
    """Element → (executed, drawn only or refused; what is said of it) of one chapter."""
    chapter = TABLE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = [ROW.fullmatch(line) for line in chapter.splitlines()]
    return {match["name"].strip(): (match["state"], match["note"].strip()) for match in found if match}


def test_the_structural_rules_stand_as_they_are_told() -> None:
    chapter = TABLE.read_text(encoding="utf-8").split("\n## Structure\n")[1].split("\n## ")[0]
    told = [line for line in chapter.splitlines() if line.startswith("| `bpmn.")]
    wanted = []
    for code, rule in RULES.items():
        kind = "note" if rule.severity == "warning" else "harmless" if rule.harmless else "error"
        wanted.append(f"| `bpmn.{code}` | {rule.message.msgid} | {rule.section} | {kind} |")
    assert told == wanted


def test_every_other_refusal_is_listed_as_it_is_told() -> None:
    text = TABLE.read_text(encoding="utf-8")
    chapter = text.split("\n## Sound, but refused\n")[1].split("\n## ")[0]
    told = [line.strip("| ").split(" | ") for line in chapter.splitlines() if line.startswith("| `bpmn.")]
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((HOUSE / "engine" / "bpmn").glob("*.py")))
    said = set(re.findall(r'Sentence\(\s*"([^"]+)"', sources))
    assert [message for _, message in told if message not in said] == []
    codes = re.findall(r'refuse\(\s*"([a-z-]+)"|Finding\("bpmn\.([a-z-]+)"|yield (?:element, )?"([a-z-]+)"', sources)
    known = {code.strip("`").removeprefix("bpmn.") for code, _ in told} | set(RULES)
    rest = {code for found in codes for code in found if code and code not in known}
    assert {code for code in rest if f"`bpmn.{code}`" not in text} == set()


def compare(name: str, told: tuple[str, str], reasons: list[str]) -> None:
    state, note = told
    if state == "refused":
        assert any(note == reason for reason in reasons), (
            f"docs/bpmn-and-dmn.md says of “{name}”: refused, {note}\nbut the code says: "
            + ("\n".join(reasons) or "nothing, so it is executed; write that into its row")
        )
    else:
        assert not reasons, f"docs/bpmn-and-dmn.md says “{name}” is {state}, but the code refuses it:\n" + "\n".join(
            reasons
        )


def test_every_element_has_its_row() -> None:
    assert set(rows("BPMN")) == set(bpmn.SPECIMENS)
    assert set(rows("DMN")) == set(dmn.SPECIMENS)


@pytest.mark.parametrize("name", bpmn.SPECIMENS)
def test_a_bpmn_element_stands_as_its_row_says(name: str) -> None:
    models = bpmn.SPECIMENS[name]
    reasons = [f"`{one.code}` {one.message}" for one in lint(models, "bpmn") if one.severity == "error"]
    compare(name, rows("BPMN")[name], reasons)
    if not reasons:
        assert load(models).process_ids


@pytest.mark.parametrize("name", dmn.SPECIMENS)
def test_a_dmn_element_stands_as_its_row_says(name: str) -> None:
    try:
        found = check_decisions(parse_decisions(dmn.SPECIMENS[name], "x.dmn"))
        reasons = [f"`{one.code}` {one.message}" for one in found if one.severity == "error"]
    except DecisionError as fault:
        reasons = [str(fault.message)]
    compare(name, rows("DMN")[name], reasons)

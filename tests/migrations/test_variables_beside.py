"""The step to format 2 of the saved state: nothing of a case is lost on the way, nor on the way back."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from cli.schema import migrate
from engine.bpmn import door
from engine.bpmn.saved import Saved, StateUnreadable
from engine.bpmn.state import restore, save
from tests.house.tree import HOUSE
from tests.migrations.test_steps import rows
from tests.unit.bpmn.telling import Told
from tests.unit.bpmn.test_golden import GOLDEN
from tests.usecases.conftest import database, offices, run_deferred, ward

__all__ = ["database", "offices", "run_deferred", "ward"]

FROZEN = sorted((GOLDEN / "v1").iterdir())


@pytest.fixture(scope="module")
def step() -> ModuleType:
    path = HOUSE / "migrations" / "versions" / "0010_variables_beside_the_tokens.py"
    spec = importlib.util.spec_from_file_location("step_0010", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", FROZEN, ids=lambda path: path.name)
def test_a_parted_state_is_the_same_case_and_can_be_put_together_again(step: ModuleType, folder: Path) -> None:
    old = (folder / "state.bin").read_bytes()
    definition = door.load({path.name: path.read_bytes() for path in folder.glob("*.bpmn")})
    story = json.loads((folder / "story.json").read_text(encoding="utf-8"))
    now = datetime.fromisoformat(story["now"])
    found = step._parted(old, {})
    parted = Saved(found["state"], found["data"])
    told = Told(definition, parted, now)
    assert told.look() == story["stands"]
    assert save(restore(definition, parted, now=now)) == parted
    for act in story["acts"]:
        told.act(tuple(act))
    assert told.seen == story["seen"]
    assert step._joined(parted.tokens, parted.data)["state"] == old


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x01damaged", b"\x09unknown"])
def test_a_state_that_cannot_be_read_stays_as_it_is_and_its_variables_are_kept(
    step: ModuleType, damaged: bytes
) -> None:
    found = step._parted(damaged, {"form": {"name": "Ánh"}})
    assert "state" not in found
    definition = door.load({"p.bpmn": (FROZEN[0] / "p.bpmn").read_bytes()})
    with pytest.raises(StateUnreadable):
        door.look(definition, Saved(damaged, found["data"]))
    assert step._joined(damaged, found["data"]) == {"variables": {"form": {"name": "Ánh"}}}


def test_the_column_of_before_shows_what_it_showed(step: ModuleType) -> None:
    exact = next(path for path in FROZEN if path.name == "exact-values")
    found = step._parted((exact / "state.bin").read_bytes(), {})
    shown = step._joined(found["state"], found["data"])["variables"]
    assert (shown["day"], shown["fee"], shown["$"]) == ("2026-02-28", "75000.10", "kept")


def test_cases_of_an_office_survive_the_step_down_and_up_again(ward):
    case_id = ward.filed_online()
    before, url = ward.case(case_id).variables, ward.house.settings.database_url
    ward.house.database.dispose()
    kept = rows(url)["cases"]
    migrate(url, to="0009")
    migrate(url)
    assert rows(url)["cases"] == kept
    assert ward.case(case_id).variables == before

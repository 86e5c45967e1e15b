"""Every released format of the saved state is read, and a case saved in it goes on as it would have gone on then."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from engine.bpmn import door
from engine.bpmn.saved import VERSION, Saved
from tests.unit.bpmn.drawings import NOW
from tests.unit.bpmn.stories import STORIES
from tests.unit.bpmn.telling import Told

GOLDEN = Path(__file__).parent / "golden"
FROZEN = sorted(path.parent for path in GOLDEN.glob("v*/*/story.json"))


def told_from(folder: Path) -> tuple[Told, dict]:
    """The case of a frozen state, and what was written down about it."""
    story = json.loads((folder / "story.json").read_text(encoding="utf-8"))
    models = {path.name: path.read_bytes() for path in folder.glob("*.bpmn")}
    data = folder / "data.bin"
    state = Saved((folder / "state.bin").read_bytes(), data.read_bytes() if data.exists() else b"")
    return Told(door.load(models), state, datetime.fromisoformat(story["now"])), story


@pytest.mark.parametrize("folder", FROZEN, ids=lambda path: f"{path.parent.name} {path.name}")
def test_a_case_saved_in_any_released_format_goes_on_to_the_same_end(folder: Path) -> None:
    told, story = told_from(folder)
    assert told.look() == story["stands"]
    for act, seen in zip(story["acts"], story["seen"], strict=True):
        told.act(tuple(act))
        assert told.seen[-1] == seen
    assert told.look()["ended"][0]


def test_every_released_format_has_every_kind_of_case() -> None:
    for version in range(1, VERSION + 1):
        names = {path.name for path in (GOLDEN / f"v{version}").iterdir()}
        assert names == {title.replace(" ", "-") for title in STORIES}


@pytest.mark.parametrize("title", STORIES)
def test_whoever_changes_what_is_written_gives_it_a_new_version_and_freezes_it(title: str) -> None:
    story, folder = STORIES[title], GOLDEN / f"v{VERSION}" / title.replace(" ", "-")
    told = Told(door.load(story.models), Saved(b""), NOW)
    told.begin(story.begin)
    for act in story.before:
        told.act(act)
    assert told.state == Saved((folder / "state.bin").read_bytes(), (folder / "data.bin").read_bytes())

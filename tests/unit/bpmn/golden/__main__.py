"""Freeze every story with the format the engine writes now: python -m tests.unit.bpmn.golden v2."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine.bpmn import door
from engine.bpmn.saved import Saved
from tests.unit.bpmn.drawings import NOW
from tests.unit.bpmn.stories import STORIES, Story
from tests.unit.bpmn.telling import Told

HERE = Path(__file__).parent


def freeze(folder: Path, story: Story) -> None:
    """Write down a case on its way: drawings, saved state, and what is seen of it now and after every later act."""
    folder.mkdir(parents=True)
    for name, xml in story.models.items():
        (folder / name).write_bytes(xml)
    told = Told(door.load(story.models), Saved(b""), NOW)
    told.begin(story.begin)
    for act in story.before:
        told.act(act)
    (folder / "state.bin").write_bytes(told.state.tokens)
    (folder / "data.bin").write_bytes(told.state.data)
    later = {"now": told.now.isoformat(), "stands": told.look(), "acts": story.after}
    told.seen.clear()
    for act in story.after:
        told.act(act)
    text = json.dumps(later | {"seen": told.seen}, ensure_ascii=False, indent=1)
    (folder / "story.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    target = HERE / sys.argv[1]
    if target.exists():
        sys.exit(f"{target} is frozen already; released files are never written again")
    for title, one in STORIES.items():
        freeze(target / title.replace(" ", "-"), one)
    print(f"{len(STORIES)} stories in {target}")

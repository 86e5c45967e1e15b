"""The page about the engine is true: its example runs and says what is shown, its calls are the door's."""

from __future__ import annotations

import re
import subprocess
import sys

from engine.bpmn import door
from tests.house.tree import HOUSE

PAGE = (HOUSE / "docs" / "engine.md").read_text(encoding="utf-8")


def test_the_example_says_what_the_page_shows() -> None:
    words = [sys.executable, "-m", "docs.examples.one_case"]
    said = subprocess.run(words, cwd=HOUSE, capture_output=True, text=True, timeout=60)
    shown = re.search(r"```text\n(.*?)```", PAGE, re.S)
    assert said.returncode == 0, said.stderr
    assert shown is not None
    assert said.stdout == shown[1]


def test_every_call_of_the_door_is_on_the_page() -> None:
    calls = {name for name in door.__all__ if name.islower()}
    missing = {name for name in calls if f"`{name}" not in PAGE}
    assert not missing

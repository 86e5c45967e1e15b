"""An English reader never meets a word without English."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.ui.catalogues import ROOT, missing, rooms


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(ROOT)))
def test_every_word_of_a_room_has_english(room: Path) -> None:
    lacking = [f"{word.file}:{word.line}: {word.key}" for word in missing(room)]
    name = room.relative_to(ROOT)
    assert not lacking, (
        f"{len(lacking)} texts of {name} have no English yet. Run `python -m web.ui.catalogues update {name}`, "
        f"fill the empty msgstr lines of {name}/translations/en/LC_MESSAGES/messages.po, and run this test again:\n"
        + "\n".join(lacking)
    )

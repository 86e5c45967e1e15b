"""An English reader never meets a word without English."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from web.ui.catalogues import ROOT, in_line, main, missing, read_catalogue, room_named, rooms


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(ROOT)))
def test_every_word_of_a_room_has_english(room: Path) -> None:
    lacking = [f"{word.file}:{word.line}: {word.key}" for word in missing(room)]
    name = room.relative_to(ROOT)
    assert not lacking, (
        f"{len(lacking)} texts of {name} have no English yet. Run `python -m web.ui.catalogues update {name}`, "
        f"fill the empty msgstr lines of {name}/translations/en/LC_MESSAGES/messages.po, and run this test again:\n"
        + "\n".join(lacking)
    )


def test_bringing_every_catalogue_in_line_changes_none() -> None:
    """`python -m web.ui.catalogues update` is safe at any time: what is in a catalogue is there because it is said."""

    def entries(catalogue: Catalog) -> dict[object, object]:
        return {message.id: message.string for message in catalogue if message.id}

    out_of_line = {}
    for room in rooms():
        now, then = entries(read_catalogue(room)), entries(in_line(room))
        if now != then:
            out_of_line[str(room.relative_to(ROOT))] = sorted(map(str, now.keys() ^ then.keys()))
    assert not out_of_line, f"run `python -m web.ui.catalogues update {' '.join(out_of_line)}`: {out_of_line}"


def test_a_room_goes_by_its_name_and_a_stranger_s_folder_is_never_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert room_named("ui") == room_named("web/ui/") == ROOT / "web" / "ui"
    assert room_named("engine") == ROOT / "engine"
    for stray in ("uii", "docs", "../ui", ""):
        assert main(["update", stray]) == 2
        assert "web/ui" in capsys.readouterr().err
    assert not (ROOT / "uii").exists()
    assert not (ROOT / "docs" / "translations").exists()

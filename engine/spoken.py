"""What the house says, in another language, where no page says it: on a terminal, in a letter to an official."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
ROOMS = ("rules", "forms", "signing", "processes", "engine")


@cache
def speaker(language: str) -> Callable[[str], str]:
    """What turns a msgid into a text of that language, from the compiled catalogues of all rooms.

    A text that two rooms say has its translation in one of them, which may be a room of pages.
    """
    if language == "vi":
        return lambda text: text
    spoken: gettext.NullTranslations = gettext.NullTranslations()
    for folder in (*sorted(HOUSE.glob("web/*/translations")), *(HOUSE / room / "translations" for room in ROOMS)):
        found = gettext.translation("messages", str(folder), [language], fallback=True)
        found.add_fallback(spoken)
        spoken = found
    return lambda text: spoken.gettext(text) if text else ""

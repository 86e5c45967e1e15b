"""Words in both languages of the house, as values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The same words in Vietnamese and English."""

    vi: str
    en: str

    def __str__(self) -> str:
        """Give the Vietnamese words, the ones that count."""
        return self.vi

    def in_(self, locale: str) -> str:
        """Give the words in a locale; anything but English is Vietnamese."""
        return self.en if locale.startswith("en") and self.en else self.vi


NOTHING = Text("", "")

"""Which words of which room still lack English, and how catalogues are compiled.

Source words are the Vietnamese texts themselves. Commands, for the rooms named or for all:

    python -m web.ui.catalogues check web/public     what has no English yet and where it stands (exit code 1 if any)
    python -m web.ui.catalogues update web/public    adds empty entries to the room's catalogue and drops unused ones;
                                                     then fill its msgstr lines
    python -m web.ui.catalogues compile              writes the .mo files that a running site reads

A room's catalogue is translations/en/LC_MESSAGES/messages.po inside it; a word counts as translated when any room has
it. Marked are the words in `_()`, `_l()`, `N_()`, `gettext`, `lazy_gettext` and `ngettext`, the first text of every
`Sentence` of the pure rooms, and of every refusal by its name (the second of `SigningRefused` and `FieldProblem`, the
third of `FieldError`). Write them as plain literals with %(name)s places: words put together with f-strings cannot be
found.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.spoken import ROOMS

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "Refusal": None,
    "NotSignedIn": None,
    "Forbidden": None,
    "NotFound": None,
    "Conflict": None,
    "TooLarge": None,
    "Invalid": None,
    "Unavailable": None,
    "NotStartable": None,
    "StateUnreadable": None,
    "__init__": None,  # a refusal that writes its own words
    "SigningRefused": (2,),
    "PerhapsSigned": (2,),
    "FieldProblem": (2,),
    "FieldError": (3,),
    "Sentence": None,
}
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
BEGINNING = datetime(2026, 11, 21, tzinfo=UTC)
SPECIMENS = ("web/ui/styleguide.py", "web/ui/templates/ui/styleguide")


@dataclass(frozen=True)
class Word:
    """A text that readers see, and the first place where it stands."""

    text: str | tuple[str, ...]
    file: str
    line: int

    @property
    def key(self) -> str:
        return self.text if isinstance(self.text, str) else self.text[0]


def rooms() -> list[Path]:
    """The folders that bring words to a page, each with its own catalogue."""
    inside_web = [
        room for room in sorted((ROOT / "web").iterdir()) if room.is_dir() and (room / "__init__.py").exists()
    ]
    return [*inside_web, *(ROOT / name for name in ROOMS)]


def room_named(name: str) -> Path:
    """The room somebody means by its path or by its name alone ("web/ui" is "ui"); LookupError says which there are."""
    known = {str(room.relative_to(ROOT)): room for room in rooms()}
    asked = name.strip("/")
    for path in (asked, f"web/{asked}"):
        if path in known:
            return known[path]
    raise LookupError(f"No room “{name}” has words of its own. There are: {', '.join(known)}")


def catalogue_file(room: Path) -> Path:
    """Where a room's English stands."""
    return room / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def _loose_words() -> list[tuple[str, int, str | tuple[str, ...]]]:
    """Texts of the modules that lie in `web` itself; they belong to the catalogue of `web/ui`."""
    found = []
    for file in sorted((ROOT / "web").glob("*.py")):
        for line, text, _comments, _context in extract_from_file("python", file, KEYWORDS):
            found.append((str(file.relative_to(ROOT)), line, text))
    return found


@cache
def words_of(room: Path) -> list[Word]:
    """Every marked text of a room, each once, in the order of its files."""
    places = _loose_words() if room == ROOT / "web" / "ui" else []
    for name, line, text, _comments, _context in extract_from_dir(room, METHODS, OPTIONS, KEYWORDS):
        places.append((str((room / name).relative_to(ROOT)), line, text))
    found: dict[str, Word] = {}
    for file, line, text in places:
        word = Word(tuple(text) if isinstance(text, (tuple, list)) else text, file, line)
        if word.key and not file.startswith(SPECIMENS):
            found.setdefault(word.key, word)
    return list(found.values())


def _empty() -> Catalog:
    """A catalogue whose header carries no date, so that two runs write the same file."""
    return Catalog(locale="en", project="motcua", fuzzy=False, creation_date=BEGINNING, revision_date=BEGINNING)


def read_catalogue(room: Path) -> Catalog:
    """A room's English, empty where it has none."""
    path = catalogue_file(room)
    if not path.exists():
        return _empty()
    with path.open("rb") as handle:
        return read_po(handle, locale="en")


def translated(every: Iterable[Path]) -> set[str]:
    """All texts for which some room has English."""
    known: set[str] = set()
    for room in every:
        for message in read_catalogue(room):
            text = message.id if isinstance(message.id, str) else message.id[0]
            full = all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)
            if text and full and not message.fuzzy:
                known.add(text)
    return known


def missing(room: Path) -> list[Word]:
    """A room's texts that an English reader would see in Vietnamese."""
    known = translated(rooms())
    return [word for word in words_of(room) if word.key not in known]


def update(room: Path) -> int:
    """Bring a room's catalogue in line with its texts; what was translated stays. Returns how many are empty."""
    fresh = in_line(room)
    path = catalogue_file(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, fresh, width=120, omit_header=False, sort_by_file=False, include_lineno=False)
    strings = [message.string for message in fresh if message.id]
    return sum(not (all(one) if isinstance(one, (tuple, list)) else one) for one in strings)


def in_line(room: Path) -> Catalog:
    """A room's catalogue as its texts ask for it, and nothing that no page says any more.

    A word that is not marked stays too while it stands in the room's own modules (the forms' messages to applicants),
    or while another room says it and no room but this one has its English. Where two rooms have it, the one that does
    not say it gives it up.
    """
    old, fresh = read_catalogue(room), _empty()
    elsewhere = translated(other for other in rooms() if other != room)
    for word in words_of(room):
        kept = old.get(word.key)
        if kept is None and word.key in elsewhere:
            continue
        fresh.add(word.text, kept.string if kept is not None else "", locations=[(word.file, word.line)])
    needed = {word.key for other in rooms() if other != room for word in words_of(other)} - elsewhere
    needed |= _texts_in(room)
    for message in old:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and message.string and key in needed and fresh.get(key) is None:
            fresh.add(message.id, message.string)
    return fresh


def _texts_in(room: Path) -> set[str]:
    """Every literal text in the modules of a room."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in sorted(room.rglob("*.py")))
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def compile_catalogues() -> int:
    """Write the .mo file beside every catalogue that is newer than it; returns how many were written."""
    written = 0
    for room in rooms():
        source = catalogue_file(room)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
            continue
        partial = target.with_suffix(".mo.part")
        with partial.open("wb") as handle:
            write_mo(handle, read_catalogue(room))
        partial.replace(target)
        written += 1
    return written


def _report(words: list[Word]) -> None:
    for word in words:
        print(f"{word.file}:{word.line}: {word.key}")


def main(arguments: list[str]) -> int:
    """The commands of this module; see its first lines."""
    command, names = (arguments[0] if arguments else ""), arguments[1:]
    try:
        chosen = [room_named(name) for name in names] or rooms()
    except LookupError as unknown:
        print(unknown.args[0], file=sys.stderr)
        return 2
    if command == "check":
        lacking = [word for room in chosen for word in missing(room)]
        _report(lacking)
        print(f"{len(lacking)} without English")
        return 1 if lacking else 0
    if command == "update":
        for room in chosen:
            print(f"{room.relative_to(ROOT)}: {update(room)} entries to fill")
        return 0
    if command == "compile":
        print(f"{compile_catalogues()} catalogues compiled")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

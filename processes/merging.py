"""Three versions of a bundle: where the office and the library both began, what each made of it, and both together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from processes.merging_drawings import take_drawn, tied, uprooted
from processes.merging_forms import take_questions
from processes.merging_settings import take_settings
from processes.parts import Part, parts_of, same
from processes.reading import BundleError

Side = Literal["library", "office", "both"]
WHOLE = ""
"""The id of a touch that concerns a file as a whole."""


class Unmergeable(ValueError):
    """Two versions of a file cannot be put together by element; somebody chooses one of them whole."""


@dataclass(frozen=True)
class Touch:
    """One element of one file that was touched since the two parted, by whom; None: it is not there (any more).

    `base`, `library`, `office` are what it says in the three versions, by property; `id` is empty where the file is
    touched as a whole. Touched by "both" means differently by each: a conflict somebody has to decide.
    """

    path: str
    id: str
    name: str
    by: Side
    base: Mapping[str, str] | None
    library: Mapping[str, str] | None
    office: Mapping[str, str] | None

    @property
    def key(self) -> str:
        """What the touch is called in a form: the file and the element."""
        return f"{self.path}#{self.id}"


Files = Mapping[str, bytes]


def touches(base: Files, library: Files, office: Files) -> tuple[Touch, ...]:
    """Everything either of the two changed, by file and element; what both did alike is left out."""
    found: list[Touch] = []
    for path in sorted({*base, *library, *office}):
        found += _of_file(path, base.get(path), library.get(path), office.get(path))
    return tuple(found)


def merge(base: Files, library: Files, office: Files) -> Files:
    """The office's files with all the library changed and the office did not; conflicts stay as the office has them.

    What is taken fits what is there: `touches` calls what would not fit a conflict.
    """
    return _taking(base, library, office, [one for one in touches(base, library, office) if one.by == "library"])


def choose(base: Files, library: Files, office: Files, key: str) -> Files:
    """The office's files with one touch (`Touch.key`) as the library has it.

    KeyError or ValueError where it finds no place in the office's file.
    """
    return _taking(base, library, office, [one for one in touches(base, library, office) if one.key == key])


def _taking(base: Files, library: Files, office: Files, chosen: Collection[Touch]) -> Files:
    result = dict(office)
    by_file: dict[str, list[Touch]] = {}
    for touch in chosen:
        by_file.setdefault(touch.path, []).append(touch)
    for path, taken in by_file.items():
        if _is_whole(taken) and path not in library:
            result.pop(path, None)
        elif path not in office or _alike(path, base.get(path), office[path]) or _is_whole(taken):
            result[path] = library[path]
        else:
            result[path] = _together(path, base[path], library[path], office[path], {touch.id for touch in taken})
    return result


def _is_whole(taken: Collection[Touch]) -> bool:
    """Whether a file is taken as it is; the head of a form is an element without an id."""
    return any(touch.id == WHOLE and touch.name == touch.path for touch in taken)


def _of_file(path: str, base: bytes | None, library: bytes | None, office: bytes | None) -> list[Touch]:
    if _alike(path, library, office) or (_alike(path, base, library) and _alike(path, base, office)):
        return []
    if base is not None and library is not None and office is not None:
        try:
            found = _of_elements(path, base, library, office)
            if found or not _alike(path, base, office):  # nothing but the layout moved, and the office left it alone
                return found
        except (Unmergeable, BundleError, ValueError, LookupError, RecursionError, etree.LxmlError):
            pass
    by: Side = "library" if _alike(path, base, office) else "office" if _alike(path, base, library) else "both"
    there: list[Mapping[str, str] | None] = [None if one is None else {} for one in (base, library, office)]
    return [Touch(path, WHOLE, path, by, *there)]


def _alike(path: str, one: bytes | None, other: bytes | None) -> bool:
    return one is other or (one is not None and other is not None and same(path, one, other))


def _of_elements(path: str, base: bytes, library: bytes, office: bytes) -> list[Touch]:
    parts = [units(path, one) for one in (base, library, office)]
    found = []
    for id_ in dict.fromkeys([*parts[1], *parts[2], *parts[0]]):
        old, theirs, own = (one.get(id_) for one in parts)
        said = [None if one is None else one.values for one in (old, theirs, own)]
        if said[1] == said[2]:
            continue
        by: Side = "library" if said[0] == said[2] else "office" if said[0] == said[1] else "both"
        name = next((one.name for one in (own, theirs, old) if one is not None and one.name), "")
        found.append(Touch(path, id_, name, by, *said))
    return _fitting(path, base, library, office, found)


def _fitting(path: str, base: bytes, library: bytes, office: bytes, found: list[Touch]) -> list[Touch]:
    """The same touches; what of the library would hang in the air in the office's file is a conflict."""
    taken = {touch.id for touch in found if touch.by == "library"}
    loose: set[str] = set()
    while taken - loose:
        more = uprooted(library, office, taken - loose) if path.endswith((".bpmn", ".dmn")) else set()
        if not more:
            break
        loose |= more | (tied(base, more) & taken)
    rest = taken - loose
    if rest:
        _check_together(path, base, library, office, rest)
    return [
        Touch(one.path, one.id, one.name, "both", one.base, one.library, one.office) if one.id in loose else one
        for one in found
    ]


def units(path: str, content: bytes) -> dict[str, Part]:
    """The elements by which a file is merged: its parts, each key of the settings' head by itself, order aside."""
    parts = parts_of(path, content)
    if parts is None:
        raise Unmergeable(path)
    if path.endswith(".toml"):
        head = parts.pop("", Part("", {}))
        return {f"={key}": Part(key, {key: value}) for key, value in head.values.items()} | parts
    if path.endswith(".form"):
        return {
            id_: Part(one.name, {key: value for key, value in one.values.items() if key != "position"})
            for id_, one in parts.items()
        }
    return parts


def _together(path: str, base: bytes, library: bytes, office: bytes, ids: Collection[str]) -> bytes:
    if path.endswith((".bpmn", ".dmn")):
        return take_drawn(base, library, office, ids)
    if path.endswith(".form"):
        return take_questions(library, office, ids)
    if path.endswith(".toml"):
        return take_settings(library, office, ids)
    raise Unmergeable(path)


def _check_together(path: str, base: bytes, library: bytes, office: bytes, ids: Collection[str]) -> None:
    """Unmergeable unless the file put together says of every element what it has to, and nothing else."""
    theirs, own = units(path, library), units(path, office)
    wanted = {id_: part.values for id_, part in own.items() if id_ not in ids}
    wanted |= {id_: theirs[id_].values for id_ in ids if id_ in theirs}
    got = {id_: part.values for id_, part in units(path, _together(path, base, library, office, ids)).items()}
    if got != wanted:
        raise Unmergeable(path)

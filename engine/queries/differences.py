"""What changed between two versions of a bundle, told by element and not by the habits of the tool that wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from processes.parts import Part, parts_of, same
from processes.reading import BundleError

Kind = Literal["added", "removed", "changed"]
MOST_DETAILS = 12
LONGEST = 160


@dataclass(frozen=True)
class Detail:
    """One property that differs: how the file calls it, its value before and after (empty where there was none)."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class ElementChange:
    """One element of a drawing, form, table or settings file that came, went or changed."""

    id: str
    name: str
    kind: Kind
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class FileChange:
    """One file that differs; `moved` when only the picture's layout does, `lines` for texts without elements."""

    path: str
    kind: Kind
    elements: tuple[ElementChange, ...] = ()
    moved: bool = False
    lines: tuple[str, ...] = ()


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """The files that differ in meaning, by path; what is only written another way does not count."""
    changes = []
    for path in sorted({*before, *after}):
        if path not in after:
            changes.append(FileChange(path, "removed"))
        elif path not in before:
            changes.append(FileChange(path, "added"))
        elif not same(path, before[path], after[path]):
            changes.append(_changed(path, before[path], after[path]))
    return tuple(changes)


def _changed(path: str, before: bytes, after: bytes) -> FileChange:
    try:
        old, new = parts_of(path, before), parts_of(path, after)
    except (BundleError, ValueError, RecursionError):
        return FileChange(path, "changed", lines=_lines(before, after))
    if old is None or new is None:
        return FileChange(path, "changed", lines=_lines(before, after))
    elements = tuple(_element_changes(old, new))
    drawing = path.endswith((".bpmn", ".dmn"))
    return FileChange(path, "changed", elements, moved=drawing and not elements)


def _element_changes(old: Mapping[str, Part], new: Mapping[str, Part]) -> Iterator[ElementChange]:
    for key, part in new.items():
        if key not in old:
            yield ElementChange(key, part.name, "added")
        elif part.values != old[key].values:
            yield ElementChange(key, part.name or old[key].name, "changed", _details(old[key].values, part.values))
    for key, part in old.items():
        if key not in new:
            yield ElementChange(key, part.name, "removed")


def _details(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Detail, ...]:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return tuple(Detail(key, _short(before.get(key, "")), _short(after.get(key, ""))) for key in keys[:MOST_DETAILS])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _lines(before: bytes, after: bytes) -> tuple[str, ...]:
    """The lines that differ, with - and + before them."""
    old, new = (content.decode("utf-8", "replace").splitlines() for content in (before, after))
    told = difflib.unified_diff(old, new, lineterm="", n=1)
    return tuple(_short(line) for line in list(told)[2:80])

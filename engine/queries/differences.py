"""What changed between two versions of a bundle, told by element and not by the habits of the tool that wrote it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

from processes.bundle import digest_of, parse_xml
from processes.reading import BundleError
from processes.toml import read_toml

Kind = Literal["added", "removed", "changed"]
MOST_DETAILS = 12
LONGEST = 160
_SILENT = {"incoming", "outgoing"}
_DRAWN = "http://www.omg.org/spec/BPMN/20100524/DI"
_DRAWN_DECISIONS = "https://www.omg.org/spec/DMN/20191111/DMNDI/"


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


@dataclass
class _Part:
    name: str
    values: dict[str, str]


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """The files that differ in meaning, by path; what is only written another way does not count."""
    changes = []
    for path in sorted({*before, *after}):
        if path not in after:
            changes.append(FileChange(path, "removed"))
        elif path not in before:
            changes.append(FileChange(path, "added"))
        elif not _same(path, before[path], after[path]):
            changes.append(_changed(path, before[path], after[path]))
    return tuple(changes)


def _same(path: str, before: bytes, after: bytes) -> bool:
    if before == after:
        return True
    try:
        return digest_of({path: before}) == digest_of({path: after})
    except (BundleError, etree.LxmlError):
        return False


def _changed(path: str, before: bytes, after: bytes) -> FileChange:
    try:
        old, new = _parts(path, before), _parts(path, after)
    except (BundleError, ValueError, RecursionError):
        return FileChange(path, "changed", lines=_lines(before, after))
    if old is None or new is None:
        return FileChange(path, "changed", lines=_lines(before, after))
    elements = tuple(_element_changes(old, new))
    drawing = path.endswith((".bpmn", ".dmn"))
    return FileChange(path, "changed", elements, moved=drawing and not elements)


def _element_changes(old: Mapping[str, _Part], new: Mapping[str, _Part]) -> Iterator[ElementChange]:
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


def _parts(path: str, content: bytes) -> dict[str, _Part] | None:
    if path.endswith((".bpmn", ".dmn")):
        return _drawn_parts(parse_xml(content, path))
    if path.endswith(".form"):
        return _form_parts(json.loads(content))
    if path.endswith(".toml"):
        return _settings_parts(read_toml(content.decode("utf-8")))
    return None


def _drawn_parts(root: etree._Element) -> dict[str, _Part]:
    """Every element with an id and what it says itself; elements with ids inside it stand for themselves."""
    parts: dict[str, _Part] = {}
    for node in root.iter():
        if not isinstance(node.tag, str) or etree.QName(node).namespace in (_DRAWN, _DRAWN_DECISIONS):
            continue
        key = node.get("id")
        if key and not _inside_picture(node):
            parts[key] = _Part(node.get("name") or node.get("label") or "", dict(_said(node, "")))
    return parts


def _inside_picture(node: etree._Element) -> bool:
    return any(etree.QName(one).namespace in (_DRAWN, _DRAWN_DECISIONS) for one in node.iterancestors())


def _said(node: etree._Element, place: str) -> Iterator[tuple[str, str]]:
    if not place:
        yield "type", etree.QName(node).localname
    if (node.text or "").strip():
        yield place or "text", " ".join((node.text or "").split())
    for name, value in node.attrib.items():
        if str(name) != "id":
            yield f"{place}.{etree.QName(name).localname}".strip("."), str(value)
    seen: dict[str, int] = {}
    for child in node:
        if not isinstance(child.tag, str) or etree.QName(child).localname in _SILENT or child.get("id"):
            continue
        if etree.QName(child).namespace in (_DRAWN, _DRAWN_DECISIONS):
            continue
        name = etree.QName(child).localname
        if label := child.get("key") or child.get("name") or child.get("target"):
            name = f"{name}[{label}]"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = f"{name}#{seen[name]}"
        inner = name if not place or place == "extensionElements" else f"{place}.{name}"
        yield from _said(child, inner)


def _form_parts(document: Any) -> dict[str, _Part]:
    parts = {"": _Part("", dict(_flat({k: v for k, v in document.items() if k != "components"})))}

    def collect(components: Any, above: str) -> None:
        for place, one in enumerate(components if isinstance(components, list) else ()):
            if not isinstance(one, dict):
                continue
            key = str(one.get("key") or one.get("path") or one.get("id") or f"{above}{place}")
            own = {name: value for name, value in one.items() if name not in ("components", "id", "layout")}
            known = f"{above}{key}"
            while known in parts:
                known += "′"
            parts[known] = _Part(str(one.get("label") or ""), {**dict(_flat(own)), "position": str(place)})
            collect(one.get("components"), f"{known}.")

    collect(document.get("components"), "")
    return parts


def _settings_parts(values: Mapping[str, Any]) -> dict[str, _Part]:
    """Each table of the settings is an element; what stands before the first table is one without a name."""
    parts: dict[str, _Part] = {"": _Part("", {})}
    for key, value in values.items():
        if isinstance(value, dict):
            parts[key] = _Part(key, dict(_flat(value)))
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for place, one in enumerate(value, 1):
                own = str(one.get("key") or place)
                parts[f"{key}.{own}"] = _Part(f"{key} {own}", dict(_flat(one)))
        else:
            parts[""].values[key] = _plain(value)
    return parts


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{place}.{key}".strip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            yield from _flat(inner, f"{place}[{index}]")
    else:
        yield place, _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

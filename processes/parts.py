"""What a file of a bundle is made of: elements of a drawing, questions of a form, tables of the settings, and so on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from processes.bundle import digest_of, parse_xml
from processes.reading import BundleError
from processes.toml import read_toml

_SILENT = {"incoming", "outgoing"}
_DRAWN = "http://www.omg.org/spec/BPMN/20100524/DI"
_DRAWN_DECISIONS = "https://www.omg.org/spec/DMN/20191111/DMNDI/"


@dataclass
class Part:
    """One element of a file: its name and what it says itself, by property; inner elements stand for themselves."""

    name: str
    values: dict[str, str]


def same(path: str, one: bytes, other: bytes) -> bool:
    """Whether two files mean the same, however they are written."""
    if one == other:
        return True
    try:
        return digest_of({path: one}) == digest_of({path: other})
    except (BundleError, etree.LxmlError):
        return False


def parts_of(path: str, content: bytes) -> dict[str, Part] | None:
    """The elements of a file by id, None for texts without any; ValueError or BundleError when it is unreadable."""
    if path.endswith((".bpmn", ".dmn")):
        return _drawn_parts(parse_xml(content, path))
    if path.endswith(".form"):
        return _form_parts(json.loads(content))
    if path.endswith(".toml"):
        return _settings_parts(read_toml(content.decode("utf-8")))
    return None


def _drawn_parts(root: etree._Element) -> dict[str, Part]:
    """Every element with an id and what it says itself; elements with ids inside it stand for themselves."""
    parts: dict[str, Part] = {}
    for node in root.iter():
        if not isinstance(node.tag, str) or etree.QName(node).namespace in (_DRAWN, _DRAWN_DECISIONS):
            continue
        key = node.get("id")
        if key and not _inside_picture(node):
            parts[key] = Part(node.get("name") or node.get("label") or "", dict(_said(node, "")))
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


def _form_parts(document: Any) -> dict[str, Part]:
    parts = {"": Part("", dict(flat({k: v for k, v in document.items() if k != "components"})))}

    def collect(components: Any, above: str) -> None:
        for place, one in enumerate(components if isinstance(components, list) else ()):
            if not isinstance(one, dict):
                continue
            key = str(one.get("key") or one.get("path") or one.get("id") or f"{above}{place}")
            own = {name: value for name, value in one.items() if name not in ("components", "id", "layout")}
            known = f"{above}{key}"
            while known in parts:
                known += "′"
            parts[known] = Part(str(one.get("label") or ""), {**dict(flat(own)), "position": str(place)})
            collect(one.get("components"), f"{known}.")

    collect(document.get("components"), "")
    return parts


def _settings_parts(values: Mapping[str, Any]) -> dict[str, Part]:
    """Each table of the settings is an element; what stands before the first table is one without a name."""
    parts: dict[str, Part] = {"": Part("", {})}
    for key, value in values.items():
        if isinstance(value, dict):
            parts[key] = Part(key, dict(flat(value)))
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for place, one in enumerate(value, 1):
                own = str(one.get("key") or one.get("title") or place)
                parts[f"{key}.{own}"] = Part(f"{key} {own}", dict(flat(one)))
        else:
            parts[""].values[key] = _plain(value)
    return parts


def flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every single value of a structure with the path that leads to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{place}.{key}".strip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            yield from flat(inner, f"{place}[{index}]")
    else:
        yield place, _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

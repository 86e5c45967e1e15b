"""A bundle's files as a designer reads them: what each is for, in which order, and whether it was changed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask_babel import gettext as _

from processes.bundle import SETTINGS, parse_xml
from processes.reading import BundleError
from processes.toml import read_toml

KINDS = {".bpmn": "process", ".form": "form", ".dmn": "decision", ".html": "letter", ".toml": "settings"}
ORDER = ("process", "settings", "form", "decision", "letter", "list", "picture")


@dataclass(frozen=True)
class FileLine:
    """One file: its kind (`process`, `settings`, `form`, `decision`, `letter`, `list`, `picture`) and its title."""

    path: str
    kind: str
    title: str
    size: int
    changed: bool


def kind_of(path: str) -> str:
    """What a file is for, by its name."""
    suffix = PurePosixPath(path).suffix
    return KINDS.get(suffix) or ("picture" if suffix in (".png", ".svg") else "list")


def kind_words(kind: str) -> str:
    """A kind of file in words."""
    return {
        "process": _("Quy trình"),
        "settings": _("Thông tin thủ tục"),
        "form": _("Biểu mẫu điện tử"),
        "decision": _("Bảng quyết định"),
        "letter": _("Mẫu văn bản"),
        "list": _("Danh mục lựa chọn"),
        "picture": _("Hình"),
    }[kind]


def file_lines(files: Mapping[str, bytes], before: Mapping[str, bytes] | None = None) -> list[FileLine]:
    """Every file, processes and settings first; `before` says against which version a file counts as changed."""
    letters = letter_titles(files)
    lines = [
        FileLine(
            path=path,
            kind=kind_of(path),
            title=letters.get(path) or title_of(path, content),
            size=len(content),
            changed=before is not None and before.get(path) != content,
        )
        for path, content in files.items()
    ]
    return sorted(lines, key=lambda line: (ORDER.index(line.kind), line.path != "forms/application.form", line.path))


def title_of(path: str, content: bytes) -> str:
    """What a file calls itself, else its name."""
    try:
        if path.endswith(".form"):
            document = json.loads(content)
            return str(document.get("title") or document.get("id") or path)
        if path.endswith((".bpmn", ".dmn")):
            root = parse_xml(content, path)
            return (
                str(root.xpath("string(//*[local-name()='process' or local-name()='decision'][@name]/@name)")) or path
            )
    except (ValueError, AttributeError, RecursionError, BundleError):
        return path
    return _("Thông tin thủ tục") if path == SETTINGS else PurePosixPath(path).name


def settings_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What procedure.toml says over the shared defaults, as far as both can be read."""
    values: dict[str, Any] = {}
    for path in ("defaults.toml", SETTINGS):
        try:
            told = read_toml(files.get(path, b"").decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        for key, value in told.items():
            both = isinstance(value, dict) and isinstance(values.get(key), dict)
            values[key] = {**values[key], **value} if both else value
    return values


def letter_titles(files: Mapping[str, bytes]) -> dict[str, str]:
    """The names of letters by their files; a letter of several form sets has several files."""
    settings = settings_of(files)
    sets = [one.get("key", "") for one in settings.get("form_sets", ()) if isinstance(one, dict)]
    titles = {}
    letters = settings.get("letters", {})
    for letter in letters.values() if isinstance(letters, dict) else ():
        if not isinstance(letter, dict) or not isinstance(letter.get("file"), str):
            continue
        name = letter.get("name", {})
        title = str(name.get("vi", "")) if isinstance(name, dict) else ""
        for one in sets or [""]:
            path = letter["file"].replace("{set}", one)
            titles[path] = f"{title} ({one})" if "{set}" in letter["file"] else title
    return titles

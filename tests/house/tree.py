"""The house's own sources, read once, for rules that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "forms", "rules", "signing", "processes", "web", "jobs", "cli")
OUTBUILDINGS = ("migrations", "benchmarks")
TESTS = ("tests",)
NOT_OURS = {"__pycache__", "node_modules", "dist", ".venv", "build"}


@dataclass(frozen=True, eq=False)
class Source:
    """One Python file: its path from the top of the house, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def within(self, *places: str) -> bool:
        """Whether the file is one of these files or lies in one of these folders."""
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)


@cache
def sources(*rooms: str) -> tuple[Source, ...]:
    """All Python files of these rooms."""
    return tuple(_read(path) for path in files(*rooms, suffixes=(".py",)))


@cache
def _nodes(source: Source) -> tuple[ast.AST, ...]:
    """The calls and imports of a file, found on one walk."""
    return tuple(node for node in ast.walk(source.tree) if isinstance(node, ast.Call | ast.Import | ast.ImportFrom))


def files(*rooms: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """All files of these rooms whose names end so, without what was built or fetched."""
    for room in rooms:
        for path in sorted((HOUSE / room).rglob("*")):
            if path.suffix in suffixes and path.is_file() and not NOT_OURS & set(path.relative_to(HOUSE).parts):
                yield path


@cache
def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(str(path.relative_to(HOUSE)), text, ast.parse(text, filename=str(path)))


def dotted(node: ast.AST) -> str:
    """ "datetime.now" for the expression `datetime.now`; "" for what is not a plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f".{node.attr}"
    return ""


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a file with the dotted name of what is called."""
    for node in _nodes(source):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every imported module of a file with its line, wherever in the file it is imported."""
    for node in _nodes(source):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def told(findings: list[str], rule: str) -> str:
    """The failure text: the rule, then every place that breaks it."""
    return f"{rule}\n  " + "\n  ".join(findings)

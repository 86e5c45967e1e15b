"""Documents are true in what a machine can see: links lead somewhere, commands and files they name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.verbs import find_verbs
from tests.house.tree import HOUSE, NOT_OURS

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
COMMAND = re.compile(r"\./motcua[ \t]+([a-z][a-z-]*)")
MODULE = re.compile(r"`((?:engine|web|jobs|cli|forms|rules|signing|processes|tests)/[\w./-]+\.\w+)`")
FUNCTION = re.compile(r"`(\w+)` \(`([\w/]+\.py)`\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
STORED = {".git", "data"}


def documents() -> list[Path]:
    """Every Markdown file of the house, without what was fetched or built."""
    return [
        path
        for path in sorted(HOUSE.rglob("*.md"))
        if not (set(path.relative_to(HOUSE).parts) & (NOT_OURS | STORED) or path.name.startswith("."))
        and not any(part.startswith(".") for part in path.relative_to(HOUSE).parts[:-1])
    ]


def anchors(path: Path) -> set[str]:
    """The names by which a document's headings can be linked to."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        found = (path.parent / place).resolve() if place else path
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
            broken.append(target)
    assert not broken, f"{path.relative_to(HOUSE)} links to what is not there: {broken}"


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_command_named_exists(path: Path) -> None:
    unknown = set(COMMAND.findall(path.read_text(encoding="utf-8"))) - set(find_verbs())
    assert not unknown, f"{path.relative_to(HOUSE)} names commands ./motcua does not know: {sorted(unknown)}"


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_file_named_exists(path: Path) -> None:
    named = {name for name in MODULE.findall(path.read_text(encoding="utf-8")) if not name.endswith(".mo")}
    gone = sorted(name for name in named if not ((HOUSE / name).exists() or (path.parent / name).exists()))
    assert not gone, f"{path.relative_to(HOUSE)} names files that are not there: {gone}"


def test_functions_stand_where_the_architecture_says() -> None:
    named = FUNCTION.findall((HOUSE / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert len(named) > 5
    gone = [
        f"{function} in {file}"
        for function, file in named
        if not re.search(rf"^\s*(?:def|class) {function}\b", (HOUSE / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not gone, f"docs/architecture.md names functions that are not there: {gone}"

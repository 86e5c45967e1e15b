"""Which verbs there are: read from the modules of this folder without importing them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
USUAL_NEEDS = ("packages", "assets", "letters")


@dataclass(frozen=True)
class Verb:
    """One thing ./motcua can do, and what must be ready on the machine before it can."""

    name: str
    summary: str
    needs: tuple[str, ...]


def find_verbs() -> dict[str, Verb]:
    """All verbs by name, in alphabetical order."""
    found = (_read(path) for path in sorted(FOLDER.glob("*.py")))
    return {verb.name: verb for verb in found if verb is not None}


def _read(path: Path) -> Verb | None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    if not {"add_arguments", "run"} <= functions:
        return None
    needs = USUAL_NEEDS
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "NEEDS" for t in node.targets):
            needs = tuple(ast.literal_eval(node.value))
    summary = (ast.get_docstring(module) or "").split("\n")[0]
    return Verb(path.stem.replace("_", "-"), summary, needs)

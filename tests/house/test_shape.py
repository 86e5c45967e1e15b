"""The shape of the house: short files, quiet room doors, words of the trade, nothing of others' committed."""

from __future__ import annotations

import ast
import re
import subprocess

from tests.house.tree import HOUSE, OUTBUILDINGS, ROOMS, TESTS, files, sources, told

LONGEST = 500


def tracked() -> list[str]:
    """Every file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def test_a_file_fits_a_few_screens():
    written = files(*ROOMS, *OUTBUILDINGS, *TESTS, suffixes=(".py", ".js", ".mjs", ".scss", ".html"))
    told_once = HOUSE / "migrations" / "versions"  # a migration is a list that is run once, not a text people return to
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in written if path.parent != told_once}
    broken = [f"{path.relative_to(HOUSE)}: {lines} lines" for path, lines in lengths.items() if lines > LONGEST]
    assert not broken, told(broken, f"Files longer than {LONGEST} lines; say what the second half is and move it:")


def test_a_room_opens_quietly():
    broken = []
    for source in sources(*ROOMS):
        if source.path.endswith("/__init__.py"):
            statements = source.tree.body
            if ast.get_docstring(source.tree) is None:
                broken.append(f"{source.path}: does not say what the room is for")
            if len(statements) > 1:
                broken.append(f"{source.path}:{statements[1].lineno} holds more than its sentence")
    assert not broken, told(broken, "A room's __init__.py is one docstring and imports nothing:")


def test_every_folder_with_code_is_a_room_with_a_door():
    broken = sorted(
        {
            str(path.parent.relative_to(HOUSE))
            for path in files(*ROOMS, suffixes=(".py",))
            if not (path.parent / "__init__.py").exists()
        }
    )
    assert not broken, told(broken, "Folders with code but without __init__.py:")


def test_every_module_says_what_it_is():
    broken = [source.path for source in sources(*ROOMS, *OUTBUILDINGS, *TESTS) if not ast.get_docstring(source.tree)]
    assert not broken, told(broken, "Modules without a docstring:")


def test_public_things_say_what_they_mean():
    broken = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources(*ROOMS)
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not broken, told(broken, "Public functions and classes without a sentence of docstring:")


def test_the_words_are_those_of_the_trade():
    empty = re.compile(r"(Manager|Helper|Helpers|Util|Utils|Handler|Processor|Service)$")
    broken = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources(*ROOMS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and empty.search(node.name)
    ]
    broken += [
        source.path for source in sources(*ROOMS) if re.search(r"/(utils?|helpers?|common|misc)\.py$", source.path)
    ]
    assert not broken, told(broken, "Names that say nothing about the office:")


def test_nothing_is_left_for_later():
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    broken = [
        f"{path.relative_to(HOUSE)}:{number}"
        for path in files(*ROOMS, *OUTBUILDINGS, *TESTS, suffixes=(".py", ".js", ".mjs", ".html", ".scss"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert not broken, told(broken, "Notes to do something later; do it or take the thing out:")


def test_nothing_fetched_is_committed():
    fetched = re.compile(r"\.(min\.(js|css)|woff2?|ttf|otf|eot|map|whl|mo|pyc)$|^node_modules/|/dist/")
    broken = [name for name in tracked() if fetched.search(name)]
    assert not broken, told(broken, "Third-party scripts, styles and fonts come at set-up and are never committed:")


def test_nothing_large_is_committed():
    sizes = {name: (HOUSE / name).stat().st_size for name in tracked() if (HOUSE / name).is_file()}
    broken = [f"{name}: {size // 1024} KB" for name, size in sizes.items() if size > 1024 * 1024]
    assert not broken, told(broken, "Files over 1 MB belong into a package or are made at set-up:")

"""No text ever becomes code, and each dangerous or heavy library has one owner."""

from __future__ import annotations

import re

from tests.house.tree import HOUSE, OUTBUILDINGS, ROOMS, TESTS, calls, files, imports, sources, told

OWNERS = {
    "SpiffWorkflow": ("engine/bpmn", "benchmarks/steps.py"),  # which measures it bare
    "weasyprint": ("engine/letters", "benchmarks/letters.py"),  # which measures both as they come
    "pyhanko": ("signing", "benchmarks/letters.py", "cli/drills/readers.py"),
    "pkcs11": ("signing", "cli/drills/keys.py"),  # which lays keys into a token
    "pyhanko_certvalidator": ("signing", "cli/drills/readers.py"),
    "py_mini_racer": ("rules",),
    "flask": ("web",),
    "werkzeug": ("web",),
    "celery": ("jobs",),
    "kombu": ("jobs",),
    "granian": ("cli/serving",),
    "alembic": ("migrations", "cli/schema.py"),
}
"""Third-party libraries that one room hides from the others."""


def test_nothing_evaluates_text():
    forbidden = {"eval", "exec", "compile", "__import__", "builtins.eval", "builtins.exec", "builtins.compile"}
    broken = [
        f"{source.path}:{call.lineno} {name}()"
        for source in sources(*ROOMS, *OUTBUILDINGS)
        for call, name in calls(source)
        if name in forbidden
    ]
    assert not broken, told(broken, "Text from a model or a form never becomes Python; FEEL is evaluated in rules/:")


def test_no_script_evaluates_text():
    broken = [
        f"{path.relative_to(HOUSE)}:{number} {line.strip()[:80]}"
        for path in files("web", "rules", suffixes=(".js", ".mjs", ".html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\beval\(|\bnew Function\(|\bdocument\.write\(", line)
    ]
    assert not broken, told(broken, "Scripts evaluate no text either (the content policy would stop them anyway):")


def test_each_library_has_its_room():
    broken = [
        f"{source.path}:{line} imports {module}"
        for source in sources(*ROOMS, *OUTBUILDINGS)
        for line, module in imports(source)
        for library, owners in OWNERS.items()
        if module.split(".")[0] == library and not source.within(*owners)
    ]
    assert not broken, told(
        broken, "Libraries reached past the room that owns them (tests/house/test_safety.py OWNERS):"
    )


def test_no_shell_gets_a_line_of_text():
    broken = [
        f"{source.path}:{call.lineno} {name}()"
        for source in sources(*ROOMS, *OUTBUILDINGS, *TESTS)
        for call, name in calls(source)
        if name in {"os.system", "os.popen", "subprocess.getoutput"}
        or (
            any(word.arg == "shell" and getattr(word.value, "value", True) for word in call.keywords)
            and name.startswith("subprocess.")
        )
    ]
    assert not broken, told(broken, "Programs are started with a list of words, never through a shell:")


def test_nothing_is_unpickled_or_loaded_unsafely():
    broken = [
        f"{source.path}:{line} {module}"
        for source in sources(*ROOMS)
        for line, module in imports(source)
        if module.split(".")[0] in {"pickle", "shelve", "marshal", "dill"}
    ]
    assert not broken, told(broken, "What is read back is data, not code:")

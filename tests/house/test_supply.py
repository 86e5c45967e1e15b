"""Where the house's parts come from: pinned, hashed, and from no particular shop."""

from __future__ import annotations

import json
import re
import tomllib

from cli.setup.system import NEEDS
from cli.verbs import find_verbs
from tests.house.tree import HOUSE, told

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-setup.lock", "requirements-node.lock")


def pins(name: str) -> dict[str, str]:
    """Package → version of a lock file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", (HOUSE / name).read_text(), flags=re.MULTILINE)
    return dict(found)


def test_lock_files_name_no_address():
    address = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links|\bresolved\b", re.IGNORECASE)
    thanks = re.compile(
        r'\s*("url": )?"https://[^"]*(?<!\.tgz)",?$'
    )  # whom a package asks to support, not where it lies
    broken = [
        f"{name}:{number} {line.strip()[:100]}"
        for name in (*LOCKS, "package-lock.json", "package.json", ".npmrc", "pyproject.toml")
        for number, line in enumerate((HOUSE / name).read_text().splitlines(), 1)
        if address.search(line) and not thanks.match(line) and "omit-lockfile-registry-resolved" not in line
    ]
    assert not broken, told(broken, "Lock files name no registry; each machine brings its own:")


def test_every_python_package_is_pinned_by_its_hash():
    for name in LOCKS:
        text = (HOUSE / name).read_text().replace("\\\n", " ")
        bare = [line for line in text.splitlines() if line.strip() and "--hash=sha256:" not in line]
        assert not bare, told(bare, f"{name}: packages without a hash:")


def test_every_front_end_package_is_pinned_by_its_hash():
    packages = json.loads((HOUSE / "package-lock.json").read_text())["packages"]
    bare = [name for name, entry in packages.items() if name and not entry.get("integrity") and not entry.get("link")]
    assert not bare, told(bare, "package-lock.json: packages without an integrity hash:")


def test_the_developers_environment_holds_the_running_one():
    running, developer = pins("requirements.lock"), pins("requirements-dev.lock")
    broken = [f"{name} {version}" for name, version in running.items() if developer.get(name) != version]
    assert not broken, told(broken, "requirements-dev.lock must hold everything of requirements.lock, same versions:")


def test_what_is_named_is_locked():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    named = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    for words, lock in zip(named, ("requirements.lock", "requirements-dev.lock"), strict=True):
        locked = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins(lock).items()}
        broken = []
        for word in words:
            name, _, version = word.partition("==")
            plain = re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()
            if plain not in locked or (version and locked[plain] != version):
                broken.append(f"{word}: locked is {locked.get(plain)}")
        assert not broken, told(broken, f"pyproject.toml and {lock} disagree; compile the lock again:")


def test_every_verb_says_what_it_does_and_needs_known_things():
    verbs = find_verbs()
    assert {"serve", "test", "lint", "build", "schema"} <= set(verbs)
    known = set(NEEDS) | {"packages", "assets", "developer", "chromium"}
    broken = [f"{verb.name}: no sentence of help" for verb in verbs.values() if not verb.summary.endswith(".")]
    broken += [
        f"{verb.name}: unknown need {need}" for verb in verbs.values() for need in verb.needs if need not in known
    ]
    assert not broken, told(broken, "Verbs of ./motcua (modules of cli/):")


def test_the_pipeline_calls_what_people_call():
    assert "exec ./motcua test" in (HOUSE / ".ci" / "run").read_text()

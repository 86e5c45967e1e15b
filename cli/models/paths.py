"""What a path given to `./motcua lint` holds: bundles, and loose models that are checked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.bpmn.lint import Profile
from engine.procedures.checking import MODELS, check_files, check_models
from processes.bundle import SETTINGS, load_bundle
from processes.reading import BundleError
from rules.findings import Finding

NEEDLESS = {".git", ".venv", "node_modules"}


class NotThere(Exception):
    """A path nobody can check; the message (English, it is about the command) says why."""


@dataclass(frozen=True)
class Subject:
    """One thing that is checked by itself: a bundle's folder or a single model's file."""

    path: Path
    is_bundle: bool

    def check(self, profile: Profile | None) -> tuple[Profile, list[Finding]]:
        """The profile asked and what was found; a bundle is a procedure, a loose file BPMN, unless told otherwise."""
        asked: Profile = profile or ("procedure" if self.is_bundle else "bpmn")
        if not self.is_bundle:
            return asked, check_models(
                {self.path.name: self.path.read_bytes()}, "bpmn" if asked == "bpmn" else "procedure"
            )
        try:
            files = dict(load_bundle(self.path).files)
        except BundleError:
            files = _raw(self.path)
        if asked == "procedure" or not any(name.endswith(".bpmn") for name in files):
            return asked, check_files(files)
        return asked, check_models(
            {name: one for name, one in files.items() if name.endswith((".bpmn", ".dmn"))}, asked
        )


def _raw(folder: Path) -> dict[str, bytes]:
    suffixes = (*MODELS, ".toml", ".html", ".json")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in suffixes)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def subjects(path: Path) -> list[Subject]:
    """What there is to check under a path, in the order of names. Raises NotThere."""
    if not path.exists():
        raise NotThere(f"there is no {path}")
    if path.is_file():
        if path.name == SETTINGS:
            return [Subject(path.parent, True)]
        if path.suffix.lower() not in MODELS:
            raise NotThere(f"{path} is none of {', '.join(MODELS)}, and no folder")
        return [Subject(path, False)]
    found = list(_below(path))
    if not found:
        raise NotThere(f"{path} holds no bundle and no model ({', '.join(MODELS)})")
    return found


def _below(folder: Path) -> Iterator[Subject]:
    if (folder / SETTINGS).is_file():
        yield Subject(folder, True)
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NEEDLESS and not path.is_symlink():
            yield from _below(path)
        elif path.is_file() and path.suffix.lower() in MODELS:
            yield Subject(path, False)

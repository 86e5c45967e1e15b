"""What is built from sources on this machine: the FEEL bundle, scripts and styles of the pages, translations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cli.setup import node
from cli.setup.house import BUILD, HOUSE, VENV_PYTHON, fingerprint, put_stamp, run, stamped, step

FEEL_SOURCE = HOUSE / "rules" / "feel.entry.js"
FEEL_BUNDLE = BUILD / "feel.js"
PAGES = HOUSE / "web" / "assets"
PAGES_BUILD = PAGES / "build.mjs"
PAGES_OUTPUT = HOUSE / "web" / "static" / "dist"


def ensure() -> None:
    """Build what changed since the last time."""
    packages_mark = fingerprint([HOUSE / "package-lock.json"])
    if FEEL_SOURCE.exists():
        _build("the FEEL engine", sorted(FEEL_SOURCE.parent.glob("*.js")), packages_mark, FEEL_BUNDLE, build_feel)
    if PAGES_BUILD.exists():
        _build("scripts and styles of the pages", [PAGES], packages_mark, PAGES_OUTPUT, build_pages)
    pending = [path for path in catalogues() if not _compiled(path)]
    if pending:
        with step(f"translations ({len(pending)})"):
            run([VENV_PYTHON, Path(__file__).with_name("translations.py"), *pending])


def catalogues() -> list[Path]:
    """The catalogues of every room, those inside the web room too."""
    places = ("*/translations/*/LC_MESSAGES/*.po", "web/*/translations/*/LC_MESSAGES/*.po")
    return sorted(path for place in places for path in HOUSE.glob(place))


def _build(title: str, sources: list[Path], packages_mark: str, output: Path, build: Callable[[], None]) -> None:
    stamp = BUILD / "stamps" / output.name
    mark = fingerprint(sources, packages_mark)
    if stamped(stamp, mark) and output.exists():
        return
    with step(title):
        build()
    put_stamp(stamp, mark)


def build_feel() -> None:
    """Bundle the FEEL interpreter into one file that an engine without modules can load."""
    beside = FEEL_BUNDLE.with_suffix(".new.js")
    esbuild = HOUSE / "node_modules" / ".bin" / "esbuild"
    run(
        [esbuild, FEEL_SOURCE, "--bundle", "--format=iife", f"--outfile={beside}", "--log-level=warning"],
        env=node.environment(),
    )
    beside.replace(FEEL_BUNDLE)


def build_pages() -> None:
    """Let the pages' own script build them."""
    run([node.node_folder() / "node", PAGES_BUILD], env=node.environment())


def _compiled(catalogue: Path) -> bool:
    binary = catalogue.with_suffix(".mo")
    return binary.exists() and binary.stat().st_mtime_ns > catalogue.stat().st_mtime_ns

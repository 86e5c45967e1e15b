"""The folder a simulated year lies in: it says so itself, and nothing else is ever written over."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.simulating.year import Span
from engine.settings import SIMULATED

MARK, LOCK = SIMULATED, "serve.lock"
NOTE = "Mô phỏng: không có hồ sơ, chữ ký hay ngày nào ở đây là thật. Simulated: nothing in this folder is real."


class Taken(Exception):
    """The folder holds something that is not to be written over; the text says what."""


def must_be_free(folder: Path) -> None:
    """Refuse (Taken) a folder that holds anything but a simulation that was cut off; nothing is written."""
    if not folder.exists() or not _within(folder):
        return
    if not (folder / MARK).exists():
        raise Taken(f"{folder} holds something else; name an empty folder")
    if read_mark(folder).get("finished"):
        raise Taken(f"{folder} holds a finished simulation; look at it with ./motcua serve --data {folder}")


def clear(folder: Path, say: Callable[[str], None]) -> None:
    """Throw away what a simulation that was cut off has left; the caller holds the folder."""
    must_be_free(folder)
    left = _within(folder)
    if left:
        say(f"the simulation in {folder} was cut off: it is thrown away and begins anew")
    for one in sorted(left, key=lambda path: path.name == MARK):  # the mark goes last
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _within(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.name != LOCK]


def read_mark(folder: Path) -> dict[str, Any]:
    """What the folder says of its simulation; empty for a mark that cannot be read."""
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_mark(folder: Path, span: Span, *, finished: bool) -> None:
    """Say in the folder what is, or was, simulated there."""
    told = {"note": NOTE, "finished": finished, **asdict(span)}
    temporary = folder / f"{MARK}.new"
    temporary.write_text(json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    temporary.replace(folder / MARK)

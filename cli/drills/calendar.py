"""Random calendars, limits and interruptions: every due date held against a plain reading and what must be true."""

from __future__ import annotations

from collections.abc import Callable

from cli.drills.engine import Walked


def drill(rounds: int, seed: int, say: Callable[[str], None]) -> Walked:
    """So many random dossiers of every kind, from this seed on; the same seed draws the same."""
    from tests.unit.deadlines.roaming import KINDS, roam

    found = Walked()
    for kind in KINDS:
        title = kind.__name__.replace("_", " ")
        for at in range(seed, seed + rounds):
            try:
                roam(kind, at)
            except Exception as error:
                found.broken.append(f"{title}, seed {at}: {type(error).__name__} {error}")
            else:
                found.figures[title] += 1
        say(f"{title}: {found.figures[title]} of {rounds}")
    return found

"""Random drawings, each walked by the engine straight, saved and restored before every act, and by a plain reading."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LONG = 150
KINDS = ("blocks", "flows", "long", "quantities", "complex", "undoing", "cancelling", "cutting off", "damaged")


@dataclass
class Walked:
    """How many walks ended how, and what to walk again where the engine and the reading differed."""

    figures: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def drill(rounds: int, seed: int, say: Callable[[str], None]) -> Walked:
    """Walk so many drawings of every kind, from this seed on; the same seed draws the same."""
    from tests.unit.bpmn import damaging, rambling, undoing_blocks

    walks: dict[str, Callable[[int], str]] = {
        "blocks": lambda at: rambling.stroll(at, depth=5),
        "flows": lambda at: rambling.ramble(at, rambling.FLOWS),
        "long": lambda at: rambling.ramble(at, rambling.FLOWS, steps=LONG),
        "quantities": lambda at: rambling.ramble(at, rambling.QUANTITIES),
        "complex": lambda at: rambling.ramble(at, rambling.COMPLEX),
        "undoing": undoing_blocks.undo,
        "cancelling": undoing_blocks.cancel,
        "cutting off": undoing_blocks.cut_off,
        "damaged": damaging.stumble,
    }
    found = Walked()
    for kind in KINDS:
        began = time.monotonic()
        for at in range(seed, seed + rounds):
            try:
                found.figures[f"{kind}, {walks[kind](at)}"] += 1
            except Exception:  # whatever goes wrong in a walk is what the drill looks for
                found.broken.append(f"{kind}, seed {at}: {traceback.format_exc(limit=-3)}")
        say(f"{rounds} drawings of {kind} in {time.monotonic() - began:.0f} s")
    return found

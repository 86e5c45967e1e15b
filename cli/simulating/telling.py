"""The figures of a simulated year in words, for a terminal."""

from __future__ import annotations

from cli.simulating.closing import Closing, Unit
from engine.deadlines.telling import MISSED

WORDS = {
    "before": "before", "on_day": "on the day", "after": "after", "never": "never", "exempt": "exempt",
    "withdrawn": "withdrawn", "needless": "told for nothing",
}  # fmt: skip


def as_lines(found: Closing) -> list[str]:
    """One block a unit, then all of them together, then what was printed and sent."""
    lines: list[str] = []
    for unit in (*found.units, found.whole):
        lines += ["", unit.name, *_unit(unit)]
    lines += ["", "Letters of apology", *(f"{number:7d}  {way}" for way, number in found.letters.items())]
    return [*lines, "", *(f"{number:7d}  {title}" for title, number in found.totals.items())]


def _unit(unit: Unit) -> list[str]:
    made = unit.account
    came, gone = made.open_before + made.received + made.moved_in, made.done + made.given_back
    gone += made.moved_out + made.open_after
    said = ", ".join(f"{number} {WORDS.get(key, 'without an answer')}" for key, number in unit.said.items())
    missed = sum(unit.classes[key] for key in MISSED)
    told = ", ".join(f"{number} {WORDS[key]}" for key, number in unit.classes.items())
    lines = [
        f"  received {made.received}; done {made.done}: {made.early} early, {made.on_time} on time, {made.late} late"
        + (f", {made.unjudged} under no term" if made.unjudged else ""),
        f"  {made.open_before} open + {made.received} received + {made.moved_in} handed in = {came}",
        f"  {made.done} done + {made.given_back} withdrawn or returned + {made.moved_out} handed on "
        f"+ {made.open_after} open = {gone}",
        f"  missed dates {missed}; told: {told}",
        f"  letters sent {unit.letters_sent}, still owed {unit.owed}",
        f"  asked whether they were told: {said}",
    ]
    return [*lines, f"  ratings {unit.ratings}" + (f", {unit.score} of 5" if unit.score is not None else "")]

"""The sum of a test run: what passed, what failed, what was skipped and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass
class Tally:
    """Counts over stages and tests; every skip keeps its reason."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The plain last line of a run."""
        skips = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skips}"


def read_junit(path: Path) -> Tally:
    """Count the cases pytest recorded; a file that is missing or broken counts as one failure."""
    tally = Tally()
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))  # written by our own pytest a moment ago
    except (OSError, ElementTree.ParseError):
        return Tally(failed=1)
    for case in cases:
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif skip is not None:
            tally.skipped.append(f"{case.get('classname')}::{case.get('name')}: {skip.get('message') or 'no reason'}")
        else:
            tally.passed += 1
    return tally

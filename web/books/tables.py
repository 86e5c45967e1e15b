"""Table files of books, written piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def written(rows: Iterable[Sequence[str]]) -> str:
    """Some lines of a table file (CSV, RFC 4180)."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()

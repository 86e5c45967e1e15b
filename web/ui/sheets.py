"""Tables that leave the house as files."""

from __future__ import annotations


def harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever somebody named their shop."""
    return f"'{value}" if value and value[0] in "=+-@\t\r" else value

"""TOML that a stranger may have sent: what is wrong or beyond measure is a TOMLDecodeError, never a crash or a hang."""

import tomllib
from typing import Any

LONGEST = 1_000_000  # characters
_MOST_DOTS = 300  # in one line; a key of many parts is read in quadratic time


def read_toml(text: str) -> dict[str, Any]:
    """Read a settings text; raises `tomllib.TOMLDecodeError` for all that cannot be read, however it is built."""
    if len(text) > LONGEST or any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise tomllib.TOMLDecodeError("too large")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # nested too deep, or a number of thousands of digits
        raise tomllib.TOMLDecodeError(str(fault)) from fault

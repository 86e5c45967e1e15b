"""What the house itself tells, whatever a bundle published earlier knows of: the shipped words of a notice."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from processes.procedure import Notice, Text

SHIPPED = Path(__file__).with_name("common") / "defaults.toml"


@cache
def house_notice(event: str) -> Notice | None:
    """The shipped words for an event; None where there are none."""
    words: dict[str, Any] | None = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["notices"].get(event)
    if words is None:
        return None
    sms, subject, email = (Text(words[part]["vi"], words[part]["en"]) for part in ("sms", "subject", "email"))
    return Notice(event, sms, subject, email)

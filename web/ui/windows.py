"""Which page of a long list an address asks for, by the line it begins after (`sau`) or ends before (`truoc`)."""

from __future__ import annotations

from flask import request

from engine.queries.keyset import FIRST, MOST, Window, place_of
from web.ui.format import number


def window() -> Window:
    """The page this address asks for; the first one where it names none, or nothing that was ever a line."""
    after, before = request.args.get("sau", ""), request.args.get("truoc", "")
    if before and (place := place_of(before)):
        return Window(before=place)
    if after and (place := place_of(after)):
        return Window(after=place)
    return FIRST


def some(count: int) -> str:
    """A count that was made up to a bound: "37", or "999+" where there is more."""
    return f"{number(MOST)}+" if count > MOST else number(count)

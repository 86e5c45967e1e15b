"""The present page's address with something changed: filters, order and page live in the address alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import request

PAGES = frozenset({"page", "sau", "truoc"})
"""What of an address says which page of a list is meant."""


def address_with(**changes: Any) -> str:
    """This address with some query values replaced; None takes a value away."""
    values = {key: found for key, found in request.args.to_dict(flat=False).items() if key not in changes}
    values.update({key: [str(value)] for key, value in changes.items() if value is not None})
    query = urlencode(values, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def address_without(name: str, value: str) -> str:
    """This address without one value of a filter, back on the first page."""
    values = {
        key: [kept for kept in found if not (key == name and kept == value)]
        for key, found in request.args.to_dict(flat=False).items()
        if key not in PAGES
    }
    query = urlencode(values, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def own_address(address: str | None, otherwise: str = "/") -> str:
    """An address of this site to go on to after signing in; anything that leads elsewhere is dropped."""
    address = address or ""
    try:
        parts = urlsplit(address)
    except ValueError:  # "https://[somewhere": no address at all
        return otherwise
    outside = parts.scheme or parts.netloc or not address.startswith("/") or address.startswith(("//", "/\\"))
    return otherwise if outside or any(ord(letter) < 32 for letter in address) else address

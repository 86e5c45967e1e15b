"""What stands in the menus: each audience names its own entries, the shell shows those a person may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from flask import Flask, current_app, request, url_for

from web.actor import current_actor, must_change_password

KEY = "motcua.navigation"
LINE = 8
"""How many entries of an office menu fit beside each other."""


@dataclass(frozen=True)
class Entry:
    """One menu entry; `label` is a lazy translation, `roles` empty means everybody who sees this menu.

    `count` is asked with the actor on every office page and must be one cheap query; `args` go to `url_for`. What is
    `seldom` needed stands behind “Mục khác” where a menu would be longer than a line.
    """

    place: Literal["public", "citizen", "office", "footer"]
    endpoint: str
    label: Any
    order: int = 50
    roles: frozenset[str] = frozenset()
    count: Callable[[Any], int] | None = None
    args: dict[str, Any] = field(default_factory=dict)
    seldom: bool = False


@dataclass(frozen=True)
class Link:
    """A menu entry as a page shows it."""

    href: str
    text: str
    current: bool
    count: int | None = None
    seldom: bool = False


def register(app: Flask, entries: Iterable[Entry]) -> None:
    """Add an audience's entries to the menus of this application."""
    app.extensions.setdefault(KEY, []).extend(entries)


def menu(place: str) -> list[Link]:
    """The links of one menu for the person who asks, in order; none while nothing but a new password is asked for."""
    actor = current_actor()
    if must_change_password():
        return []
    links = []
    for entry in sorted(current_app.extensions.get(KEY, []), key=lambda entry: entry.order):
        if entry.place != place or (entry.roles and not (actor.roles & entry.roles)):
            continue
        href = url_for(entry.endpoint, **entry.args)
        current = request.path == href or (href != "/" and request.path.startswith(href.rstrip("/") + "/"))
        count = entry.count(actor) if entry.count else None
        links.append(Link(href, str(entry.label), current, count, entry.seldom))
    return _only_nearest(links)


def _only_nearest(links: list[Link]) -> list[Link]:
    """Of several entries above the present page only the longest address is the current one."""
    current = [link for link in links if link.current]
    nearest = max(current, key=lambda link: len(link.href), default=None)
    return [replace(link, current=link is nearest) for link in links]


def parted(links: list[Link]) -> tuple[list[Link], list[Link]]:
    """The links that stand in a menu's line, and those behind “Mục khác”; the page one is on is always in the line."""
    if len(links) <= LINE:
        return links, []
    line = [link for link in links if not link.seldom or link.current]
    return line, [link for link in links if link not in line]

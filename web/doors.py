"""The engine's doors for a request: one transaction or one look, by whoever asks, at the request's own moment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from flask import Flask, current_app

from engine.work import Actor, Reading, Work
from web.actor import current_actor, now

if TYPE_CHECKING:
    from engine.composition import House

KEY = "motcua.house"


def give_house(app: Flask, house: House) -> None:
    """Tell the application which installation it answers for."""
    app.extensions[KEY] = house


def house() -> House:
    """The installation behind this request: settings, clock, ports."""
    found: House = current_app.extensions[KEY]
    return found


def unit_of_work(actor: Actor | None = None) -> AbstractContextManager[Work]:
    """`with unit_of_work() as work:` – everything inside happens, or nothing of it."""
    return house().unit_of_work(actor=actor or current_actor(), now=now())


def reading(actor: Actor | None = None, *, brief: bool = False) -> AbstractContextManager[Reading]:
    """`with reading() as look:` – one consistent look, nothing is written. A `brief` one is for a single question."""
    return house().reading(actor=actor or current_actor(), now=now(), brief=brief)

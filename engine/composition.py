"""Builds the outside world from the settings and hands every entry its unit of work and its reading door."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from engine import work as _work
from engine.clock import Clock, SystemClock
from engine.db import open_database
from engine.notifications.channels import HttpGateway, Smtp, Tray
from engine.ports import Channel, Ports, Signatures
from engine.registers.sample import SAMPLE_REGISTERS
from engine.settings import Settings, read_settings
from engine.storage.local import LocalStorage
from engine.trust.house import Doors, HouseTrust
from engine.usecases import apology_steps, asking, feedback, feedback_types, papers, rendering, tasktypes
from engine.work import ANONYMOUS, SYSTEM, Actor, Reading, Work
from signing.desk import OfficeDesk, SampleDesk
from signing.offline_keys import OfflineKeys

TASK_TYPES = (rendering, papers, asking, tasktypes, apology_steps, feedback_types, feedback)
"""The modules whose import provides the task types that models may name, and the checks of their answers."""


@dataclass(frozen=True)
class House:
    """One running installation: settings, clock, database and ports."""

    settings: Settings
    clock: Clock
    database: Engine
    ports: Ports
    holder: str | None = None

    def unit_of_work(self, *, actor: Actor = ANONYMOUS, now: datetime | None = None) -> AbstractContextManager[Work]:
        """One transaction: everything inside happens, or nothing of it."""
        return _work.unit_of_work(
            self.database,
            actor=actor,
            now=now or self.clock.now(),
            ports=self.ports,
            holder=self.holder,
            tell_time=self.clock.now if now is None else None,
        )

    def reading(
        self, *, actor: Actor = ANONYMOUS, now: datetime | None = None, brief: bool = False
    ) -> AbstractContextManager[Reading]:
        """One consistent look; nothing is written. A `brief` one is for a single question."""
        return _work.reading(self.database, actor=actor, now=now or self.clock.now(), ports=self.ports, brief=brief)


def build_ports(settings: Settings) -> Ports:
    """The real outside world where the settings name one, the sample one otherwise."""
    channels: dict[str, Channel] = {
        "email": Smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url else Tray("email"),
        "sms": HttpGateway(settings.sms_url) if settings.sms_url else Tray("sms"),
    }
    return Ports(
        settings=settings,
        storage=LocalStorage(Path(settings.files), quota=settings.storage_quota),
        signatures=_signing_desk(settings),
        offline=OfflineKeys(settings.keys / "offline", settings.secret),
        channels=channels,
        registers=dict(SAMPLE_REGISTERS) if settings.sample else {},
    )


def _signing_desk(settings: Settings) -> Signatures:
    """The sample office's desk, or a real office's with the keys it brought in."""
    if settings.sample:
        return SampleDesk(settings.keys, settings.secret, address=settings.public_url, served=settings.signer)
    return OfficeDesk(settings.keys, settings.secret, served=settings.signer)


def build_house(settings: Settings, *, clock: Clock | None = None, database: Engine | None = None) -> House:
    """An installation from its settings; the clock and the database can be given."""
    house = House(
        settings=settings,
        clock=clock or SystemClock(),
        database=database or open_database(settings.database_url),
        ports=build_ports(settings),
    )
    house.ports.trust = _trust(house)
    house.ports.signatures.rely_on(house.ports.trust)
    return house


def _trust(house: House) -> HouseTrust:
    """What the desk of this house relies on: the orders in its database, and the sample authority if there is one."""
    desk: Any = house.ports.signatures
    doors = Doors(
        reading=lambda: house.reading(actor=SYSTEM, brief=True),
        writing=lambda: house.unit_of_work(actor=SYSTEM),
        clock=house.clock.now,
    )
    sample = house.settings.sample
    return HouseTrust(
        doors,
        house.settings.keys,
        sample=(lambda: desk.authority) if sample else None,
        tsa_url=house.settings.tsa_url,
        inside=house.settings.pki_hosts,
        proxy=house.settings.pki_proxy,
    )


_built: tuple[int, House] | None = None


def composition() -> House:
    """This process's own house, built at its first use (never carried over a fork)."""
    global _built
    if _built is None or _built[0] != os.getpid():
        _built = (os.getpid(), build_house(read_settings()))
    return _built[1]

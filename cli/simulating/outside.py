"""The channels of a simulated year: they deliver nowhere, and some addresses cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.ports import Unsure


@dataclass
class Unreliable:
    """A channel on which some addresses fail for good and of some nobody knows; nothing leaves this machine."""

    name: str
    dead: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str:
        """A receipt; ConnectionError for an address that does not exist, Unsure for a gateway that says nothing."""
        if recipient in self.dead:
            raise ConnectionError(f"mô phỏng: {self.name} không tới được địa chỉ này")
        if recipient in self.silent:
            raise Unsure(f"mô phỏng: {self.name} không cho biết tin đã tới hay chưa")
        return "mô phỏng"

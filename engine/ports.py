"""The outside world as the engine sees it: small protocols, each with a real and a sample implementation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Protocol

from engine.settings import Settings
from signing.keyring import Keyring, KeyState
from signing.offline_keys import OfflineKey
from signing.revocation import Evidence, Revocation, Unreachable
from signing.trust import TrustList


class Stored(Protocol):
    """What is known of a file once it lies in the store."""

    @property
    def sha256(self) -> str: ...

    @property
    def size(self) -> int: ...


class Storage(Protocol):
    """Files by the SHA-256 of their content (hex); a file is there before any row that names it."""

    def put(self, source: BinaryIO | bytes, *, limit: int) -> Stored: ...

    def open(self, sha256: str) -> BinaryIO: ...

    def verify(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> None: ...

    def iter(self) -> Iterable[str]: ...

    def orphans(self, referenced: Collection[str], *, now: datetime, older_than: timedelta) -> list[str]: ...

    def sweep(self, *, now: datetime, older_than: timedelta) -> int: ...


class Unsure(Exception):
    """The outside may or may not have taken the message; it must not be sent blindly again."""


class Channel(Protocol):
    """A way to reach a person; raises `Unsure` when the outcome cannot be known, any other error when it failed."""

    @property
    def name(self) -> str: ...

    def send(self, *, recipient: str, subject: str, body: str, reference: str) -> str: ...


class Register(Protocol):
    """A register of another authority (population, tax code …); answers with plain data."""

    @property
    def name(self) -> str: ...

    def ask(self, question: Mapping[str, Any], *, reference: str, now: datetime) -> Mapping[str, Any]: ...


class OfflineCodes(Protocol):
    """The key of this house that signs what is checked without a network: codes on results, lists of withdrawn ones."""

    def current(self, *, now: datetime) -> OfflineKey: ...

    def published(self) -> tuple[OfflineKey, ...]: ...

    def sign(self, key: OfflineKey, data: bytes) -> bytes: ...

    def end(self, key_id: str, *, reason: str, now: datetime) -> OfflineKey: ...

    def tidy(self, *, now: datetime) -> int: ...


class Signatures(Protocol):
    """Everything the house asks of its signature room for one installation."""

    def open(self, *, now: datetime) -> None: ...

    def rely_on(self, relied: Trust) -> None: ...

    def holds(self, holder: str) -> bool: ...

    def ending(self, *, before: datetime) -> Mapping[str, datetime]: ...

    def prepare(self, pdf: bytes, boxes: Mapping[str, Any]) -> bytes: ...

    def sign(
        self, pdf: bytes, holder: str, *, field: str, stamp: bytes | None, reason: str, now: datetime
    ) -> bytes: ...

    def sign_statement(self, statement: bytes, holder: str, *, now: datetime) -> bytes: ...

    def check_statement(self, statement: bytes, signature: bytes, *, now: datetime) -> Any: ...

    def fill(self, pdf: bytes, values: Mapping[str, str]) -> bytes: ...

    def raised(self, pdf: bytes, *, now: datetime, revocation: Revocation | None = None) -> Raised: ...

    def verify(self, pdf: bytes, *, now: datetime) -> Any: ...

    def state(self, holder: str) -> KeyState | None: ...

    @property
    def keys(self) -> Keyring: ...

    def prepared(
        self, pdf: bytes, holder: str, *, field: str, stamp: bytes | None, reason: str, now: datetime
    ) -> Any: ...

    def embedded(self, prepared: Any, signature: bytes, *, now: datetime) -> bytes: ...

    def recall(self, act: str, holder: str) -> Mapping[str, Any] | None: ...

    def sign_once(self, prepared: Any, holder: str, *, act: str, now: datetime) -> tuple[bytes, int]: ...

    def ensure_key(
        self, holder: str, *, name: str, organisation: str, title: str, email: str, now: datetime
    ) -> None: ...


class Raised(Protocol):
    """A paper brought to a level, and when its archive time stamp is to be renewed."""

    @property
    def pdf(self) -> bytes: ...

    @property
    def level(self) -> str: ...

    @property
    def renew_at(self) -> datetime: ...


class Trust(Protocol):
    """Whom the house trusts, and what it knows of revoked certificates; asked where no transaction is open."""

    def trust_list(self) -> TrustList: ...

    def sample_list(self) -> TrustList | None: ...

    def sample_authority(self) -> Any: ...

    def timestamper(self) -> Any: ...

    def evidence_for(
        self, certificate: bytes, issuer: bytes, *, now: datetime, since: datetime | None = None
    ) -> Evidence | Unreachable: ...

    def refuse_unfit(self, certificate: bytes, chain: tuple[bytes, ...], *, now: datetime) -> None: ...

    def watch_clocks(self) -> int: ...


@dataclass
class Ports:
    """The outside world of one installation."""

    settings: Settings
    storage: Storage
    signatures: Signatures
    offline: OfflineCodes
    trust: Trust = field(init=False)
    channels: dict[str, Channel] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)

"""A key that was unlocked, whatever its kind, and the secrets asked for to unlock it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from signing.errors import SigningRefused
from signing.stores.records import KeyRecord


class Opened(Protocol):
    """An unlocked key; it signs digests only, and forgets its secret when closed."""

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes: ...

    def close(self) -> None: ...


SECRETS: dict[str, tuple[str, ...]] = {
    "pkcs12": ("passphrase",),
    "pkcs11": ("pin",),
    "csc": ("client_secret", "pin"),
    "desk": (),
}
"""What each kind of key asks for when it is unlocked; a token in the holder's PC asks there."""


def secrets_wanted(record: KeyRecord) -> tuple[str, ...]:
    """What has to be typed to unlock this key; a remote key without a PIN of its own asks for none."""
    wanted = SECRETS[record.kind]
    if record.kind == "csc":
        return tuple(one for one in wanted if one != "pin" or record.where.get("pin"))
    return wanted


def open_key(record: KeyRecord, file: Path, secrets: Mapping[str, str]) -> Opened:
    """Unlock a key with what its holder typed; raises `SigningRefused`, which never repeats a secret."""
    if record.kind == "pkcs12":
        from signing.stores.pkcs12 import open_file

        return open_file(record, file, secrets.get("passphrase", ""))
    if record.kind == "pkcs11":
        from signing.stores.pkcs11 import open_token

        return open_token(record, secrets.get("pin", ""))
    if record.kind == "csc":
        from signing.stores.csc import open_service

        return open_service(record, secrets.get("client_secret", ""), secrets.get("pin", ""))
    raise SigningRefused(
        "key_at_desk",
        "Khóa này nằm trong thiết bị ký ở máy của người ký. Hãy ký trên trang “Ký văn bản” tại máy cắm thiết bị.",
    )

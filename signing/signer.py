"""The one place where keys lie unlocked: it opens them, signs digests with them, and forgets them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from signing.errors import SigningRefused
from signing.keys import Certified, KeyStore
from signing.stores.digests import digest_size, fits, sign_digest
from signing.stores.opened import Opened, open_key
from signing.stores.records import KeyRecord, Records, fingerprint_of

BROUGHT, SAMPLE = "brought", "holders"
"""Folders below the installation's keys: what the office brought in, what the sample authority issued."""
TRIES = 3
PAUSE_S = 60.0
"""After three wrong secrets in a row a key is not tried again for a minute."""


@dataclass
class _Unlocked:
    record: KeyRecord
    opened: Opened
    lock: Lock


class Signer:
    """Keys of one installation. Sample keys open with the installation's secret, all others with their holder's."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.records = Records(folder / BROUGHT)
        self._sample = KeyStore(folder / SAMPLE, secret)
        self._unlocked: dict[str, _Unlocked] = {}
        self._wrong: dict[str, tuple[int, float]] = {}
        self._changing = Lock()

    def unlocked(self) -> list[str]:
        """The holders whose keys are unlocked and still the ones that were."""
        return sorted(holder for holder in list(self._unlocked) if self._current(holder) is not None)

    def unlock(self, holder: str, secrets: Mapping[str, str]) -> None:
        """Open a holder's key with what they typed; raises `SigningRefused`, which never repeats it."""
        record = self.records.find(holder)
        if record is None:
            raise SigningRefused("no_key", "Người ký này chưa có khóa ký nào được thêm vào hệ thống.")
        self._hold_back(holder)
        try:
            opened = open_key(record, self.records.file(holder), secrets)
        except SigningRefused as refusal:
            if refusal.code == "wrong_secret":
                self._wrong[holder] = (self._wrong.get(holder, (0, 0.0))[0] + 1, time.monotonic())
            raise
        with self._changing:
            self._wrong.pop(holder, None)
            before = self._unlocked.pop(holder, None)
            self._unlocked[holder] = _Unlocked(record, opened, Lock())
        if before is not None:
            before.opened.close()

    def lock(self, holder: str = "") -> list[str]:
        """Forget one key, or all of them; (whose were forgotten)."""
        with self._changing:
            names = [holder] if holder else list(self._unlocked)
            gone = {name: self._unlocked.pop(name) for name in names if name in self._unlocked}
        for one in gone.values():
            with one.lock:
                one.opened.close()
        return sorted(gone)

    def sign(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> bytes:
        """Sign a digest with the holder's key, if it is the one of this certificate (SHA-256, hex)."""
        if len(digest) != digest_size(algorithm):
            raise SigningRefused("weak", "Giá trị băm không đúng độ dài của thuật toán.")
        record = self.records.find(holder)
        if record is None:
            return self._sign_as_sample(holder, fingerprint, digest, algorithm)
        _same(record, fingerprint)
        if record.kind == "desk":
            open_key(record, self.records.file(holder), {})  # says where such a key signs
        found = self._current(holder)
        if found is None:
            raise SigningRefused(
                "key_locked",
                "Khóa ký đang khóa. Chủ khóa mở ở trang “Khóa ký”, hoặc người vận hành chạy ./motcua keys unlock.",
            )
        with found.lock:
            signature = found.opened.sign_digest(digest, algorithm)
        if not fits(record.parsed, digest, algorithm, signature):
            raise SigningRefused(
                "key_unreadable", "Chữ ký nhận được không khớp với chứng thư số; không dùng chữ ký này."
            )
        return signature

    def _sign_as_sample(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> bytes:
        key = self._sample.load(holder)
        _same(key, fingerprint)
        return sign_digest(key.private_key, digest, algorithm)

    def _current(self, holder: str) -> _Unlocked | None:
        """The unlocked key; one whose record was replaced or removed meanwhile is closed and forgotten."""
        found = self._unlocked.get(holder)
        if found is not None and self.records.find(holder) != found.record:
            self.lock(holder)
            return None
        return found

    def _hold_back(self, holder: str) -> None:
        tries, last = self._wrong.get(holder, (0, 0.0))
        if tries >= TRIES:
            if time.monotonic() - last < PAUSE_S:
                raise SigningRefused(
                    "too_many_tries", "Đã nhập sai nhiều lần liên tiếp. Hãy chờ một phút rồi thử lại với mã đúng."
                )
            self._wrong.pop(holder, None)


def _same(key: Certified, fingerprint: str) -> None:
    with suppress(ValueError):
        if fingerprint_of(key) == fingerprint:
            return
    raise SigningRefused("certificate_replaced", "Khóa ký vừa được thay. Hãy làm lại thao tác ký với khóa mới.")

"""The one place where keys lie unlocked: it opens them, signs digests with them, and forgets them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Lock
from typing import Any

from signing.errors import PerhapsSigned, SigningRefused
from signing.keys import Certified, KeyStore
from signing.stores.digests import digest_size, fits, sign_digest
from signing.stores.opened import Opened, open_key
from signing.stores.records import KeyRecord, Records, fingerprint_of
from signing.uses import Asked, Use, Uses

BROUGHT, SAMPLE = "brought", "holders"
"""Folders below the installation's keys: what the office brought in, what the sample authority issued."""
TRIES = 3
JUDGED_AT_USE = frozenset({"wrong_secret", "pin_blocked"})
"""What some places say of a PIN only when the key is used."""
AT_ONCE = 200
"""So many remembered acts are told at a time: an answer has to fit a line."""
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
        self._uses = Uses(folder)
        self._in_hand: set[str] = set()
        self._done = Condition()

    def unlocked(self) -> list[str]:
        """The holders whose keys are unlocked and still the ones that were."""
        return sorted(holder for holder in list(self._unlocked) if self._current(holder) is not None)

    def unlock(self, holder: str, secrets: Mapping[str, str]) -> None:
        """Open a holder's key with what they typed; raises `SigningRefused`, which never repeats it."""
        record = self.records.find(holder)
        if record is None:
            raise SigningRefused("no_key", "Người ký này chưa có khóa ký nào. Hãy thêm khóa: ./motcua keys add.")
        self._hold_back(holder)
        try:
            opened = open_key(record, self.records.file(holder), secrets)
        except SigningRefused as refusal:
            if refusal.code == "wrong_secret":
                self._note_wrong(holder)
            raise
        with self._changing:
            self._wrong.pop(holder, None)
            before = self._unlocked.pop(holder, None)
            self._unlocked[holder] = _Unlocked(record, opened, Lock())
        if before is not None:
            with before.lock:  # it may be signing
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
        self._refuse_unready(holder, fingerprint, digest, algorithm)
        return self._asked(holder, fingerprint, digest, algorithm)

    def sign_once(self, act: str, asked: Asked) -> tuple[bytes, int]:
        """Sign for one act: asked again it gives the same signature without the key; (how often the key was asked).

        Asked for something else it refuses. Only where nobody knows whether the key answered, because this process or
        the way to the key ended meanwhile, is the key asked again, and for the very same.
        """
        with self._alone(act):
            known = self._uses.find(act)
            if known is None or known.signature is None:  # a locked key is told of before anything is written down
                self._refuse_unready(asked.holder, asked.certificate, asked.digest, asked.algorithm)
            use = self._uses.ask(act, asked)
            if use.signature is not None:
                return use.signature, use.times
            try:
                signature = self._asked(asked.holder, asked.certificate, asked.digest, asked.algorithm)
            except PerhapsSigned:
                raise
            except SigningRefused:
                if known is None or known.asked is None:
                    self._uses.take_back(act, signed=False)
                raise
            self._uses.answer(act, signature)
            return signature, use.times

    def recall(self, act: str, fingerprint: str) -> Mapping[str, Any] | None:
        """What was prepared for an act whose key has been asked, to be taken up again; None: it has to be prepared.

        What a certificate other than `fingerprint` was asked counts no more: the holder's key was replaced since.
        """
        with self._alone(act):
            use: Use | None = self._uses.find(act)
            if use is None or use.asked is None:
                return None
            if use.asked.certificate != fingerprint:
                self._uses.take_back(act, signed=True)
                return None
            return use.asked.prepared

    def acts(self, *, after: str = "") -> list[tuple[str, str]]:
        """Remembered acts in order, from the first after `after`, each with the SHA-256 (hex) of its document."""
        return self._uses.acts(after=after, most=AT_ONCE)

    def forget(self, acts: Collection[str]) -> int:
        """Forget acts that are over; how many there were."""
        return self._uses.forget(acts)

    @contextmanager
    def _alone(self, act: str) -> Iterator[None]:
        """One ask at a time for an act: a second one waits for what the key answers the first."""
        with self._done:
            self._done.wait_for(lambda: act not in self._in_hand)
            self._in_hand.add(act)
        try:
            yield
        finally:
            with self._done:
                self._in_hand.discard(act)
                self._done.notify_all()

    def _refuse_unready(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> None:
        """Refuse what the key would certainly not sign, before it is asked."""
        if len(digest) != digest_size(algorithm):
            raise SigningRefused("weak", "Giá trị băm không đúng độ dài của thuật toán.")
        record = self.records.find(holder)
        refuse_another(record or self._sample.certificate(holder), fingerprint)
        if record is None:
            return
        if record.kind == "desk":
            open_key(record, self.records.file(holder), {})  # says where such a key signs
        if self._current(holder) is None:
            raise _locked()

    def _asked(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> bytes:
        record = self.records.find(holder)
        if record is None:
            return self._sign_as_sample(holder, fingerprint, digest, algorithm)
        found = self._current(holder)
        if found is None:
            raise _locked()
        refuse_another(found.record, fingerprint)
        try:
            with found.lock:
                signature = found.opened.sign_digest(digest, algorithm)
        except SigningRefused as refusal:
            if refusal.code in JUDGED_AT_USE:  # tried again by itself, it would block the key where it lies
                self._note_wrong(holder)
                self.lock(holder)
            raise
        if not fits(found.record.parsed, digest, algorithm, signature):
            raise PerhapsSigned(
                "key_unreadable",
                "Chữ ký nhận được không khớp với chứng thư số nên không dùng. Hãy kiểm tra khóa (./motcua keys list) "
                "hoặc báo nơi giữ khóa.",
            )
        return signature

    def _sign_as_sample(self, holder: str, fingerprint: str, digest: bytes, algorithm: str) -> bytes:
        key = self._sample.load(holder)
        refuse_another(key, fingerprint)
        return sign_digest(key.private_key, digest, algorithm)

    def _current(self, holder: str) -> _Unlocked | None:
        """The unlocked key; one whose record was replaced or removed meanwhile is closed and forgotten."""
        found = self._unlocked.get(holder)
        if found is not None and self.records.find(holder) != found.record:
            self.lock(holder)
            return None
        return found

    def _note_wrong(self, holder: str) -> None:
        self._wrong[holder] = (self._wrong.get(holder, (0, 0.0))[0] + 1, time.monotonic())

    def _hold_back(self, holder: str) -> None:
        tries, last = self._wrong.get(holder, (0, 0.0))
        if tries >= TRIES:
            if time.monotonic() - last < PAUSE_S:
                raise SigningRefused(
                    "too_many_tries", "Đã nhập sai nhiều lần liên tiếp. Hãy chờ một phút rồi thử lại với mã đúng."
                )
            self._wrong.pop(holder, None)


def _locked() -> SigningRefused:
    return SigningRefused(
        "key_locked",
        "Khóa ký đang khóa. Chủ khóa mở ở trang “Khóa ký”, hoặc người vận hành chạy ./motcua keys unlock.",
    )


def refuse_another(key: Certified, fingerprint: str) -> None:
    """Refuse a key that is not, or no longer, the one of this certificate (SHA-256, hex)."""
    with suppress(ValueError):
        if fingerprint_of(key) == fingerprint:
            return
    raise SigningRefused("certificate_replaced", "Khóa ký vừa được thay. Hãy làm lại thao tác ký với khóa mới.")

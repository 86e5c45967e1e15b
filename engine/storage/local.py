"""The store on a disk of this machine."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import shutil
import threading
import uuid
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from engine.storage.port import FileMissing, FileTooLarge, StorageFull, Stored

CHUNK = 1 << 20
COUNT_EVERY = 256
TEMPORARY = ".incoming-"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DIGEST = re.compile(r"[0-9a-f]{64}")


class LocalStorage:
    """Files in `folder/ab/abcd…`; `quota` bounds their total in bytes, `reserve` is what must stay free on the disk.

    A file is written beside its place, hashed on the way, flushed to disk and then renamed; a death at any moment
    leaves at most a temporary file, which `sweep` removes. The total is counted anew every few hundred files and kept
    up in between; what other processes add is noticed then, so the quota is a fence and not a border.
    """

    def __init__(self, folder: Path | str, *, quota: int | None = None, reserve: int = 64 * 2**20) -> None:
        self.folder = Path(folder)
        self.quota, self.reserve = quota, reserve
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._used: int | None = None
        self._puts = 0
        self._lock = threading.Lock()

    def put(self, source: BinaryIO | bytes, *, limit: int) -> Stored:
        """Take in a file of at most `limit` bytes; the same content twice is one file. FileTooLarge, StorageFull."""
        stream = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
        temporary = self.folder / f"{TEMPORARY}{uuid.uuid4().hex}"
        try:
            stored = self._receive(stream, temporary, limit)
            place = self._place(stored.sha256)
            if _kept_already(place, stored.size):
                return stored
            if not place.parent.exists():
                place.parent.mkdir(exist_ok=True, mode=0o700)
                _sync(self.folder)
            os.replace(temporary, place)
            _sync(place.parent)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StorageFull from error
            raise
        finally:
            temporary.unlink(missing_ok=True)
        self._count(stored.size)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """The file, to be read and closed; FileMissing if it is not here, ValueError for what is no hash."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise FileMissing(sha256) from None

    def verify(self, sha256: str) -> bool:
        """Whether the file is here and its content still has this hash."""
        try:
            with self.open(sha256) as file:
                digest = hashlib.sha256()
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                return digest.hexdigest() == sha256
        except FileMissing:
            return False

    def delete(self, sha256: str) -> None:
        """Remove the file; nothing happens if it is not here."""
        place = self._place(sha256)
        with contextlib.suppress(FileNotFoundError):
            size = place.stat().st_size
            place.unlink()
            self._count(-size)

    def iter(self) -> Iterator[str]:
        """The hashes of all files kept."""
        return (entry.name for entry in self._files())

    def orphans(self, referenced: Collection[str], *, now: datetime, older_than: timedelta) -> list[str]:
        """Files that no row names (`referenced` holds those that are named) and that are older than that age.

        The age matters: a file is there before the row that names it.
        """
        before = (now - older_than).timestamp()
        return [entry.name for entry in self._files() if entry.name not in referenced and _age_mark(entry) < before]

    def sweep(self, *, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
        """Remove what interrupted uploads left behind; how many."""
        before = (now - older_than).timestamp()
        left = [path for path in self.folder.glob(f"{TEMPORARY}*") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def used(self) -> int:
        """Bytes in all files kept, counted anew."""
        with self._lock:
            self._used = sum(entry.stat().st_size for entry in self._files())
            return self._used

    def free(self) -> int:
        """How many bytes may still come in, by the quota and by the disk."""
        room = shutil.disk_usage(self.folder).free - self.reserve
        if self.quota is None:
            return max(0, room)
        used = self._used if self._used is not None and self._puts % COUNT_EVERY else self.used()
        return max(0, min(room, self.quota - used))

    def _receive(self, stream: BinaryIO, temporary: Path, limit: int) -> Stored:
        room, size, digest = self.free(), 0, hashlib.sha256()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise FileTooLarge(limit)
                if size > room:
                    raise StorageFull
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return Stored(digest.hexdigest(), size)

    def _place(self, sha256: str) -> Path:
        if not DIGEST.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 digest: {sha256[:80]!r}")
        return self.folder / sha256[:2] / sha256

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for shelf in sorted(path for path in self.folder.iterdir() if len(path.name) == 2 and path.is_dir()):
            with os.scandir(shelf) as entries:
                yield from (entry for entry in entries if DIGEST.fullmatch(entry.name))

    def _count(self, size: int) -> None:
        with self._lock:
            self._puts += 1
            if self._used is not None:
                self._used += size


def _kept_already(place: Path, size: int) -> bool:
    """Whether the same content lies here; it is made young, or the sweep might take it before its new row is there."""
    try:
        os.utime(place)
        return place.stat().st_size == size
    except FileNotFoundError:
        return False


def _age_mark(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:  # gone meanwhile: nothing to sweep
        return datetime.max.replace(tzinfo=UTC).timestamp()


def _sync(folder: Path) -> None:
    """Make the folder's names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

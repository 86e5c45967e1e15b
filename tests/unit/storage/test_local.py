"""Files lie under the hash of their content, whole or not at all."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.errors import TooLarge, Unavailable
from engine.storage.local import TEMPORARY, LocalStorage
from engine.storage.port import FileMissing, FileTooLarge, StorageFull

ROOT = Path(__file__).parents[3]
LIMIT = 10 * 2**20
LETTER = "Kính gửi Ủy ban nhân dân phường".encode()
DIGEST = hashlib.sha256(LETTER).hexdigest()


@pytest.fixture
def store(tmp_path):
    return LocalStorage(tmp_path / "files")


def everything_in(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("source", [LETTER, io.BytesIO(LETTER)])
def test_a_file_is_found_again_by_its_hash(store, source):
    stored = store.put(source, limit=LIMIT)
    assert (stored.sha256, stored.size) == (DIGEST, len(LETTER))
    with store.open(DIGEST) as file:
        assert file.read() == LETTER
    assert store.verify(DIGEST)
    assert everything_in(store) == list(store.iter()) == [DIGEST]


def test_the_same_content_twice_is_one_file(store):
    assert store.put(LETTER, limit=LIMIT) == store.put(LETTER, limit=LIMIT)
    assert everything_in(store) == [DIGEST]


def test_a_file_cut_short_is_mended_by_the_next_upload(store):
    store.put(LETTER, limit=LIMIT)
    (store.folder / DIGEST[:2] / DIGEST).write_bytes(LETTER[:5])
    assert not store.verify(DIGEST)
    store.put(LETTER, limit=LIMIT)
    assert store.verify(DIGEST)


def test_a_changed_byte_is_noticed(store):
    store.put(LETTER, limit=LIMIT)
    (store.folder / DIGEST[:2] / DIGEST).write_bytes(LETTER[:-1] + b"!")
    assert not store.verify(DIGEST)


def test_what_is_not_there_is_said_in_words(store):
    with pytest.raises(FileMissing, match="Không tìm thấy tệp"):
        store.open(DIGEST)
    assert not store.verify(DIGEST)
    store.delete(DIGEST)


def test_a_deleted_file_is_gone(store):
    store.put(LETTER, limit=LIMIT)
    store.delete(DIGEST)
    assert everything_in(store) == []


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "\n", "/etc/passwd"])
def test_only_a_hash_opens_a_file(store, wrong):
    for act in (store.open, store.verify, store.delete):
        with pytest.raises(ValueError, match="not a SHA-256"):
            act(wrong)


def test_a_file_over_the_limit_is_refused_while_it_arrives(store):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(FileTooLarge, match="10 MB") as refusal:
        store.put(stream, limit=LIMIT)
    assert isinstance(refusal.value, TooLarge)
    assert stream.given <= LIMIT + 2 * 2**20
    assert everything_in(store) == []


def test_a_file_of_exactly_the_limit_is_taken(store):
    assert store.put(b"x" * LIMIT, limit=LIMIT).size == LIMIT


def test_a_stream_that_breaks_leaves_nothing(store):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(Broken(), limit=LIMIT)
    assert everything_in(store) == []


def test_the_quota_is_kept_and_room_comes_back(tmp_path):
    store = LocalStorage(tmp_path, quota=1000, reserve=0)
    first = store.put(b"a" * 600, limit=LIMIT)
    with pytest.raises(StorageFull, match="đã đầy") as refusal:
        store.put(b"b" * 600, limit=LIMIT)
    assert isinstance(refusal.value, Unavailable)
    assert everything_in(store) == [first.sha256]
    assert LocalStorage(tmp_path, quota=1000, reserve=0).free() == 400
    store.delete(first.sha256)
    store.put(b"b" * 600, limit=LIMIT)


def test_the_disk_keeps_its_reserve(tmp_path):
    with pytest.raises(StorageFull):
        LocalStorage(tmp_path, reserve=2**60).put(LETTER, limit=LIMIT)


def test_a_disk_that_fills_up_on_the_way_leaves_nothing(tmp_path):
    script = f"""
        import resource, signal
        from engine.storage.local import LocalStorage
        from engine.storage.port import StorageFull
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        try:
            LocalStorage({str(tmp_path)!r}).put(bytes(8_000_000), limit=10_000_000)
        except StorageFull as refusal:
            print("full:", refusal)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("full: Kho lưu tệp")
    assert everything_in(LocalStorage(tmp_path)) == []


def test_a_killed_upload_leaves_only_what_the_sweep_removes(tmp_path):
    script = f"""
        import time
        from engine.storage.local import LocalStorage
        class Slow:
            def read(self, size):
                time.sleep(0.02)
                return b"x" * 100_000
        LocalStorage({str(tmp_path)!r}).put(Slow(), limit=10**12)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT)
    try:
        end = time.monotonic() + 30
        while not any(path.stat().st_size for path in tmp_path.glob(f"{TEMPORARY}*")):
            assert time.monotonic() < end, "the upload never began"
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    store = LocalStorage(tmp_path)
    assert list(store.iter()) == []
    assert [name.startswith(TEMPORARY) for name in everything_in(store)] == [True]
    now = SystemClock().now()
    assert store.sweep(now=now, older_than=timedelta(hours=1)) == 0
    assert store.sweep(now=now + timedelta(hours=2), older_than=timedelta(hours=1)) == 1
    assert everything_in(store) == []


def test_orphans_are_files_without_a_row_that_are_old_enough(store):
    kept = store.put(b"named by a row", limit=LIMIT).sha256
    orphan = store.put(b"left behind", limit=LIMIT).sha256
    fresh = store.put(b"its row comes any moment", limit=LIMIT).sha256
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for digest, hours in ((kept, 48), (orphan, 48), (fresh, 1)):
        stamp = (now - timedelta(hours=hours)).timestamp()
        os.utime(store.folder / digest[:2] / digest, (stamp, stamp))
    day = timedelta(hours=24)
    assert store.orphans({kept}, now=now, older_than=day) == [orphan]
    store.put(b"left behind", limit=LIMIT)  # uploaded again: young again
    assert store.orphans({kept}, now=now, older_than=day) == []

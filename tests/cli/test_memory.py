"""What tests write lies in memory where the machine has room for it, and goes with the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cli.testing.memory import folder_in_memory


def test_it_is_lent_for_one_run_and_open_to_every_user_of_the_machine(tmp_path: Path) -> None:
    with folder_in_memory(tmp_path, room=1) as folder:
        assert folder is not None
        assert Path(folder).parent == tmp_path
        assert Path(folder).stat().st_mode & 0o7777 == 0o1777
        (Path(folder) / "left.sqlite3").write_bytes(b"x")
    assert not list(tmp_path.iterdir())


def test_where_there_is_no_room_the_disk_is_used(tmp_path: Path) -> None:
    for memory, room in ((tmp_path, 2**62), (tmp_path / "none", 1)):
        with folder_in_memory(memory, room) as folder:
            assert folder is None


def test_what_a_killed_run_left_goes_with_the_next_one_and_a_running_one_keeps_its_own(tmp_path: Path) -> None:
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    left, foreign = tmp_path / f"motcua-test-{over.pid}-abc", tmp_path / "motcua-test-notes-of-somebody"
    for one in (left, foreign):
        one.mkdir()
    with folder_in_memory(tmp_path, room=1) as first, folder_in_memory(tmp_path, room=1):
        assert first is not None
        assert Path(first).exists()
    assert list(tmp_path.iterdir()) == [foreign]


def test_a_folder_nobody_may_write_into_is_no_memory() -> None:
    with folder_in_memory(Path("/proc"), room=1) as folder:
        assert folder is None

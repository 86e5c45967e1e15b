"""The process tree: nobody outlives it, whoever falls over is started again, it ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import HOUSE

TREE = """
import os, sys
from cli.serving.supervisor import Child, Supervisor
folder = sys.argv[1]
child = [sys.executable, "-c", sys.argv[2], folder]
tree = Supervisor([Child("the child", child)], dict(os.environ))
tree.install()
tree.start()
tree.watch()
tree.end()
print("ended in order")
"""

PARENT_OF_ONE = """
import os, pathlib, sys, time
from cli.serving.kin import die_with
folder, me = pathlib.Path(sys.argv[1]), os.getpid()
if os.fork() == 0:
    die_with(me)
    (folder / "grandchild").write_text(str(os.getpid()))
    time.sleep(600)
(folder / f"child-{me}").write_text(str(me))
time.sleep(600)
"""

FALLS_OVER = """
import os, pathlib, sys
(pathlib.Path(sys.argv[1]) / f"child-{os.getpid()}").write_text(str(os.getpid()))
os._exit(3)
"""


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def numbers(folder: Path, pattern: str) -> list[int]:
    return [int(text) for path in folder.glob(pattern) if (text := path.read_text())]


@pytest.fixture
def tree(tmp_path):
    """Starts a supervisor over one child whose program is given; all of it is gone at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(child: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", TREE, str(tmp_path), child]
        process = subprocess.Popen(words, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_children_and_grandchildren_die_with_a_killed_supervisor(tree, tmp_path):
    supervisor = tree(PARENT_OF_ONE)
    wait_for(lambda: numbers(tmp_path, "grandchild") and numbers(tmp_path, "child-*"))
    kin = numbers(tmp_path, "*")
    assert all(lives(one) for one in kin)
    supervisor.kill()
    wait_for(lambda: not any(lives(one) for one in kin), 5)


def test_ctrl_c_ends_the_tree_in_order(tree, tmp_path):
    supervisor = tree(PARENT_OF_ONE)
    wait_for(lambda: numbers(tmp_path, "grandchild"))
    kin = numbers(tmp_path, "*")
    supervisor.send_signal(signal.SIGINT)
    said, _ = supervisor.communicate(timeout=20)
    assert said.strip() == "ended in order"
    assert supervisor.returncode == 0
    wait_for(lambda: not any(lives(one) for one in kin), 5)


def test_who_falls_over_is_started_again_with_growing_pauses_and_a_clear_line(tree, tmp_path):
    supervisor = tree(FALLS_OVER)
    wait_for(lambda: len(numbers(tmp_path, "child-*")) >= 3)
    supervisor.terminate()
    _, complaints = supervisor.communicate(timeout=20)
    lines = [line for line in complaints.splitlines() if line.startswith("motcua: the child ended unexpectedly")]
    assert lines[0].endswith("(exit code 3); started again in 0.5 s")
    assert lines[1].endswith("started again in 1 s")


def test_a_killed_child_is_started_again(tree, tmp_path):
    tree(PARENT_OF_ONE)
    wait_for(lambda: numbers(tmp_path, "child-*"))
    os.kill(numbers(tmp_path, "child-*")[0], signal.SIGKILL)
    wait_for(lambda: len(numbers(tmp_path, "child-*")) == 2)

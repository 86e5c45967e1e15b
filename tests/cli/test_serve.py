"""./motcua serve as a person starts it: refusals in words, one tree on one port, gone without a trace."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from cli.testing.ports import free_port
from tests.house.tree import HOUSE

MOST_MEMORY = 1000 * 2**20


@pytest.fixture
def serve(tmp_path):
    """Starts `serve` with these words on a data folder of this test; its output goes to a file."""
    started: list[subprocess.Popen] = []

    def start(*words: str, **told: str) -> subprocess.Popen:
        command = [
            sys.executable,
            str(HOUSE / "motcua"),
            "--prepared",
            "serve",
            "--data",
            str(tmp_path / "data"),
            *words,
        ]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("MOTCUA_", "DATABASE", "BROKER"))
        } | told
        said = (tmp_path / f"said-{len(started)}").open("w+")
        process = subprocess.Popen(command, cwd="/", env=environment, stdout=said, stderr=said)
        process.said = said
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.said.close()


def words_of(process) -> str:
    process.said.seek(0)
    return process.said.read()


def wait_until_open(process, seconds: float = 60) -> str:
    deadline = time.monotonic() + seconds
    while not (found := re.search(r"Address +(http://\S+)", words_of(process))):
        assert process.poll() is None, words_of(process)
        assert time.monotonic() < deadline, words_of(process)
        time.sleep(0.1)
    return found.group(1)


def test_one_tree_on_one_port_that_a_second_serve_cannot_join_and_a_kill_leaves_nothing_of(serve):
    port = free_port()
    house = serve("--empty", "--port", str(port))
    address = wait_until_open(house)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/signin") as answer:
        assert answer.status == 200
    second = serve("--empty", "--port", str(free_port()))
    assert second.wait(timeout=30) == 2
    assert "already being served" in words_of(second)
    kin = psutil.Process(house.pid).children(recursive=True)
    assert sum(one.memory_full_info().pss for one in [psutil.Process(house.pid), *kin]) < MOST_MEMORY
    house.kill()
    _, left = psutil.wait_procs(kin, timeout=5)
    assert not left


def test_a_taken_port_is_refused_in_words(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = serve("--port", str(taken.getsockname()[1]))
        assert refused.wait(timeout=30) == 2
    assert "choose another with --port" in words_of(refused)


def test_the_sample_office_does_not_listen_beyond_this_machine(serve):
    refused = serve("--host", "0.0.0.0", "--port", str(free_port()))
    assert refused.wait(timeout=30) == 2
    assert "--allow-remote-sample" in words_of(refused)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"MOTCUA_SECRET": "fifteen letters"}, "MOTCUA_SECRET is too short: 15 characters, at least 16"),
        ({"DATABASE_URL": "mysql://motcua:geheim@db/motcua"}, "DATABASE_URL begins with none of sqlite://, postgresql"),
        ({"DATABASE_URL": "postgresql://motcua:geheim@db/motcua"}, "like postgresql+psycopg://user:password@host/name"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "postgresql+psycopg://motcua:geheim@127.0.0.1:1/motcua"}, "does not answer"),
        ({"BROKER_URL": "kafka://motcua:geheim@mq"}, "BROKER_URL begins with none of amqp://"),
        ({"MOTCUA_PKI_PROXY": "http://u:geheim@proxy:x"}, "MOTCUA_PKI_PROXY is no host with a port"),
        ({"MOTCUA_UPLOAD_LIMIT": "20MB"}, "MOTCUA_UPLOAD_LIMIT is no whole number: 20MB"),
        ({"MOTCUA_WORKERS": "none"}, "write a whole number of processes"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_setting_nothing_can_start_with_is_refused_in_one_sentence(serve, told, words):
    refused = serve("--empty", "--port", str(free_port()), **told)
    assert refused.wait(timeout=30) == 2
    said = words_of(refused)
    assert words in said
    assert "Traceback" not in said
    assert "geheim" not in said, "a password is never printed"


def test_a_folder_or_a_database_that_cannot_be_read_is_refused_in_one_sentence(serve, tmp_path):
    data = tmp_path / "data"
    (data / "keys" / "secret").mkdir(parents=True)
    nobody_s = serve("--empty", "--port", str(free_port()))
    assert nobody_s.wait(timeout=30) == 2
    assert "cannot be read: Is a directory" in words_of(nobody_s)
    (data / "keys" / "secret").rmdir()
    (data / "motcua.sqlite3").write_text("this is no database")
    torn = serve("--empty", "--port", str(free_port()))
    assert torn.wait(timeout=30) == 2
    assert "file is not a database" in words_of(torn)
    no_folder = serve("--empty", "--port", str(free_port()), "--data", "/dev/null/data")
    assert no_folder.wait(timeout=30) == 2
    assert "cannot be used: Not a directory. Choose another with --data" in words_of(no_folder)
    for process in (nobody_s, torn, no_folder):
        assert "Traceback" not in words_of(process)

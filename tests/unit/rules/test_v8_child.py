"""The process FEEL is calculated in: what it may not do, how it ends, and who is not blamed when it does."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules import v8
from rules.feel import Feel, FeelError, FeelOverrun

NOW = datetime(2026, 2, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
RUNAWAY = 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")'
LONG = "count(for i in 1..20000 return i * 2)"


@pytest.fixture
def engine():
    made = Feel()
    made.evaluate("1 + 0", now=NOW)
    yield made
    made.close()


def run(script, timeout=60):
    """A Python program of its own, in the house."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=timeout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_hostile_expression_makes_the_child_resident_beyond_its_limit():
    script = """
import resource
from datetime import datetime, UTC
from rules.feel import Feel, FeelOverrun
now = datetime(2026, 2, 5, tzinfo=UTC)
engine = Feel(timeout_ms=8000, memory_mb=32)
engine.evaluate("1 + 0", now=now)
first = engine.process_id
with open(f"/proc/{first}/status") as status:
    begun = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
for text in (
    'count(for i in 1..40000000 return string(i) + "aaaaaaaaaaaaaaaa")',
    'count((function(f, l, n) f(f, l, n))'
    '(function(f, l, n) if n = 0 then l else f(f, concatenate(l, l), n - 1), [1], 26))',
):
    try:
        engine.evaluate(text, now=now)
        raise SystemExit("not stopped")
    except FeelOverrun as error:
        assert "32 MB" in error.message, error
    assert engine.evaluate("1 + 1", now=now) == 2
assert engine.process_id != first
engine.close()
print(begun // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
    begun, most = map(int, run(script).split())
    assert begun < 110, "the child alone must stay small: there are three of it in a running house"
    assert most < begun + 32 + 16


def test_the_kernel_holds_the_memory_even_without_v8s_own_limit():
    script = (
        "import rules.v8_child as child\nchild.renounce(); child.confine(48)\n"
        "kept = bytearray(16 << 20)\ntry: bytearray(80 << 20)\nexcept MemoryError: print('refused')\n"
    )
    assert run(script).strip() == "refused"


def test_the_child_can_open_start_and_change_nothing(tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("kept")
    os.chmod(tmp_path, 0o777)
    script = f"""
import os, socket, threading
import rules.v8_child as child
child.renounce(); child.confine(64)
def listen(): socket.socket()
def start(): threading.Thread(target=print).start()
def fork():
    if os.fork() == 0: os._exit(0)
attempts = dict(
    read=lambda: open("/etc/passwd"), write=lambda: open({str(mine)!r}, "w"), net=listen, pair=os.pipe, fork=fork,
    run=lambda: os.execv("/bin/true", ["true"]), remove=lambda: os.unlink({str(mine)!r}),
    folder=lambda: os.mkdir({str(tmp_path / "new")!r}),
    move=lambda: os.rename({str(mine)!r}, {str(tmp_path / "b")!r}),
)
for name, attempt in attempts.items():
    try: attempt()
    except OSError: continue
    os.write(1, name.encode() + b" ")
"""
    assert run(script) == ""
    assert mine.read_text() == "kept"


def test_the_child_inherits_no_file_and_no_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_SECRET", "x")
    secret = tmp_path / "secret"
    with secret.open("w") as file:
        os.set_inheritable(file.fileno(), True)
        engine = Feel()
        engine.evaluate("1 + 0", now=NOW)
        place = Path(f"/proc/{engine.process_id}")
        status = dict(line.split(":\t", 1) for line in (place / "status").read_text().splitlines())
        try:
            held = [os.readlink(each) for each in (place / "fd").iterdir()]
            environment = (place / "environ").read_bytes()
        except PermissionError:  # not even its own user may look inside
            held, environment = [], b""
        engine.close()
    assert (status["NoNewPrivs"].strip(), status["CapEff"].strip()) == ("1", "0" * 16)
    assert [one for one in held if one.startswith("/") and one != "/dev/null"] == []
    assert b"MOTCUA" not in environment


def test_what_counts_is_processor_time_not_the_clock(engine):
    """A child that gets no processor for longer than its limit is not at fault."""
    os.kill(engine.process_id, signal.SIGSTOP)
    threading.Timer(0.6, os.kill, (engine.process_id, signal.SIGCONT)).start()
    begun = time.monotonic()
    assert engine.evaluate("1 + 1", now=NOW) == 2
    assert time.monotonic() - begun > 0.5


def test_a_call_is_fair_on_a_busy_machine():
    script = "import time\nend = time.monotonic() + 4\nwhile time.monotonic() < end: pass\n"
    crowd = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3 * (os.cpu_count() or 1))]
    engine = Feel()
    try:
        for _ in range(5):
            assert engine.evaluate(LONG, now=NOW) == 20000
        with pytest.raises(FeelOverrun):
            engine.evaluate(RUNAWAY, now=NOW)
    finally:
        engine.close()
        for one in crowd:
            one.kill()
            one.wait()


def test_a_child_killed_from_outside_is_replaced_and_the_call_asked_again(engine):
    first = engine.process_id
    os.kill(first, signal.SIGKILL)
    assert engine.evaluate("1 + 1", now=NOW) == 2
    os.kill(engine.process_id, signal.SIGSTOP)
    threading.Timer(0.1, os.kill, (engine.process_id, signal.SIGKILL)).start()
    assert engine.evaluate("2 + 2", now=NOW) == 4
    assert engine.process_id != first


def test_a_runaway_uses_no_more_than_its_time(engine):
    before = os.times().children_user + os.times().children_system
    with pytest.raises(FeelOverrun, match="250"):
        engine.evaluate(RUNAWAY, now=NOW)
    spent = os.times().children_user + os.times().children_system - before
    assert spent < 1.5, "its start, its warming up and a quarter of a second"


def test_the_child_ends_with_its_parent_even_in_the_middle_of_a_runaway():
    script = (
        "import sys, threading\nfrom datetime import datetime, UTC\nfrom rules.feel import Feel\n"
        "engine = Feel(timeout_ms=700)\nengine.evaluate('1 + 0', now=datetime(2026, 2, 5, tzinfo=UTC))\n"
        "print(engine.process_id, flush=True)\n"
        f"engine.evaluate({RUNAWAY!r}, now=datetime(2026, 2, 5, tzinfo=UTC))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_threads_are_served_in_the_order_they_came(engine):
    done: list[int] = []

    def ask(number):
        engine.evaluate(f"{number} + 0", now=NOW)
        done.append(number)

    def run_away():
        with pytest.raises(FeelOverrun):
            engine.evaluate(RUNAWAY, now=NOW)

    threads = [threading.Thread(target=run_away)]
    threads += [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join(30)
    assert done == list(range(6))


def test_a_turn_given_up_while_waiting_is_not_lost():
    turns = v8._Turns()
    entered = threading.Event()

    def hold():
        with turns:
            entered.set()
            time.sleep(0.3)

    class Enough(Exception):
        pass

    def interrupt(*_):
        raise Enough

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    old = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(Enough), turns:
            pass
    finally:
        signal.signal(signal.SIGALRM, old)
    holder.join()
    with turns:
        pass


def test_a_message_or_answer_beyond_measure_is_refused(engine, monkeypatch):
    monkeypatch.setattr(v8, "_LARGEST", 10_000)
    with pytest.raises(FeelOverrun, match="quá lớn"):
        engine.evaluate("x + y", {"x": "a" * 20_000, "y": ""}, now=NOW)
    with pytest.raises(FeelOverrun, match="quá lớn"):
        engine.evaluate("for i in 1..20000 return i", now=NOW)
    assert engine.evaluate("1 + 1", now=NOW) == 2


def test_reading_many_finds_the_one_that_cannot_be_read_in_time(monkeypatch):
    engine = Feel()
    honest = Feel.perform

    def slow(self, jobs, *rest, **how):
        if any(job["text"] == "slow" for job in jobs):
            raise FeelOverrun("", "Biểu thức chạy quá 250 mili giây nên bị dừng.")
        return honest(self, jobs, *rest, **how)

    monkeypatch.setattr(Feel, "perform", slow)
    parsed = engine.parse_all(["a", "b", "slow", "c"])
    engine.close()
    assert [sorted(one.names) for one in parsed] == [["a"], ["b"], [], ["c"]]
    assert [one.error is None for one in parsed] == [True, True, False, True]


def test_a_child_that_cannot_start_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr(v8, "_packages", lambda: str(tmp_path))
    with pytest.raises(v8.NotStarted, match="py_mini_racer"):
        Feel().evaluate("1 + 1", now=NOW)


def test_an_overrun_is_an_error_of_that_call_alone(engine):
    with pytest.raises(FeelError) as refused:
        engine.evaluate_all([("a + 1", {"a": 1}), (RUNAWAY, {})], now=NOW)
    assert "250 mili giây" in refused.value.message
    assert [one.value for one in engine.evaluate_all([("a + 1", {"a": 1})], now=NOW)] == [2]

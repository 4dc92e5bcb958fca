"""The queue before SQLite's one writer: in the order of coming, past those that were killed, and never for ever."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from registration.database.sqlite_queue import WriteQueue
from registration.errors import Unavailable
from tests.house.source import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems may have no locks of an open file")

INSIDE = """
import os, sys
from pathlib import Path
from registration.database.sqlite_queue import WriteQueue
with WriteQueue(Path(sys.argv[1]), seconds=60).exclusive():
    {then}
    print("inside", flush=True)
    sys.stdin.read()
"""
# The child outlives its parent, with everything open that the parent had open.
FORKED = "if os.fork(): sys.stdin.read()"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "turns"


def drawn(path: Path) -> int:
    """How many have come so far."""
    return int.from_bytes(path.read_bytes()[:8], "little") if path.exists() else 0


def queueing(path: Path, served: list[int], *, count: int) -> list[threading.Thread]:
    """Threads that came one after the other; they wait when somebody is inside."""
    turns = WriteQueue(path, seconds=60)

    def serve(number: int) -> None:
        with turns.exclusive():
            served.append(number)

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(count)]
    for number, thread in enumerate(threads, drawn(path) + 1):
        thread.start()
        while drawn(path) < number:
            thread.join(0.001)
    return threads


@contextmanager
def process(path: Path, *, then: str = "pass", inside: bool = True) -> Iterator[subprocess.Popen[str]]:
    """Another process that stays inside, or that waits for its turn to."""
    number, script = drawn(path) + 1, INSIDE.format(then=then)
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        if inside:
            assert started.stdout.readline().startswith("inside")
        while drawn(path) < number:
            assert started.poll() is None
        yield started
        started.kill()


def test_who_comes_first_is_served_first(path: Path) -> None:
    served: list[int] = []
    with WriteQueue(path, seconds=60).exclusive():
        threads = queueing(path, served, count=16)
        assert served == []
    for thread in threads:
        thread.join(60)
    assert served == list(range(16))


def test_a_process_that_is_killed_inside_lets_the_next_one_in(path: Path) -> None:
    served: list[int] = []
    with process(path) as holder:
        threads = queueing(path, served, count=2)
        assert served == []
        holder.kill()
        for thread in threads:
            thread.join(60)
    assert served == [0, 1]


def test_a_process_that_is_killed_while_it_waits_leaves_the_queue_in_order(path: Path) -> None:
    served: list[int] = []
    with WriteQueue(path, seconds=60).exclusive():
        before = queueing(path, served, count=2)
        with process(path, inside=False) as waiting:
            after = queueing(path, served, count=2)
            waiting.kill()
            waiting.wait(60)
            assert served == []
    for thread in before + after:
        thread.join(60)
    assert served == [0, 1, 0, 1]


def test_a_child_that_was_forked_inside_does_not_stay_inside(path: Path) -> None:
    with process(path, then=FORKED) as parent:
        parent.kill()
        with WriteQueue(path, seconds=60).exclusive():
            assert drawn(path) == 2


def test_who_waits_too_long_is_told_and_holds_nobody_up(path: Path) -> None:
    served: list[int] = []
    with WriteQueue(path, seconds=60).exclusive():
        with pytest.raises(Unavailable) as told, WriteQueue(path, seconds=0.01).exclusive():
            pass
        assert told.value.reason == "database_is_busy"
        threads = queueing(path, served, count=1)
    threads[0].join(60)
    assert served == [0]


def test_an_error_inside_ends_the_turn(path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), WriteQueue(path, seconds=60).exclusive():
        raise ValueError("mine")
    with WriteQueue(path, seconds=0.01).exclusive():
        pass


class Struck(Exception):
    """A task's time limit, which strikes wherever the process happens to be."""


def test_whoever_is_struck_anywhere_leaves_the_queue(path: Path) -> None:
    """Before the turn, when it comes, inside, on the way out: nobody after it waits for one who is gone."""
    turns, here, over = WriteQueue(path, seconds=60), threading.main_thread().ident or 0, threading.Event()

    def others() -> None:
        while not over.is_set():
            with turns.exclusive():
                pass

    def strike(delay: float) -> None:
        over.wait(delay)
        signal.pthread_kill(here, signal.SIGUSR1)

    def struck(_number: int, _frame: object) -> None:
        raise Struck

    before = signal.signal(signal.SIGUSR1, struck)
    crowd = [threading.Thread(target=others, daemon=True) for _ in range(2)]
    try:
        for other in crowd:
            other.start()
        for number in range(300):
            striker = threading.Thread(target=strike, args=(number * 0.00002,))
            with suppress(Struck):
                striker.start()
                while True:
                    with turns.exclusive():
                        pass
            striker.join()
    finally:
        over.set()
        signal.signal(signal.SIGUSR1, before)
    for other in crowd:
        other.join(30)
    assert not [other for other in crowd if other.is_alive()]
    with WriteQueue(path, seconds=10).exclusive():
        pass

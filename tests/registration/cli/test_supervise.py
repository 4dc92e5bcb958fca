"""Children are restarted when they die, given up on when that is pointless, and all gone at the end."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from registration.cli import supervise
from registration.cli.supervise import KeepsDying, Supervisor

T = TypeVar("T")
SLEEP = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"
FAMILY = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); print(1, flush=True); {SLEEP}"


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervise, "STOP_SECONDS", 0.5)
    made = Supervisor({"PATH": "/usr/bin:/bin"})
    yield made
    made.stop()


def test_a_child_that_dies_is_started_again(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    supervisor.start("relay", [sys.executable, "-c", SLEEP])
    first = supervisor.children["relay"].process
    assert isinstance(first, subprocess.Popen)
    first.kill()
    first.wait()
    supervisor.tick()
    second = supervisor.children["relay"].process
    assert second.pid != first.pid
    assert second.poll() is None
    assert "relay" in capfd.readouterr().out


def test_a_child_that_keeps_dying_is_given_up(supervisor: Supervisor) -> None:
    supervisor.start("web", [sys.executable, "-c", "raise SystemExit(3)"])
    for _ in range(supervise.QUICK_DEATHS - 1):
        supervisor.children["web"].process.wait()
        supervisor.tick()
    supervisor.children["web"].process.wait()
    with pytest.raises(KeepsDying) as death:
        supervisor.tick()
    assert (death.value.name, death.value.status) == ("web", 3)


def test_deaths_far_apart_are_no_reason_to_give_up(supervisor: Supervisor) -> None:
    supervisor.start("web", [sys.executable, "-c", ""])
    for _ in range(2 * supervise.QUICK_DEATHS):
        child = supervisor.children["web"]
        child.process.wait()
        child.started -= supervise.QUICK_SECONDS + 1
        supervisor.tick()


def test_what_children_say_is_told_with_their_name_to_the_last_line(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor.start("worker", [sys.executable, "-c", "print('好')"])
    supervisor.children["worker"].process.wait()
    supervisor.stop()
    assert capfd.readouterr().out == "worker | 好\n"


@pytest.mark.thorough
@pytest.mark.parametrize("program", [SLEEP, STUBBORN, FAMILY])
def test_nobody_is_left(supervisor: Supervisor, capfd: pytest.CaptureFixture[str], program: str) -> None:
    supervisor.start("first", [sys.executable, "-c", SLEEP])
    supervisor.start("second", [sys.executable, "-c", program])
    if program != SLEEP:
        _eventually(lambda: capfd.readouterr().out)
    mine = [psutil.Process(child.process.pid) for child in supervisor.children.values()]
    everybody = [*mine, *(kin for one in mine for kin in one.children(recursive=True))]
    supervisor.stop()
    _, alive = psutil.wait_procs(everybody, timeout=5)
    assert alive == []


def test_the_first_child_outlives_the_others(supervisor: Supervisor, tmp_path: Path) -> None:
    farewell = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    with open(sys.argv[1], 'a') as file: file.write(sys.argv[2])\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[1] + sys.argv[2]).touch()\n"
        "time.sleep(60)"
    )
    log = tmp_path / "log"
    for name in ("broker", "worker"):
        supervisor.start(name, [sys.executable, "-c", farewell, str(log), name])
        assert _eventually((tmp_path / f"log{name}").exists)
    supervisor.stop()
    assert log.read_text() == "workerbroker"


def _eventually(look: Callable[[], T]) -> T:
    end = time.monotonic() + 10
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(0.01)
    return seen

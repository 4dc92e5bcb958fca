"""`heyi run` as a newcomer sees it: one command up, the pages there, one signal and nothing is left."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from registration.cli import run
from tests.fixtures.servers import ROOT, free_port, make_stack

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `heyi run` in one home on a port, with these settings; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    with tempfile.TemporaryDirectory(prefix="heyi-run-") as folder:

        def start_on(port: int, **more: str) -> subprocess.Popen[str]:
            environment = make_stack(Path(folder), port=port).environment | more
            environment.pop("HEYI_PUBLIC_URL")
            command = [
                sys.executable,
                "-m",
                "registration.cli",
                "run",
                "--empty",
                "--port",
                str(port),
                "--workers",
                "1",
            ]
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            started.append(process)
            return process

        yield start_on
        for process in started:
            for one in _family(process):
                one.kill()
            process.communicate()


@pytest.mark.thorough
def test_everything_starts_and_stops_together(start: Start) -> None:
    port = free_port()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
        process = start(port)
        told = _read_until(process, "Ctrl-C")
        assert "heyi-yanshi" in told
        assert f"http://127.0.0.1:{port}" in told
        assert browser.get("/").status_code == httpx.codes.OK
        second = start(port)
        assert "another `heyi run`" in second.communicate(timeout=60)[0]
        assert second.returncode == 1
        family = _family(process)
        process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_process_that_refuses_its_settings_stops_all(start: Start, tmp_path: Path) -> None:
    """However long the refusal took: on a slow machine, longer than any early death."""
    faulty = tmp_path / "govstack.yaml"
    faulty.write_text("services: {}\nclients: {no-client: {applicant: nobody@example.cn}}\n", encoding="utf-8")
    process = start(free_port(), HEYI_GOVSTACK=str(faulty))
    told = process.communicate(timeout=120)[0]
    assert process.returncode == 78
    assert "no-client" in told
    assert "cannot start, so everything stops" in told
    assert "starting again" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
@pytest.mark.thorough
def test_nobody_survives_a_killed_parent(start: Start) -> None:
    process = start(free_port())
    _read_until(process, "Ctrl-C")
    family = _family(process)
    assert len(family) > 4
    process.kill()
    assert psutil.wait_procs(family, timeout=20)[1] == []


def test_a_taken_port_is_left_to_its_owner() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run.free_port("127.0.0.1", port) > port


def _read_until(process: subprocess.Popen[str], mark: str) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    end = time.monotonic() + 120
    while time.monotonic() < end and (line := process.stdout.readline()):
        lines.append(line)
        if mark in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    try:
        leader = psutil.Process(process.pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []

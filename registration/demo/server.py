"""A server of one's own for the length of a demonstration: `heyi run` in a temporary home, ended with it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

START_SECONDS = 90.0
STOP_SECONDS = 25.0
LOG_LINES = 30


class NoServer(Exception):
    """The server did not come up; the message ends with the last lines that it wrote."""


@contextmanager
def own_server(*, port: int) -> Iterator[str]:
    """The address of a running demonstration with its samples. Nothing of it is left afterwards."""
    home = Path(tempfile.mkdtemp(prefix="heyi-demo-"))
    log = home / "run.log"
    process = _start(home, log, port=port)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, log: Path, *, port: int) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEYI_")}
    chosen = {"HEYI_MODE": "demo", "HEYI_HOME": str(home), "DATABASE_URL": "", "REDIS_URL": ""}
    with log.open("wb") as lines:
        return subprocess.Popen(  # noqa: S603  the words are our own and pass through no shell
            [sys.executable, "-m", "registration.cli", "run", "--empty", "--port", str(port), "--workers", "1"],
            env=kept | chosen | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches us alone, and we stop the server in its order.
            start_new_session=True,
        )


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    raise NoServer("\n".join([url, *lines]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # Its group is ours, made above; its children end with it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

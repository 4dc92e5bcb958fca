"""Where files from strangers are read: in a child process with little time and memory, which knows no secret.

A process that reads such files starts one helper, which has loaded the parsers and nothing else. For each file the
helper forks a child (`registration.sandboxed`), since starting an interpreter would cost a second. File and answer pass
through memory and a pipe; neither is written to a disk.
"""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from registration.errors import Unavailable
from registration.http.request_queue import out_of_turn

ROOT = Path(__file__).resolve().parents[2]
# At once in this process, since each may take all the memory that it is allowed.
AT_ONCE = 2
# Behind these some may wait for a moment. Anybody else learns at once that there is no room.
WAITING = 3
WAIT_SECONDS = 2.0
# What the kernel needs to end a process beyond its limit, on a machine that is busy.
GRACE_SECONDS = 2.0

log = structlog.get_logger(__name__)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)
_room = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """Of one file: seconds of processor time, seconds in all, bytes of memory, bytes of the answer."""

    cpu_seconds: int
    seconds: float
    memory: int
    answer: int = 2 * 1024 * 1024


@dataclass(frozen=True)
class SandboxAnswer:
    """What a task returns: `data` as JSON, and the bytes that it made."""

    data: Any
    content: bytes = b""


class TooCostly(Exception):
    """The file was given up: its process reached a limit, or a fault in a parser ended it."""


def run(task: str, *parts: bytes, limits: Limits, parameters: Mapping[str, Any] | None = None) -> SandboxAnswer:
    """Has `registration.sandboxed` do `task` with these files; `parameters` is what else the task needs, as JSON.

    Raises TooCostly; Unavailable: `sandbox_busy` when others are being read and there is no room, `sandbox_failed`
    when the program itself is at fault.
    """
    with out_of_turn(), a_place():
        return _answer(_ask(task, parts, limits, parameters or {}), limits)


@contextmanager
def a_place() -> Iterator[None]:
    """Room for one child process. Unavailable when others have it all."""
    if not _queue.acquire(blocking=False):
        raise Unavailable("sandbox_busy")
    try:
        if not _room.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("sandbox_busy")
        try:
            yield
        finally:
            _room.release()
    finally:
        _queue.release()


def _ask(task: str, parts: Sequence[bytes], limits: Limits, parameters: Mapping[str, Any]) -> int:
    """Hands the work to the helper; the end of a pipe on which the answer comes."""
    head = {"task": task, "limits": asdict(limits), "told": parameters, "sizes": [len(part) for part in parts]}
    work = os.memfd_create("work")
    try:
        with open(work, "wb", closefd=False) as file:
            file.writelines((json.dumps(head).encode(), b"\n", *parts))
        answer, its_end = os.pipe()
        try:
            _helper.send(work, its_end)
        except OSError as broken:
            os.close(answer)
            raise Unavailable("sandbox_failed") from broken
        finally:
            os.close(its_end)
        return answer
    finally:
        os.close(work)


def _answer(pipe: int, limits: Limits) -> SandboxAnswer:
    try:
        head, _, content = _all(pipe, limits).partition(b"\n")
    finally:
        os.close(pipe)
    try:
        reply = json.loads(head)
    except ValueError:
        # It ended in the middle, or before any output.
        raise TooCostly from None
    if reply["state"] == "too_costly" or (reply["state"] == "done" and len(content) != reply["length"]):
        raise TooCostly
    if reply["state"] != "done":
        log.error("sandbox.failed", kind=reply["kind"], at=reply["at"])
        raise Unavailable("sandbox_failed")
    return SandboxAnswer(reply["answer"], content)


def _all(pipe: int, limits: Limits) -> bytes:
    """Reads until the child ends or its time is over. The size of its output is limited."""
    end = time.monotonic() + limits.seconds + GRACE_SECONDS
    ready, said = select.poll(), bytearray()
    ready.register(pipe, select.POLLIN)
    while ready.poll(max(0.0, end - time.monotonic()) * 1000):
        some = os.read(pipe, 1024 * 1024)
        if not some:
            return bytes(said)
        said += some
        if len(said) > limits.answer:
            break
    raise TooCostly


class _Helper:
    """The helper process of this process. It is started for the first file, and ends with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def send(self, work: int, answer: int) -> None:
        """Raises OSError."""
        with self._lock:
            for attempt in (1, 2):
                try:
                    socket.send_fds(self._started(), [b"."], [work, answer])
                except OSError:
                    self._give_up()
                    if attempt == 2:
                        raise
                else:
                    return

    def _started(self) -> socket.socket:
        # A helper belongs to the process that started it: a forked child starts its own.
        if self._line is None or self._pid != os.getpid():
            ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with its:
                self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module, no shell)
                    [sys.executable, "-m", "registration.sandboxed", str(its.fileno())],
                    pass_fds=[its.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    cwd=ROOT,
                    env=environment(),
                    start_new_session=True,
                )
            self._line, self._pid = ours, os.getpid()
        return self._line

    def end(self) -> None:
        """Ends the helper with this process; helpers of other processes are left alone."""
        if self._pid == os.getpid():
            self._give_up()

    def _give_up(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None and self._pid == os.getpid():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        self._line = self._process = None


def environment() -> dict[str, str]:
    """What Python needs to start; nothing of ours."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}


_helper = _Helper()
atexit.register(_helper.end)

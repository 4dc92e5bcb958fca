"""Forks a child that shares the parent's imports: several processes of one program start in the time of one."""

import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import BinaryIO, NoReturn

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def load_for_all(*modules: str) -> None:
    """Imports what the processes that are forked later will share.

    It stays: looking for garbage in it costs a fifth of the time, and later the pages shared with it.
    """
    gc.disable()
    for name in modules:
        import_module(name)
    gc.freeze()
    gc.enable()


class Forked:
    """The part of `subprocess.Popen` that a supervisor uses, over a forked child."""

    def __init__(self, pid: int, stdout: BinaryIO | None) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + timeout if timeout is not None else None
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired([], timeout or 0)
            time.sleep(0.01)
        return status

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def fork(work: Callable[[], object]) -> Forked:
    """Runs `work` in a forked child, its output in `stdout`. Call it before this process has any other thread."""
    read, write = os.pipe()
    forked = fork_beside(work, output=write, unneeded=(read,))
    os.close(write)
    return Forked(forked.pid, os.fdopen(read, "rb"))


def fork_beside(work: Callable[[], object], *, output: int | None = None, unneeded: Sequence[int] = ()) -> Forked:
    """The same, its output in the file `output`, or where this process writes its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        for file in unneeded:
            os.close(file)
        _be_child(work, output)
    return Forked(pid, None)


def end_with_parent() -> None:
    """If the parent is killed it cannot stop the children, so the kernel does."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _be_child(work: Callable[[], object], output: int | None) -> NoReturn:
    status = 1
    try:
        os.setsid()
        end_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if output is not None:
            _redirect(output)
        status = _status_of(work)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not sys.exit: the child must not run the parent's exit handlers.
        os._exit(status)


def _redirect(output: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(output)
    os.close(nothing)


def _status_of(work: Callable[[], object]) -> int:
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  told here, since above us lie the frames of the parent, which must not run
        sys.excepthook(*sys.exc_info())
        return 1
    return 0

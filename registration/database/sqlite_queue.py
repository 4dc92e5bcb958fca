"""A first-in, first-out queue of writers for SQLite, which has one writer at a time.

SQLite's waiting writers sleep and retry, and some wait for seconds. Here each takes the next number and
keeps the byte of that number in the queue's file locked until it has finished; a lower locked byte is served
first. The kernel wakes the next writer and releases the locks of killed ones. SQLite's own locks still apply.
"""

import fcntl
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registration.errors import Unavailable

# Locks of an open file, not of a process, so that they exclude threads, too. Without such locks there is no queue.
_TRY_LOCK: int = getattr(fcntl, "F_OFD_SETLK", 0)
_WAIT_FOR_LOCK: int = getattr(fcntl, "F_OFD_SETLKW", 0)
_COUNTER = struct.Struct("<Q")
_open: set[int] = set()


class WriteQueue:
    """The queue of one database, in a file beside it. Raises Unavailable after a wait of `seconds`."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        self._path, self._seconds = path, seconds

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Waits for its turn; the block then runs alone among all threads and processes."""
        if not _TRY_LOCK:
            yield
            return
        place = _Ticket(self._path)
        try:
            place.draw()
            place.wait(self._seconds)
            yield
        finally:
            # A task's time limit may interrupt here, too: a place that is never released would block all writers.
            try:
                place.leave()
            finally:
                place.leave()


class _Ticket:
    """A place in the queue: its number, and the open file that holds the locks."""

    def __init__(self, path: Path) -> None:
        # Plain locks, no `threading.Event`: that one is written in Python, so that an exception from a signal handler
        # can strike inside it and release a lock that another thread holds.
        self._deciding, self._woken = threading.RLock(), threading.Lock()
        self._woken.acquire()
        self._number, self._kernel_waits, self._reached, self._left, self._closed = 0, False, False, False, False
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _open.add(self._file)

    def draw(self) -> None:
        """Takes the next number."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        (last,) = _COUNTER.unpack(os.pread(self._file, _COUNTER.size, 0).ljust(_COUNTER.size, b"\0"))
        self._number = last + 1
        os.pwrite(self._file, _COUNTER.pack(self._number), 0)
        self._lock(_TRY_LOCK, fcntl.F_WRLCK, start=self._number, length=1)
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def wait(self, seconds: float) -> None:
        """Waits until all lower numbers have finished or were released."""
        try:
            self._reach(_TRY_LOCK)
        except (BlockingIOError, PermissionError):
            # The kernel's wait has no timeout: a thread waits, and may find that the place is no longer needed.
            self._kernel_waits = True
            threading.Thread(target=self._wait, daemon=True).start()
            if not self._woken.acquire(timeout=seconds):
                raise Unavailable("database_is_busy", seconds=seconds) from None

    def leave(self) -> None:
        """Releases the place in any state. A second call completes an interrupted one."""
        with self._deciding:
            self._left = True
            if self._kernel_waits and not self._reached:
                # The waiting thread still uses the file: it closes it when it gets the lock.
                self._lock(_TRY_LOCK, fcntl.F_UNLCK, start=self._number, length=1)
            else:
                self._close()

    def _wait(self) -> None:
        self._reach(_WAIT_FOR_LOCK)
        with self._deciding:
            self._reached = True
            self._woken.release()
            if self._left:
                self._close()

    def _close(self) -> None:
        if self._closed:
            return
        # Unlocked explicitly before it is closed: a process that was forked meanwhile has the file open as well.
        self._lock(_TRY_LOCK, fcntl.F_UNLCK, start=0, length=self._number + 1)
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._closed = True
        _open.discard(self._file)
        os.close(self._file)

    def _reach(self, how: int) -> None:
        self._lock(how, fcntl.F_WRLCK, start=0, length=self._number)

    def _lock(self, how: int, kind: int, *, start: int, length: int) -> None:
        # `struct flock` of fcntl(2): kind, from where, start, length, and the process, which must be 0.
        fcntl.fcntl(self._file, how, struct.pack("hhqqi4x", kind, os.SEEK_SET, start, length, 0))


def _close_in_child() -> None:
    """Resets the queue in a forked child: it must not keep the parent's locks."""
    for file in _open:
        os.close(file)
    _open.clear()


os.register_at_fork(after_in_child=_close_in_child)

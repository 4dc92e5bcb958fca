"""Stops the rendering of a document that takes too much time or memory; the process continues with the next."""

import gc
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from certificates.errors import RenderError

MEGABYTE = 1024 * 1024
# Interval of the check in seconds of processor time; a usual document is checked a few times.
TICK = 0.05
# Bytes of data per sheet: a document of ten such sheets may take ten times as long.
SHEET = 2000
LARGEST = 300 * SHEET
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class RenderLimits:
    """Seconds of processor time per sheet, and megabytes that a document may add to its process."""

    seconds: float = 1.0
    megabytes: int = 200


# Three times the default of a deployment: a program that uses only this library may run on a busy machine.
USUAL = RenderLimits(seconds=3.0)


@contextmanager
def within(limits: RenderLimits, *, size: int) -> Iterator[None]:
    """Raises RenderError `render.too_slow` or `render.too_large` in the enclosed code; `size` is its data in bytes.

    Only the main thread, in which workers run, can be interrupted; in other threads only the size is checked.
    """
    if size > LARGEST:
        raise RenderError("render.too_large", {"bytes": size, "maximum": LARGEST})
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _watched(limits, seconds=limits.seconds * max(1, size // SHEET)):
        try:
            yield
        except MemoryError:
            raise _too_large(limits) from None


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which would search the boxes of the page many times while they are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _watched(limits: RenderLimits, *, seconds: float) -> Iterator[None]:
    end, (address_space, resident) = time.process_time() + seconds, _memory()

    def look(_number: int, _frame: FrameType | None) -> None:
        nonlocal end
        if time.process_time() > end:
            # A library may ignore the exception, so it is raised again; later, so as not to interrupt the cleaning up.
            end = time.process_time() + max(seconds, 1.0)
            raise RenderError("render.too_slow", {"seconds": round(seconds, 2)})
        if _memory()[1] - resident > limits.megabytes * MEGABYTE:
            raise _too_large(limits)

    before = signal.signal(signal.SIGVTALRM, look)
    timer = signal.setitimer(signal.ITIMER_VIRTUAL, TICK, TICK)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    _cap(address_space + 2 * limits.megabytes * MEGABYTE if address_space else soft, hard)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, *timer)
        signal.signal(signal.SIGVTALRM, before)
        _cap(soft, hard)


def _cap(soft: Any, hard: Any) -> None:
    """Sets the kernel's limit, because a single allocation of a gigabyte ends before the next check."""
    wanted = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _memory() -> tuple[int, int]:
    """Address space and resident bytes of this process; zeros where the system does not report them."""
    try:
        pages = _STATM.read_text(encoding="ascii").split()
    except OSError:
        return 0, 0
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def _too_large(limits: RenderLimits) -> RenderError:
    return RenderError("render.too_large", {"megabytes": limits.megabytes})

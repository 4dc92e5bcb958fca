"""Stops a paper that takes more time or memory than any honest one: its process goes on with the next."""

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
# How often the process looks at itself, in seconds of its own work; a usual paper is looked at a few times.
TICK = 0.05
# What a sheet takes as data, in bytes: a paper of ten such sheets may take ten times as long.
SHEET = 2000
LARGEST = 300 * SHEET
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class RenderLimits:
    """Seconds of processor time for a sheet, and megabytes that a paper may add to its process."""

    seconds: float = 1.0
    megabytes: int = 200


# Three times what a deployment allows by default: whoever uses the library alone may run it on a busy machine.
USUAL = RenderLimits(seconds=3.0)


@contextmanager
def within(limits: RenderLimits, *, size: int) -> Iterator[None]:
    """Raises RenderError `render.too_slow` or `render.too_large` out of the work inside; `size` is that of its data.

    Only the main thread can be interrupted, and it is where workers work; elsewhere only the size is judged.
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
def _watched(limits: RenderLimits, *, seconds: float) -> Iterator[None]:
    end, (address_space, resident) = time.process_time() + seconds, _memory()

    def look(_number: int, _frame: FrameType | None) -> None:
        nonlocal end
        if time.process_time() > end:
            # A library may swallow the exception, so it comes again; not at once, or it would fall into the tidying up.
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
    """One allocation of a gigabyte is over before any tick, so the kernel refuses it."""
    wanted = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _memory() -> tuple[int, int]:
    """Address space and resident bytes of this process; noughts where the system does not tell."""
    try:
        pages = _STATM.read_text(encoding="ascii").split()
    except OSError:
        return 0, 0
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def _too_large(limits: RenderLimits) -> RenderError:
    return RenderError("render.too_large", {"megabytes": limits.megabytes})

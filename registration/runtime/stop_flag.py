"""A flag that a signal handler sets to end a process."""

import signal
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType


class StopFlag:
    """The methods of `threading.Event`, for one thread that waits; `set` may be called in a signal handler.

    `Event.set` may not: it takes a lock, and waits for ever when the code that the signal interrupted holds it. That
    happens in practice, since a killed parent with threads signals its children once for each thread.
    """

    def __init__(self) -> None:
        # SimpleQueue.put is documented to be reentrant.
        self._wakes: SimpleQueue[None] = SimpleQueue()
        self._set = False

    def set(self) -> None:
        self._set = True
        self._wakes.put(None)

    def is_set(self) -> bool:
        return self._set

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until the flag is set, or for `timeout` seconds; whether it is set."""
        with suppress(Empty):
            while not self._set:
                self._wakes.get(timeout=timeout)
                timeout = 0 if timeout is not None else None
        return self._set


def stopped_by(*signals: signal.Signals) -> StopFlag:
    """A flag that is set when this process receives one of `signals`."""
    stop = StopFlag()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in signals:
        signal.signal(number, end)
    return stop

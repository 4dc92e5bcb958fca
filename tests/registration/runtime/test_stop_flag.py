"""A process that is asked to end several times in one moment ends."""

import subprocess
import sys

# A timer signals thousands of times, at any step of `set`, `wait` and `clear`. With threading.Event this never ends.
PELTED = """
import signal
from registration.runtime.stop_flag import StopFlag, stopped_by

stop = stopped_by(signal.SIGALRM)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
for _ in range(50_000):
    stop.set()
    assert stop.is_set()
    assert stop.wait()
    stop.clear()
    stop.wait(0)
signal.setitimer(signal.ITIMER_REAL, 0)
quiet = StopFlag()
assert not quiet.wait(0)
print("ended")
"""


def test_signals_at_any_moment_leave_the_flag_usable() -> None:
    # In a process of its own: pytest's would never end either.
    ended = subprocess.run([sys.executable, "-c", PELTED], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout == "ended\n", ended.stderr

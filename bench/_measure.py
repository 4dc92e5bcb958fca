"""Times functions that make files, in alternation."""

import math
import statistics
import time
from collections.abc import Callable

Make = Callable[[], bytes]


def measure(makes: dict[str, Make], rounds: int) -> dict[str, dict[str, float]]:
    """Median, 99th percentile and best of `rounds` warm calls in milliseconds, the median of the processor time of this
    process with all its threads, and kilobytes; the makers take turns, so that a busy moment of the machine affects all
    of them. Below 100 rounds the percentile is the worst call. The processor time of a single call may be milliseconds
    too long, because printing sets a timer on that clock: of few rounds, rather believe the median."""
    sizes = {name: len(make()) for name, make in makes.items()}
    times: dict[str, list[float]] = {name: [] for name in makes}
    worked: dict[str, list[float]] = {name: [] for name in makes}
    for _ in range(rounds + 1):
        for name, make in makes.items():
            start, before = time.perf_counter(), time.process_time()
            make()
            worked[name].append((time.process_time() - before) * 1000)
            times[name].append((time.perf_counter() - start) * 1000)
    return {
        name: {
            "median_ms": round(statistics.median(spent[1:]), 2),
            "p99_ms": round(sorted(spent[1:])[math.ceil(0.99 * len(spent[1:])) - 1], 2),
            "best_ms": round(min(spent[1:]), 2),
            "processor_ms": round(statistics.median(worked[name][1:]), 2),
            "kb": round(sizes[name] / 1000, 1),
        }
        for name, spent in times.items()
    }

"""Clients as processes: each has named turns, runs the one that it is sent, and returns the time of each turn."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

Turn = Callable[[int], None]
# Called in the client's process with the client's number, because a connection cannot be used after a fork.
NamedTurns = Callable[[int], Mapping[str, Turn]]


@contextmanager
def clients(count: int, make_turns: NamedTurns) -> Iterator[list[Connection]]:
    from registration import database
    from registration.settings import settings

    database.dispose()
    forking = multiprocessing.get_context("fork")
    pipes, processes = [], []
    for number in range(count):
        ours, theirs = forking.Pipe()
        process = forking.Process(target=_work, args=(theirs, make_turns, number), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    yield pipes
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(None)
        process.join(10)
    database.configure(settings())


def _work(pipe: Connection, make_turns: NamedTurns, number: int) -> None:
    from registration import database
    from registration.settings import settings

    database.configure(settings())
    turns = make_turns(number)
    numbers = dict.fromkeys(turns, 0)
    while (task := pipe.recv()) is not None:
        name, seconds, most = task
        times: list[float] = []
        start = time.perf_counter()
        while (before := time.perf_counter()) < start + seconds and len(times) < most:
            turns[name](numbers[name])
            numbers[name] += 1
            times.append((time.perf_counter() - before) * 1000)
        pipe.send((times, time.perf_counter() - start))


def run(pipes: Sequence[Connection], name: str, *, seconds: float, most: int = 10**9) -> dict[str, float]:
    """Turns per second over all these clients, and the median and the 99th percentile of a turn in milliseconds."""
    for pipe in pipes:
        pipe.send((name, seconds, most))
    answers = [pipe.recv() for pipe in pipes]
    times = sorted(one for mine, _ in answers for one in mine)
    return {
        "per_second": sum(len(mine) / spent for mine, spent in answers),
        "median_ms": statistics.median(times),
        "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))],
    }


def middle(results: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """The median of each figure over the rounds."""
    return {name: round(statistics.median(one[name] for one in results), 2) for name in results[0]}


def ratio(one: Sequence[Mapping[str, float]], other: Sequence[Mapping[str, float]]) -> float:
    """The median over the rounds of the ratio of turns per second, `one` to `other`."""
    pairs = zip(one, other, strict=True)
    return round(statistics.median(mine["per_second"] / theirs["per_second"] for mine, theirs in pairs), 2)

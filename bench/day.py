"""Drives whole applications over HTTP against all processes of a deployment: from an empty draft to the signed licence.

    .venv/bin/python bench/day.py [--seconds 60] [--clients 8] [--web 2] [--workers 2] [--register 0] [--folder FOLDER]

A separate PostgreSQL that waits for its disk, a separate broker, the program's own web server, worker and relay. The
clients are processes of this machine, and so a part of the load: each takes one example after the other, signs in,
fills in, hands in, signs for every signer, claims, approves and waits for the licence, under addresses of their own.
`--register` fills the register with so many entities first; `--folder` keeps them for the next run, and is then yours
to remove. Prints applications a second, the times of reads and writes as a client sees them, the processor time of each
kind of process for one application, and what waits at the end.
"""

import argparse
import math
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import psycopg

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench._office import filled  # noqa: E402
from bench.register import fill  # noqa: E402
from registration.demo.example import Example, examples  # noqa: E402
from registration.demo.journey import Journey  # noqa: E402
from registration.operations.samples import PASSWORD  # noqa: E402
from tests.fixtures.servers import Stack, free_port, make_stack  # noqa: E402

# Of ten applications, seven of a person in business, two of a company, one of a partnership.
MIX = (*["individual"] * 7, *["company"] * 2, "partnership")
SYLLABLES = "澄泠枕听望栖澹漱沐霁岚筠蘅芷汀沚云松柏梧桐溪涧"
PROCESSES = ("web", "worker", "relay", "postgres", "broker", "clients")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Taken:
    """What one client did: the milliseconds of each request by kind, of each application, and what failed."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    applications: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    processor: float = 0.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60.0)
    for name, usual in (("clients", 8), ("web", 2), ("workers", 2), ("register", 0)):
        options.add_argument(f"--{name}", type=int, default=usual)
    options.add_argument("--folder", type=Path)
    chosen = options.parse_args()
    with (
        filled(chosen.folder, "entity", lambda connection: _filled(connection, chosen.register)) as database,
        deployment(database, web=chosen.web, workers=chosen.workers) as (stack, roots),
        ProcessPoolExecutor(chosen.clients, mp_context=get_context("spawn")) as clients,
    ):
        list(clients.map(drive, [(stack.url, number, 0.0) for number in range(chosen.clients)]))
        before, start = processor_times(roots), time.perf_counter()
        taken = list(clients.map(drive, [(stack.url, number, chosen.seconds) for number in range(chosen.clients)]))
        passed, after = time.perf_counter() - start, processor_times(roots)
        spent = {name: after[name] - before[name] for name in after}
        with psycopg.connect(database) as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM message").fetchall()[0]
    show(taken, passed, spent | {"clients": sum(one.processor for one in taken)}, waiting=waiting)


def _filled(connection: psycopg.Connection, count: int) -> None:
    if count:
        fill(connection, count=count)


@contextmanager
def deployment(database: str, *, web: int, workers: int) -> Iterator[tuple[Stack, dict[str, int]]]:
    """The processes, ready, and the number of the first process of each kind."""
    from registration import clock, keys
    from registration.runtime import broker
    from registration.settings import settings

    if not (settings().keys / "signing").exists():
        keys.make_sample_signing_key(settings(), now=clock.now())

    folder = Path(tempfile.mkdtemp(prefix="heyi-day-"))
    running = broker.start(folder / "broker", append_only=True)
    stack = make_stack(
        Path(os.environ["HEYI_HOME"]),
        port=free_port(),
        DATABASE_URL=os.environ["DATABASE_URL"],
        REDIS_URL=running.url,
        HEYI_TRUSTED_PROXIES="1",
    )
    try:
        first = {
            "web": stack.start("serve", "--port", str(stack.port), "--workers", str(web)).pid,
            "worker": stack.start("worker", "--processes", str(workers)).pid,
            "relay": stack.start("relay").pid,
        }
        stack.wait_until_ready()
        yield stack, first | {"postgres": _postmaster(database), "broker": running.process.pid}
    finally:
        stack.stop_all()
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def drive(task: tuple[str, int, float]) -> Taken:
    """One application after the other until the time is over; with no time, one of each kind to warm up."""
    url, number, seconds = task
    chance, known, taken = random.Random(number), {one.key: one for one in examples()}, Taken()
    begun, spent = time.perf_counter(), time.process_time()
    queue = list(dict.fromkeys(MIX)) if not seconds else []
    while queue or time.perf_counter() - begun < seconds:
        example = _renamed(known[queue.pop() if queue else chance.choice(MIX)], chance)
        start = time.perf_counter()
        try:
            with _client(url, chance, taken) as http:
                Journey(http, example, PASSWORD, lambda *_: None).walk()
            taken.applications.append((time.perf_counter() - start) * 1000)
        except Exception as error:  # noqa: BLE001 every failure is a figure of the bench
            taken.errors.append(f"{type(error).__name__}: {error}"[:200])
    taken.processor = time.process_time() - spent
    return taken


def _renamed(example: Example, chance: random.Random) -> Example:
    trade = "".join(chance.choices(SYLLABLES, k=4))
    return replace(example, form={**example.form, "name": {**example.form["name"], "trade": trade}})


def _client(url: str, chance: random.Random, taken: Taken) -> httpx.Client:
    """A client with an address of its own, as the people of a city have."""
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"

    def note(answer: httpx.Response) -> None:
        answer.read()
        kind = taken.reads if answer.request.method == "GET" else taken.writes
        kind.append(answer.elapsed.total_seconds() * 1000)

    return httpx.Client(
        base_url=url, timeout=60, headers={"X-Forwarded-For": address}, event_hooks={"response": [note]}
    )


def processor_times(roots: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor time of each process with its children, those that have ended included."""
    found = _processes()
    children: dict[int, list[int]] = {}
    for number, (parent, _ticks) in found.items():
        children.setdefault(parent, []).append(number)

    def total(number: int) -> int:
        own = found[number][1] if number in found else 0
        return own + sum(total(child) for child in children.get(number, ()))

    return {name: total(number) / TICK for name, number in roots.items()}


def _processes() -> dict[int, tuple[int, int]]:
    """Process -> its parent, and its ticks with those of children that have ended (proc(5): fields 4, 14 to 17)."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            found[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    return found


def _postmaster(database: str) -> int:
    with psycopg.connect(database) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchall()[0]
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])


def show(taken: list[Taken], passed: float, spent: Mapping[str, float], *, waiting: int) -> None:
    done = [one for client in taken for one in client.applications]
    errors = [one for client in taken for one in client.errors]
    print(f"{len(done)} applications in {passed:.0f} s: {len(done) / passed:.2f} a second, {len(errors)} failed")
    print(f"{waiting} messages wait at the end\n")
    print("| | number | ms median | p95 | p99 |\n|---|---|---|---|---|")
    kinds: tuple[tuple[str, list[float]], ...] = (
        ("reads", [one for client in taken for one in client.reads]),
        ("writes", [one for client in taken for one in client.writes]),
        ("whole application", done),
    )
    for name, times in kinds:
        if times:
            print(f"| {name} | {len(times)} |", *(f"{one:.0f} |" for one in _quantiles(times)))
    print("\n| processor time for one application | s |\n|---|---|")
    for name in PROCESSES:
        print(f"| {name} | {spent.get(name, 0.0) / max(len(done), 1):.2f} |")
    print(f"| together without the clients | {sum(spent[one] for one in PROCESSES[:-1]) / max(len(done), 1):.2f} |")
    for error in errors[:5]:
        print(error, file=sys.stderr)


def _quantiles(times: list[float]) -> tuple[float, ...]:
    ordered: Any = sorted(times)
    return statistics.median(ordered), *(ordered[math.ceil(part * len(ordered)) - 1] for part in (0.95, 0.99))


if __name__ == "__main__":
    main()

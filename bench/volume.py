"""Times every statement that the most opened pages and the sweeps read with, in offices of different sizes.

    .venv/bin/python bench/volume.py [--sizes 2000 20000 200000] [--rounds 7] [--least 1.0]

For each size a separate PostgreSQL with so many varied applications and as many entities (bench/_inbox_rows.py,
bench/_register_rows.py). The pages are those of tests/registration/queries/test_nothing_grows.py, and each sweep runs
once: the statements that they send are sent again by psycopg alone. Prints those that take at least `--least`
milliseconds in the largest office, the slowest first, with what they took in each, and how many others there are.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import _register_rows, inbox  # noqa: E402
from bench._office import filled  # noqa: E402

Times = dict[str, float]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--least", type=float, default=1.0)
    chosen = options.parse_args()
    found = [measured(size, chosen.rounds) for size in chosen.sizes]
    show(found, chosen.sizes, chosen.least)


def measured(size: int, rounds: int) -> Times:
    """Statement -> milliseconds, the median of the rounds."""
    with filled(None, "entity", lambda connection: _fill(connection, size)) as url, psycopg.connect(url) as plain:
        plain.autocommit = True
        return {text: _median(plain, text, values, rounds) for text, values in asked()}


def _fill(connection: psycopg.Connection, size: int) -> None:
    inbox.fill(connection, count=size)
    (like,) = connection.execute("SELECT max(id) FROM application").fetchall()[0]
    _register_rows.write(connection, size, like=like)
    connection.execute("SELECT setval(pg_get_serial_sequence('application', 'id'), max(id)) FROM application")
    connection.execute("SELECT setval(pg_get_serial_sequence('entity', 'id'), max(id)) FROM entity")
    connection.commit()


def asked() -> Iterator[tuple[str, Any]]:
    """The statements with their values. Those that differ only in how many values are listed count once."""
    from registration import clock, keys
    from registration.app import create_app
    from registration.http.context import limiter
    from registration.operations.sweeps import SWEEPS
    from registration.settings import settings
    from tests.fixtures.licences import issued
    from tests.fixtures.office import CLERK, file_in
    from tests.fixtures.statements import selects
    from tests.fixtures.visitor import Visitor
    from tests.registration.queries.test_nothing_grows import visited

    if not (settings().keys / "signing").exists():
        keys.make_sample_signing_key(settings(), now=clock.now())
    app = create_app(settings())
    limiter.enabled = False
    cases = file_in(claimed_by=CLERK), issued(clock.now())
    Visitor(app).get("/help")
    with selects() as found:
        visited(app, *cases)
        for sweep in SWEEPS.values():
            # The filled cases have no history, which the sweeper of a deployment would write into its log.
            with suppress(ValueError):
                sweep(now=clock.now())
    seen = set()
    for text, values in found:
        if (shape := _shape(text)) not in seen:
            seen.add(shape)
            yield text, values


def _shape(text: str) -> str:
    # A list of values counts as one value.
    marked = re.sub(r"%\(\w+\)s(::\w+)?", "?", " ".join(text.split()))
    return re.sub(r"\?(, \?)+", "?", marked)


def _median(plain: psycopg.Connection, text: str, values: Any, rounds: int) -> float:
    spent = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        plain.execute(text, values).fetchall()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent[1:])


def show(found: list[Times], sizes: list[int], least: float) -> None:
    by_shape = [{_shape(text): (text, spent) for text, spent in times.items()} for times in found]
    every = {shape: text for times in by_shape for shape, (text, _spent) in times.items()}

    def spent(shape: str, place: int) -> float:
        return by_shape[place].get(shape, ("", 0.0))[1]

    slow = sorted((shape for shape in every if spent(shape, -1) >= least), key=lambda shape: -spent(shape, -1))
    print("| statement |", *(f"ms at {size:,} |" for size in sizes))
    print("|---|", "---|" * len(sizes), sep="")
    for shape in slow:
        words = " ".join(every[shape].split())
        tables = ", ".join(dict.fromkeys(re.findall(r"(?:FROM|JOIN) (\w+)", words)))
        where = words.partition(" WHERE ")[2][:90].replace("|", "¦")
        print(f"| {tables}: `{where}` |", *(f"{spent(shape, place):.2f} |" for place in range(len(sizes))))
    print(f"\n{len(every) - len(slow)} of {len(every)} statements take less than {least} ms at {sizes[-1]:,}")


if __name__ == "__main__":
    main()

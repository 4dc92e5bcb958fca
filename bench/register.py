"""Times the search and the pages of the public register with a million entities, beside the plain SQL of the same page.

    .venv/bin/python bench/register.py [--rows 1000000] [--rounds 100] [--folder /tmp/heyi-register]

A separate PostgreSQL (bench/_register_rows.py). Pages are made by the program in this process, without a
network, in turn with the statements that find and read their rows, by psycopg. The thousandth page of a search is
opened by its cursor.
`--folder` keeps the rows for the next run with the same number, and is then yours to remove.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from flask.testing import FlaskClient

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import _register_rows as rows  # noqa: E402
from bench._inbox_rows import code_of  # noqa: E402
from bench._measure import measure  # noqa: E402
from bench._office import filled  # noqa: E402
from tests.fixtures.statements import selects  # noqa: E402

DEEP, SIZE = 1_000, 20


@dataclass(frozen=True)
class Sample:
    """A page to be timed: its address, and the statements of its rows with their values."""

    label: str
    path: str
    statements: list[tuple[str, Any]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with (
        filled(given.folder, "entity", partial(fill, count=given.rows)) as url,
        psycopg.connect(url, autocommit=True) as plain,
    ):
        from registration.app import create_app
        from registration.http.context import limiter
        from registration.settings import settings

        app = create_app(settings())
        limiter.enabled = False
        print("| page | ms median | ms p99 | its SQL, median / p99 | times |\n|---|---|---|---|---|")
        for sample in samples(given.rows):
            line(sample, app.test_client(), plain, given.rounds)


def line(sample: Sample, client: FlaskClient, plain: psycopg.Connection, rounds: int) -> None:
    def page() -> bytes:
        answer = client.get(sample.path)
        if answer.status_code != 200:
            raise SystemExit(f"{sample.path}: {answer.status}")
        return bytes(answer.data)

    def sql() -> bytes:
        for text, values in sample.statements:
            plain.execute(text, values).fetchall()
        return b""

    found = measure({"page": page, "sql": sql}, rounds)
    over, floor = found["page"], found["sql"]
    times = f"{over['median_ms'] / max(floor['median_ms'], 0.01):.0f}"
    beside = f"{floor['median_ms']} / {floor['p99_ms']}"
    print("|", " | ".join(map(str, (sample.label, over["median_ms"], over["p99_ms"], beside, times))), "|", flush=True)


def samples(count: int) -> Iterator[Sample]:
    from registration import database
    from registration.queries.register_search import search_register

    one = rows.name_of(count // 2)
    sought = {
        "a whole name": one,
        "a region": "永康市",
        "a trade name": "栖禾",
        "a trade": "餐饮管理",
        "initials": "jhsqh",
        "two letters": "jh",
        "a representative": rows.person_of(count // 2),
        "a code": code_of(count // 2),
        "nothing": "查无此名",
    }
    for label, words in sought.items():
        with database.reading() as session:
            with selects() as first:
                page = search_register(session, words)
            yield Sample(f"search: {label} `{words}`", f"/register?q={words}", first)
            for _ in range(DEEP - 2 if label in ("a region", "a trade") else 0):
                page = search_register(session, words, cursor=page.next)
                if page.next is None:
                    break
            if page.next is None or label not in ("a region", "a trade"):
                continue
            with selects() as last:
                search_register(session, words, cursor=page.next)
        yield Sample(f"search: {label} `{words}`, page {DEEP}", f"/register?q={words}&after={page.next}", last)
    yield from entity_samples(code_of(count // 2))


def entity_samples(code: str) -> Iterator[Sample]:
    from registration import clock, database
    from registration.queries.register import entity_with, registered_on

    with database.reading() as session, selects() as asked:
        entity = entity_with(session, code)
        assert entity is not None
        registered_on(session, entity, clock.local_date(clock.now()), public=True)
    yield Sample("an entity today", f"/register/{code}", asked)
    yield Sample("an entity, by the API", f"/api/v1/register/{code}", asked)


def fill(connection: psycopg.Connection, *, count: int) -> None:
    from tests.fixtures.cases import actor_of, nameless, submitted

    lin, now = actor_of("lin@example.cn"), datetime.now(UTC)
    ref = submitted("individual", nameless(), registrar="330702", actor=lin, now=now)
    (like,) = connection.execute("SELECT id FROM application WHERE ref = %s", [ref]).fetchall()[0]
    start = time.perf_counter()
    rows.write(connection, count, like=like)
    seconds = time.perf_counter() - start
    (keys,) = connection.execute("SELECT count(*) FROM entity_key").fetchall()[0]
    print(f"{count} entities and {keys} search keys in {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()

"""Times each list and search of the desk with a million applications, over HTTP, beside the plain SQL of the same page.

    .venv/bin/python bench/inbox.py [--rows 1000000] [--rounds 100] [--folder /tmp/heyi-inbox]

A separate PostgreSQL with varied applications (bench/_inbox_rows.py), and the program's own web server with two
processes. The page, and psycopg with the statements that find and read its rows, take turns. The 10,000th page is
opened by its cursor; a list that has fewer pages is opened at its last one. Each of those pages is compared with what
OFFSET gives, and the time of that query stands beside them. `--folder` keeps the rows for the next run with the same
number, and is then yours to remove.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import and_, func, or_, select
from sqlmodel import col

# Replaces this folder, whose transitions.py would hide the library of that name.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import _inbox_rows as rows  # noqa: E402
from bench._measure import measure  # noqa: E402
from bench._office import filled  # noqa: E402
from tests.fixtures.statements import selects  # noqa: E402

EXAMINER, APPROVER, DIRECTOR, OFFICER = "0418", "0419", "0420", "3301"
DEEP, SIZE = 10_000, 20
VIEWS = (
    *((view, EXAMINER) for view in ("mine", "unclaimed", "ordered", "objections", "asked", "waiting", "done")),
    *(("approval", APPROVER), ("overdue", DIRECTOR)),
)
SORTS = (("unclaimed", "sent"), ("unclaimed", "name"), ("done", "due"))
NARROWED = (("unclaimed", "entity_type=llc_branch"), ("done", "state=rejected&district=330784"))


@dataclass(frozen=True)
class Sample:
    """A page to be timed: its address, who opens it, and the statements of its rows with their values."""

    label: str
    path: str
    login: str
    statements: list[tuple[str, Any]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    with (
        filled(given.folder, "application", partial(fill, count=given.rows)) as url,
        psycopg.connect(url, autocommit=True) as plain,
    ):
        samples = [*view_samples(), *search_samples(plain)]
        with served(Path(os.environ["HEYI_HOME"])) as address:
            print(
                "| page | ms median | ms p99 | its SQL, median / p99 | times | by OFFSET |\n|---|---|---|---|---|---|"
            )
            for sample, by_offset in samples:
                line(sample, by_offset, address, plain, given.rounds)


def line(sample: Sample, by_offset: float | None, address: str, plain: psycopg.Connection, rounds: int) -> None:
    cookies = {"heyi": session_of(sample.login), "lang": "zh"}
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:

        def page() -> bytes:
            answer = client.get(sample.path)
            if answer.status_code != httpx.codes.OK:
                raise SystemExit(f"{sample.path}: {answer.status_code}")
            return answer.content

        def sql() -> bytes:
            for text, values in sample.statements:
                plain.execute(text, values).fetchall()
            return b""

        found = measure({"page": page, "sql": sql}, rounds)
    over, floor = found["page"], found["sql"]
    beside = f"{by_offset:.1f}" if by_offset is not None else ""
    times = f"{over['median_ms'] / max(floor['median_ms'], 0.01):.0f}"
    cells = (
        sample.label,
        over["median_ms"],
        over["p99_ms"],
        f"{floor['median_ms']} / {floor['p99_ms']}",
        times,
        beside,
    )
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def view_samples() -> Iterator[tuple[Sample, float | None]]:
    from urllib.parse import parse_qsl

    from registration import database
    from registration.queries import desk_views
    from registration.queries.inbox import inbox_for
    from registration.queries.keyset import cursor_at
    from registration.web.present.desk_lists import asked_of
    from tests.fixtures.cases import actor_of

    wanted = [(view, login, "") for view, login in VIEWS]
    wanted += [(view, EXAMINER, f"sort={sort}") for view, sort in SORTS]
    wanted += [(view, EXAMINER, query) for view, query in NARROWED]
    for view, login, query in wanted:
        actor, narrowing = actor_of(login), asked_of(dict(parse_qsl(query)))
        order = narrowing.order(view)
        label, path = f"{view} {query}".strip(), f"/desk/inbox?view={view}&{query}"
        with database.reading() as session:
            with selects() as first:
                inbox_for(session, actor=actor, view=view, narrowing=narrowing)
            branches = desk_views.branches_of(view, narrowing, actor)
            by = [order.column.desc() if order.descending else order.column.asc().nulls_last()]
            by += [order.number.desc() if order.descending else order.number]
            everything = select(order.number, order.column).where(or_(*(and_(*branch) for branch in branches)))
            total = session.scalars(select(func.count()).select_from(everything.subquery())).one()
            place = min(DEEP * SIZE - SIZE, (max(total - 1, 0) // SIZE) * SIZE)
            start = time.perf_counter()
            naive = session.execute(everything.order_by(*by).offset(place).limit(SIZE)).all()
            by_offset = (time.perf_counter() - start) * 1000
            before = session.execute(everything.order_by(*by).offset(max(place - 1, 0)).limit(1)).first()
            yield Sample(f"{label} ({total})", path, login, first), None
            if place == 0 or before is None:
                continue
            cursor = cursor_at(order, before[1], before[0])
            with selects() as last:
                page = inbox_for(session, actor=actor, view=view, narrowing=narrowing, cursor=cursor)
        if [row.case.id for row in page.rows] != [row[0] for row in naive]:
            raise SystemExit(f"{label}: the page by its cursor differs from the one by OFFSET")
        yield Sample(f"{label}, page {place // SIZE + 1}", f"{path}&after={cursor}", login, last), by_offset


def search_samples(plain: psycopg.Connection) -> Iterator[tuple[Sample, float | None]]:
    from registration import database
    from registration.queries import search as searching
    from registration.queries.keyset import cursor_at
    from tests.fixtures.cases import actor_of

    sought = words_sought(plain)
    for login, words in ((EXAMINER, sought), (OFFICER, {k: sought[k] for k in ("a word within names", "a reference")})):
        for label, text in words.items():
            with database.reading() as session:
                with selects() as first:
                    searching.search(session, text, actor=actor_of(login))
                who = "" if login == EXAMINER else ", an officer"
                yield Sample(f"search: {label} `{text}`{who}", f"/desk/search?q={text}", login, first), None
                low = searching._sought(text)
                query = (
                    "SELECT key, application_id FROM search_key WHERE registrar_code = %s AND key >= %s AND key < %s"
                )
                deep = f"{query} ORDER BY key, application_id OFFSET {DEEP * SIZE} LIMIT 1"
                start = time.perf_counter()
                found = plain.execute(deep, [rows.OFFICE, low, low + "\U0010ffff"]).fetchone()
                by_offset = (time.perf_counter() - start) * 1000
                if found is None or login != EXAMINER:
                    continue
                cursor = cursor_at(searching._ORDER, *found)
                with selects() as last:
                    searching.search(session, text, actor=actor_of(login), cursor=cursor)
            path = f"/desk/search?q={text}&after={cursor}"
            yield Sample(f"search: {label} `{text}`, page {DEEP}", path, login, last), by_offset


def words_sought(plain: psycopg.Connection) -> dict[str, str]:
    """What is searched, by its kind; most of it is known of one case that is done."""
    one = plain.execute(
        "SELECT id, ref, name, name_pinyin FROM application WHERE registrar_code = %s AND state = 'archived' LIMIT 1",
        [rows.OFFICE],
    ).fetchone()
    assert one is not None
    number, ref, name, pinyin = one
    return {
        "a reference": ref,
        "a number of it": str(number),
        "a whole name": name,
        "a name's beginning": "永康市",
        "a word within names": "餐饮管理",
        "a reading": pinyin.split()[0],
        "initials": pinyin.split()[1][:4],
        "two letters": "jh",
        "a code": rows.code_of(number),
        "a licence": f"{rows.OFFICE}{number:013d}",
        "an identity number": rows.identity_of(number),
        "a person": "王伟芳",
        "a family name": "王",
        "a street": "宾虹路358号",
        "a road": "双溪西路",
        "nothing": "查无此名",
    }


@cache
def session_of(login: str) -> str:
    from registration.operations import accounts, samples

    secret, _account = accounts.sign_in(login, samples.PASSWORD, now=datetime.now(UTC))
    return secret


@contextmanager
def served(home: Path) -> Iterator[str]:
    from tests.fixtures.servers import Stack, free_port

    stack = Stack(home, dict(os.environ), free_port())
    stack.start("serve", "--port", str(stack.port), "--workers", "2")
    try:
        stack.wait_until_ready()
        yield stack.url
    finally:
        stack.stop_all()


def fill(connection: psycopg.Connection, *, count: int) -> None:
    from registration import database
    from registration.keys.field_encryption import blind_index
    from registration.models import Account, Application
    from tests.fixtures.cases import actor_of, nameless, submitted

    lin, now = actor_of("lin@example.cn"), datetime.now(UTC)
    ref = submitted("individual", nameless(), registrar="330702", actor=lin, now=now)
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one()
        template = {key: value for key, value in case.model_dump().items() if key not in ("id", "form")}
        holders: dict[str, int | None] = {"": None}
        for key, login in (("first", EXAMINER), ("second", "0417")):
            holders[key] = session.scalars(select(col(Account.id)).where(col(Account.login) == login)).one()
    start = time.perf_counter()
    rows.write(connection, count, rows.Given(template, holders, blind_index, now))
    orders(connection, 300)
    seconds = time.perf_counter() - start
    keys = connection.execute("SELECT count(*) FROM search_key").fetchone()
    print(f"{count} applications and {keys[0] if keys else 0} search keys in {seconds:.0f} s", file=sys.stderr)


def orders(connection: psycopg.Connection, count: int) -> None:
    """Open supervision orders about cases of the first examiner."""
    connection.execute(
        """INSERT INTO supervision_order (ref, application_id, words, days, ordered_by, ordered_at, due_at, answer)
        SELECT 'o' || id, id, '', 2, 'staff:x', now(), now(), '' FROM application WHERE state = 'under_examination'
        AND registrar_code = %s ORDER BY id LIMIT %s""",
        [rows.OFFICE, count],
    )
    connection.commit()


if __name__ == "__main__":
    main()

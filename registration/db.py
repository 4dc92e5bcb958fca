"""The database: one engine a process, `transaction()` to write (the only commit of the project) and `reading()`."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

from registration.settings import Settings
from registration.turns import Turns

REST_SECONDS = 2.0
BUSY_SECONDS = 30.0
LINE = "line"

_engine: Engine | None = None


def configure(settings: Settings) -> Engine:
    """Makes this process's engine. Call it after a fork, never before: connections do not cross one."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(settings.sqlalchemy_url)
    return _engine


def make_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_size=5, max_overflow=5)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_after_rest)
    return engine


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("the database is not configured in this process")
    return _engine


def dispose() -> None:
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = None


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing transaction: all of it is kept, or, after any error, nothing of it."""
    with _turn(), Session(engine(), expire_on_commit=False) as session:
        yield session
        session.commit()


def knows_at_once() -> bool:
    """SQLite has one writer at a time, who must say so before the first look."""
    return engine().name == "postgresql"


@contextmanager
def at_once() -> Iterator[Session]:
    """Every statement is a transaction of its own: for a change that is one statement, which needs no lock before it.

    PostgreSQL only. Whatever the statements see, they see it one after the other; the writing one must compare.
    """
    with engine().connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.autocommit = True
        session = Session(connection, info={LINE: connection})
        try:
            yield session
        finally:
            # Most of them never asked the ORM for anything, and closing costs as much as a look.
            if session.in_transaction():
                session.close()
            if not driver.closed:
                driver.autocommit = False


def line(session: Session) -> Connection:
    """The session's connection; that of `at_once` without the frame of a transaction, which costs more than a look."""
    at_once: Connection | None = session.info.get(LINE)
    return at_once if at_once is not None else session.connection()


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that cannot write, on either database: a page that only looks stays a page that only looks."""
    with Session(engine().execution_options(postgresql_readonly=True, heyi_reading=True)) as session:
        yield session


def _turn() -> AbstractContextManager[None]:
    """SQLite's writers queue, for its own way of waiting is unfair. The queue's file stands beside the database's."""
    url = engine().url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return nullcontext()
    return Turns(Path(f"{url.database}-turns"), seconds=BUSY_SECONDS).one()


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ask_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that was restarted meanwhile is noticed before the first statement; a busy connection is not asked."""
    if monotonic() - record.info.get("used_at", monotonic()) < REST_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()
    except connection.Error as error:
        raise DisconnectionError("the database closed the connection") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE, so it is switched off.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000:.0f}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two that read first and write later would deadlock into "database is locked".
    looking = connection.get_execution_options().get("heyi_reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if looking else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if looking else "BEGIN IMMEDIATE")

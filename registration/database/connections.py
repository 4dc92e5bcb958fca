"""Engines and their connections: how one is opened, checked after a rest, and how what only reads begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

REST_SECONDS = 2.0
BUSY_SECONDS = 30.0
# The option of an engine whose transactions only read.
READS = "heyi_reading"
# What is known of a connection to SQLite: whether it may write.
WRITES = "heyi_writes"
# Seconds until a connection attempt fails: https://www.postgresql.org/docs/current/libpq-connect.html
AWAY_SECONDS = 5
_AWAY = {"connect_timeout": AWAY_SECONDS, "keepalives_idle": 10, "tcp_user_timeout": 10_000}


def make_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_size=5, max_overflow=5, pool_timeout=AWAY_SECONDS, connect_args=_AWAY)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_after_rest)
    event.listen(engine, "rollback", _keep_prepared)
    return engine


@contextmanager
def autocommit(connection: Connection) -> Iterator[None]:
    """Within it each statement that is sent past SQLAlchemy is a transaction of its own, which may write."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "postgresql":
        # Its connections begin no transaction by themselves.
        _let_write(connection, True)
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ask_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """Checks an idle connection before its next use, to detect a server restart; a busy one is not checked."""
    if monotonic() - record.info.get("used_at", monotonic()) < REST_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.commit()
    except connection.Error as error:
        raise DisconnectionError("the database closed the connection") from error


def _keep_prepared(connection: Connection) -> None:
    """Ends what only read by a commit: after a rollback psycopg forgets all that it has prepared on the server, which
    would plan each statement of the next page anew."""
    if connection.get_execution_options().get(READS, False) and not connection.invalidated:
        driver: Any = connection.connection.dbapi_connection
        # Where the server is gone, the rollback that follows says so.
        with suppress(driver.Error):
            driver.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late for BEGIN IMMEDIATE, so it is switched off.
    connection.isolation_level = None
    cursor = connection.cursor()
    waiting = f"busy_timeout={BUSY_SECONDS * 1000:.0f}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", waiting):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two that read first and write later would fail with "database is locked".
    looking = connection.get_execution_options().get(READS, False)
    _let_write(connection, not looking)
    if looking:
        driver: Any = connection.connection.dbapi_connection
        # It takes no lock, and so cannot fail: past SQLAlchemy, which costs more than the statement.
        driver.execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _let_write(connection: Connection, may_write: bool) -> None:
    """Says so only where it was otherwise: after this PRAGMA SQLite prepares every statement of the connection anew."""
    if connection.info.get(WRITES) is not may_write:
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA query_only={'OFF' if may_write else 'ON'}")
        connection.info[WRITES] = may_write

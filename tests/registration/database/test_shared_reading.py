"""What a page reads is one transaction; a write in between ends it, and an error leaves none behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, text

from registration import database as db
from registration.database.statements import Query
from registration.models import Message

pytestmark = [pytest.mark.usefixtures("database_url"), pytest.mark.both_engines]
NOW = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def _shared(database: Engine) -> Iterator[None]:
    db.share_reading()
    yield
    db.end_shared_reading()


@contextmanager
def begun() -> Iterator[list[object]]:
    """The transactions of any engine: on SQLite more than one is used."""
    found: list[object] = []

    def note(connection: Connection) -> None:
        found.append(connection)

    event.listen(Engine, "begin", note)
    yield found
    event.remove(Engine, "begin", note)


def count(session: Session) -> int:
    found: int = session.execute(select(func.count()).select_from(Message)).scalar_one()
    return found


@pytest.mark.usefixtures("_shared")
def test_the_blocks_of_a_page_are_one_transaction_that_stays_open(database: Engine) -> None:
    with begun() as found:
        with db.reading() as session:
            assert count(session) == 0
        with db.reading():
            assert count(session) == 0
        assert db.stays_open(session)
        assert len(found) == 1


@pytest.mark.usefixtures("_shared")
def test_a_write_holds_no_second_connection_and_is_seen_by_the_next_read(database: Engine) -> None:
    with db.reading() as before:
        assert count(before) == 0
    with db.transaction() as session:
        assert database.pool.checkedout() <= 1  # type: ignore[attr-defined] # of the pools that are used here
        session.add(Message(effect="a.b", payload={}, due_at=NOW, created_at=NOW))
    with db.reading() as after:
        assert count(after) == 1
    assert count(before) == 1


@pytest.mark.usefixtures("_shared")
def test_it_cannot_write_and_goes_on_after_an_error() -> None:
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("delete from message"))
    with db.reading() as session:
        assert count(session) == 0


@pytest.mark.usefixtures("_shared")
def test_a_write_of_one_statement_needs_no_transaction_of_its_own(database: Engine) -> None:
    try_again = Query(update(Message).values(attempts=col(Message.attempts) + 1).returning(col(Message.attempts)))
    with db.transaction() as session:
        session.add(Message(effect="a.b", payload={}, due_at=NOW, created_at=NOW))
    with db.reading() as before:
        assert count(before) == 1
    with begun() as found:
        for attempt in (1, 2):
            with db.writing_once() as session:
                assert database.pool.checkedout() <= 1  # type: ignore[attr-defined] # of the pools that are used here
                assert try_again.rows(session) == [(attempt,)]
        assert found == []
    with db.reading() as after:
        assert after.scalars(select(col(Message.attempts))).all() == [2]
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("delete from message"))


def test_a_connection_to_sqlite_is_told_what_it_may_only_when_that_changes(database: Engine) -> None:
    """After this PRAGMA SQLite prepares every statement of the connection again."""
    if database.name != "sqlite":
        pytest.skip("PostgreSQL is told with each transaction")
    told: list[str] = []
    with db.reading() as session:
        driver: Any = session.connection().connection.dbapi_connection
    driver.set_trace_callback(lambda sent: told.append(sent) if sent.startswith("PRAGMA") else None)
    for block in (db.reading, db.reading, db.transaction, db.reading, db.writing_once, db.reading):
        with block() as session:
            count(session)
    assert told == ["PRAGMA query_only=OFF", "PRAGMA query_only=ON"]


def test_within_a_unit_it_is_a_part_of_that(database: Engine) -> None:
    unit = db.Unit()
    unit.begin()
    with db.writing_once() as session:
        session.add(Message(effect="a.b", payload={}, due_at=NOW, created_at=NOW))
        session.flush()
    unit.end(keep=False)
    with db.reading() as session:
        assert count(session) == 0


def test_after_its_end_each_block_is_a_transaction_again(database: Engine) -> None:
    db.share_reading()
    with db.reading() as session:
        count(session)
    db.end_shared_reading()
    assert database.pool.checkedout() == 0  # type: ignore[attr-defined] # of the pools that are used here
    with begun() as found:
        for _ in range(2):
            with db.reading() as session:
                assert not db.stays_open(session)
                count(session)
        assert len(found) == 2

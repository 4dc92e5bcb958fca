"""What PostgreSQL has prepared is kept from one reading to the next: planning takes longer than most statements."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from registration import database as db
from registration.database.statements import Rows
from registration.models import Message

pytestmark = [pytest.mark.usefixtures("database_url"), pytest.mark.both_engines]
ALL = Rows(Message, order=[col(Message.id)])
# psycopg prepares a statement at its sixth execution.
ENOUGH = 7


def kept() -> int:
    with db.reading() as session:
        return int(
            session.execute(
                text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%message%'")
            ).scalar_one()
        )


def test_a_reading_leaves_them_and_so_does_one_that_failed(database: Engine) -> None:
    if database.name != "postgresql":
        pytest.skip("SQLite has no server")
    for _ in range(ENOUGH):
        with db.reading() as session:
            ALL.all(session)
    assert kept() == 1
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("SELECT 1 / 0"))
    with db.reading() as session:
        assert ALL.all(session) == []
    assert kept() == 1


def test_a_reading_still_writes_nothing(database: Engine) -> None:
    with pytest.raises(DBAPIError), db.reading() as session:
        session.execute(text("DELETE FROM message"))

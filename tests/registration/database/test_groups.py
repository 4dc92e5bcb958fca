"""Items in groups: one commit for many, and one that fails takes no other with it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from registration import database as db
from registration.database import groups
from registration.errors import Conflict
from registration.models import Message

pytestmark = [pytest.mark.usefixtures("database_url"), pytest.mark.both_engines]
NOW = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)


def put(number: int) -> bool:
    """Writes a message for the item; every third is refused after that."""
    try:
        with db.transaction() as session:
            session.add(Message(effect=str(number), payload={}, due_at=NOW, created_at=NOW))
            session.flush()
            if number % 3 == 0:
                raise Conflict("database_is_busy")
    except Conflict:
        return False
    return True


def there() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(col(Message.effect)).order_by(col(Message.id))))


def test_a_group_is_one_commit_and_keeps_all_but_what_was_refused(database: Engine) -> None:
    commits: list[object] = []
    event.listen(database, "commit", commits.append)
    assert db.in_groups(range(30), put) == [number % 3 != 0 for number in range(30)]
    assert there() == [str(number) for number in range(30) if number % 3]
    assert len(commits) == 2
    assert groups.MOST == 20


def test_a_group_that_the_database_refuses_is_worked_on_item_by_item(database: Engine) -> None:
    calls: list[int] = []

    def work(number: int) -> bool:
        calls.append(number)
        if calls == [1, 2]:
            raise OperationalError("", {}, Exception("deadlock detected"))
        return put(number)

    assert db.in_groups([1, 2, 4], work) == [True, True, True]
    assert (calls, there()) == ([1, 2, 1, 2, 4], ["1", "2", "4"])

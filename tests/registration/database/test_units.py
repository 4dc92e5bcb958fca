"""The writes of a request are one transaction, in parts: one that fails leaves nothing, and the others stay."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import load_only
from sqlmodel import Session, col

from registration import database as db
from registration.database.statements import Rows
from registration.models import Message

pytestmark = [pytest.mark.usefixtures("database_url"), pytest.mark.both_engines]
NOW = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
ALL = Rows(Message, order=[col(Message.id)])


def put(effect: str, *, fails: bool = False, ends_unit: bool = False) -> None:
    with db.transaction(ends_unit=ends_unit) as session:
        session.add(Message(effect=effect, payload={}, due_at=NOW, created_at=NOW))
        session.flush()
        if fails:
            raise LookupError


@pytest.mark.parametrize("failing", ["a", "b", "c"])
def test_a_part_that_fails_takes_no_other_with_it(database: Engine, failing: str) -> None:
    with db.all_or_nothing():
        for effect in "abc":
            try:
                put(effect, fails=effect == failing)
            except LookupError:
                assert effect == failing
    with db.reading() as session:
        assert [one.effect for one in ALL.all(session)] == [one for one in "abc" if one != failing]


def test_after_the_last_part_has_failed_nothing_is_kept(database: Engine) -> None:
    unit = db.Unit()
    unit.begin()
    put("a")
    with pytest.raises(LookupError):
        put("b", fails=True, ends_unit=True)
    unit.end(keep=True)
    with db.reading() as session:
        assert ALL.all(session) == []


def test_rows_past_the_orm_belong_to_the_session(database: Engine) -> None:
    put("a")
    with db.transaction() as session:
        (row,) = ALL.all(session)
        row.effect = "b"
        # What is not written yet is written before it is read again, and the session has one object for each row.
        assert ALL.all(session) == [row] == list(session.scalars(select(Message)))
        row.attempts = 3
    with db.reading() as session:
        assert [(one.effect, one.attempts) for one in ALL.all(session)] == [("b", 3)]


def test_a_row_of_which_the_session_has_a_part_is_completed(database: Engine) -> None:
    put("a")
    with db.reading() as session:
        effect: Any = Message.effect
        part = session.scalars(select(Message).options(load_only(effect, raiseload=True))).one()
        (whole,) = ALL.all(session)
        assert whole is part
        assert (whole.attempts, whole.payload) == (0, {})


def test_a_row_that_is_not_attached_is_never_written(database: Engine) -> None:
    put("a")
    with db.transaction() as session:
        (row,) = ALL.unattached(session)
        row.effect = "b"
    with db.transaction() as session:
        session.execute(update(Message).values(attempts=1))
        assert _effects(session) == ["a"]


def _effects(session: Session) -> list[str]:
    return [one.effect for one in ALL.all(session)]

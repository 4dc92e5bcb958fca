"""What the fixtures promise: every test finds an empty database and an empty broker, whatever ran before it."""

from datetime import UTC, datetime

import pytest
import redis
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from registration import database as db
from registration.models import AuditEntry
from registration.runtime import broker
from registration.settings import Settings
from registration.settings import settings as current


@pytest.mark.parametrize("_turn", range(2))
def test_every_test_has_a_fresh_database(database_url: str, database: Engine, _turn: int) -> None:
    with db.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM lease")).scalar_one() == 0
        session.execute(text("INSERT INTO lease (name, holder, until) VALUES ('sweep', 'one', '2026-10-12')"))
    assert current().sqlalchemy_url == database_url


def test_the_database_of_tests_guards_what_was_written(database_url: str, database: Engine) -> None:
    with db.transaction() as session:
        session.add(AuditEntry(at=datetime(2026, 10, 12, tzinfo=UTC), subject="staff:1", tag="sign_in:done"))
    with pytest.raises(DBAPIError, match="audit_entry is append-only"), db.transaction() as session:
        session.execute(text("DELETE FROM audit_entry"))


@pytest.mark.broker
@pytest.mark.parametrize("_turn", range(2))
def test_every_test_has_an_empty_broker(valkey: redis.Redis, settings: Settings, _turn: int) -> None:
    assert valkey.dbsize() == 0
    valkey.set("task", "waiting")
    assert settings.broker_url.startswith("redis+socket://")
    assert broker.eviction_policy(settings.broker_url) == "noeviction"


def test_settings_are_those_of_the_test(settings: Settings) -> None:
    assert current() is settings
    assert settings.demo
    assert settings.sqlalchemy_url == f"sqlite:///{settings.home / 'heyi.sqlite3'}"

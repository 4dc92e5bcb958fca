"""The migration to accounts with both addresses: a mobile number goes on opening its account, and no second one."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.exc import IntegrityError

from registration import database
from registration.database import schema
from registration.settings import Settings
from tests.fixtures.rows import insert_row


@pytest.mark.thorough
def test_a_mobile_number_keeps_its_one_account(tmp_path: Path, settings: Settings) -> None:
    url = f"sqlite:///{tmp_path / 'before.sqlite3'}"
    engine = database.make_engine(url)
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0017")
    with engine.begin() as connection:
        insert_row(connection, "account", id=1, kind="applicant", ref="a", login="+hash", mobile="sealed:1:x")
        insert_row(connection, "account", id=2, kind="applicant", ref="b", login="@hash", email="sealed:1:y")
    engine.dispose()
    schema.upgrade(url)
    engine = database.make_engine(url)
    with engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT mobile_login, notice_channel, notices_off FROM account ORDER BY id")
        assert [tuple(row) for row in kept] == [("+hash", "sms", "[]"), (None, "mail", "[]")]
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET mobile_login = '+hash' WHERE id = 2")
    engine.dispose()

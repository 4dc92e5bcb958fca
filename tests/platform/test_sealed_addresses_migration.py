"""The migration that seals e-mail addresses: rows of the version before are sealed once, on both databases."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from registration import database
from registration.database import schema
from registration.keys.account_names import address_of
from registration.keys.field_encryption import decrypt_form, encrypt
from registration.models import Account, Application, Revision
from registration.queries.accounts import account_by_login
from registration.settings import Settings
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres
from tests.fixtures.rows import insert_row

CASE = "HY-2026-000001"
OPEN = {"people": [{"key": "p1", "email": "p1@example.cn", "mobile": "13800000001"}], "domicile": {"email": "f@x.cn"}}


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'before.sqlite3'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture
def before(url: str, settings: Settings) -> Iterator[Settings]:
    """A database of the version before with accounts, a case and its revision; the program is configured for it."""
    engine = database.make_engine(url)
    with engine.begin() as connection:
        configuration = schema.config(connection)
        revision = ScriptDirectory.from_config(configuration).get_revision("0012")
        command.upgrade(configuration, str(revision.down_revision))
    with engine.begin() as connection:
        _write(connection)
    engine.dispose()
    chosen = settings.model_copy(update={"database_url": url})
    database.configure(chosen)
    yield chosen
    database.dispose()


def _write(connection: Connection) -> None:
    insert_row(connection, "registrar", code="330702")
    insert_row(connection, "account", id=1, ref="a", kind="applicant", login="lin@例子.中国")
    insert_row(connection, "account", id=2, ref="b", kind="staff", login="0318", email="desk@example.cn")
    insert_row(connection, "account", id=3, ref="c", kind="staff", login="0319")
    form = json.dumps(OPEN | {"note": encrypt("secret", case=CASE)}, ensure_ascii=False)
    insert_row(connection, "application", id=1, ref=CASE, account_id=1, registrar_code="330702", form=form)
    insert_row(connection, "revision", id=1, application_id=1, form=form)


def test_what_was_written_before_is_sealed(url: str, before: Settings) -> None:
    schema.upgrade(url)
    schema.upgrade(url)
    assert "example.cn" not in _everything(url)
    assert "例子" not in _everything(url)
    with database.reading() as session:
        assert [address_of(one) for one in session.exec(select(Account).order_by("id"))] == [
            "lin@例子.中国",
            "desk@example.cn",
            None,
        ]
        for table in (Application, Revision):
            kept: Any = session.exec(select(table)).one()
            assert decrypt_form(kept.form, case=CASE) == OPEN | {"note": "secret"}
    found = [account_by_login(login) for login in ("LIN@xn--fsqu00a.xn--fiqs8s", "0318")]
    assert [account.id for account in found if account] == [1, 2]


def test_revisions_are_as_unchangeable_as_before(url: str, before: Settings) -> None:
    schema.upgrade(url)
    with pytest.raises(DBAPIError, match="revision is append-only"), database.current_engine().begin() as connection:
        connection.execute(text("UPDATE revision SET digest = 'x'"))


def test_a_process_of_the_version_before_goes_on(url: str, before: Settings) -> None:
    """It reads every column that it knows, and what it writes in its way is understood."""
    schema.upgrade(url)
    with database.current_engine().begin() as connection:
        connection.execute(text("SELECT failures, locked_until FROM account"))
        insert_row(connection, "account", id=4, ref="d", kind="applicant", login="zhou@example.cn", failures=1)
    found = account_by_login("Zhou@example.cn")
    assert found is not None
    assert address_of(found) == "zhou@example.cn"


def _everything(url: str) -> str:
    engine = database.make_engine(url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [str(connection.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables]
    engine.dispose()
    return "\n".join(rows)

"""The migration to names by parts: what stood in the register before is read once, on both databases."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from registration import database
from registration.database import schema
from registration.rules.names import keys_for
from registration.settings import Settings
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres
from tests.fixtures.rows import insert_row

NAMES = (
    "INSERT INTO registered_name (prefecture, name, identity_key, status) "
    "VALUES ('330700', '金华市兰亭翡翠有限公司', '金华市兰亭翡翠有限公司', 'registered')",
    "INSERT INTO name_key (name_id, key, prefecture) VALUES (1, 't:兰亭翡翠', '330700')",
)
RESERVED = (
    "INSERT INTO registered_name (prefecture, name, identity_key, status, application_id) "
    "VALUES ('330700', '金华市霜花量子有限公司', '金华市霜花量子有限公司', 'reserved', 1)"
)


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'before.sqlite3'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as address:
        yield address


def test_old_names_get_their_parts_and_keys(url: str, settings: Settings) -> None:
    engine = database.make_engine(url)
    with engine.begin() as connection:
        configuration = schema.config(connection)
        revision = ScriptDirectory.from_config(configuration).get_revision("0008")
        command.upgrade(configuration, str(revision.down_revision))
    with engine.begin() as connection:
        insert_row(connection, "registrar", code="330702")
        insert_row(connection, "account", id=1, kind="applicant")
        form = {"name": {"region": "金华市", "trade": "霜花", "industry": "量子", "form": "有限公司"}}
        case = {"id": 1, "account_id": 1, "registrar_code": "330702", "form": json.dumps(form)}
        insert_row(connection, "application", **case)
        for statement in (*NAMES, RESERVED):
            connection.exec_driver_sql(statement)
    engine.dispose()
    schema.upgrade(url)
    engine = database.make_engine(url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT region, trade, industry, form, parts_given FROM registered_name ORDER BY id"
        ).all()
        of_first = connection.exec_driver_sql("SELECT key, industry FROM name_key WHERE name_id = 1")
        stored = {row.key: row.industry for row in of_first}
    engine.dispose()
    assert [tuple(row[:4]) for row in rows] == [
        ("金华市", "兰亭", "翡翠", "有限公司"),
        ("金华市", "霜花", "量子", "有限公司"),
    ]
    assert [bool(row[4]) for row in rows] == [False, True]
    assert stored == keys_for("金华市兰亭翡翠有限公司").stored
    assert "t:兰亭" in stored
    assert "t:兰亭翡翠" not in stored

"""Migrations lead to exactly the models, on both databases, and what was written stays as it was written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registration import db, schema
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres

WRITTEN = {
    "audit_entry": (
        "INSERT INTO audit_entry (at, subject, tag, result, data) "
        "VALUES ('2026-10-12 01:30:00', 'staff:1', 'sign_in:done', 'done', '{}')",
        "result = 'refused'",
    ),
    "history_entry": (
        "INSERT INTO history_entry "
        "(application_id, seq, at, tag, actor, role, source, target, data, previous_hash, hash) "
        "VALUES (1, 1, '2026-10-12 01:30:00', 'case:submit', 'account:1', 'applicant', 'draft', 'filed', '{}', '', '')",
        "actor = 'account:2'",
    ),
    "revision": (
        "INSERT INTO revision (application_id, number, form, materials, digest, created_at) "
        "VALUES (1, 1, '{}', '[]', 'abc', '2026-10-12 01:30:00')",
        "digest = 'def'",
    ),
}


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield url


def test_upgrading_from_nothing_leads_to_the_models(empty_url: str) -> None:
    assert schema.current(empty_url) is None
    schema.upgrade(empty_url)
    schema.upgrade(empty_url)
    assert schema.current(empty_url) == schema.head()
    assert schema.differences(empty_url) == []


def test_a_difference_between_database_and_models_is_found(empty_url: str) -> None:
    schema.upgrade(empty_url)
    engine = db.make_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease ADD COLUMN colour VARCHAR")
    engine.dispose()
    assert "colour" in "".join(schema.differences(empty_url))


@pytest.mark.parametrize("table", WRITTEN)
@pytest.mark.parametrize("change", ["UPDATE {table} SET {changed}", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_was_written(empty_url: str, table: str, change: str) -> None:
    schema.upgrade(empty_url)
    insert, changed = WRITTEN[table]
    engine = db.make_engine(empty_url)
    try:
        with engine.connect() as connection:
            _ignore_foreign_keys(connection.connection.dbapi_connection, engine.dialect.name)
            with connection.begin():
                connection.execute(text(insert.replace(":", r"\:")))
            with pytest.raises(DBAPIError, match=f"{table} is append-only"), connection.begin():
                connection.exec_driver_sql(change.format(table=table, changed=changed))
            with connection.begin():
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1
    finally:
        engine.dispose()


def _ignore_foreign_keys(connection: object, dialect: str) -> None:
    # The rows under test stand alone; the cases that they belong to are of no interest here.
    cursor = connection.cursor()  # type: ignore[attr-defined]
    if dialect == SQLITE:
        cursor.execute("PRAGMA foreign_keys=OFF")
    else:
        for table in ("history_entry", "revision"):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_application_id_fkey")
        connection.commit()  # type: ignore[attr-defined]
    cursor.close()

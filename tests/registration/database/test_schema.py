"""Migrations lead to exactly the models, on both databases, and what was written stays as it was written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from registration import database
from registration.database import schema
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres

pytestmark = pytest.mark.both_engines

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
    "definition_pin": (
        "INSERT INTO definition_pin (key, content_hash, first_used_at) "
        "VALUES ('establishment@1', 'abc', '2026-10-12 01:30:00')",
        "content_hash = 'def'",
    ),
    "day_root": (
        "INSERT INTO day_root (registrar_code, day, entries, tree, previous_root, root, made_at) "
        "VALUES ('330701', '2026-10-12', 1, 'abc', '', 'def', '2026-10-13 01:30:00')",
        "root = 'abc'",
    ),
    "day_head": (
        "INSERT INTO day_head (registrar_code, day, application_id, ref, entries, seq, hash) "
        "VALUES ('330701', '2026-10-12', 1, 'HY-2026-000001', 1, 1, 'abc')",
        "hash = 'def'",
    ),
    "letterhead": (
        "INSERT INTO letterhead (ref, registrar_code, name_zh, name_en, officer_name, officer_title, seal_place, "
        "address, phone, number_prefix, valid_from, reason, status, version, prepared_by, prepared_at, decided_by, "
        "decided_at, decision) VALUES ('r', '330701', '金华市市场监督管理局', 'Jinhua', '', '', '', '', '', '金市监', "
        "'2026-10-12', '样例', 'approved', 3, 'staff:1', '2026-10-12 01:30:00', 'staff:2', '2026-10-12 01:30:00', '')",
        "name_zh = '别的机关'",
    ),
    "licence_event": (
        "INSERT INTO licence_event (licence_id, kind, at, \"by\") VALUES (1, 'issue', '2026-10-12 01:30:00', 'system')",
        "kind = 'revoke'",
    ),
    "entity_fact": (
        "INSERT INTO entity_fact (entity_id, item, version, valid_on, valid_from, value, cause, application_id) VALUES "
        "(1, 'name', 1, '2026-10-12', '2026-10-12 01:30:00', '\"甲\"', 'establish', 1)",
        "value = '\"乙\"'",
    ),
    "log_leaf": (
        "INSERT INTO log_leaf (position, event_id, code, serial, data, hash, appended_at) "
        "VALUES (0, 1, '9133', '3307', '{}', 'abc', '2026-10-12 01:30:00')",
        "data = '[]'",
    ),
    "log_node": ("INSERT INTO log_node (level, place, hash) VALUES (1, 0, 'abc')", "hash = 'def'"),
    "log_head": (
        "INSERT INTO log_head (size, root, at, key_id, signed) VALUES (1, 'abc', '2026-10-12 01:30:00', 'k', 'a.b.c')",
        "root = 'def'",
    ),
    "voice_entry": (
        'INSERT INTO voice_entry (voice_id, step, "by", at, words, data) '
        "VALUES (1, 'answer', 'staff:1', '2026-10-12 01:30:00', '', '{}')",
        "step = 'close'",
    ),
}


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def created_url(request: pytest.FixtureRequest, empty_url: str) -> str:
    """A database of the same kind as `empty_url`, made from the models at once."""
    if empty_url.startswith(SQLITE):
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    return str(request.getfixturevalue("postgres_database"))


def test_upgrading_from_nothing_leads_to_the_models(empty_url: str, created_url: str) -> None:
    assert schema.current(empty_url) is None
    schema.upgrade(empty_url)
    schema.upgrade(empty_url)
    assert schema.current(empty_url) == schema.head()
    assert schema.differences(empty_url) == []
    assert _triggers(empty_url) == _triggers(created_url) != set()


def test_a_difference_between_database_and_models_is_found(empty_url: str) -> None:
    schema.upgrade(empty_url)
    engine = database.make_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease ADD COLUMN colour VARCHAR")
    engine.dispose()
    assert "colour" in "".join(schema.differences(empty_url))


@pytest.mark.parametrize("table", WRITTEN)
@pytest.mark.parametrize("change", ["UPDATE {table} SET {changed}", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_was_written(
    database_url: str, database: Engine, table: str, change: str
) -> None:
    insert, changed = WRITTEN[table]
    with database.connect() as connection:
        _write_without_a_case(connection, insert)
        with pytest.raises(DBAPIError, match=f"{table} is append-only"), connection.begin():
            connection.exec_driver_sql(change.format(table=table, changed=changed))
        with connection.begin():
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1


def _write_without_a_case(connection: Connection, insert: str) -> None:
    """The rows under test stand alone; the cases that they would belong to are of no interest here."""
    if connection.dialect.name == SQLITE:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()
    with connection.begin():
        if connection.dialect.name == POSTGRES:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(insert)


def _triggers(url: str) -> set[str]:
    catalogue = {
        SQLITE: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        POSTGRES: "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    engine = database.make_engine(url)
    with engine.connect() as connection:
        names = set(connection.exec_driver_sql(catalogue[engine.dialect.name]).scalars())
    engine.dispose()
    return names

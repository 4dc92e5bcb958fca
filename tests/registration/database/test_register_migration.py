"""The migration that makes the register's versions of what was registered before."""

import json
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from registration import database
from registration.database import schema
from registration.keys.field_encryption import encrypt_form
from registration.settings import Settings
from tests.fixtures.cases import individual
from tests.fixtures.database import POSTGRES, SQLITE, fresh_postgres
from tests.fixtures.rows import insert_row

PRINTED = {
    "name": "金华市双溪样例餐饮店",
    "type_text": "个体工商户",
    "representative": "苏知禾",
    "domicile": "双溪路1号",
}


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path / 'before.sqlite3'}"
        return
    with fresh_postgres(request.getfixturevalue("postgres")) as address:
        yield address


def write_before(connection: Connection) -> None:
    """Two cases: one with a corrected licence that was annulled, one whose licence is still to be printed."""
    form = encrypt_form(individual(), ["people.0.id_no", "people.0.mobile"], case="HY-2026-000001")
    insert_row(connection, "account", id=1, kind="applicant")
    insert_row(connection, "registrar", code="330702")
    for number, status in ((1, "annulled"), (2, "active")):
        case = {"ref": f"HY-2026-00000{number}", "entity_type": "individual", "regime": "market_entity_2022"}
        insert_row(connection, "application", id=number, registrar_code="330702", form=json.dumps(form), **case)
        own = {"id": number, "code": f"code{number}", "application_id": number, "status": status}
        entity = own | {"registrar_code": "330702", "name": PRINTED["name"], "founded_on": date(2026, 1, 5)}
        insert_row(connection, "entity", facts=json.dumps(PRINTED), **entity)
    for edition, status in ((1, "superseded"), (2, "revoked")):
        printed = json.dumps(PRINTED | {"domicile": f"双溪路{edition}号"})
        own = {"id": edition, "ref": f"l{edition}", "application_id": 1, "edition": edition, "status": status}
        at = f"2026-0{edition}-05 01:30:00+00:00"
        insert_row(connection, "licence", paper="original", particulars=printed, issued_at=at, **own)
    insert_row(connection, "licence", id=3, ref="l3", application_id=2, paper="original", status="prepared")
    revoked = {"id": 1, "licence_id": 2, "kind": "revoke", "reason_code": "V05", "at": "2026-03-05 01:30:00+00:00"}
    insert_row(connection, "licence_event", **revoked)


@pytest.mark.thorough
def test_what_is_registered_becomes_versions(url: str, settings: Settings) -> None:
    engine = database.make_engine(url)
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0032")
    with engine.begin() as connection:
        write_before(connection)
    engine.dispose()
    schema.upgrade(url)
    engine = database.make_engine(url)
    with engine.begin() as connection:
        rows = connection.exec_driver_sql(
            "SELECT entity_id, item, version, valid_on, cause FROM entity_fact WHERE item IN ('state', 'domicile') "
            "ORDER BY id"
        ).all()
        others = connection.exec_driver_sql("SELECT item, value FROM entity_fact WHERE version = 1").all()
        found = connection.exec_driver_sql("SELECT entity_id FROM entity_key WHERE kind = 'pinyin'").scalars().all()
    engine.dispose()
    assert [(*row[:3], str(row[3]), row[4]) for row in rows] == [
        (1, "state", 1, "2026-01-05", "establish"),
        (1, "domicile", 1, "2026-01-05", "establish"),
        (1, "domicile", 2, "2026-02-05", "correct"),
        (1, "state", 2, "2026-03-05", "revoke"),
    ]
    assert "liaison" in {item for item, _ in others}
    assert "苏知禾" not in str([value for item, value in others if item == "liaison"])
    assert set(found) == {1}

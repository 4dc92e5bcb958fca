"""The migrations that make registered entities found by address and by who holds an office in them."""

import json
from datetime import date
from pathlib import Path

import pytest
from alembic import command

from registration import database
from registration.database import schema
from registration.keys.field_encryption import blind_index, encrypt_form
from registration.settings import Settings
from tests.fixtures.cases import individual, person
from tests.fixtures.rows import insert_row


@pytest.mark.thorough
def test_entities_of_before_have_their_key_and_their_offices(tmp_path: Path, settings: Settings) -> None:
    url = f"sqlite:///{tmp_path / 'before.sqlite3'}"
    engine = database.make_engine(url)
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0021")
    form = encrypt_form(individual(), ["people.0.id_no", "people.0.mobile"], case="HY-2026-000001")
    case = {"ref": "HY-2026-000001", "entity_type": "individual", "regime": "market_entity_2022"}
    with engine.begin() as connection:
        insert_row(connection, "account", id=1, kind="applicant")
        insert_row(connection, "registrar")
        insert_row(connection, "application", id=1, form=json.dumps(form), **case)
        facts = {"domicile": "浙江省金华市婺城区样例街道 双溪路１６号"}
        insert_row(connection, "entity", id=7, application_id=1, founded_on=date(2026, 1, 5), facts=json.dumps(facts))
    engine.dispose()
    schema.upgrade(url)
    engine = database.make_engine(url)
    with engine.begin() as connection:
        keys = connection.exec_driver_sql("SELECT address_key FROM entity").scalars().all()
        offices = connection.exec_driver_sql("SELECT entity_id, capacity, number_hash FROM entity_office").all()
    engine.dispose()
    assert keys == ["浙江省金华市婺城区样例街道双溪路16号"]
    assert [tuple(one) for one in offices] == [(7, "operator", blind_index(person("p1")["id_no"]))]

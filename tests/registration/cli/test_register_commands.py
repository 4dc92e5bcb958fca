"""`heyi register`: one entity as of a day, and every difference between register, licences, ledger and row."""

import json
from datetime import datetime

import pytest
from sqlalchemy import Engine, text

from registration import database as db
from registration.settings import Settings
from tests.fixtures.licences import issued, revoked, sheets
from tests.fixtures.office import opened
from tests.fixtures.scenes import scene
from tests.registration.cli.conftest import Heyi


@pytest.fixture
def licensed(database_url: str, settings: Settings, database: Engine, clock: datetime) -> str:
    opened(settings, now=clock)
    return scene("a licence of October", settings, lambda: issued(clock))


def test_an_entity_is_shown_as_of_a_day(licensed: str, heyi: Heyi) -> None:
    code = sheets(licensed)[0].code
    shown = heyi("register", "show", code, "--on", "2026-10-12").output
    assert "金华市婺城区双溪样例餐饮店" in shown
    assert "Registration liaison" in shown
    found = json.loads(heyi("register", "show", code, "--on", "2026-10-12", "--json").output)
    assert {one["item"]: one["version"] for one in found["items"]}["domicile"] == 1
    before = heyi("register", "show", code, "--on", "2026-10-11")
    assert before.exit_code == 1
    assert "2026-10-12" in before.output
    assert heyi("register", "show", "9133").exit_code == 1


def test_every_difference_is_named(licensed: str, heyi: Heyi, clock: datetime) -> None:
    revoked(licensed, clock, reason="V01")
    whole = heyi("register", "verify")
    assert (whole.exit_code, "1 entities" in whole.output) == (0, True)
    with db.transaction() as session:
        session.execute(text("UPDATE entity SET status = 'active', name = '别的店'"))
        session.execute(text("DROP TRIGGER entity_fact_no_update"))
        session.execute(text("DROP TRIGGER entity_fact_no_delete"))
        session.execute(text("UPDATE entity_fact SET value = '\"别处\"' WHERE item = 'domicile'"))
        session.execute(text("UPDATE entity_fact SET value = '\"sealed:1:AAAA\"' WHERE item = 'residences'"))
        session.execute(text("UPDATE entity_fact SET version = 3 WHERE item = 'scope'"))
        session.execute(text("DELETE FROM entity_fact WHERE item = 'state' AND version = 2"))
    found = heyi("register", "verify", "--json")
    assert found.exit_code == 1
    named = {(one["code"], one["data"]["what"]) for one in json.loads(found.output)["findings"]}
    assert named == {
        ("fact_unreadable", "residences"),
        ("fact_not_of_case", "residences"),
        ("fact_missing", "scope"),
        ("fact_not_of_licence", "domicile"),
        ("present_differs", "domicile"),
        ("present_differs", "name"),
        ("register_state_differs", "state"),
    }
    said = heyi("register", "verify").output
    assert "Domicile" in said
    assert "7 differences" in said

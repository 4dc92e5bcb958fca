"""`heyi log` as an operator calls it: a head to keep, a proof, and a verdict by exit status."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registration import clock
from registration import database as db
from registration.settings import Settings
from tests.fixtures.database import SQLITE
from tests.fixtures.licences import issued, sheets
from tests.registration.cli.conftest import Heyi
from tests.registration.operations.conftest import office

__all__ = ["office"]
pytestmark = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def test_a_head_is_signed_kept_and_held_against_the_log(
    office: Settings, now: datetime, heyi: Heyi, tmp_path: Path
) -> None:
    assert heyi("log", "head").exit_code == 1
    serial = sheets(issued(now))[0].serial
    signed = heyi("log", "head", "--sign", "--json")
    assert json.loads(signed.stdout)["size"] == 2
    (tmp_path / "head.json").write_text(signed.stdout)
    proofs = json.loads(heyi("log", "prove", serial, "--json").stdout)
    assert [proof["leaf"]["position"] for proof in proofs] == [0, 1]
    assert "\n0:" not in heyi("log", "prove", serial).stdout
    assert heyi("log", "prove", "none").exit_code == 1
    whole = heyi("log", "verify", "--heads", str(tmp_path / "head.json"))
    assert (whole.exit_code, whole.stdout) == (0, "2 entries, 2 heads and 2 sheets looked at: whole\n")


def test_what_was_changed_is_named_and_the_status_is_1(
    office: Settings, database: Engine, now: datetime, heyi: Heyi, tmp_path: Path
) -> None:
    ref = issued(now)
    heyi("log", "head", "--sign")
    sheet = sheets(ref)[0]
    (office.home / "files" / (sheet.storage_key or "")).write_bytes(b"%PDF another")
    found = heyi("log", "verify")
    assert found.exit_code == 1
    assert f"licence {sheet.serial}: the file of original 1 was altered  [file_altered]" in found.stdout
    db.configure(office)
    told = json.loads(heyi("log", "verify", "--json").stdout)
    assert (told["whole"], [one["code"] for one in told["findings"]]) == (False, ["file_altered"])
    (tmp_path / "head.json").write_text("[]]")
    assert heyi("log", "verify", "--heads", str(tmp_path / "head.json")).exit_code == 2

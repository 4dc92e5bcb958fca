"""One bit changed in the store: the file is served by no door, and `heyi doctor` names it."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from registration import clock, database
from registration.database import schema
from registration.models import Licence
from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.cases import actor_of, draft, individual
from tests.fixtures.visitor import Visitor, words
from tests.registration.cli.conftest import Heyi, heyi
from tests.registration.documents.test_uploads import picture
from tests.registration.web.conftest import database_url, desk_app, ref, sheet, visit

__all__ = ["database_url", "desk_app", "heyi", "ref", "sheet", "visit"]

LIN = "lin@example.cn"
Visit = Callable[..., Visitor]


def flip(settings: Settings, key: str) -> None:
    path = settings.home / "files" / key
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def complaints(heyi: Heyi) -> list[str]:
    rows = json.loads(heyi("doctor", "--json").stdout)
    return [row["told"] for row in rows if row["check"] == "files" and row["state"] == "bad"]


def migrated() -> None:
    """The database of a test is made at once, without the migrations whose last one doctor asks for."""
    with database.current_engine().begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": schema.head()})


def test_a_licence(visit: Visit, desk_app: Flask, ref: str, sheet: Licence, settings: Settings, heyi: Heyi) -> None:
    migrated()
    assert not any(sheet.serial in told for told in complaints(heyi))
    owner, program = visit(LIN), desk_app.test_client()
    page = f"/applications/{ref}/licences/{sheet.ref}.pdf"
    assert owner.get(page).status_code == 200
    flip(settings, sheet.storage_key or "")
    with capture_logs() as logs:
        refused = owner.get(page)
    assert refused.status_code == 500
    assert "与登记时不一致" in words(refused)
    assert [line["key"] for line in logs if line["event"] == "file.altered"] == [sheet.storage_key]
    signed_in = program.post(
        "/api/v1/tokens", json={"login": LIN, "password": samples.PASSWORD}, headers={"Idempotency-Key": "a"}
    )
    bearer = {"Authorization": f"Bearer {signed_in.get_json()['token']}"}
    answer = program.get(f"/api/v1/applications/{ref}/licences/{sheet.ref}", headers=bearer)
    assert (answer.status_code, answer.get_json()["code"], "ETag" in answer.headers) == (500, "file_altered", False)
    (told,) = (one for one in complaints(heyi) if sheet.serial in one)
    assert "is not what was recorded" in told
    (settings.home / "files" / (sheet.storage_key or "")).unlink()
    assert any(sheet.serial in told for told in complaints(heyi))


@pytest.mark.parametrize("what", ["", "/pages/1.png"])
def test_a_document_and_its_picture(visit: Visit, settings: Settings, what: str) -> None:
    case = draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    owner = visit(LIN)
    owner.post(f"/applications/{case}/materials/power_of_attorney", file=(BytesIO(picture()), "授权书.png"))
    (kept,) = (path for path in (settings.home / "files").rglob("materials/*/*"))
    page = owner.get(f"/applications/{case}/materials/power_of_attorney").text
    address = page.partition('src="/materials/')[2].partition("/")[0]
    assert address
    flip(settings, str(kept.relative_to(settings.home / "files")))
    assert owner.get(f"/materials/{address}{what}").status_code == 500

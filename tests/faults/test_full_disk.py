"""A disk that is really full, under the pages and the API: reading goes on, writing is refused as what it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import func, select

from registration import clock, database, keys
from registration.app import create_app
from registration.documents.signing import signer
from registration.http.context import limiter
from registration.models import Application, IdempotencyKey, LicenceCheck
from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.database import SQLITE
from tests.fixtures.licences import issued, sheets
from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program

pytestmark = [
    pytest.mark.own_servers,
    pytest.mark.parametrize("database_url", [SQLITE], indirect=True),
]
LIN = "lin@example.cn"
START = {"entity_type": "individual", "registrar": "330702"}


@pytest.fixture
def app(home: Path, database_url: str, settings: Settings, database: Engine) -> Iterator[Flask]:
    if not home.is_mount():
        pytest.skip("only root may mount a small disk")
    keys.make_sample_signing_key(settings, now=clock.now())
    signer.cache_clear()
    samples.load(now=clock.now())
    limiter.enabled = False
    yield create_app(settings)
    limiter.enabled = True


@contextmanager
def full(home: Path) -> Iterator[None]:
    """Nothing more fits on the disk, not even into what SQLite keeps for its next transactions."""
    with closing(sqlite3.connect(home / "heyi.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    yield
    filler.unlink()


def count(model: type[Application | IdempotencyKey | LicenceCheck]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


@pytest.mark.thorough
def test_the_public_check_answers_and_counts_nothing(app: Flask, home: Path) -> None:
    (code,) = {sheet.code for sheet in sheets(issued(clock.now()))}
    visitor, program = Visitor(app), Program(app.test_client())
    before = count(LicenceCheck)
    with full(home):
        page, answer = visitor.get(f"/check?q={code}"), program.get(f"/checks?code={code}")
        assert (page.status_code, answer.status_code, answer.json["verdict"]) == (200, 200, "sample")
    assert count(LicenceCheck) == before
    assert program.get(f"/checks?code={code}").status_code == 200
    assert count(LicenceCheck) == before + 1


def test_what_writes_is_refused_with_503_and_succeeds_afterwards(app: Flask, home: Path) -> None:
    lin, visitor = Program(app.test_client()), Visitor(app, LIN)
    lin.token = lin.post("/tokens", json={"login": LIN, "password": samples.PASSWORD}).json["token"]
    visitor.token()
    with full(home):
        answer, page = lin.post("/applications", json=START, key="one"), visitor.post("/applications/new", data=START)
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert (page.status_code, page.mimetype) == (503, "text/html")
        assert answer.headers["Retry-After"] == page.headers["Retry-After"] == "5"
        assert visitor.get("/applications").status_code == 200
        assert visitor.get("/readyz").status_code == 200
    assert (count(Application), count(IdempotencyKey)) == (0, 0)
    assert lin.post("/applications", json=START, key="one").status_code == 201

"""While the database is away, everybody is told to come again in seconds, and the probe says that it is away."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from registration.database import engine as db
from registration.database.connections import make_engine
from registration.runtime.outage import outage_of
from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program, app, program, stranger

__all__ = ["app", "program", "stranger"]

LIN = "lin@example.cn"
# Nothing listens there.
AWAY = "postgresql+psycopg://heyi@127.0.0.1:1/heyi"


@pytest.fixture
def away(app: Flask) -> Iterator[Callable[[], None]]:
    """Call it when all is prepared: from then on no connection is made any more."""
    engine = make_engine(AWAY)
    app.test_client().get("/livez")
    # The engine of before is back when the settings end it.
    with pytest.MonkeyPatch.context() as patch:
        yield lambda: patch.setattr(db, "_engine", engine)
    engine.dispose()


def test_a_page_says_that_it_comes_back(app: Flask, away: Callable[[], None]) -> None:
    lin, stranger = Visitor(app, LIN), Visitor(app)
    away()
    for visitor, path in (
        (lin, "/applications"),
        (lin, "/"),
        (stranger, "/check?q=91330702MAT0000183"),
        (stranger, "/log"),
    ):
        answer = visitor.get(path)
        assert (answer.status_code, answer.mimetype) == (503, "text/html"), path
        assert 0 < int(answer.headers["Retry-After"]) <= 5
        assert "暂时不可用" in answer.text


def test_a_page_that_needs_no_database_is_shown(app: Flask, away: Callable[[], None]) -> None:
    away()
    assert [Visitor(app).get(path).status_code for path in ("/", "/help", "/livez")] == [200, 200, 200]


def test_the_probe_says_so_with_a_session_and_without(app: Flask, away: Callable[[], None]) -> None:
    lin, stranger = Visitor(app, LIN), Visitor(app)
    assert [one.get("/readyz").status_code for one in (lin, stranger)] == [200, 200]
    away()
    assert [one.get("/readyz").status_code for one in (lin, stranger)] == [503, 503]
    assert lin.get("/livez").status_code == 200


def test_a_program_is_told_when_to_come_again(
    app: Flask, program: Callable[[str], Program], away: Callable[[], None]
) -> None:
    lin = program(LIN)
    away()
    for answer in (
        lin.get("/applications"),
        lin.get("/checks?code=91330702MAT0000183"),
        lin.post("/applications", json={"entity_type": "individual", "registrar": "330702"}),
    ):
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.json["code"] == "unavailable"
        assert 0 < int(answer.headers["Retry-After"]) <= 5


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.CannotConnectNow,
        psycopg.errors.AdminShutdown,
        psycopg.errors.CrashShutdown,
        psycopg.errors.DiskFull,
        psycopg.errors.TooManyConnections,
        psycopg.errors.IoError,
        psycopg.errors.ReadOnlySqlTransaction,
    ],
)
def test_what_the_server_says_of_itself_is_an_outage(error: type[psycopg.Error]) -> None:
    assert outage_of(OperationalError("SELECT 1", None, error("away"))) is not None


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UndefinedTable,
        psycopg.errors.UniqueViolation,
        psycopg.errors.NumericValueOutOfRange,
        psycopg.errors.SyntaxError,
    ],
)
def test_what_the_program_did_wrong_is_none(error: type[psycopg.Error]) -> None:
    assert outage_of(DBAPIError("SELECT 1", None, error("wrong"))) is None
    assert outage_of(ValueError("wrong")) is None
    assert outage_of(FileNotFoundError(2, "none")) is None

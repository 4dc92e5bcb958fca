"""`heyi calendar`: a year is loaded, shown and asked for; `heyi doctor` says what is missing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registration import clock as wall
from registration.database import schema
from registration.operations import samples
from registration.queries import working_days
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.database import sqlite_only
from tests.registration.cli.conftest import Heyi

HOLIDAYS = "".join(f"{day},no\n" for day in ("2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"))
LATE_DECEMBER = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)


database_url = sqlite_only


@pytest.fixture(autouse=True)
def december(database_url: str, database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An office on 30 December 2026, when nobody has loaded 2027 yet."""
    samples.load(now=LATE_DECEMBER)
    monkeypatch.setattr(wall, "now", lambda: LATE_DECEMBER)
    # The template was made from the models; the question here is not which revision that is.
    monkeypatch.setattr(schema, "current", lambda url: schema.head())
    working_days.forget()
    yield
    working_days.forget()


@pytest.fixture
def year_2027(tmp_path: Path) -> str:
    path = tmp_path / "2027.csv"
    path.write_text("day,works,note\n" + HOLIDAYS.replace(",no\n", ",no,\n") + "2027-01-02,yes,make-up workday\n")
    return str(path)


def checked(heyi: Heyi) -> list[tuple[str, str]]:
    found = json.loads(heyi("doctor", "--json").stdout)
    return [(one["state"], one["fix"]) for one in found if one["check"] == "calendar"]


@pytest.mark.thorough
def test_a_missing_year_is_told_until_it_is_loaded(heyi: Heyi, year_2027: str) -> None:
    load = "heyi calendar load FILE.csv --year 2027"
    assert checked(heyi) == [("warning", load)]
    assert heyi("calendar", "check").exit_code == 1
    submitted("individual", individual(), registrar="330702", actor=actor_of("lin@example.cn"), now=LATE_DECEMBER)
    assert checked(heyi) == [("bad", load)]
    asked = json.loads(heyi("calendar", "check", "--json").stdout)
    assert (asked["missing"], asked["without_promise"]) == (2027, {"2027": 1})

    loaded = heyi("calendar", "load", year_2027, "--year", "2027", "--json")
    assert json.loads(loaded.stdout) == {"days": 6, "year": 2027, "promises_given": 1}
    assert checked(heyi) == [("good", "")]
    assert heyi("calendar", "check").exit_code == 0


def test_a_year_is_shown_with_where_it_comes_from(heyi: Heyi, year_2027: str) -> None:
    published = json.loads(heyi("calendar", "show", "2026", "--json").stdout)
    assert {"day": "2026-10-10", "works": True, "note": "", "loaded": False} in published["days"]
    assert not published["loaded"]
    assert heyi("calendar", "show", "2027").exit_code == 1
    heyi("calendar", "load", year_2027, "--year", "2027")
    shown = heyi("calendar", "show", "2027").stdout
    assert "260 working days (loaded)" in shown
    assert "2027-01-02  works (loaded)  make-up workday" in shown


def test_a_file_that_is_wrong_is_refused_with_every_line(heyi: Heyi, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("day,works\n2026-13-01,no\n2026-10-13,perhaps\n")
    refused = heyi("calendar", "load", str(path))
    assert refused.exit_code == 1
    assert "Line 2" in refused.stderr
    assert "Line 3" in refused.stderr
    assert heyi("calendar", "load", str(tmp_path / "nothing.csv")).exit_code == 2

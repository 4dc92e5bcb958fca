"""The roots of the days are made once, in a chain without holes, whenever the sweep comes to it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from registration import database as db
from registration.operations import roots
from registration.operations.sweeps import SWEEPS
from registration.queries.history import DaySpan, entries_of_day
from registration.queries.roots import roots_in
from registration.settings import Settings
from tests.fixtures.database import SQLITE
from tests.fixtures.records import DAY, findings, recorded

MIDNIGHT = datetime.fromisoformat("2026-10-13T00:00:00+08:00")
# What has nothing to do with the database's own ways is shown on one of the two.
ON_ONE = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def kept(registrar: str) -> list[tuple[str, int]]:
    with db.reading() as session:
        return [(row["day"], row["entries"]) for row in roots_in(session, DaySpan(registrar=registrar))]


@ON_ONE
def test_a_day_is_bound_a_quarter_of_an_hour_after_it_is_over(office: Settings, clock: datetime) -> None:
    recorded(now=clock)
    assert roots.seal_days(now=MIDNIGHT + timedelta(minutes=14, seconds=59)) == []
    made = roots.seal_days(now=MIDNIGHT + timedelta(minutes=15))
    assert [(one.registrar, one.day, one.entries) for one in made] == [
        ("330702", date(2026, 10, 12), 9),
        ("330703", date(2026, 10, 12), 3),
    ]
    assert roots.seal_days(now=MIDNIGHT + timedelta(hours=9)) == []


def test_after_a_week_off_every_day_gets_its_root_also_one_without_entries(office: Settings, clock: datetime) -> None:
    recorded(now=clock)
    SWEEPS["seal_days"](now=clock + 7 * DAY)
    days = [f"2026-10-{day}" for day in range(12, 19)]
    assert kept("330702") == list(zip(days, [9, 1, 0, 0, 0, 0, 0], strict=True))
    assert kept("330701") == []
    with db.reading() as session:
        chain = list(roots_in(session, DaySpan(registrar="330702")))
    assert [row["previous_root"] for row in chain] == ["0" * 64, *(row["root"] for row in chain[:-1])]
    assert {row["tree"] for row in chain[2:]} == {EMPTY}
    assert len({row["root"] for row in chain}) == 7
    assert findings(now=clock + 7 * DAY) == []


@ON_ONE
def test_the_day_ends_at_the_office_s_midnight(office: Settings, clock: datetime) -> None:
    """In UTC it is 16:00 of the same day."""
    recorded(now=MIDNIGHT - timedelta(hours=1))
    roots.seal_days(now=MIDNIGHT + 2 * DAY)
    # The third entry of every case comes an hour after the others: at 00:00.
    assert kept("330703") == [("2026-10-12", 2), ("2026-10-13", 1)]
    assert kept("330702") == [("2026-10-12", 6), ("2026-10-13", 4)]


def test_of_two_sweeps_at_once_one_makes_the_root_and_the_other_goes_on(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(now=clock)
    read = roots._read

    def overtaken(registrar: str, day: date) -> object:
        found = read(registrar, day)
        monkeypatch.setattr(roots, "_read", read)
        assert len(roots.seal_days(now=clock + DAY)) == 2
        return found

    monkeypatch.setattr(roots, "_read", overtaken)
    assert roots.seal_days(now=clock + DAY) == []
    assert kept("330702") == [("2026-10-12", 9)]
    assert findings(now=clock + DAY) == []


@ON_ONE
def test_a_missing_root_is_told_once_the_relay_should_long_have_made_it(office: Settings, clock: datetime) -> None:
    recorded(now=clock)
    assert findings(now=clock + DAY) == []
    found = findings(now=clock + 5 * DAY)
    assert {(one.code, one.registrar, one.day, one.data["last"]) for one in found} == {
        ("root_missing", "330702", date(2026, 10, 12), date(2026, 10, 15)),
        ("root_missing", "330703", date(2026, 10, 12), date(2026, 10, 15)),
    }


def test_roots_hold_up_nobody_who_writes(office: Settings, database: Engine, clock: datetime) -> None:
    """While a day is read, cases go on: the reading transaction takes no lock that an action would wait for."""
    recorded(now=clock)
    with db.reading() as session:
        entries = entries_of_day(session, "330702", date(2026, 10, 12))
        next(entries)
        assert len(recorded(now=clock + DAY)) == 4
        assert len(list(entries)) == 8

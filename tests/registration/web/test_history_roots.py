"""Anybody may fetch the roots of the days and keep them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from registration import clock, database
from registration.models import DayRoot
from registration.operations import roots
from tests.fixtures.records import DAY, recorded
from tests.fixtures.visitor import Visitor
from tests.registration.cli.conftest import Heyi, heyi

__all__ = ["heyi"]
ADDRESS = "/.well-known/heyi-history-roots.json"


def test_a_stranger_fetches_the_roots_and_holds_the_office_to_them(
    visit: Callable[..., Visitor], heyi: Heyi, tmp_path: Path
) -> None:
    now = clock.now()
    recorded(now=now - 40 * DAY)
    roots.seal_days(now=now)
    # Soon after midnight the root of yesterday is not due yet.
    today = clock.local_date(now)
    answer = visit().get(f"{ADDRESS}?from={today - 31 * DAY}&to={today - 2 * DAY}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    days = {row["day"] for row in answer.json["roots"]}
    assert len(days) == 30
    assert {row["day"] for row in visit().get(ADDRESS).json["roots"]} & days
    (tmp_path / "roots.json").write_bytes(answer.data)
    assert heyi("history", "verify", "--roots", str(tmp_path / "roots.json")).exit_code == 0


@pytest.mark.parametrize("asked", ["from=x", "to=0001-01-01", "from=2026-02-30&to=9999-12-31"])
def test_a_day_that_is_none_is_passed_over(visit: Callable[..., Visitor], asked: str) -> None:
    assert visit().get(f"{ADDRESS}?{asked}").json == {"roots": []}


def test_no_more_than_a_year_is_given_at_once(visit: Callable[..., Visitor]) -> None:
    visitor, last = visit(), date(2026, 10, 12)
    row = {
        "registrar_code": "330702",
        "entries": 0,
        "tree": "",
        "previous_root": "",
        "root": "",
        "made_at": clock.now(),
    }
    with database.transaction() as session:
        session.execute(insert(DayRoot), [row | {"day": last - n * DAY} for n in range(400)])
    answer = visitor.get(f"{ADDRESS}?from=2001-01-01&to={last}")
    assert [len(answer.json["roots"]), answer.json["roots"][-1]["day"]] == [366, "2026-10-12"]

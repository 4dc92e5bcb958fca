"""Which year somebody must see to, told without a database."""

from datetime import date

import pytest

from registration.queries.calendars import known_years, missing_year
from workflows.clock import Calendar


@pytest.mark.parametrize(
    ("today", "missing"),
    [("2026-11-30", None), ("2026-12-01", 2027), ("2027-01-01", 2027), ("2026-06-01", None), ("2025-12-31", None)],
)
def test_a_missing_year_is_asked_for_from_early_december(today: str, missing: int | None) -> None:
    assert missing_year(Calendar(), today=date.fromisoformat(today)) == missing


def test_what_is_published_and_what_was_loaded_is_known() -> None:
    known = known_years(Calendar(years=frozenset({2030})))
    assert {2016, 2025, 2026, 2030} <= known
    assert 2029 not in known

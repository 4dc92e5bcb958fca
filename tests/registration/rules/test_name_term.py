"""How long a name is kept: months by the date, a year where an approval comes first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.names import NameParts, kept_until, needs_approval_first


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 7, 15), date(2026, 9, 15)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 8, 30)),
        (date(2026, 11, 1), date(2027, 1, 1)),
    ],
)
def test_two_months_by_the_date(since: date, until: date) -> None:
    assert kept_until(since, approval_first=False) == until


def test_a_year_where_approval_comes_first() -> None:
    assert kept_until(date(2026, 10, 12), approval_first=True) == date(2027, 10, 12)
    assert kept_until(date(2028, 2, 29), approval_first=True) == date(2029, 2, 28)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_it_is_never_shorter_than_59_days_nor_longer_than_62(since: date) -> None:
    assert 59 <= (kept_until(since, approval_first=False) - since).days <= 62


@pytest.mark.parametrize(
    ("industry", "items", "first"),
    [("餐饮", ["HY0154"], False), ("餐饮", ["HY0154", "HY0190"], True), ("典当", [], True), ("餐饮", ["NONE"], False)],
)
def test_a_licensed_trade_or_item_comes_first(industry: str, items: list[str], first: bool) -> None:
    assert needs_approval_first(NameParts("金华市", "祥瑞", industry, "有限公司"), items) is first

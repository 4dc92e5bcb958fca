"""Rules on shareholders and contributions.

Company Law 2023 arts. 42, 47, 60; Regulation art. 13; State Council 784 art. 2.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from registration.rules.capital_terms import latest_payment
from registration.rules.case import Case, Rule, each, repeated, where_read, years_after
from registration.rules.currencies import currencies
from registration.rules.form.contributions import Contribution
from registration.rules.problems import Problem

FORBIDDEN_METHODS = frozenset({"labour", "credit", "personal_name", "goodwill", "franchise", "encumbered"})
YEARS_TO_PAY = 5
# Found where one shareholder has become several, or several one.
_BY_TYPE = ("shareholders.one_is_single", "shareholders.not_one")


def plain(amount: Decimal) -> str:
    """An amount without trailing zeros: 100, 33.333333."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def stated(case: Case, wan: Decimal) -> dict[str, Any]:
    """For a problem's text: an amount in ten thousands, and the unit of the form's currency."""
    return {"amount": plain(wan), "unit": currencies()[case.form.currency]}


def numbers(case: Case) -> Iterator[Problem]:
    """Checks the number of shareholders; the type's row has the limits and the codes (Company Law arts. 42, 60)."""
    count, capacity = len(case.form.holders), case.entity_type.owners
    if count == 0 or capacity is None:
        return
    if capacity.too_few and count < capacity.least:
        code = _of_type(capacity.too_few, case)
        yield Problem("shareholders", code, {"least": capacity.least, "found": count})
    if capacity.too_many and capacity.most is not None and count > capacity.most:
        code = _of_type(capacity.too_many, case)
        yield Problem("shareholders", code, {"most": capacity.most, "found": count})


def _of_type(code: str, case: Case) -> str:
    """A registered company changes its type by an item of the same application (Company Law arts. 42, 60)."""
    return "shareholders.other_type" if case.before is not None and code in _BY_TYPE else code


def distinct(case: Case) -> Iterator[Problem]:
    for place in repeated(where_read(lambda row: row.person, case.form.holders)):
        yield Problem(f"shareholders.{place}.person", "shareholders.twice")


def sums(case: Case) -> Iterator[Problem]:
    """The subscribed sum equals the capital exactly: decimals, never rounding (Company Law art. 47)."""
    if case.form.capital is None or not case.form.holders:
        return
    expected = case.form.capital.amount_wan
    found = sum((row.subscribed_wan for row in case.form.holders), Decimal(0))
    if found != expected:
        code = "amount.sum_less" if found < expected else "amount.sum_more"
        amounts = {"expected": plain(expected), "found": plain(found), "difference": plain(abs(expected - found))}
        yield Problem("shareholders", code, {**amounts, "unit": currencies()[case.form.currency]})


def lines(case: Case) -> Iterator[tuple[str, Contribution]]:
    """Path and line of every readable contribution."""
    for place, row in enumerate(where_read(lambda row: row.lines, case.form.holders)):
        for number, line in enumerate(row or ()):
            yield f"shareholders.{place}.lines.{number}", line


def rows(case: Case) -> Iterator[Problem]:
    yield from each(lambda at, line: _line(case, at, line), lines(case))


def _line(case: Case, at: str, line: Contribution) -> Iterator[Problem]:
    if line.method in FORBIDDEN_METHODS:
        yield Problem(f"{at}.method", "shareholders.method_forbidden")
    if case.entity_type.paid_before_founding and not line.is_paid:
        yield Problem(f"{at}.paid_wan", "shareholders.unpaid_before_founding")
    if line.method == "data" and not case.is_new_law:
        yield Problem(f"{at}.method", "shareholders.method_too_early")
    if line.paid_wan is not None and line.paid_wan > line.amount_wan:
        yield Problem(f"{at}.paid_wan", "shareholders.paid_exceeds")


def due_dates(case: Case) -> Iterator[Problem]:
    """Contributions are paid within five years of establishment, never before today (Company Law 2023 art. 47).

    New money is due within five years of the change that registers it (art. 228); terms that are registered go on, also
    for whoever takes the shares over (art. 88).
    """
    registered = _registered_terms(case)
    yield from each(lambda at, line: _due(case, at, line, registered), lines(case))


def _registered_terms(case: Case) -> frozenset[date]:
    """The days of which no more is due than is registered for them already."""
    due = _by_day(line for _, line in lines(case))
    known = _by_day(line for row in (case.before.holders if case.before else ()) for line in row.lines)
    return frozenset(day for day, amount in due.items() if amount <= known.get(day, Decimal(0)))


def _by_day(found: Iterable[Contribution]) -> dict[date, Decimal]:
    """Day -> the amount that is due on it, of the lines that can be read."""
    sums_of_days: dict[date, Decimal] = {}
    for line in found:
        if line.has("due_on") and line.has("amount_wan"):
            sums_of_days[line.due_on] = sums_of_days.get(line.due_on, Decimal(0)) + line.amount_wan
    return sums_of_days


def _due(case: Case, at: str, line: Contribution, registered: frozenset[date]) -> Iterator[Problem]:
    if line.due_on in registered:
        return
    last = max(years_after(case.today, years=YEARS_TO_PAY), latest_payment(case.founded_on))
    if case.is_new_law and line.due_on > last:
        yield Problem(f"{at}.due_on", "shareholders.due_too_late", {"last": last.isoformat(), "years": YEARS_TO_PAY})
    if line.due_on < case.today and not line.is_paid:
        yield Problem(f"{at}.due_on", "shareholders.due_past")


RULES: tuple[Rule, ...] = (numbers, distinct, sums, rows, due_dates)

"""Rules on a changed capital: its direction, and what a reduction owes creditors (Company Law 2023 arts. 224, 225)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from registration.rules.case import Case, Rule
from registration.rules.check_capital import stated
from registration.rules.form.reduction import Reduction
from registration.rules.problems import Problem
from registration.rules.registered_entity import register_rows

CREDITORS_DAYS = 45
TOLD_DAYS, PUBLISHED_DAYS = 10, 30


def last_day_of_creditors(told: Reduction, *, run_on: Callable[[date], date]) -> date | None:
    """The last day on which creditors may ask for payment or security; None where they have no such term.

    Forty-five days from the publication, whose day does not count; a last day of rest moves on (Civil Code 201, 203).
    """
    if told.way != "ordinary" or told.published_on is None:
        return None
    return last_day_of_notice(told.published_on, run_on=run_on)


def last_day_of_notice(first_on: date, *, run_on: Callable[[date], date]) -> date:
    """The last day of a notice that was published on this one."""
    return run_on(first_on + timedelta(days=CREDITORS_DAYS))


def direction(case: Case) -> Iterator[Problem]:
    """An increase is higher and a reduction lower than what is registered; nothing else changes the amount."""
    after, before = case.form.capital, case.before.capital if case.before else None
    rows = register_rows(case.form.chosen.matter) if case.form.chosen else None
    if after is None or before is None or rows is None or case.form.chosen is None:
        return
    if after.currency != before.currency:
        return
    wanted = {rows.items[one].capital for one in case.form.chosen.items if one in rows.items} - {None}
    found = "higher" if after.amount_wan > before.amount_wan else "lower"
    if after.amount_wan == before.amount_wan:
        if wanted:
            yield Problem("capital.amount_wan", "capital.as_registered")
    elif wanted != {found}:
        registered = {"registered": stated(case, before.amount_wan)["amount"]}
        code = "capital.is_higher" if found == "higher" else "capital.is_lower"
        yield Problem("capital.amount_wan", code, registered)


def days(case: Case) -> Iterator[Problem]:
    """The resolution comes first, and nothing lies in the future."""
    told = case.form.reduction
    if told is None:
        return
    if told.published_on is None:
        missing = ("where", "reduction.not_published") if told.where == "here" else ("published_on", "field.missing")
        yield Problem(f"reduction.{missing[0]}", missing[1])
    if told.way == "ordinary" and told.told_on is None:
        yield Problem("reduction.told_on", "reduction.told_missing")
    for name in ("resolved_on", "told_on", "published_on"):
        day = getattr(told, name)
        if day is not None and day > case.today:
            yield Problem(f"reduction.{name}", "reduction.in_the_future")
        elif day is not None and day < told.resolved_on:
            yield Problem(f"reduction.{name}", "reduction.before_the_resolution")


def to_look_at(case: Case) -> Iterator[Problem]:
    """Creditors are told within ten days of the resolution, and a notice is published within thirty."""
    told = case.form.reduction
    if told is None:
        return
    if told.told_on is not None and told.told_on > told.resolved_on + timedelta(days=TOLD_DAYS):
        yield Problem("reduction.told_on", "flag.creditors_told_late", {"days": TOLD_DAYS})
    if told.published_on is not None and told.published_on > told.resolved_on + timedelta(days=PUBLISHED_DAYS):
        yield Problem("reduction.published_on", "flag.reduction_published_late", {"days": PUBLISHED_DAYS})


RULES: tuple[Rule, ...] = (direction, days)

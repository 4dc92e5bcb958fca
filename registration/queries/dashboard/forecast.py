"""The next weeks of an office, simulated with its own staff and with what its history shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from registration import database
from registration.clock import local_date
from registration.matters import calendar, current, definition_of, office_hours
from registration.models import Account, Registrar
from registration.queries.desk_counts import open_by_state
from registration.queries.estimate import FEW, NO_CALENDAR, learned
from registration.queries.simulation_plan import assumptions_of
from workflows.analytics.office_time import HOURS
from workflows.definition import Definition
from workflows.errors import UnknownYear

if TYPE_CHECKING:
    from workflows.analytics.report import Question
    from workflows.analytics.simulate import Period
    from workflows.analytics.staffing import Plan

KEPT = timedelta(hours=1)
# Four weeks, or two where many cases come: a case costs half a millisecond.
DAYS, FEWER_DAYS, RUNS = 28, 14, 2
MOST_FOR_ALL_DAYS = 60.0
FEWEST, LONGEST_PROMISE = 20, 60


@dataclass(frozen=True)
class RoleForecast:
    """`busy`: the share of the hours of work; `queue`: cases that wait at noon, a mean of each week."""

    role: str
    staff: int
    busy: float
    queue: Sequence[float]


@dataclass(frozen=True)
class Forecast:
    """The weeks from `first_on`. Without figures `reason` is the code of why.

    `guessed_year`: its holidays are not published, so that Monday to Friday count. `on_time` and its 95 % interval are
    shares, `days` the median in working days. `cases` were learned from, `backlog` were open at first.
    """

    definition: str
    reason: str = ""
    first_on: date | None = None
    weeks: int = 0
    cases: int = 0
    backlog: int = 0
    arrivals: float = 0.0
    decided: float = 0.0
    guessed_year: int | None = None
    on_time: float | None = None
    low: float | None = None
    high: float | None = None
    days: float | None = None
    roles: Sequence[RoleForecast] = ()


_made: "WeakKeyDictionary[Engine, dict[tuple[str, str], tuple[datetime, Forecast]]]" = WeakKeyDictionary()


def forecast_for(session: Session, *, registrar_code: str, matter: str, now: datetime) -> Forecast:
    """Simulated once an hour for each registrar and table, and process."""
    registrar = session.get_one(Registrar, registrar_code)
    key = current(matter, chosen=registrar.definitions) or ""
    kept = _made.setdefault(database.current_engine(), {})
    made_at, found = kept.get((registrar_code, key), (None, None))
    if found is None or made_at is None or abs(now - made_at) > KEPT:
        found = _forecast(session, definition_of(key), key, registrar, now)
        kept[registrar_code, key] = now, found
    return found


def _forecast(session: Session, definition: Definition, key: str, registrar: Registrar, now: datetime) -> Forecast:
    # SimPy is loaded where somebody asks for a forecast, and not with every page.
    from workflows.analytics.report import forecast
    from workflows.analytics.staffing import Plan

    try:
        shown = learned(
            session, definition=definition, registrar=registrar.code, now=now, calendar=calendar(), shifts=HOURS
        )
        if shown.arrivals is None or shown.cases < FEWEST:
            return Forecast(key, FEW, cases=shown.cases)
        assumed = Plan.model_validate(assumptions_of(definition) | _of_office(definition, registrar))
        staff = _staff(session, definition, registrar.code)
        question = _question(definition, shown.onto(assumed).model_copy(update={"staff": staff}), now)
        backlog = open_by_state(session, registrar_code=registrar.code, definition=definition)
        question = replace(question, backlog=backlog)
        return _read(key, question, forecast(question, runs=RUNS), shown.cases)
    except UnknownYear:
        return Forecast(key, NO_CALENDAR)


def _of_office(definition: Definition, registrar: Registrar) -> dict[str, Any]:
    """The regime of the office, if the table knows it; the conditions stay those of the matter's file."""
    return {"regime": registrar.regime} if registrar.regime in definition.clock else {}


def _staff(session: Session, definition: Definition, registrar_code: str) -> dict[str, int]:
    """How many work in each role of the table: a person with two roles counts in the first by name."""
    query = select(col(Account.roles)).where(
        col(Account.kind) == "staff",
        col(Account.registrar_code) == registrar_code,
        col(Account.disabled_at).is_(None),
    )
    roles = (sorted(set(held) & set(definition.roles)) for held in session.scalars(query))
    return dict(Counter(held[0] for held in roles if held))


def _question(definition: Definition, plan: "Plan", now: datetime) -> "Question":
    from workflows.analytics.report import Question
    from workflows.analytics.simulate import Period

    days = DAYS if plan.arrivals <= MOST_FOR_ALL_DAYS else FEWER_DAYS
    period = Period(local_date(now) + timedelta(days=1), warm_up=0, days=days)
    working = replace(calendar(), years=calendar().years | {_year_after(period)})
    return Question(definition, plan, period, working, seed=1, hours=office_hours())


def _year_after(period: "Period") -> int:
    """The year in which the run ends, with the days that follow and the longest promises.

    Where its holidays are not published Monday to Friday count: this is no promise, and the page says so.
    """
    return (period.first_on + timedelta(days=period.warm_up + period.days + period.cool_down + LONGEST_PROMISE)).year


def _read(key: str, question: "Question", found: Mapping[str, Any], cases: int) -> Forecast:
    shared = found["on_time"]["share"] if found["on_time"] else {}
    weeks = question.period.days // 7
    roles = [
        RoleForecast(role, int(one["staff"]["mean"]), one["utilisation"]["mean"], _weekly(one["queue_by_day"], weeks))
        for role, one in found["roles"].items()
        if one["staff"] is not None
    ]
    return Forecast(
        key,
        first_on=question.period.first_on,
        weeks=weeks,
        cases=cases,
        backlog=sum(question.backlog.values()),
        guessed_year=_guessed(question),
        arrivals=found["cases"]["arrived"]["mean"],
        decided=found["cases"]["finished"]["mean"],
        on_time=shared.get("mean"),
        low=shared.get("low"),
        high=shared.get("high"),
        days=found["turnaround"]["median"]["mean"] if found["turnaround"] else None,
        roles=roles,
    )


def _guessed(question: "Question") -> int | None:
    year = _year_after(question.period)
    return None if calendar().knows(year) else year


def _weekly(queue: Sequence[float], weeks: int) -> list[float]:
    """The mean of each week, from the value of each day."""
    days = [queue[7 * week : 7 * week + 7] for week in range(weeks)]
    return [round(sum(one) / len(one), 1) for one in days]

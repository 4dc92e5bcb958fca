"""Ratings of ended steps for everybody, by matter and month, without numbers by which a person could be recognised."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, literal, select
from sqlmodel import col

from registration import clock
from registration.database.known_for_a_while import KnownForAWhile
from registration.models import Application, Feedback
from registration.queries.public_figures import KEPT_SECONDS
from registration.rules.feedback import POOR
from registration.rules.small_numbers import FEWEST, share, shown

MONTHS = 12


@dataclass(frozen=True)
class MonthOfRatings:
    """Of one matter: `average` of the grades (1 best), `satisfied` the share that is not poor; None for too few."""

    matter: str
    month: date
    count: int | None
    average: float | None
    satisfied: float | None


def ratings_by_month() -> tuple[MonthOfRatings, ...]:
    """The last whole months and the present one, the newest first; months without a rating are left out.

    Counted once in ten minutes for each process. There are no sums, from which a hidden number could be computed.
    """
    return _ratings.current()


def forget() -> None:
    """Counts anew at the next question."""
    _ratings.forget()


def _counted(connection: Connection) -> tuple[MonthOfRatings, ...]:
    months = _months(clock.local_date(clock.now()))
    made = col(Feedback.made_at)
    # The first condition that holds counts, so the newest month is first.
    month = case(*((made >= clock.begins(first), literal(first.isoformat())) for first in months))
    query = (
        select(col(Application.matter), month.label("month"), col(Feedback.grade), func.count())
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(col(Feedback.kind) == "rating", made >= clock.begins(months[-1]))
        .group_by(col(Application.matter), "month", col(Feedback.grade))
    )
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for matter, first, grade, count in connection.execute(query):
        found[matter, first][grade] = count
    rows = [_row(matter, date.fromisoformat(first), grades) for (matter, first), grades in found.items()]
    return tuple(sorted(rows, key=lambda one: (one.matter, -one.month.toordinal())))


def _row(matter: str, month: date, grades: dict[int, int]) -> MonthOfRatings:
    count = sum(grades.values())
    total = sum(grade * number for grade, number in grades.items())
    good = sum(number for grade, number in grades.items() if grade not in POOR)
    average = round(total / count, 1) if count >= FEWEST else None
    return MonthOfRatings(matter, month, shown(count), average, share(good, count))


def _months(today: date) -> list[date]:
    """The first days of the present month and of those before it, the newest first."""
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last, last - MONTHS - 1, -1)]


_NONE: tuple[MonthOfRatings, ...] = ()
_ratings = KnownForAWhile(_counted, without=_NONE, seconds=KEPT_SECONDS)

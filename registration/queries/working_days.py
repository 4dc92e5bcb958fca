"""The calendar of working days: the published one, overridden by the days that an administrator has loaded."""

from sqlalchemy import Connection, select
from sqlmodel import col

from registration.database.known_for_a_while import KnownForAWhile
from registration.models import CalendarDay, CalendarYear
from workflows.clock import Calendar

KEPT_SECONDS = 30.0

_PUBLISHED = Calendar()


def current() -> Calendar:
    """The calendar, read at most half a minute ago; without a database the published one alone."""
    return _known.current()


def forget() -> None:
    """Clears the cache, after days were loaded."""
    _known.forget()


def _read(connection: Connection) -> Calendar:
    days = {row.day: row.works for row in connection.execute(select(col(CalendarDay.day), col(CalendarDay.works)))}
    years = frozenset(connection.execute(select(col(CalendarYear.year))).scalars())
    return Calendar(days=days, years=years)


_known = KnownForAWhile(_read, without=_PUBLISHED, seconds=KEPT_SECONDS)

"""Loads working days: a whole year or single days. A file is loaded whole or not at all."""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import delete
from sqlmodel import Session, col

from registration.database import transaction
from registration.errors import InvalidInput
from registration.matters import calendar
from registration.models import CalendarDay, CalendarYear
from registration.operations.audit import note
from registration.queries import working_days
from registration.queries.calendars import known_years
from registration.rules.problems import InvalidForm
from registration.rules.working_days import DayRow, read_days


def load(content: bytes, *, by: str, now: datetime, year: int | None = None) -> int:
    """Loads a table of days and returns their number; with `year` it replaces the calendar of that whole year.

    Raises InvalidInput with every wrong line. Promises that were given do not change; cases that have none because
    their year was unknown get one in the next sweep.
    """
    try:
        rows = read_days(content, year=year, known=known_years(calendar()))
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    with transaction() as session:
        if year is not None:
            _begin_year(session, year, by=by, now=now)
        for row in rows:
            session.merge(_day(row, now))
        years = sorted({row.day.year for row in rows})
        digest = sha256(content).hexdigest()
        note(session, "calendar:load", subject=by, now=now, years=years, whole=year, days=len(rows), sha256=digest)
    working_days.forget()
    return len(rows)


def _begin_year(session: Session, year: int, *, by: str, now: datetime) -> None:
    within = col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31))
    session.execute(delete(CalendarDay).where(within))
    session.merge(CalendarYear(year=year, loaded_by=by, loaded_at=now))


def _day(row: DayRow, now: datetime) -> CalendarDay:
    return CalendarDay(day=row.day, works=row.works, note=row.note, loaded_at=now)

"""Loads working days: a whole year or single days. A file is loaded whole or not at all."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.matters import calendar
from registration.models import CalendarDay, CalendarYear, SettingChange
from registration.operations.audit import note
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries import working_days
from registration.queries.calendar_changes import CalendarChange, calendar_change, stored_days
from registration.queries.calendars import known_years
from registration.queries.setting_changes import CALENDAR
from registration.rules.problems import InvalidForm, Problem
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
        _write(session, rows, year=year, by=by, now=now)
        years = sorted({row.day.year for row in rows})
        digest = sha256(content).hexdigest()
        note(session, "calendar:load", subject=by, now=now, years=years, whole=year, days=len(rows), sha256=digest)
    working_days.forget()
    return len(rows)


def begin_load(
    rows: Sequence[DayRow], *, year: int | None, reason: str, actor: Actor, now: datetime
) -> SettingChange | None:
    """Loads a year that no promise depends on yet, and returns None; proposes a change of a year in force.

    Days of a year in force decide until when an office has promised to answer, so they take a second person. Raises
    InvalidInput where nothing would change, without a reason, or where a change of the year waits already.
    """
    admit("system.manage", actor)
    with transaction() as session:
        change = calendar_change(session, rows, year=year, calendar=calendar())
        if change.needs_second and not change.differences:
            raise InvalidInput([Problem("text", "calendar.unchanged")])
        before, after = stored_days(session, rows, year=year), _as_kept(change)
        if change.needs_second:
            subject = str(year or "、".join(str(one) for one in change.in_force))
            return begin(session, Proposal(CALENDAR, subject, before, after, reason), actor=actor, now=now)
        _write(session, rows, year=year, by=actor.tag, now=now)
        note(session, "calendar:load", subject=actor.tag, now=now, whole=year, before=before, after=after)
    working_days.forget()
    return None


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Loads the days of a proposal. InvalidInput where other days were loaded since."""
    year = change.after["year"]
    rows = rows_of(change)
    if stored_days(session, rows, year=year) != change.before:
        raise changed_since()
    _write(session, rows, year=year, by=change.proposed_by, now=now)
    years = sorted({row.day.year for row in rows})
    note(session, "calendar:load", subject=change.proposed_by, now=now, years=years, whole=year, days=len(rows))


def rows_of(change: SettingChange) -> list[DayRow]:
    """The days of a proposal."""
    days = enumerate(change.after["days"], 1)
    return [DayRow(line, date.fromisoformat(day), works, words) for line, (day, works, words) in days]


def _as_kept(change: CalendarChange) -> dict[str, Any]:
    days = sorted(change.rows, key=lambda row: row.day)
    differing = [[one.day.isoformat(), one.before, one.after, one.note] for one in change.differences]
    kept = [[row.day.isoformat(), row.works, row.note] for row in days]
    return {"year": change.year, "days": kept, "differences": differing}


def _write(session: Session, rows: Sequence[DayRow], *, year: int | None, by: str, now: datetime) -> None:
    if year is not None:
        _begin_year(session, year, by=by, now=now)
    for row in rows:
        session.merge(_day(row, now))


def _begin_year(session: Session, year: int, *, by: str, now: datetime) -> None:
    within = col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31))
    session.execute(delete(CalendarDay).where(within))
    session.merge(CalendarYear(year=year, loaded_by=by, loaded_at=now))


def _day(row: DayRow, now: datetime) -> CalendarDay:
    return CalendarDay(day=row.day, works=row.works, note=row.note, loaded_at=now)

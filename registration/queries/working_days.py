"""The calendar of working days: the published one, overridden by the days that an administrator has loaded."""

import threading
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Engine, select
from sqlmodel import col

from registration import database
from registration.models import CalendarDay, CalendarYear
from workflows.clock import Calendar

KEPT_SECONDS = 30.0

_PUBLISHED = Calendar()
_lock = threading.Lock()
_kept: "_Kept | None" = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """The cached calendar, its database, and when it expires (monotonic clock)."""

    engine: Engine
    calendar: Calendar
    until: float


def current() -> Calendar:
    """The calendar, read at most half a minute ago; without a database the published one alone.

    While one thread reads it again, the others use the cached one, so that they do not wait.
    """
    try:
        engine = database.current_engine()
    except RuntimeError:
        return _PUBLISHED
    kept = _kept if _kept is not None and _kept.engine is engine else None
    if kept is not None and monotonic() < kept.until:
        return kept.calendar
    if not _lock.acquire(blocking=kept is None):
        return kept.calendar if kept is not None else _PUBLISHED
    try:
        return _read_anew(engine)
    finally:
        _lock.release()


def forget() -> None:
    """Clears the cache, after days were loaded."""
    global _kept
    _kept = None


def _read_anew(engine: Engine) -> Calendar:
    global _kept
    if _kept is None or _kept.engine is not engine or monotonic() >= _kept.until:
        _kept = _Kept(engine, _read(engine), monotonic() + KEPT_SECONDS)
    return _kept.calendar


def _read(engine: Engine) -> Calendar:
    # Steps call this within their transaction: another connection of the same pool could wait for that transaction.
    own = database.make_engine(engine.url.render_as_string(hide_password=False)).execution_options(heyi_reading=True)
    try:
        with own.connect() as connection:
            days = {
                row.day: row.works for row in connection.execute(select(col(CalendarDay.day), col(CalendarDay.works)))
            }
            years = frozenset(connection.execute(select(col(CalendarYear.year))).scalars())
    finally:
        own.dispose()
    return Calendar(days=days, years=years)

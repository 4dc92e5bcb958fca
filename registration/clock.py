"""The only reader of the clock, for web, API, tasks and CLI; operations and rules take the time as a parameter."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from registration.settings import settings

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved_to.get() or datetime.now(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """`now` answers `moment` in this thread: the example office gets a past. RuntimeError outside a demonstration."""
    if not settings().demo:
        raise RuntimeError("the clock is moved in a demonstration only")
    before = _moved_to.set(moment)
    try:
        yield
    finally:
        _moved_to.reset(before)


def local(moment: datetime) -> datetime:
    """The same moment on the office's wall clock."""
    return moment.astimezone(ZoneInfo(settings().timezone))


def written(moment: datetime) -> str:
    """On the office's wall clock, to the second and with its distance from UTC: for terminals and programs."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S %z}"


def local_date(moment: datetime) -> date:
    """The calendar day at the office: a licence issued at 23:00 UTC in Jinhua has the next day."""
    return local(moment).date()


def begins(day: date) -> datetime:
    """The first moment of the day on the office's wall clock."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings().timezone))

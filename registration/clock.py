"""The only reader of the clock. Operations and rules are given their time; the edges ask here."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from registration.settings import settings


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the office's wall clock."""
    return moment.astimezone(ZoneInfo(settings().timezone))


def written(moment: datetime) -> str:
    """On the office's wall clock, to the second and with its distance from UTC: for terminals and programs."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S %z}"


def local_date(moment: datetime) -> date:
    """The calendar day at the office: a licence issued at 23:00 UTC in Jinhua bears the next day."""
    return local(moment).date()

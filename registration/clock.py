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


def local_date(moment: datetime) -> date:
    """The calendar day at the office: a licence issued at 23:00 UTC in Jinhua bears the next day."""
    return local(moment).date()

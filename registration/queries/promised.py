"""What may be promised for a case: an end date, or only the day of the decision on acceptance."""

from datetime import date, datetime

from registration.clock import local_date
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application
from workflows.clock import deadline
from workflows.definition import Definition
from workflows.definition.values import Limit
from workflows.errors import UnknownYear


def acceptance_comes_first(case: Application) -> bool:
    """Whether the time limit of the whole case begins with a later acceptance.

    Then a new file has a promised day for the acceptance only, and no end date.
    """
    return begins_with_acceptance(definition_of(case.definition), case.regime)


def begins_with_acceptance(table: Definition, regime: str) -> bool:
    """The same for every case of a table and regime."""
    return table.intake not in table.clock[regime].runs_in


def day_from_now(limit: Limit, *, now: datetime) -> date | None:
    """The last day of a limit that begins now; None if that year has no calendar yet."""
    try:
        return local_date(deadline(now, limit, calendar=calendar(), hours=office_hours()))
    except UnknownYear:
        return None

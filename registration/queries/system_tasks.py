"""What a system administrator has to see to: a missing calendar, short supplies of numbers, parked messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from registration.access import admit
from registration.actor import Actor
from registration.matters import calendar
from registration.queries.calendars import missing_year
from registration.queries.exchange import agencies_away, lists_missed
from registration.queries.number_pools import Supply, supplies
from registration.queries.outbox import parked_count
from registration.queries.promises import lacking_years
from registration.queries.setting_changes import waiting_count
from registration.queries.webhooks import parked_deliveries, receivers_without_consent


@dataclass(frozen=True)
class SystemTasks:
    """`missing_year` is the year whose calendar must be loaded now, `without_promise` the number of cases that wait for
    the calendar of a year, `short` the supplies of numbers that are missing, used up or nearly used up; `proposals` of
    other persons wait for this one; `undelivered` events were not taken by their receivers, and `disagreeing` receivers
    have not agreed to get any; `away` agencies cannot be reached, and `missed` lists of theirs did not come.
    """

    missing_year: int | None
    without_promise: Mapping[int, int]
    short: tuple[Supply, ...]
    parked: int
    proposals: int
    undelivered: int
    disagreeing: int
    away: int
    missed: int


def system_tasks(session: Session, *, actor: Actor, today: date) -> SystemTasks:
    admit("system.manage", actor)
    return SystemTasks(
        missing_year=missing_year(calendar(), today=today),
        without_promise=dict(lacking_years(session)),
        short=tuple(one for one in supplies(session) if one.state() != "enough"),
        parked=session.scalars(parked_count(actor)).one(),
        proposals=session.scalars(waiting_count(actor)).one(),
        undelivered=parked_deliveries(session),
        disagreeing=receivers_without_consent(session),
        away=agencies_away(session),
        missed=lists_missed(session, today=today),
    )

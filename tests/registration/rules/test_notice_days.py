"""The days of notices and of claims, whenever they are published and however late the sweep is."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registration.matters import definition_of
from workflows.analytics.milestones import decisions, hand_overs
from workflows.clock import OFFICE_HOURS, Calendar, Clock, advance
from workflows.promise import StepTaken, step_taken

# Years whose calendar is published; a term that begins late in the last one would end in an unknown year.
moments = st.integers(0, 1034 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CALENDAR = Calendar()


def after(key: str, clock: Clock, action: str, source: str, target: str, role: str, at: datetime) -> Clock:
    table = definition_of(key)
    step = step_taken(table, StepTaken(action, source, target, role, at))
    assert step is not None
    return advance(clock, step, at=at, policy=table.clock["company_law_2024"], calendar=CALENDAR)


def last_day(begun: date, days: int) -> date:
    """Civil Code 201, 203, said otherwise than the program does: count on, then look for the next day of work."""
    last = begun + timedelta(days=days)
    return next(day for n in range(15) if CALENDAR.is_working(day := last + timedelta(days=n)))


def local_day(at: datetime) -> date:
    return at.astimezone(OFFICE_HOURS.zone).date()


@pytest.mark.parametrize(
    ("key", "state", "days"),
    [
        ("simple_deregistration@2", "noticed", 20),
        ("simple_deregistration@2", "consulted", 10),
        ("deregistration@2", "noticed", 45),
    ],
)
@settings(max_examples=60, deadline=None)
@given(at=moments)
def test_a_period_ends_at_midnight_of_its_last_day(key: str, state: str, days: int, at: datetime) -> None:
    due = after(key, Clock(), "sign", "signing", state, "signer", at).due_at
    assert due is not None
    assert local_day(due) == last_day(local_day(at), days)
    assert due.astimezone(OFFICE_HOURS.zone).time() == time(23, 59, 59)


@settings(max_examples=60, deadline=None)
@given(at=moments, late=st.timedeltas(timedelta(seconds=1), timedelta(days=20)))
def test_the_days_to_apply_count_from_the_last_day_of_the_notice(at: datetime, late: timedelta) -> None:
    key = "simple_deregistration@2"
    noticed = after(key, Clock(), "sign", "signing", "noticed", "signer", at)
    assert noticed.due_at is not None
    ended = after(key, noticed, "end_notice", "noticed", "notice_ended", "system", noticed.due_at + late)
    assert ended.due_at is not None
    assert local_day(ended.due_at) == last_day(local_day(noticed.due_at), 20)


@pytest.mark.parametrize("key", ["simple_deregistration@2", "deregistration@2"])
def test_a_notice_is_no_decision(key: str) -> None:
    """Figures count a case as received when the office gets it, and as decided by the office alone."""
    table = definition_of(key)
    assert {action for action, _, _ in decisions(table)} == {"approve", "reject"}
    assert {target for _, _, target in hand_overs(table)} == {"submitted"}
    assert ("end_notice", "consulted", "submitted") in hand_overs(definition_of("simple_deregistration@2"))

"""What a case was promised, told from its history."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.clock import Calendar, Clock, OfficeHours, advance, deadline
from workflows.definition import Definition, parse
from workflows.definition.values import Limit
from workflows.errors import UnknownYear
from workflows.promise import Promise, Span, StepTaken, promised, step_taken, warn_at

parsed = lru_cache(parse)
CALENDAR = Calendar()
LOADED = Calendar(days={date(2027, 1, 1): False, date(2027, 1, 2): True}, years=frozenset({2027}))
ROLES = {"send": "driver", "note": "clerk", "stretch": "chief", "back": "clerk", "freeze": "chief", "thaw": "chief"} | {
    "build": "driver",
    "finish": "sweeper",
}
ELSEWHERE = {"freeze": "frozen", "grant": "granted", "build": "building", "finish": "building"}
TARGETS = {"send": "queued", "note": "queued", "stretch": "queued", "back": "returned", "thaw": "queued"}


def local(day: str, at: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}:00+08:00").astimezone(UTC)


def history(*steps: tuple[str, str]) -> list[StepTaken]:
    """Steps of the small table from its draft: (action, day)."""
    state, taken = "draft", []
    for action, day in steps:
        target = {**TARGETS, **ELSEWHERE}[action]
        taken.append(StepTaken(action, state, target, ROLES.get(action, "clerk"), local(day)))
        state = target
    return taken


def told(table: Definition, *steps: tuple[str, str], regime: str = "plain", calendar: Calendar = CALENDAR) -> Promise:
    return promised(table, history(*steps), policy=table.clock[regime], calendar=calendar)


def test_the_span_begins_with_the_receipt_and_grows_with_an_extension(small: Definition) -> None:
    promise = told(small, ("send", "2026-10-12"), ("note", "2026-10-13"))
    assert promise.span == Span(local("2026-10-12"), 3)
    longer = told(small, ("send", "2026-10-12"), ("stretch", "2026-10-13"))
    assert longer.span == Span(local("2026-10-12"), 4)
    assert longer.clock.due_at == local("2026-10-16", "17:30")


def test_days_that_a_pause_gave_back_are_not_granted_twice(small: Definition) -> None:
    promise = told(small, ("send", "2026-10-12"), ("freeze", "2026-10-13"), ("thaw", "2026-10-28"))
    assert promise.span == Span(local("2026-10-12"), 3)
    assert promise.clock.due_at == local("2026-10-30", "17:30")


def test_a_correction_that_restarts_begins_a_new_span_and_one_that_pauses_keeps_it(small: Definition) -> None:
    steps = (("send", "2026-10-12"), ("back", "2026-10-13"), ("send", "2026-10-20"))
    assert told(small, *steps).span == Span(local("2026-10-20"), 3)
    assert told(small, *steps, regime="kind").span == Span(local("2026-10-12"), 3)


def test_while_the_applicant_corrects_the_applicant_s_own_limit_counts(small: Definition) -> None:
    promise = told(small, ("send", "2026-10-12"), ("back", "2026-10-13"), regime="kind")
    assert promise.span is not None
    assert promise.span.begun_at == local("2026-10-13")
    # Sixty calendar days end with the last of them, not with the office's hours.
    assert promise.clock.due_at == local("2026-12-14", "23:59") + timedelta(seconds=59)


def test_a_step_within_a_state_does_not_begin_its_time_anew(small: Definition) -> None:
    steps = (("send", "2026-10-12"), ("back", "2026-10-13"), ("build", "2026-10-14"), ("finish", "2026-10-16"))
    promise = told(small, *steps)
    assert promise.span == Span(local("2026-10-14"), 5)
    assert promise.clock.due_at == local("2026-10-21", "17:30")


def test_nothing_runs_before_the_receipt_in_a_pause_and_after_the_decision(small: Definition) -> None:
    assert told(small).span is None
    assert told(small, ("send", "2026-10-12"), ("freeze", "2026-10-13")).span is None
    assert told(small, ("send", "2026-10-12"), ("grant", "2026-10-13")) == Promise()


def test_a_year_that_nobody_published_is_named_and_once_loaded_the_day_is_exact(small: Definition) -> None:
    steps = (("send", "2026-12-30"), ("note", "2027-01-04"))
    with pytest.raises(UnknownYear) as unknown:
        told(small, *steps)
    assert unknown.value.data == {"year": 2027}
    assert told(small, *steps, calendar=LOADED).clock.due_at == local("2027-01-04", "17:30")


def test_an_unknown_year_of_a_time_that_is_over_harms_nobody(small: Definition) -> None:
    assert told(small, ("send", "2026-12-30"), ("grant", "2027-01-04")) == Promise()
    assert told(small, ("send", "2026-12-30"), ("back", "2026-12-31")).clock.due_at is not None


def test_what_the_table_does_not_know_is_passed_over(small: Definition) -> None:
    strange = [StepTaken("migrate", "queued", "queued", "system", local("2026-10-13"))]
    taken = history(("send", "2026-10-12")) + strange
    assert promised(small, taken, policy=small.clock["plain"], calendar=CALENDAR).span is not None
    assert step_taken(small, strange[0]) is None


@given(days=st.lists(st.integers(0, 9), min_size=1, max_size=8), choices=st.randoms(use_true_random=False))
def test_a_history_tells_the_clock_that_its_steps_made(small_text: str, days: list[int], choices: Any) -> None:
    """Whatever is done, in whatever order: the story told again gives the clock that the case has."""
    table = parsed(small_text)
    follow = {"draft": ["send"], "queued": ["note", "back", "freeze"], "returned": ["send"], "frozen": ["thaw"]}
    for policy in table.clock.values():
        at, state, clock, taken = local("2026-01-05"), "draft", Clock(), []
        for gap in days:
            at += timedelta(days=gap, minutes=17)
            action = choices.choice(follow[state])
            target = {**TARGETS, "freeze": "frozen"}[action]
            one = StepTaken(action, state, target, ROLES[action], at)
            step = step_taken(table, one)
            assert step is not None
            clock = advance(clock, step, at=at, policy=policy, calendar=CALENDAR)
            taken.append(one)
            state = target
        promise = promised(table, taken, policy=policy, calendar=CALENDAR)
        assert promise.clock == clock
        assert (promise.span is None) == (clock.due_at is None)


@pytest.mark.parametrize(
    ("days", "due", "warned"),
    [
        (3, "2026-10-15", ("2026-10-15", "12:24")),
        (1, "2026-10-13", ("2026-10-13", "15:48")),
        (10, "2026-10-26", ("2026-10-22", "17:30")),
        (5, "2026-10-19", ("2026-10-16", "17:30")),
        (6, "2026-10-20", ("2026-10-19", "15:48")),
    ],
)
def test_the_warning_comes_when_four_fifths_have_passed(days: int, due: str, warned: tuple[str, str]) -> None:
    assert warn_at(local(due, "17:30"), days=days, calendar=CALENDAR) == local(*warned)


@given(start=st.dates(date(2015, 1, 1), date(2026, 8, 1)), days=st.integers(1, 20))
def test_a_warning_lies_between_the_start_and_the_end_in_office_hours(start: date, days: int) -> None:
    received, hours = local(start.isoformat()), OfficeHours()
    due = deadline(received, Limit(amount=days, unit="wd"), calendar=CALENDAR)
    warned = warn_at(due, days=days, calendar=CALENDAR)
    assert received < warned < due
    assert CALENDAR.is_working(hours.day_of(warned))
    assert hours.start_of(hours.day_of(warned)) <= warned <= hours.end_of(hours.day_of(warned))

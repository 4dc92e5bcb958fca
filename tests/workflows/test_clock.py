"""Deadlines in working days, and the running time of a case."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.clock import Calendar, Clock, OfficeHours, advance, deadline, remaining, worked
from workflows.definition import ClockPolicy, Definition, parse
from workflows.definition.values import Limit
from workflows.engine import Step, Workflow
from workflows.errors import UnknownYear

CALENDAR = Calendar()


def local(day: str, at: str = "10:00") -> datetime:
    """A time of the office as UTC."""
    return (datetime.fromisoformat(f"{day}T{at}+08:00")).astimezone(UTC)


def limit(text: str) -> Limit:
    return Limit.model_validate(text)


@pytest.mark.parametrize(
    ("received", "within", "due"),
    [
        ("2026-09-30", "3wd", "2026-10-10"),
        ("2026-02-13", "3wd", "2026-02-25"),
        ("2016-09-30", "3wd", "2016-10-10"),
        ("2025-12-30", "3wd", "2026-01-05"),
        ("2025-12-31", "1wd", "2026-01-04"),
        ("2026-10-12", "1wd", "2026-10-13"),
        ("2026-10-17", "1wd", "2026-10-19"),
        ("2026-10-12", "60d", "2026-12-11"),
        ("2026-10-12", "5d", "2026-10-19"),
        ("2026-09-11", "20d", "2026-10-08"),
    ],
)
def test_known_deadlines(received: str, within: str, due: str) -> None:
    assert deadline(local(received), limit(within), calendar=CALENDAR) == local(due, "17:30")


def test_what_arrives_after_closing_counts_as_the_next_day() -> None:
    at_closing = deadline(local("2026-10-12", "17:30"), limit("3wd"), calendar=CALENDAR)
    later = deadline(local("2026-10-12", "17:31"), limit("3wd"), calendar=CALENDAR)
    assert (at_closing, later) == (local("2026-10-15", "17:30"), local("2026-10-16", "17:30"))
    lenient = OfficeHours(late_counts_as_next_day=False)
    assert deadline(local("2026-10-12", "23:59"), limit("3wd"), calendar=CALENDAR, hours=lenient) == at_closing


def test_the_day_is_the_office_s_and_not_that_of_utc() -> None:
    early = deadline(local("2026-10-13", "00:10"), limit("1wd"), calendar=CALENDAR)
    assert early == local("2026-10-14", "17:30")


def test_the_hours_are_a_setting() -> None:
    hours = OfficeHours(closes=time(12, 0))
    assert deadline(local("2026-10-12"), limit("1wd"), calendar=CALENDAR, hours=hours) == local("2026-10-13", "12:00")


def test_an_unpublished_year_is_refused_and_not_guessed() -> None:
    with pytest.raises(UnknownYear) as caught:
        deadline(local("2026-12-30"), limit("3wd"), calendar=CALENDAR)
    assert caught.value.data == {"year": 2027}


def test_calendar_days_need_no_calendar_of_working_days() -> None:
    assert deadline(local("2026-11-22"), limit("60d"), calendar=CALENDAR) == local("2027-01-21", "17:30")


def test_a_weekend_is_no_last_day_of_a_year_without_a_calendar_either() -> None:
    saturday, sunday, monday = date(2027, 1, 23), date(2027, 1, 24), date(2027, 1, 25)
    assert [CALENDAR.run_on(day) for day in (saturday, sunday, monday)] == [monday] * 3
    assert deadline(local("2026-11-24"), limit("60d"), calendar=CALENDAR) == local("2027-01-25", "17:30")


def test_an_administrator_s_table_makes_a_year_known() -> None:
    days = {date(2027, 1, 1): False, date(2027, 1, 2): True}
    calendar = Calendar(days=days, years=frozenset({2027}))
    assert deadline(local("2026-12-31"), limit("2wd"), calendar=calendar) == local("2027-01-04", "17:30")
    assert calendar.is_makeup(date(2027, 1, 2))


def test_a_case_across_a_new_year_is_exact_once_the_year_is_loaded() -> None:
    """1 January 2027 is a Friday; the invented table lets Saturday the 2nd work for it."""
    table = Calendar(days={date(2027, 1, 1): False, date(2027, 1, 2): True}, years=frozenset({2027}))
    with pytest.raises(UnknownYear):
        deadline(local("2026-12-30"), limit("3wd"), calendar=CALENDAR)
    assert deadline(local("2026-12-30"), limit("3wd"), calendar=table) == local("2027-01-04", "17:30")
    assert remaining(local("2026-12-30"), local("2027-01-04", "17:30"), calendar=table) == 3


def test_single_days_alone_do_not_make_a_year_known() -> None:
    calendar = Calendar(days={date(2027, 1, 1): False})
    with pytest.raises(UnknownYear):
        deadline(local("2026-12-31"), limit("1wd"), calendar=calendar)


def test_an_override_beats_the_published_arrangement() -> None:
    calendar = Calendar(days={date(2026, 10, 13): False})
    assert deadline(local("2026-10-12"), limit("1wd"), calendar=calendar) == local("2026-10-14", "17:30")


def test_make_up_workdays() -> None:
    assert CALENDAR.is_makeup(date(2026, 10, 10))
    assert not CALENDAR.is_makeup(date(2026, 10, 17)), "a free Saturday"
    assert not CALENDAR.is_makeup(date(2026, 10, 9)), "a Friday"


@given(
    day=st.dates(date(2015, 1, 1), date(2026, 9, 1)),
    first=st.integers(1, 15),
    more=st.integers(1, 15),
)
def test_a_deadline_is_the_nth_working_day_and_n_more_follow(day: date, first: int, more: int) -> None:
    last = CALENDAR.after(day, working_days=first)
    assert CALENDAR.is_working(last)
    assert CALENDAR.between(day, last) == first
    assert CALENDAR.after(last, working_days=more) == CALENDAR.after(day, working_days=first + more)


@given(day=st.dates(date(2015, 1, 1), date(2026, 9, 1)), amount=st.integers(1, 10), hour=st.integers(0, 17))
def test_remaining_counts_down_to_zero_and_below(day: date, amount: int, hour: int) -> None:
    start = local(day.isoformat(), f"{hour:02}:00")
    due = deadline(start, Limit(amount=amount, unit="wd"), calendar=CALENDAR)
    assert remaining(start, due, calendar=CALENDAR) == amount
    assert remaining(due, due, calendar=CALENDAR) == 0
    assert remaining(due + timedelta(hours=1), due, calendar=CALENDAR) == 0
    late = local(CALENDAR.after(due.date(), working_days=2).isoformat())
    assert remaining(late, due, calendar=CALENDAR) == -2


DAYS = st.dates(date(2015, 1, 1), date(2026, 9, 1))
LIMITS = st.builds(Limit, amount=st.integers(1, 20), unit=st.sampled_from(["wd", "d"]))
MOMENTS = st.builds(
    lambda day, minutes: local(day.isoformat()) + timedelta(minutes=minutes), DAYS, st.integers(-600, 839)
)


@given(start=MOMENTS, within=LIMITS)
def test_a_deadline_lies_after_its_start_and_at_closing_of_a_working_day(start: datetime, within: Limit) -> None:
    due = deadline(start, within, calendar=CALENDAR)
    hours = OfficeHours()
    assert due > start
    assert due == hours.end_of(hours.day_of(due))
    assert CALENDAR.is_working(hours.day_of(due))
    assert hours.day_of(due) > hours.received_on(start), "the day of the event does not count"


@given(start=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=12)), within=LIMITS)
def test_who_comes_later_is_never_promised_an_earlier_day(start: datetime, later: timedelta, within: Limit) -> None:
    assert deadline(start + later, within, calendar=CALENDAR) >= deadline(start, within, calendar=CALENDAR)


@given(day=DAYS, amount=st.integers(0, 15))
def test_back_and_forth_lead_to_the_same_day(day: date, amount: int) -> None:
    working = CALENDAR.next_working(day)
    assert CALENDAR.before(CALENDAR.after(working, working_days=amount), working_days=amount) == working


parsed = lru_cache(parse)


class Case:
    """A case of the small table that takes steps at given times."""

    def __init__(self, table: Definition, policy: ClockPolicy) -> None:
        true_guards = {name: lambda _: None for name in table.guards}
        self.workflow = Workflow[None](table, guards=true_guards, conditions={"big": lambda _: False})
        self.state, self.clock, self.policy = "draft", Clock(), policy

    def take(self, action: str, at: datetime) -> "Case":
        step: Step = self.workflow.step(
            self.state, action, roles={"driver", "clerk", "chief"}, actor_id=1, facts=None, took={}
        )
        self.clock = advance(self.clock, step, at=at, policy=self.policy, calendar=CALENDAR)
        self.state = step.target
        return self


@pytest.fixture
def case(small: Definition) -> Case:
    return Case(small, small.clock["plain"])


def test_the_case_s_clock_starts_on_receipt_and_stops_at_the_decision(case: Case) -> None:
    assert case.clock.due_at is None
    assert case.take("send", local("2026-10-12")).clock.due_at == local("2026-10-15", "17:30")
    assert case.take("note", local("2026-10-13")).clock.due_at == local("2026-10-15", "17:30")
    assert case.take("grant", local("2026-10-13")).clock == Clock()


def test_an_extension_adds_to_what_runs(case: Case) -> None:
    case.take("send", local("2026-10-12")).take("stretch", local("2026-10-13"))
    assert case.clock.due_at == local("2026-10-16", "17:30")


def test_a_correction_starts_anew(case: Case) -> None:
    case.take("send", local("2026-10-12")).take("back", local("2026-10-13"))
    assert case.clock == Clock(state_due_at=local("2026-12-14", "23:59:59"))
    case.take("send", local("2026-10-20"))
    assert case.clock == Clock(case_due_at=local("2026-10-23", "17:30"))


def test_or_a_correction_pauses_where_the_policy_says_so(small: Definition) -> None:
    case = Case(small, small.clock["kind"])
    case.take("send", local("2026-10-12")).take("back", local("2026-10-13"))
    assert case.clock.due_at == local("2026-12-14", "23:59:59"), "the applicant's own limit"
    case.take("send", local("2026-10-16"))
    assert case.clock == Clock(case_due_at=local("2026-10-20", "17:30")), "two of three days were left"


def test_an_excluded_state_gives_its_days_back(case: Case) -> None:
    case.take("send", local("2026-10-12")).take("freeze", local("2026-10-13"))
    assert case.clock.due_at is None
    case.take("thaw", local("2026-10-28"))
    assert case.clock == Clock(case_due_at=local("2026-10-30", "17:30"))


def test_a_pause_within_a_day_takes_and_gives_nothing(case: Case) -> None:
    case.take("send", local("2026-10-12")).take("freeze", local("2026-10-13")).take(
        "thaw", local("2026-10-13", "15:00")
    )
    assert case.clock == Clock(case_due_at=local("2026-10-15", "17:30"))


@given(
    start=DAYS,
    waited=st.integers(0, 3),
    policy=st.sampled_from(["plain", "slow"]),
    paused=st.integers(0, 40),
)
def test_a_pause_gives_back_exactly_its_days(
    small_text: str, start: date, waited: int, policy: str, paused: int
) -> None:
    table = parsed(small_text)
    case = Case(table, table.clock[policy]).take("send", local(start.isoformat()))
    due = case.clock.due_at
    assert due is not None
    stopped = local((start + timedelta(days=waited)).isoformat(), "11:00")
    resumed = stopped + timedelta(days=paused)
    case.take("freeze", stopped).take("thaw", resumed)
    again, hours = case.clock.due_at, OfficeHours()
    assert again is not None
    if policy == "plain":
        lost = CALENDAR.between(hours.day_of(stopped), hours.day_of(resumed))
        assert CALENDAR.between(hours.day_of(due), hours.day_of(again)) == lost
    else:
        assert hours.day_of(again) == CALENDAR.next_working(hours.day_of(due) + timedelta(days=paused))
    assert again >= due
    assert case.clock.paused_at is None


def test_a_clock_that_no_calendar_reaches_is_not_started_from_a_later_step(small: Definition) -> None:
    """Whoever notes, freezes and thaws after the year was loaded does not move the promise: it waits for the sweep."""
    unknown = Clock()
    case = Case(small, small.clock["plain"])
    case.state, case.clock = "queued", unknown
    assert case.take("note", local("2026-10-13")).clock == unknown
    assert case.take("freeze", local("2026-10-14")).clock == Clock(paused_at=local("2026-10-14"))
    assert case.take("thaw", local("2026-10-15")).clock == unknown
    assert case.take("back", local("2026-10-16")).take("send", local("2026-10-19")).clock.due_at is not None


def test_calendar_days_are_given_back_as_calendar_days(small: Definition) -> None:
    case = Case(small, small.clock["slow"])
    case.take("send", local("2026-10-12")).take("freeze", local("2026-10-13")).take("thaw", local("2026-10-17"))
    assert case.clock.due_at == local("2026-10-26", "17:30")


def test_an_extension_outside_the_clock_moves_the_state_s_limit(small_text: str) -> None:
    text = small_text.replace("runs_in: queued, correction: restart", "runs_in: frozen, correction: restart")
    table = parse(text.replace("correction: restart, excluded: frozen", "correction: restart"))
    case = Case(table, table.clock["plain"]).take("send", local("2026-10-12"))
    assert case.clock == Clock(state_due_at=local("2026-10-14", "17:30"))
    assert case.take("stretch", local("2026-10-13")).clock == Clock(state_due_at=local("2026-10-15", "17:30"))


def test_only_opening_hours_count_as_worked() -> None:
    """From Friday 16:30 to Monday 10:00 the office was open for two hours, one on each side of the weekend."""
    friday, monday = local("2026-03-06", "16:30"), local("2026-03-09")
    assert worked(friday, monday, calendar=CALENDAR) == timedelta(hours=2)
    assert worked(monday, friday, calendar=CALENDAR) == timedelta()
    with pytest.raises(UnknownYear):
        worked(friday, local("2090-03-06"), calendar=CALENDAR)

"""What an applicant is told of the expected day: on the page, in both languages, and by the API."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from registration import clock, database
from registration.api.v1.present import expected_of
from registration.clock import local_date
from registration.matters import calendar, definition_of
from registration.models import Application
from registration.operations.act import act
from registration.queries import estimate
from registration.queries.estimate import FEW, NO_CALENDAR, Estimate, estimate_for, learned
from registration.web.present.expected import expectation_of, why_not
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.office import case_of
from tests.fixtures.past_cases import PLAN, TABLE, remember
from tests.fixtures.visitor import Visitor, words
from workflows.analytics.office_time import HOURS

Visit = Callable[..., Visitor]
LIN, CLERK = "lin@example.cn", "0318"
MONDAY = datetime(2026, 10, 26, 2, 0, tzinfo=UTC)


def handed_in(now: datetime) -> str:
    return submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=now)


def told(ref: str, now: datetime) -> Estimate | None:
    with database.reading() as session:
        return estimate_for(session, case_of(ref), now=now)


def test_half_and_nine_of_ten_with_what_it_rests_on(desk_app: Flask) -> None:
    remember(now=MONDAY)
    ref = handed_in(MONDAY)
    found = told(ref, MONDAY)
    assert found is not None
    assert found.reason == ""
    assert found.cases >= 100
    assert found.front is not None
    assert found.median_on is not None
    assert found.likely_on is not None
    assert local_date(MONDAY) <= found.median_on <= found.likely_on
    assert found.likely_days == calendar().between(local_date(MONDAY), found.likely_on)
    assert not found.after_promise
    act(ref, "claim", actor=actor_of(CLERK), now=MONDAY)
    claimed = told(ref, MONDAY + timedelta(minutes=5))
    assert claimed is not None
    assert claimed.front is None
    assert claimed.likely_on is not None


def test_a_longer_queue_is_later_and_may_pass_the_promise(desk_app: Flask) -> None:
    remember(now=MONDAY, arrivals=45.0)
    ref = handed_in(MONDAY)
    found = told(ref, MONDAY)
    assert found is not None
    assert found.front is not None
    assert found.front > 50
    assert found.after_promise
    due_at = case_of(ref).due_at
    assert found.likely_on is not None
    assert due_at is not None
    assert found.likely_on > local_date(due_at)


def test_without_a_past_there_is_no_estimate(desk_app: Flask) -> None:
    found = told(handed_in(MONDAY), MONDAY)
    assert found == Estimate(FEW)
    assert expected_of(found).reason == "too_few_cases"


def test_a_draft_and_an_issued_case_have_none(desk_app: Flask) -> None:
    ref = handed_in(MONDAY)
    case = case_of(ref)
    for state in ("draft", "correction_requested", "on_hold", "archived"):
        with database.reading() as session:
            assert estimate_for(session, Application(**case.model_dump() | {"state": state}), now=MONDAY) is None


def test_a_year_without_a_calendar_is_not_guessed(desk_app: Flask) -> None:
    remember(now=MONDAY)
    ref = handed_in(MONDAY)
    assert told(ref, datetime(2098, 12, 31, 9, tzinfo=UTC)) == Estimate(NO_CALENDAR)


def test_the_past_is_read_once_for_many_pages(desk_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(now=MONDAY)
    ref = handed_in(MONDAY)
    told(ref, MONDAY)
    read: list[Any] = []

    def recent(*which: object, most: int) -> list[object]:
        read.append(which)
        return []

    monkeypatch.setattr(estimate, "_recent", recent)
    told(ref, MONDAY + timedelta(minutes=9))
    assert not read
    told(ref, MONDAY + timedelta(minutes=11))
    assert len(read) == 1


def test_the_history_teaches_the_simulation(desk_app: Flask) -> None:
    remember(now=MONDAY)
    with database.reading() as session:
        found = learned(
            session,
            definition=definition_of(TABLE),
            registrar="330702",
            now=MONDAY,
            calendar=calendar(),
            shifts=HOURS,
        )
        other = learned(
            session,
            definition=definition_of(TABLE),
            registrar="330784",
            now=MONDAY,
            calendar=calendar(),
            shifts=HOURS,
        )
    assert found.service["under_examination"].mean == pytest.approx(PLAN.service["under_examination"].mean, rel=0.15)
    assert found.arrivals == pytest.approx(25, rel=0.2)
    assert not other.measured


def test_the_page_says_it_in_both_languages(visit: Visit) -> None:
    remember(now=clock.now())
    ref = handed_in(clock.now())
    page = words(visit(LIN).get(f"/applications/{ref}"))
    assert "预计办结 估计" in page
    assert "同类申请到这天办结" in page
    assert "不是承诺" in page
    english = words(visit(LIN, lang="en").get(f"/applications/{ref}"))
    assert "Decision expected about estimate" in english
    assert "not a promise" in english


def test_the_page_says_why_there_is_none(visit: Visit) -> None:
    ref = handed_in(clock.now())
    assert "办结的同类申请还不够多" in words(visit(LIN).get(f"/applications/{ref}"))
    assert "not enough decided applications" in words(visit(LIN, lang="en").get(f"/applications/{ref}"))


def test_days_that_differ_are_both_said(desk_app: Flask) -> None:
    monday, friday = date(2026, 10, 26), date(2026, 10, 30)
    found = Estimate(
        median_on=monday, likely_on=friday, median_days=0, likely_days=4, cases=60, front=1, after_promise=True
    )
    with desk_app.test_request_context():
        told = expectation_of(found)
    assert told is not None
    assert told.on == monday
    lines = " ".join(Markup(line).striptags() for line in told.lines)
    assert "一半的同类申请到这天办结，九成到10月30日（周五）办结（4个工作日）。" in lines
    assert "前面还有1件。" in lines
    assert "可能晚于承诺的日期。" in lines


def test_every_reason_has_its_words(desk_app: Flask) -> None:
    with desk_app.test_request_context():
        assert len({why_not(reason) for reason in (FEW, NO_CALENDAR, estimate.UNUSUAL)}) == 3

"""Estimates and fits against histories whose truth is known, because the simulation made them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from workflows.analytics.calibrate import FEWEST, calibrate
from workflows.analytics.estimate import Outlook
from workflows.analytics.office_time import Shifts
from workflows.analytics.simulate import Period, Run, simulate
from workflows.analytics.staffing import Plan
from workflows.analytics.timeline import TimelineEntry, claims, stays_of
from workflows.clock import Calendar
from workflows.definition import load

TABLE = load(Path(__file__).parents[3] / "registration" / "matters" / "establishment" / "workflow@1.yaml")
POLICY = TABLE.clock["company_law_2024"]
MONDAY = date(2026, 3, 2)
PERIOD = Period(MONDAY, warm_up=0, days=46, cool_down=0)
PLAN = Plan.model_validate(
    {
        "arrivals": 50,
        "staff": {"examiner": 1, "approver": 1},
        "service": {
            "under_examination": "lognormal(6m,0.6)",
            "pending_approval": "exponential(4m)",
            "correction_requested": "exponential(2d)",
        },
        "choices": {"under_examination:request_correction": "12%"},
        "holds": {"two_person": 1, "five_numbers": 0, "electronic_delivery": 1},
        "regime": "company_law_2024",
    }
)
History = Mapping[int, Sequence[TimelineEntry]]


def office() -> Shifts:
    return Shifts(first=MONDAY, calendar=Calendar())


@cache
def run() -> Run:
    return simulate(TABLE, PLAN, period=PERIOD, office=office(), calendar=Calendar(), seed=3)


@cache
def history() -> History:
    told: dict[int, list[TimelineEntry]] = defaultdict(list)
    for move in run().moves:
        told[move.case].append(TimelineEntry(move.at, move.action, move.source, move.target, move.role, move.actor))
    return told


def up_to(now: float) -> History:
    return {case: seen for case, steps in history().items() if (seen := [one for one in steps if one.at <= now])}


def outlook(known: History, now: float) -> Outlook:
    return Outlook(known.values(), definition=TABLE, policy=POLICY, office=office(), now=now)


def decided_at(steps: Sequence[TimelineEntry], since: float) -> float | None:
    """When the round that runs was decided; None where it never was, or went back to the applicant first."""
    for one in steps:
        if one.at > since and one.target in ("correction_requested", "approved"):
            return one.at if one.target == "approved" else None
    return None


def moments() -> list[float]:
    """Some moments of the last month, at all hours of the day."""
    begin, _first, _last, end = PERIOD.moments()
    return [begin + (end - begin) * part / 48 for part in range(18, 48, 3)]


@pytest.mark.thorough
def test_nine_of_ten_are_decided_by_the_likely_day_and_half_by_the_median() -> None:
    kept: list[tuple[bool, bool]] = []
    for now in moments():
        known = up_to(now)
        view = outlook(known, now)
        for case, seen in known.items():
            told = view.expected(seen[-1].target, entered=seen[-1].at, now=now)
            truth = decided_at(history()[case], now)
            if told is not None and truth is not None:
                kept.append((truth <= told.median + 1, truth <= told.likely + 1))
    assert len(kept) > 80
    median, likely = (sum(one[place] for one in kept) / len(kept) for place in (0, 1))
    assert likely == pytest.approx(0.9, abs=0.06)
    assert median == pytest.approx(0.5, abs=0.15)


def test_more_in_front_is_later() -> None:
    now = moments()[-1]
    view = outlook(up_to(now), now)
    waiting = sorted(seen[-1].at for seen in up_to(now).values() if seen[-1].target == "submitted")
    told = [view.expected("submitted", entered=at, now=now) for at in (waiting[0], waiting[-1] + 1)]
    assert [one.front for one in told if one] == [0, len(waiting)]
    first, last = (one.likely for one in told if one)
    assert first < last


def test_few_cases_give_no_estimate() -> None:
    now = moments()[-1]
    few = dict(list(up_to(now).items())[:20])
    assert outlook(few, now).expected("submitted", entered=now, now=now) is None
    assert outlook({}, now).expected("submitted", entered=now, now=now) is None


def test_nothing_is_foreseen_where_the_applicant_has_the_case() -> None:
    now = moments()[-1]
    view = outlook(up_to(now), now)
    assert view.expected("correction_requested", entered=now, now=now) is None
    assert view.expected("archived", entered=now, now=now) is None


def test_what_took_longer_than_ever_has_no_estimate() -> None:
    now = moments()[-1]
    begin = PERIOD.moments()[0]
    assert outlook(up_to(now), now).expected("under_examination", entered=begin, now=now) is None


def test_spells_follow_each_other() -> None:
    for steps in history().values():
        told = list(stays_of(steps, claiming=claims(TABLE)))
        assert all(
            one.left and one.left.at == two.entered and one.left.target == two.state for one, two in pairwise(told)
        )
        assert told[0].entered is None
        assert told[-1].left is None
    taken = [
        one
        for steps in history().values()
        for one in stays_of(steps, claiming=claims(TABLE))
        if one.state == "under_examination"
    ]
    assert all(one.taken_at == one.entered for one in taken if one.left)


def test_the_fit_finds_what_was_told() -> None:
    found = calibrate(history().values(), table=TABLE, office=office())
    assert found.arrivals == pytest.approx(PLAN.arrivals, rel=0.05)
    told = PLAN.service["under_examination"].mean
    assert found.service["under_examination"].mean == pytest.approx(told, rel=0.06)
    assert found.service["correction_requested"].mean == pytest.approx(172_800, rel=0.2)
    assert found.choices["under_examination:request_correction"] == pytest.approx(0.12, abs=0.02)
    assert "pending_approval" not in found.service, "nobody takes a case on there, so work cannot be told from waiting"
    assert min(found.measured.values()) >= FEWEST
    fitted = found.onto(PLAN)
    fitted.check(TABLE)
    assert fitted.service["pending_approval"] == PLAN.service["pending_approval"]
    assert fitted.staff == PLAN.staff


def test_an_empty_history_fits_nothing() -> None:
    found = calibrate([], table=TABLE, office=office())
    assert found.onto(PLAN) == PLAN

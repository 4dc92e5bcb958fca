"""The simulation against what is known exactly: the textbook's queues, Little's law, and the table itself."""

import json
from collections import Counter
from datetime import date
from functools import cache
from itertools import takewhile
from math import factorial
from pathlib import Path
from typing import Any

import pytest

from workflows.analytics.office_time import RoundTheClock
from workflows.analytics.report import Question, enough, figures_of, forecast
from workflows.analytics.simulate import Period, Run, simulate
from workflows.analytics.staffing import Plan
from workflows.clock import Calendar
from workflows.definition import load
from workflows.definition.values import Limit
from workflows.engine import Workflow
from workflows.errors import PlanInvalid, UnknownYear

HERE = Path(__file__).parents[1]
STATION = load(HERE / "analytics" / "station.yaml")
ESTABLISHMENT = load(HERE.parents[1] / "registration" / "matters" / "establishment" / "workflow@1.yaml")
MONDAY = date(2026, 3, 2)
SHORT = Period(MONDAY, warm_up=3, days=7, cool_down=7)
NOW_RULES = {"two_person": 1, "five_numbers": 0, "electronic_delivery": 1}
FIVE_RULES = {"two_person": 0, "five_numbers": 1, "electronic_delivery": 1}


def mean_wait(arrivals: float, service: float, servers: int) -> float:
    """Erlang C: the mean wait of M/M/c in the unit of ``service``, for ``arrivals`` in one such unit."""
    load = arrivals * service
    queue = load**servers / factorial(servers) / (1 - load / servers)
    waits = queue / (sum(load**n / factorial(n) for n in range(servers)) + queue)
    return waits * service / (servers - load)


def plan(**more: Any) -> Plan:
    told = {
        "arrivals": 60,
        "staff": {"examiner": 2, "approver": 1},
        "service": {"under_examination": "lognormal(8m,0.6)", "pending_approval": "exponential(4m)"},
        "choices": {"under_examination:request_correction": "12%", "pending_approval:return": "3%"},
        "holds": NOW_RULES,
        "regime": "company_law_2024",
    }
    return Plan.model_validate(told | more)


def question(**more: Any) -> Question:
    told: dict[str, Any] = {
        "definition": ESTABLISHMENT,
        "plan": plan(),
        "period": Period(MONDAY, warm_up=7, days=21, cool_down=14),
        "calendar": Calendar(),
        "seed": 1,
    }
    return Question(**(told | more))


def run_of(asked: Question) -> Run:
    return simulate(
        asked.definition,
        asked.plan,
        period=asked.period,
        office=asked.office(),
        calendar=asked.calendar,
        seed=asked.seed,
    )


def waits_by_the_book(asked: Question, role: str) -> tuple[float, float]:
    """(mean wait that was simulated, the textbook's for the arrivals and the service that luck gave), in hours."""
    found, hours = figures_of(asked)["roles"][role], asked.period.days * 24
    expected = mean_wait(found["asked"] / hours, found["busy"] * hours / found["asked"], found["staff"])
    return found["wait_hours"]["mean"], expected


@pytest.mark.thorough
def test_a_desk_waits_as_the_textbook_says() -> None:
    # Six minutes a case: two desks are busy 60 % of the time, round the clock.
    told = Plan.model_validate({"arrivals": 288, "staff": {"clerk": 2}, "service": {"waiting": "exponential(6m)"}})
    period = Period(MONDAY, warm_up=2, days=90, cool_down=1)
    simulated, expected = waits_by_the_book(Question(STATION, told, period, None, seed=0), "clerk")
    assert simulated == pytest.approx(expected, rel=0.04)
    assert expected == pytest.approx(mean_wait(12, 0.1, 2), rel=0.04)


def test_a_desk_waits_as_long_as_each_customer_needs() -> None:
    """The same arrivals and services through the recursion of Kiefer and Wolfowitz: every single wait agrees."""
    told = Plan.model_validate({"arrivals": 800, "staff": {"clerk": 4}, "service": {"waiting": "lognormal(6m,0.9)"}})
    run = run_of(Question(STATION, told, Period(MONDAY, warm_up=0, days=3, cool_down=0), None, seed=1))
    free = [0.0] * 4
    waited = 0
    for one in takewhile(lambda one: one.ended is not None, sorted(run.services, key=lambda one: one.asked)):
        assert one.began is not None
        assert one.ended is not None
        began = max(one.asked, min(free))
        assert abs(one.began - began) < 1e-3
        free[free.index(min(free))] = began + one.ended - one.began
        waited += one.began > one.asked
    assert waited > 200


def test_cases_that_are_open_at_first_are_worked_off_and_did_not_arrive() -> None:
    told = {"period": Period(MONDAY, warm_up=0, days=7, cool_down=7), "plan": plan(arrivals=20)}
    empty, full = question(**told), question(**told, backlog={"under_examination": 30, "pending_approval": 5})
    without, with_them = figures_of(empty), figures_of(full)
    assert with_them["cases"]["in_process_before"] == 35
    assert with_them["cases"]["arrived"] == without["cases"]["arrived"]
    assert with_them["on_time"]["of"] == without["on_time"]["of"]
    grown = {name: with_them["cases"][name] - without["cases"][name] for name in ("finished", "in_process_after")}
    assert sum(grown.values()) == 35
    assert with_them["roles"]["examiner"]["queue_by_day"][0] > without["roles"]["examiner"]["queue_by_day"][0]


@pytest.mark.thorough
def test_the_examiners_of_establishment_wait_as_the_textbook_says() -> None:
    told = plan(arrivals=144, staff={"examiner": 1}, service={"under_examination": "exponential(6m)"}, choices={})
    period = Period(MONDAY, warm_up=2, days=60, cool_down=1)
    simulated, expected = waits_by_the_book(question(plan=told, calendar=None, period=period), "examiner")
    assert simulated == pytest.approx(expected, rel=0.04)


def test_little_and_nobody_lost() -> None:
    run, figures = usual_run(), usual_figures()
    open_cases = {stay.case for stay in run.stays if stay.left is None} - set(run.finished)
    assert len(run.arrived) == len(run.finished) + len(open_cases)
    cases = figures["cases"]
    assert cases["in_process_before"] + cases["arrived"] == cases["in_process_after"] + cases["finished"]
    for role in ("examiner", "approver"):
        found = figures["roles"][role]
        # Both sides in hours of work: what stands in the queue is how fast it comes times how long it stands.
        hours = 15 * 7
        assert found["queue"] == pytest.approx(found["asked"] / hours * found["wait_hours"]["mean"], rel=0.05)


@cache
def usual_run() -> Run:
    return run_of(question())


@cache
def usual_figures() -> dict[str, Any]:
    return figures_of(question())


@pytest.mark.parametrize(("holds", "regime"), [(NOW_RULES, "company_law_2024"), (FIVE_RULES, "five_numbers_2015")])
def test_every_move_is_one_that_the_engine_allows(holds: dict[str, int], regime: str) -> None:
    choices = {"under_examination:hold": "2%", "pending_approval:return": "10%", "claimed:object": "5%"}
    told = plan(arrivals=10, holds=holds, regime=regime, choices=choices | {"objected:objection_upheld": "50%"})
    run = run_of(question(plan=told))
    doors = [opened(ESTABLISHMENT), opened(ESTABLISHMENT.parts)]
    facts = {name: bool(share) for name, share in holds.items()}
    for move in run.moves:
        row = next(
            row
            for row in doors[bool(move.part)].table.rows
            if row.action == move.action
            and move.source in row.sources
            and row.target_from(move.source) == move.target
            and all(facts.get(one.name, one.holds) == one.holds for one in row.conditions)
        )
        known = facts | {one.name: one.holds for one in row.conditions}
        role = "agency" if move.part and move.role.startswith("agency") else move.role
        step = doors[bool(move.part)].step(
            move.source, move.action, roles={role}, actor_id=move.actor, facts=known, took={}
        )
        assert step.target == move.target
    seen = Counter(move.action for move in run.moves)
    assert seen["approve"] > 100
    assert seen["assign"] == 0 if holds is NOW_RULES else seen["objection_upheld"] > 5


def opened(table: Any) -> Workflow[dict[str, bool]]:
    """The engine with every guard open, and conditions that say what the case says."""
    conditions = {name: lambda facts, name=name: facts.get(name, False) for name in table.conditions}
    return Workflow(table, guards=dict.fromkeys(table.guards, lambda facts: None), conditions=conditions)


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_figures() -> None:
    once, again = (json.dumps(forecast(question(period=SHORT), runs=2)) for _ in range(2))
    assert once == again
    assert once != json.dumps(forecast(question(seed=2, period=SHORT), runs=1))


def test_work_is_done_in_hours_of_work() -> None:
    asked = question()
    office = asked.office()
    begun = [one.began for one in usual_run().services if one.began is not None]
    assert begun
    assert all(office.after(at, 0.0) == at for at in begun)


def test_promises_follow_the_table() -> None:
    run = usual_run()
    corrected = {move.case for move in run.moves if move.action == "resubmit"}
    rounds = Counter(one.case for one in run.rounds)
    assert corrected
    assert all(rounds[case] >= 2 for case in corrected), "a file that comes back begins anew"
    figures = usual_figures()
    assert figures["on_time"]["share"] > 0.99
    assert figures["states"]["under_examination"]["on_time"]["share"] > 0.99


def test_too_few_people_show() -> None:
    figures = figures_of(question(plan=plan(staff={"examiner": 1, "approver": 1})))
    assert figures["roles"]["examiner"]["utilisation"] > 0.99
    assert figures["on_time"]["share"] < 0.5
    assert figures["cases"]["in_process_after"] > 2 * figures["cases"]["in_process_before"]


def test_how_many_examiners_are_enough() -> None:
    asked = question(within=Limit(amount=3, unit="wd"), period=SHORT)
    found = enough(asked, role="examiner", share=0.99, runs=1)
    assert 1 < found.load < 2
    assert (found.number, found.best) == (2, 1.0)
    assert found.tried[2] >= 0.99
    slow = plan(staff={}, service={"under_examination": "fixed(60h)"})
    hopeless = question(plan=slow, within=Limit(amount=3, unit="wd"), period=asked.period)
    assert enough(hopeless, role="examiner", share=0.95, runs=1).number is None


def test_bisection_finds_the_first_number_that_does() -> None:
    told = {"arrivals": 24, "service": {"under_examination": "exponential(100m)"}, "holds": NOW_RULES}
    asked = question(plan=Plan.model_validate(told), within=Limit(amount=1, unit="wd"), period=SHORT)
    found = enough(asked, role="examiner", share=0.97, runs=1)
    assert found.number is not None
    assert found.number > found.load
    assert found.tried[found.number] >= 0.97
    assert all(reached < 0.97 for number, reached in found.tried.items() if number < found.number)
    assert len(found.tried) > 1


def test_a_plan_that_the_table_does_not_know() -> None:
    told = plan(staff={"examinor": 2}, service={"nowhere": "fixed(1m)"}, choices={"submitted:fly": 0.1}, regime="old")
    with pytest.raises(PlanInvalid) as refused:
        run_of(question(plan=told))
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["unknown_role", "unknown_service", "unknown_choice", "unknown_regime"]
    with pytest.raises(PlanInvalid) as refused:
        run_of(question(plan=plan(choices={"submitted:claim": 0.9, "submitted:withdraw": 0.2})))
    assert [problem.code for problem in refused.value.problems] == ["choices_over_one"]


def test_a_period_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(UnknownYear):
        run_of(question(period=Period(date(2098, 12, 20))))


def test_round_the_clock_is_plain_time() -> None:
    assert RoundTheClock().after(5.0, 3.0) == 8.0

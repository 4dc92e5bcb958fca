"""The plan of the example office is right by the rules, before the office is filled."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from registration import database
from registration.app import create_app
from registration.demo.office import actions, plan
from registration.demo.office.plan import Event
from registration.matters import current, definition_of
from registration.queries.casefile import casefile
from registration.rules.identity import read_resident_id
from registration.settings import Settings

FILLED_AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@pytest.mark.thorough
def test_every_draft_is_complete_and_right(demonstration: Settings) -> None:
    """Filled in through the operations, so names are reserved beside each other, and ready to be signed."""
    now = FILLED_AT
    for case in plan.cases():
        step = plan.course(case.course)[0]
        actions.take(Event(now, case, step, begun_at=now))
        owner = actions.actor_for(case, "applicant")
        with database.reading() as session:
            file = casefile(session, actions.ref_of(now), actor=owner, now=now)
        faults = {task.section.key: [one.code for one in task.problems] for task in file.tasks if task.problems}
        offer = file.offer("request_signatures")
        assert not faults or "sections" in step.given, (case.facts["trade"], faults)
        assert offer is not None
        assert offer.allowed or "sections" in step.given, (case.facts["trade"], offer)
        now += plan.APART


def test_every_type_that_can_be_chosen_is_there(demonstration: Settings) -> None:
    answer = create_app(demonstration).test_client().get("/api/v1/entity-types")
    assert {case.entity_type for case in plan.cases()} == {row["key"] for row in answer.get_json()["items"]}


def test_every_course_is_taken_and_names_actions_of_the_table() -> None:
    assert {case.course for case in plan.cases()} <= set(plan.courses())
    table = definition_of(current("establishment", chosen={}) or "")
    own = {"draft", "sign", "correct"}
    taken = {step.do for case in plan.cases() for step in plan.course(case.course)}
    assert {do for do in taken - own if not do.startswith(("ledger.", "later."))} <= set(table.actions)


def test_no_two_cases_share_a_name_or_a_person() -> None:
    trades = [case.facts["trade"] for case in plan.cases()]
    people = [key for case in plan.cases() for key in case.facts["people"]]
    assert len({*trades}) == len(trades)
    assert len({*people}) == len(people)


def test_the_persons_are_invented() -> None:
    for key, person in plan.persons().items():
        read = read_resident_id(person["id_no"])
        assert 1890 <= read.born_on.year <= 1899, key
        assert read.sex == person["sex"], key


@pytest.mark.usefixtures("settings")
def test_steps_lie_in_working_hours_of_the_last_weeks_and_apart() -> None:
    events = plan.events(plan.cases(), filled_at=FILLED_AT)
    assert events == plan.events(plan.cases(), filled_at=FILLED_AT)
    assert all(later.at - earlier.at >= plan.APART for earlier, later in pairwise(events))
    assert all(event.at < FILLED_AT for event in events)
    assert (FILLED_AT - events[0].at).days <= 21
    assert all(1 <= event.at.hour <= 10 for event in events)


@pytest.mark.usefixtures("settings")
def test_a_step_that_would_lie_in_the_future_is_left_out() -> None:
    early = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert all(event.at < early for event in plan.events(plan.cases(), filled_at=early))

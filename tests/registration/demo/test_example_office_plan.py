"""The plan of the example office is right by the rules, before any of it is made."""

import itertools
from datetime import UTC, date, datetime

import pytest

from registration.demo.office import plan
from registration.demo.office.forms import PLACES, form_of
from registration.demo.office.plan import Case
from registration.matters import current, definition_of
from registration.rules.check import check_draft
from registration.rules.identity import read_resident_id
from registration.rules.kinds import EntityType, regime_on
from registration.settings import Settings

ON = date(2026, 11, 27)
FILLED_AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def demonstration(settings: Settings) -> Settings:
    return settings


@pytest.mark.parametrize("case", plan.cases(), ids=lambda case: f"{case.number}-{case.facts['trade']}")
def test_every_form_is_right(case: Case) -> None:
    regime = regime_on(ON, entity_type=case.entity_type, five_numbers=case.registrar == "330784")
    form = form_of(case, regime=regime)
    problems = check_draft(
        form, entity_type=case.entity_type, regime=regime, today=ON, registrar_regions=[PLACES[case.registrar][0]]
    )
    assert [(one.path, one.code) for one in problems] == []


def test_every_type_that_the_rules_offer_is_there() -> None:
    assert {case.entity_type for case in plan.cases()} == {one.value for one in EntityType}


def test_every_course_is_taken_and_names_actions_of_the_table() -> None:
    assert {case.course for case in plan.cases()} <= set(plan.courses())
    table = definition_of(current("establishment", chosen={}) or "")
    own = {"draft", "sign", "correct"}
    taken = {step.do for case in plan.cases() for step in plan.course(case.course)}
    assert {do for do in taken - own if not do.startswith("ledger.")} <= set(table.actions)


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


def test_steps_lie_in_working_hours_of_the_last_weeks_and_apart() -> None:
    events = plan.events(plan.cases(), filled_at=FILLED_AT)
    assert events == plan.events(plan.cases(), filled_at=FILLED_AT)
    assert all(later.at - earlier.at >= plan.APART for earlier, later in itertools.pairwise(events))
    assert all(event.at < FILLED_AT for event in events)
    assert (FILLED_AT - events[0].at).days <= 21
    assert all(1 <= event.at.hour <= 10 for event in events)


def test_a_step_that_would_lie_in_the_future_is_left_out() -> None:
    early = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert all(event.at < early for event in plan.events(plan.cases(), filled_at=early))

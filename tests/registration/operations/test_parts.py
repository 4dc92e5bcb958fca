"""The agencies' parts through an objection: who stands by what was decided, and who has to look again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from registration.errors import ActionRefused
from registration.operations import apply
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of, five_numbers, sign_all, submitted

LIN = "lin@example.cn"
OFFICERS = {
    "organization_code": "3301",
    "national_tax": "3302",
    "local_tax": "3303",
    "social_insurance": "3304",
    "statistics": "3305",
}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def take(ref: str, part: str, action: str, *, clock: datetime, **inputs: Any) -> None:
    officer = actor_of(OFFICERS[part])
    act(ref, "claim", actor=officer, now=clock, part=part)
    act(ref, action, actor=officer, now=clock, part=part, **inputs)


def parts_of(ref: str, *, clock: datetime) -> dict[str, str]:
    return {view.part.key: view.part.state for view in file_of(ref, actor=actor_of("0418"), now=clock).parts}


def to_the_agencies(ref: str, *, clock: datetime) -> None:
    act(ref, "accept", actor=actor_of("0417"), now=clock)
    act(ref, "start", actor=actor_of("0418"), now=clock)
    act(ref, "approve", actor=actor_of("0418"), now=clock, opinion="符合")


@pytest.fixture
def objected(office: Settings, clock: datetime) -> str:
    """Quality has given its number, the tax office objects."""
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock)
    to_the_agencies(ref, clock=clock)
    take(ref, "organization_code", "assign", clock=clock)
    take(ref, "social_insurance", "assign", clock=clock)
    take(ref, "national_tax", "object", clock=clock, reason="核算方式与申报不符")
    return ref


def corrected(ref: str, section: str, value: dict[str, Any], *, clock: datetime) -> datetime:
    """The objection is upheld, the applicant mends one section, all sign, and the file goes to the agencies again."""
    item = {"target": f"section.{section}", "reason_code": "S01", "problem": "与事实不符", "remedy": "请更正"}
    act(ref, "objection_upheld", actor=actor_of("0417"), now=clock, items=[item])
    later = clock + timedelta(hours=1)
    apply.save_section(ref, section, value, actor=actor_of(LIN), now=later)
    sign_all(ref, actor=actor_of(LIN), now=later)
    to_the_agencies(ref, clock=later)
    return later


def test_who_does_not_read_what_was_corrected_stands_by_the_number(objected: str, clock: datetime) -> None:
    value = five_numbers()["tax"] | {"accounting_system": "enterprise"}
    later = corrected(objected, "tax", value, clock=clock)
    assert parts_of(objected, clock=later) == {
        "organization_code": "assigned",
        "social_insurance": "assigned",
        "national_tax": "pending",
        "local_tax": "pending",
        "statistics": "waiting",
    }


def test_who_reads_what_was_corrected_looks_again_and_keeps_the_number(objected: str, clock: datetime) -> None:
    before = {view.part.key: view.part.number for view in file_of(objected, actor=actor_of("0418"), now=clock).parts}
    value = five_numbers()["social"] | {"insured_count": 3}
    later = corrected(objected, "social", value, clock=clock)
    assert parts_of(objected, clock=later)["social_insurance"] == "pending"
    assert parts_of(objected, clock=later)["organization_code"] == "assigned"
    take(objected, "social_insurance", "assign", clock=later)
    after = {view.part.key: view.part.number for view in file_of(objected, actor=actor_of("0418"), now=later).parts}
    assert after["social_insurance"] == before["social_insurance"]


def test_an_overruled_objection_gives_the_part_back(objected: str, clock: datetime) -> None:
    act(objected, "objection_overruled", actor=actor_of("0417"), now=clock, reason="申报无误")
    assert parts_of(objected, clock=clock)["national_tax"] == "pending"
    take(objected, "national_tax", "assign", clock=clock)


def test_nobody_assigns_before_the_number_it_rests_on(office: Settings, clock: datetime) -> None:
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock)
    to_the_agencies(ref, clock=clock)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "claim", actor=actor_of("3302"), now=clock, part="national_tax")
    assert {blocker.code for blocker in refused.value.blockers} == {"wrong_state"}

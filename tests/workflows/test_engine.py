"""Steps and offers on a small table: the arbiter of from and to, and every reason why not."""

from dataclasses import dataclass
from typing import Any

import pytest

from workflows.definition import Definition
from workflows.engine import Workflow
from workflows.errors import ActionNotAllowed, Blocker, Unbound, UnknownAction, UnknownState


@dataclass(frozen=True)
class Facts:
    form: bool = True
    fee: bool = True
    reason: str = ""
    big: bool = False


GUARDS = {
    "form_is_valid": lambda facts: None if facts.form else Blocker("form_incomplete", {"field": "plate"}),
    "fee_is_paid": lambda facts: None if facts.fee else Blocker("fee_open"),
    "all_is_built": lambda facts: None,
    "reason_is_given": lambda facts: None if facts.reason else Blocker("reason_missing"),
}
CONDITIONS = {"big": lambda facts: facts.big}


@pytest.fixture
def workflow(small: Definition) -> Workflow[Facts]:
    return Workflow(small, guards=GUARDS, conditions=CONDITIONS)


def take(workflow: Workflow[Facts], state: str, action: str, **given: Any) -> Any:
    call: dict[str, Any] = {"roles": {"driver"}, "actor_id": 7, "facts": Facts(), "took": {}} | given
    return workflow.step(state, action, **call)


def refusal(workflow: Workflow[Facts], state: str, action: str, **given: Any) -> list[str]:
    with pytest.raises(ActionNotAllowed) as caught:
        take(workflow, state, action, **given)
    return [blocker.code for blocker in caught.value.blockers]


def test_a_step_says_what_happens(workflow: Workflow[Facts]) -> None:
    step = take(workflow, "draft", "send")
    assert (step.source, step.target, step.kind, step.role) == ("draft", "queued", "office", "driver")
    assert step.effects == ("notify.receipt",)
    assert str(step.within) == "2wd"


def test_an_unchanged_state_sets_no_new_limit(workflow: Workflow[Facts]) -> None:
    assert take(workflow, "queued", "note", roles={"clerk"}).target == "queued"
    assert take(workflow, "queued", "note", roles={"clerk"}).within is None
    assert str(take(workflow, "queued", "stretch", roles={"chief"}).within) == "1wd"


def test_the_role_that_allows_it_is_named_in_the_order_of_the_row(workflow: Workflow[Facts]) -> None:
    assert take(workflow, "queued", "note", roles=["chief", "clerk", "driver"]).role == "clerk"


def test_every_unmet_rule_is_named(workflow: Workflow[Facts]) -> None:
    codes = refusal(workflow, "draft", "send", roles={"clerk"}, facts=Facts(form=False, fee=False))
    assert codes == ["wrong_role", "form_incomplete", "fee_open"]


def test_the_wrong_state_names_the_right_ones(workflow: Workflow[Facts]) -> None:
    with pytest.raises(ActionNotAllowed) as caught:
        take(workflow, "granted", "send", roles={"clerk"})
    state, role = caught.value.blockers
    assert (state.code, state.data["possible_in"]) == ("wrong_state", ("draft", "returned"))
    assert (role.code, role.data["roles"]) == ("wrong_role", ("driver",))
    assert refusal(workflow, "granted", "send") == ["wrong_state"]


def test_conditions_choose_between_the_rows_of_an_action(workflow: Workflow[Facts]) -> None:
    assert take(workflow, "queued", "grant", roles={"clerk"}).effects == ("print.ticket", "notify.decision")
    assert take(workflow, "queued", "grant", roles={"chief"}, facts=Facts(big=True)).effects == ("print.ticket",)
    assert refusal(workflow, "queued", "grant", roles={"clerk"}, facts=Facts(big=True)) == ["wrong_role"]


def test_an_action_of_another_route_says_so(small: Definition) -> None:
    rows = tuple(row for row in small.rows if row.action != "grant" or not row.conditions[0].holds)
    workflow = Workflow(small.model_copy(update={"rows": rows}), guards=GUARDS, conditions=CONDITIONS)
    assert refusal(workflow, "queued", "grant", roles={"clerk"}, facts=Facts(big=True)) == ["wrong_route"]


def test_four_eyes_look_at_who_took_the_earlier_action(workflow: Workflow[Facts]) -> None:
    big = {"roles": {"chief"}, "facts": Facts(big=True), "took": {"send": 7}}
    with pytest.raises(ActionNotAllowed) as caught:
        take(workflow, "queued", "grant", **big)
    assert caught.value.blockers == (Blocker("same_person", {"action": "send"}),)
    assert take(workflow, "queued", "grant", **(big | {"actor_id": 8})).target == "granted"


def test_strange_names_are_errors_of_their_own(workflow: Workflow[Facts]) -> None:
    with pytest.raises(UnknownAction):
        take(workflow, "draft", "to_granted")
    with pytest.raises(UnknownState):
        take(workflow, "attic", "send")
    with pytest.raises(UnknownState):
        workflow.offers("attic", roles=(), actor_id=1, facts=Facts(), took={})


def test_unbound_names_are_named_at_construction(small: Definition) -> None:
    with pytest.raises(Unbound) as caught:
        Workflow(small, guards={"fee_is_paid": lambda facts: None})
    assert caught.value.data == {"guards": ["all_is_built", "form_is_valid", "reason_is_given"], "conditions": ["big"]}


def test_offers_list_the_state_s_actions_with_their_reasons(workflow: Workflow[Facts]) -> None:
    offers = workflow.offers("queued", roles={"clerk"}, actor_id=1, facts=Facts(), took={})
    assert [offer.action for offer in offers] == ["note", "stretch", "back", "freeze", "grant", "refuse"]
    assert [offer.action for offer in offers if offer.allowed] == ["note", "back", "grant"]
    assert [offer.action for offer in offers if offer.for_actor] == ["note", "back", "grant", "refuse"]
    refuse = offers[-1]
    assert refuse.blockers == (Blocker("reason_missing"),)


def test_a_final_state_offers_nothing(workflow: Workflow[Facts]) -> None:
    assert workflow.offers("granted", roles={"chief"}, actor_id=1, facts=Facts(), took={}) == []


def test_each_condition_is_asked_once(small: Definition) -> None:
    asked: list[Facts] = []

    def big(facts: Facts) -> bool:
        asked.append(facts)
        return facts.big

    workflow = Workflow(small, guards=GUARDS, conditions={"big": big})
    workflow.offers("queued", roles={"chief"}, actor_id=1, facts=Facts(big=True), took={})
    assert asked == [Facts(big=True)]


def test_an_error_in_a_rule_is_not_taken_for_a_refusal(small: Definition) -> None:
    def fails(facts: Facts) -> bool:
        raise KeyError(facts)

    workflow = Workflow(small, guards=GUARDS, conditions={"big": fails})
    with pytest.raises(KeyError):
        take(workflow, "queued", "grant", roles={"chief"})


def test_the_table_of_the_parts_runs_on_the_same_engine(small: Definition) -> None:
    assert small.parts is not None
    workflow = Workflow[bool](small.parts, guards={"tools_are_there": lambda there: None if there else Blocker("none")})
    call: dict[str, Any] = {"roles": {"crew"}, "actor_id": 1, "took": {}}
    assert workflow.step("open", "finish", facts=True, **call).target == "ready"
    with pytest.raises(ActionNotAllowed):
        workflow.step("open", "finish", facts=False, **call)

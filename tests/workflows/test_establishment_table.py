"""The shipped table of establishment: it is right, its stories run, and no walk through it leaves the path."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import registration
from workflows.check import check
from workflows.definition import Definition, Table, load
from workflows.engine import Guard, Routing, Workflow
from workflows.errors import ActionNotAllowed, Blocker

TABLE = load(Path(registration.__path__[0]) / "matters" / "establishment" / "workflow@1.yaml")
DEAD = {"not_accepted", "rejected", "withdrawn", "lapsed"}


@dataclass(frozen=True)
class Free:
    """Facts that are whatever the test says: the guards that fail and the conditions that hold."""

    failing: frozenset[str] = frozenset()
    true: frozenset[str] = frozenset()


def free_guard(name: str) -> Guard[Free]:
    return lambda facts: Blocker(name) if name in facts.failing else None


def free_condition(name: str) -> Routing[Free]:
    return lambda facts: name in facts.true


def free_workflow(table: Table) -> Workflow[Free]:
    return Workflow(
        table,
        guards={name: free_guard(name) for name in table.guards},
        conditions={name: free_condition(name) for name in table.conditions},
    )


WORKFLOW = free_workflow(TABLE)


def test_the_checker_finds_nothing(establishment: Definition) -> None:
    assert check(establishment) == []


def walk(story: Iterable[str], *, true: Iterable[str] = (), start: str = "draft") -> list[str]:
    """The states that `role action` after `role action` leads through; each actor is a different person."""
    state, states = start, []
    for number, told in enumerate(story):
        role, action, *extra = told.split()
        facts = Free(true=frozenset({*true, *extra}))
        state = WORKFLOW.step(state, action, roles={role}, actor_id=number, facts=facts, took={}).target
        states.append(state)
    return states


def test_one_examiner_decides_and_the_licence_goes_out_by_itself() -> None:
    story = ["applicant request_signatures", "signer sign", "signer sign last_signature", "examiner claim"]
    story += ["examiner approve", "system print", "system issue", "system share", "archivist archive"]
    assert walk(story, true={"electronic_delivery"}) == [
        *["signing", "signing", "submitted", "under_examination"],
        *["approved", "licence_prepared", "licence_issued", "shared", "archived"],
    ]


def test_paper_is_handed_over_by_the_licensing_desk() -> None:
    assert walk(["system print", "licensing hand_over"], start="approved") == ["licence_prepared", "licence_issued"]
    with pytest.raises(ActionNotAllowed):
        walk(["system issue"], start="licence_prepared")


def test_a_correction_round() -> None:
    story = ["window request_correction", "signer sign", "applicant resubmit signed_by_all", "window claim"]
    states = ["correction_requested", "correction_requested", "submitted", "under_examination"]
    assert walk(story, start="submitted") == states


def test_two_persons() -> None:
    story = ["examiner recommend", "approver return", "examiner recommend", "approver approve"]
    states = ["pending_approval", "under_examination", "pending_approval", "approved"]
    assert walk(story, start="under_examination", true={"two_person"}) == states
    with pytest.raises(ActionNotAllowed) as caught:
        walk(["examiner approve"], start="under_examination", true={"two_person"})
    assert [blocker.code for blocker in caught.value.blockers] == ["wrong_route"]


@pytest.mark.parametrize("action", ["approve", "return", "reject"])
def test_who_recommended_does_not_decide(action: str) -> None:
    with pytest.raises(ActionNotAllowed) as caught:
        WORKFLOW.step("pending_approval", action, roles={"approver"}, actor_id=5, facts=Free(), took={"recommend": 5})
    assert [blocker.code for blocker in caught.value.blockers] == ["same_person"]


def test_the_five_numbers_go_through_acceptance_and_the_agencies() -> None:
    story = ["window accept", "examiner start", "examiner approve", "agency_q claim", "agency_q assign"]
    story += ["system parts_complete", "system print"]
    assert walk(story, start="submitted", true={"five_numbers"}) == [
        *["accepted", "under_examination", "agency_review", "agency_review", "agency_review"],
        *["approved", "licence_prepared"],
    ]
    with pytest.raises(ActionNotAllowed):
        walk(["examiner claim"], start="submitted", true={"five_numbers"})


def test_an_objection_is_upheld_overruled_or_ends_the_case() -> None:
    review: dict[str, Any] = {"start": "agency_review", "true": {"five_numbers"}}
    assert walk(["agency_t object", "director objection_upheld"], **review)[-1] == "correction_requested"
    assert walk(["agency_t object", "window objection_overruled"], **review)[-1] == "agency_review"
    assert walk(["agency_t object", "director reject"], **review)[-1] == "rejected"


def test_a_part_s_own_road() -> None:
    assert TABLE.parts is not None
    workflow = free_workflow(TABLE.parts)
    road = [("system", "open", "pending"), ("agency", "claim", "claimed"), ("agency", "object", "objected")]
    road += [("window", "objection_upheld", "waiting"), ("system", "open", "pending"), ("agency", "claim", "claimed")]
    road += [("agency", "assign", "assigned"), ("system", "recheck", "pending")]
    state = "waiting"
    for role, action, target in road:
        state = workflow.step(state, action, roles={role}, actor_id=1, facts=Free(), took={}).target
        assert state == target


def test_the_application_s_table_lets_every_action_of_a_part_in() -> None:
    assert TABLE.parts is not None
    for part_row in TABLE.parts.rows:
        if part_row.by == ("system",):
            continue
        rows = [row for row in TABLE.rows if row.action == part_row.action and "agency_review" in row.sources]
        agencies = {part.role for part in TABLE.parts.graph.values()}
        wanted = agencies if part_row.by == ("agency",) else set(part_row.by)
        assert {role for row in rows for role in row.by} >= wanted, part_row.action


def test_release_and_take_over_change_the_holder_only() -> None:
    rows = [row for row in TABLE.rows if row.action in {"release", "take_over"} and "under_examination" in row.sources]
    assert {row.to for row in rows} == {"="}
    assert {(row.action, row.held_by) for row in rows} == {("release", "nobody"), ("take_over", "actor")}


def test_withdrawing_is_possible_until_the_decision_and_no_longer() -> None:
    may = {state for row in TABLE.rows if row.action == "withdraw" for state in row.sources}
    after = {"approved", "licence_prepared", "licence_issued", "shared", "archived"}
    assert may == set(TABLE.states) - after - DEAD


def test_a_case_that_dies_after_submission_gives_its_numbers_up() -> None:
    for row in TABLE.rows:
        if row.to in DEAD and row.sources != ("draft", "signing"):
            assert "numbers.void" in row.effects, row.action


def test_what_decides_has_its_legal_basis() -> None:
    decisive = {"claim", "accept", "refuse_scope", "request_correction", "extend", "hold", "approve", "reject", "print"}
    for row in TABLE.rows:
        assert row.basis or row.action not in decisive, row.action


def test_each_regime_has_its_clock() -> None:
    assert {key: str(policy.limit) for key, policy in TABLE.clock.items()} == {
        "market_entity_2022": "3wd",
        "company_law_2024": "3wd",
        "five_numbers_2015": "3wd",
    }


def subsets(names: Iterable[str], *, most: int | None = None) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(names)), max_size=most)


class Walk(RuleBasedStateMachine):
    """Random people try random actions under random facts."""

    @initialize(state=st.sampled_from(sorted(TABLE.states)))
    def begin(self, state: str) -> None:
        self.state = state
        self.took: dict[str, int] = {}

    @rule(
        action=st.sampled_from(sorted(TABLE.actions)),
        roles=subsets(TABLE.roles, most=4),
        actor_id=st.integers(1, 3),
        failing=subsets(TABLE.guards, most=3),
        true=subsets(TABLE.conditions),
    )
    def anybody_tries_anything(
        self, action: str, roles: frozenset[str], actor_id: int, failing: frozenset[str], true: frozenset[str]
    ) -> None:
        self._try(action, roles, actor_id, Free(failing, true))

    @rule(data=st.data(), actor_id=st.integers(1, 3), true=subsets(TABLE.conditions))
    @precondition(lambda self: TABLE.states[self.state].kind != "final")
    def somebody_does_what_is_offered(self, data: st.DataObject, actor_id: int, true: frozenset[str]) -> None:
        offers = WORKFLOW.offers(
            self.state, roles=frozenset(TABLE.roles), actor_id=actor_id, facts=Free(true=true), took=self.took
        )
        assert offers
        offer = data.draw(st.sampled_from(offers))
        self._try(offer.action, frozenset(offer.row.by), actor_id, Free(true=true))

    def _try(self, action: str, roles: frozenset[str], actor_id: int, facts: Free) -> None:
        who: dict[str, Any] = {"roles": roles, "actor_id": actor_id, "facts": facts, "took": self.took}
        offers = {offer.action: offer for offer in WORKFLOW.offers(self.state, **who)}
        if action not in offers or not offers[action].allowed:
            with pytest.raises(ActionNotAllowed) as refused:
                WORKFLOW.step(self.state, action, **who)
            assert refused.value.blockers
            if action in offers:
                of_step = refused.value.blockers
                assert offers[action].blockers == (of_step if offers[action].for_actor else of_step[:1])
            return
        step = WORKFLOW.step(self.state, action, **who)
        assert step.source == self.state
        assert any(
            row.action == action and self.state in row.sources and row.target_from(self.state) == step.target
            for row in TABLE.rows
        )
        assert step.role in roles
        assert not facts.failing & set(step.row.guards)
        assert all(self.took.get(earlier) != actor_id for earlier in step.row.not_same_person_as)
        self.state = step.target
        self.took[action] = actor_id

    @invariant()
    def the_state_is_a_declared_one(self) -> None:
        assert self.state in TABLE.states

    @invariant()
    def a_final_state_offers_nothing(self) -> None:
        if TABLE.states[self.state].kind == "final":
            for true in (frozenset(), TABLE.conditions):
                everybody: dict[str, Any] = {"roles": frozenset(TABLE.roles), "actor_id": 9, "took": {}}
                assert WORKFLOW.offers(self.state, facts=Free(true=true), **everybody) == []


Walk.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_random_walks = Walk.TestCase

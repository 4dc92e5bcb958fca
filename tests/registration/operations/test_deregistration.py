"""Deregistration after a liquidation: forty-five days to the day, the result, tax clearance, branches, going on."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registration import database
from registration.errors import ActionRefused, Conflict, NotFound
from registration.operations import apply, clearances, entity_cases, revocation
from registration.operations.act import act
from registration.operations.creditor_claims import ClaimData, declare
from registration.queries.clearances import clearances_awaited
from registration.queries.ledger import ledger_of
from registration.queries.licences import check_code
from registration.settings import Settings
from tests.fixtures.cases import actor_of, sign_all
from tests.fixtures.closings import (
    NOTICED,
    decided,
    entity,
    founder_of,
    licensed,
    notice_of,
    state_of,
    swept,
    tax_officer,
)
from tests.fixtures.licences import APPROVER, CLERK, DIRECTOR, LIN, revoked, worked_off
from tests.fixtures.scenes import scene

GROUP = {
    "cause": "resolution",
    "decided_on": "2026-10-19",
    "formed_on": "2026-10-20",
    "group": ["p1", "p2"],
    "head": "p1",
    "phone": "0579-82000000",
}
# Day 45 is Saturday 2026-12-05, so the last day is Monday 2026-12-07; midnight in Shanghai is 16:00 UTC.
MIDNIGHT = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
RESULT = {"completed_on": "2026-12-09", "claims": "none", "paid": True, "distributed": True}
SETTLED = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)


def dissolved(code: str, **changed: Any) -> str:
    ref = entity_cases.start(code, matter="deregistration", actor=actor_of(LIN), now=NOTICED)
    apply.save_section(ref, "dissolution", GROUP | changed, actor=actor_of(LIN), now=NOTICED)
    sign_all(ref, actor=actor_of(LIN), now=NOTICED)
    return ref


@pytest.fixture
def code(office: Settings, clock: datetime) -> str:
    return scene("a licensed company", office, licensed)


@pytest.fixture
def published(code: str, office: Settings) -> str:
    return scene("a liquidation with its notice", office, lambda: dissolved(code))


def codes(ref: str, action: str, now: datetime, login: str = LIN, **inputs: Any) -> list[str]:
    with pytest.raises(ActionRefused) as refusal:
        act(ref, action, actor=actor_of(login), now=now, **inputs)
    return [one.code for one in refusal.value.blockers]


def settled(ref: str) -> None:
    apply.save_section(ref, "settlement", RESULT, actor=actor_of(LIN), now=SETTLED)
    sign_all(ref, actor=actor_of(LIN), now=SETTLED)


def test_creditors_have_forty_five_days_to_the_day(published: str, code: str) -> None:
    notice = notice_of(published)
    assert (notice.first_on, notice.last_on) == (date(2026, 10, 21), date(2026, 12, 7))
    assert notice.words["head"]
    assert entity(code).status == "liquidating"
    swept(MIDNIGHT - timedelta(seconds=2))
    assert state_of(published) == "noticed"
    assert codes(published, "request_signatures", MIDNIGHT - timedelta(seconds=2)) == ["wrong_state"]
    with pytest.raises(ActionRefused):
        apply.save_section(published, "settlement", RESULT, actor=actor_of(LIN), now=MIDNIGHT - timedelta(seconds=2))
    swept(MIDNIGHT)
    assert state_of(published) == "notice_ended"
    # There is nothing to sign before the result is filled in.
    assert codes(published, "request_signatures", MIDNIGHT) == ["wrong_route"]


def test_after_the_result_and_the_clearance_the_registration_ends(published: str, code: str) -> None:
    swept(MIDNIGHT)
    settled(published)
    assert state_of(published) == "submitted"
    act(published, "claim", actor=actor_of(CLERK), now=SETTLED)
    assert codes(published, "approve", SETTLED, CLERK, opinion="符合") == ["clearances_are_missing"]
    officer = tax_officer()
    for stranger in (actor_of("3302"), actor_of(CLERK)):
        with pytest.raises(NotFound):
            clearances.record(published, "税清2026001", officer=stranger, now=SETTLED)
    with database.reading() as session:
        assert [one.ref for one in clearances_awaited(session, officer=officer)] == [published]
    clearances.record(published, "税清2026001", officer=officer, now=SETTLED)
    act(published, "approve", actor=actor_of(CLERK), now=SETTLED, opinion="符合法定条件")
    worked_off(SETTLED)
    assert (state_of(published), entity(code).status) == ("recorded", "deregistered")
    with database.reading() as session:
        assert check_code(session, code).verdict == "revoked"
        assert clearances_awaited(session, officer=officer) == []


def test_declared_claims_are_not_denied(published: str) -> None:
    claim = ClaimData("样例供货有限公司", "13800000009", "300", "供货合同，货款已经到期")
    assert declare(notice_of(published).ref, claim, now=NOTICED).startswith("ZQ-2026-")
    swept(MIDNIGHT)
    apply.save_section(published, "settlement", RESULT, actor=actor_of(LIN), now=SETTLED)
    assert codes(published, "request_signatures", SETTLED) == ["claims_were_declared"]
    apply.save_section(published, "settlement", RESULT | {"claims": "paid"}, actor=actor_of(LIN), now=SETTLED)
    sign_all(published, actor=actor_of(LIN), now=SETTLED)
    assert state_of(published) == "submitted"


def test_it_goes_on_while_nothing_is_distributed(published: str, code: str) -> None:
    assert codes(published, "resume_existence", NOTICED) == ["reason_is_missing"]
    act(published, "resume_existence", actor=actor_of(LIN), now=NOTICED, reason="2026年10月30日股东会决议存续")
    assert (state_of(published), entity(code).status, notice_of(published).status) == ("resumed", "active", "withdrawn")
    final = dissolved(code, cause="court")
    assert codes(final, "resume_existence", NOTICED, reason="决议") == ["cause_is_final"]


def test_an_operator_needs_no_liquidation(office: Settings, clock: datetime) -> None:
    code = licensed("individual")
    ref = entity_cases.start(code, matter="deregistration", actor=actor_of(LIN), now=NOTICED)
    answers = {"cause": "resolution", "decided_on": "2026-10-20"}
    apply.save_section(ref, "dissolution", answers, actor=actor_of(LIN), now=NOTICED)
    sign_all(ref, actor=actor_of(LIN), now=NOTICED)
    assert (state_of(ref), entity(code).status) == ("submitted", "active")


def test_a_registration_that_is_annulled_stays_so_in_its_liquidation(code: str) -> None:
    """Its licence is void on every channel; a liquidation that is underway goes on if the annulment is undone."""
    founder = founder_of(code)
    revoked(founder, NOTICED)
    ref = dissolved(code)
    assert (state_of(ref), entity(code).status) == ("noticed", "annulled")
    proposal = revocation.propose_reinstatement(
        founder, reason_code="B01", opinion="原决定有误", actor=actor_of(APPROVER), now=NOTICED
    )
    revocation.confirm_revocation(proposal, actor=actor_of(DIRECTOR), now=NOTICED, opinion="同意")
    assert entity(code).status == "liquidating"
    act(ref, "resume_existence", actor=actor_of(LIN), now=NOTICED, reason="2026年10月30日股东会决议存续")
    assert entity(code).status == "active"


def test_a_licence_that_ended_with_the_registration_is_not_reinstated(published: str, code: str) -> None:
    swept(MIDNIGHT)
    settled(published)
    clearances.record(published, "税清2026001", officer=tax_officer(), now=SETTLED)
    decided(published, now=SETTLED)
    with pytest.raises(Conflict) as refused:
        revocation.propose_reinstatement(
            founder_of(code), reason_code="B01", opinion="原决定有误", actor=actor_of(APPROVER), now=SETTLED
        )
    assert refused.value.reason == "entity_ended"
    with database.reading() as session:
        page = ledger_of(session, founder_of(code), actor=actor_of(APPROVER))
    assert page.blocked["propose_reinstate"] == "entity_ended"

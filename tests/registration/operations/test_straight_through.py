"""The system decides a case at once where everything is green, and never where anything is not. On both databases."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from registration import database, tasks
from registration import outbox as queue
from registration.actor import SYSTEM
from registration.errors import ActionRefused, Forbidden, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import Application, AuditEntry, CheckOverride, Entity, HistoryEntry, Message, SampleAudit
from registration.operations import sample_audits, straight_through_changes, sweeps
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.operations.straight_through import ORDER, decide, drawn_for, is_chosen
from registration.queries.explain import explain
from registration.rules.addresses import address_key
from registration.rules.automatic_checks import rules_digest
from registration.rules.straight_through import SwitchProposal
from registration.settings import Settings
from tests.fixtures.cases import actor_of, individual, person
from tests.fixtures.concurrently import concurrently
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LIN, WINDOW, case_of
from tests.fixtures.straight_through import (
    EMPTY_LIST,
    attempt_on,
    decided,
    list_loaded,
    order_of,
    sent,
    shop,
    switched_on,
)

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("office")]


def entries(ref: str) -> list[HistoryEntry]:
    with database.reading() as session:
        query = select(HistoryEntry).join(Application).where(Application.ref == ref)
        return list(session.exec(query.order_by(col(HistoryEntry.seq))))


def messages(ref: str) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(Message.effect).join(Application).where(Application.ref == ref)))


def test_what_is_green_is_approved_by_the_system(clock: datetime) -> None:
    switched_on(now=clock, percent=100)
    ref = sent(now=clock)
    assert case_of(ref).state == "submitted"
    assert decided(ref, now=clock)
    assert (case_of(ref).state, case_of(ref).holder_id) == ("approved", None)
    assert {"paper.approval", "notify.decided_at_once", "issue.licence"} <= messages(ref)
    assert ORDER not in messages(ref)
    last = entries(ref)[-1]
    assert (last.actor, last.role, last.tag) == (SYSTEM.tag, "system", "application:approve_at_once")
    assert last.data["rules"] == rules_digest()
    assert "person_barred" in last.data["checks"]
    assert attempt_on(ref).decided
    with database.reading() as session:
        assert broken_at(session, case_of(ref).id) is None


def test_nothing_is_ordered_where_it_is_off(clock: datetime) -> None:
    assert order_of(sent(individual(), now=clock)) is None
    switched_on(now=clock)
    switched_on(now=clock, is_on=False)
    ref = sent(shop(trade="清渚样例"), now=clock)
    assert order_of(ref) is None
    with pytest.raises(ActionRefused, match="straight_through_is_off"):
        act(ref, "approve_at_once", actor=SYSTEM, now=clock)


def barred_person(clock: datetime) -> None:
    one = person("p1")
    line = f"{one['name']},resident_id,{one['id_no']},debt,2020-01-01,,（2026）浙07执1号\n"
    from registration.operations import barred

    barred.load((EMPTY_LIST + line).encode(), list_name="法院", by="staff:0320", now=clock)


def neighbour(clock: datetime) -> None:
    with database.transaction() as session:
        address = "浙江省金华市婺城区样例街道双溪路16号"
        session.add(
            Entity(
                code="9" * 18,
                name="邻户",
                entity_type="individual",
                registrar_code="330703",
                status="active",
                founded_on=date(2026, 1, 5),
                address_key=address_key(address),
                facts={},
            )
        )


def no_list(clock: datetime) -> None:
    from sqlalchemy import delete

    from registration.models import BarredLoad

    with database.transaction() as session:
        session.execute(delete(BarredLoad))


RED: dict[str, tuple[Callable[[datetime], None], str]] = {
    "a barred person": (barred_person, "person_barred"),
    "somebody else at the address": (neighbour, "domicile_shared"),
    "no list was ever loaded": (no_list, "person_barred"),
}


@pytest.mark.parametrize("name", RED)
def test_a_check_that_is_not_green_leaves_it_to_a_clerk(name: str, clock: datetime) -> None:
    make, rule = RED[name]
    switched_on(now=clock)
    ref = sent(now=clock)
    make(clock)
    assert not decided(ref, now=clock)
    assert case_of(ref).state == "submitted"
    assert order_of(ref) is None
    assert [one for one in attempt_on(ref).blockers if rule in one["checks"]]
    assert "application:approve_at_once" not in [one.tag for one in entries(ref)]
    act(ref, "claim", actor=actor_of(CLERK), now=clock)


def test_an_overridden_check_is_not_green(clock: datetime) -> None:
    switched_on(now=clock)
    ref = sent(now=clock)
    barred_person(clock)
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        session.add(
            CheckOverride(
                application_id=case.id,
                revision=case.revision,
                check_key="person_barred.p1.debt",
                reason=encrypt("已还清", case=ref),
                by=f"staff:{CLERK}",
                at=clock,
            )
        )
    with pytest.raises(ActionRefused, match="checks_are_not_green"):
        act(ref, "approve_at_once", actor=SYSTEM, now=clock)


def test_an_uploaded_paper_needs_a_person(clock: datetime) -> None:
    switched_on(now=clock)
    ref = sent(individual(), now=clock)
    assert not decided(ref, now=clock)
    assert [one["code"] for one in attempt_on(ref).blockers] == ["papers_need_a_person"]
    with database.reading() as session:
        office = explain(session, ref, actor=actor_of(CLERK), now=clock)
        owner = explain(session, ref, actor=actor_of(LIN), now=clock)
    why = {one.action: [reason.code for reason in one.reasons] for one in office.actions}
    assert "papers_need_a_person" in why["approve_at_once"]
    assert [reason.code for one in owner.actions if one.action == "approve_at_once" for reason in one.reasons] == [
        "wrong_role"
    ]


def test_an_applicant_learns_nothing_of_a_list(clock: datetime) -> None:
    switched_on(now=clock)
    ref = sent(now=clock)
    barred_person(clock)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "approve_at_once", actor=actor_of(LIN), now=clock)
    assert [one.code for one in refused.value.blockers] == ["wrong_role"]


def test_what_a_clerk_asked_to_correct_a_clerk_looks_at(clock: datetime) -> None:
    switched_on(now=clock)
    ref, lin = sent(now=clock), actor_of(LIN)
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(ref, "request_correction", actor=actor_of(WINDOW), now=clock, items=[item])
    act(ref, "resubmit", actor=lin, now=clock)
    assert case_of(ref).state == "submitted"
    assert not decided(ref, now=clock)
    assert [one["code"] for one in attempt_on(ref).blockers] == ["a_person_has_examined"]


def test_a_report_of_misuse_comes_first(clock: datetime) -> None:
    switched_on(now=clock)
    ref = sent(now=clock)
    with database.transaction() as session:
        session.exec(select(Application).where(Application.ref == ref)).one().misuse_reported_at = clock
    assert not decided(ref, now=clock)
    assert [one["code"] for one in attempt_on(ref).blockers] == ["misuse_is_reported"]


def test_one_of_clerk_and_system_is_first(clock: datetime) -> None:
    switched_on(now=clock)
    ref = sent(now=clock)
    order, version = order_of(ref), case_of(ref).version
    assert order is not None
    claims = partial(act, ref, "claim", actor=actor_of(CLERK), now=clock, version=version)
    happened = concurrently([claims, partial(decide, order.id, order.application_id or 0, now=clock)])
    moves = [one.tag for one in entries(ref) if one.tag in ("application:claim", "application:approve_at_once")]
    assert len(moves) == 1
    assert case_of(ref).state == ("approved" if happened.refused else "under_examination")
    assert attempt_on(ref).decided == bool(happened.refused)


def test_a_worker_that_dies_loses_nothing(clock: datetime, office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    switched_on(now=clock)
    ref = sent(now=clock)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    order = order_of(ref)
    assert order is not None
    with monkeypatch.context() as dying:
        dying.setattr("registration.operations.straight_through.perform", die)
        with pytest.raises(SystemExit):
            decide(order.id, order.application_id or 0, now=clock)
    assert case_of(ref).state == "submitted"
    assert queue.claim(queue.ISSUE, now=clock)
    assert decided(ref, now=clock)
    assert not decide(order.id, order.application_id or 0, now=clock)
    assert [one.tag for one in entries(ref)].count("application:approve_at_once") == 1


def test_it_is_worked_on_before_papers(clock: datetime) -> None:
    switched_on(now=clock)
    sent(now=clock)
    first, *papers = queue.claim(queue.ISSUE, now=clock)
    assert first.effect == ORDER
    assert papers
    assert ORDER in tasks.TASKS


def test_two_persons_switch_it(clock: datetime) -> None:
    director, approver = actor_of(DIRECTOR), actor_of(APPROVER)
    today = clock.date()
    proposal = SwitchProposal("individual", True, 20, today + timedelta(days=2))
    with pytest.raises(Forbidden):
        straight_through_changes.propose(proposal, reason="试行", actor=actor_of(CLERK), now=clock)
    made = straight_through_changes.propose(proposal, reason="试行", actor=director, now=clock)
    with pytest.raises(InvalidInput):
        straight_through_changes.propose(proposal, reason="再试", actor=director, now=clock)
    with pytest.raises(Forbidden, match="own_proposal"):
        straight_through_changes.decide(made.ref, "confirm", actor=director, now=clock)
    with pytest.raises(NotFound):
        straight_through_changes.decide(made.ref, "confirm", actor=actor_of("0419"), now=clock)
    with pytest.raises(InvalidInput):
        straight_through_changes.decide(made.ref, "refuse", actor=approver, now=clock)
    straight_through_changes.decide(made.ref, "confirm", actor=approver, now=clock)
    with database.transaction() as session:
        from registration.models import Registrar

        session.get_one(Registrar, "330702").declared_domicile = True
        lines = session.exec(select(AuditEntry).where(AuditEntry.tag == "straight_through:confirm")).one()
    assert lines.data["before"] is None
    assert lines.data["after"] == {"is_on": True, "sample_percent": 20}
    list_loaded(now=clock)
    # Not before its day.
    assert order_of(sent(now=clock)) is None
    later = clock + timedelta(days=2)
    assert order_of(sent(shop(trade="清渚样例"), now=later)) is not None


BAD: dict[str, tuple[Any, ...]] = {
    "sample_percent": ("individual", True, 0, date(2040, 1, 1)),
    "valid_from": ("individual", True, 20, date(2020, 1, 1)),
    "is_on": ("individual", None, 20, date(2040, 1, 1)),
    "entity_type": ("shop", True, 20, date(2040, 1, 1)),
}


@pytest.mark.parametrize("path", BAD)
def test_a_proposal_is_refused_at_its_field(path: str, clock: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        straight_through_changes.propose(SwitchProposal(*BAD[path]), reason="试行", actor=actor_of(DIRECTOR), now=clock)
    assert [one.path for one in refused.value.problems] == [path]


def test_the_sample_is_drawn_by_a_key(clock: datetime) -> None:
    numbers = {f"HY-2026-{n:06}": drawn_for(f"HY-2026-{n:06}") for n in range(4000)}
    assert numbers == {ref: drawn_for(ref) for ref in numbers}
    assert min(numbers.values()) >= 0
    assert max(numbers.values()) < 10_000
    for percent in (1, 20, 50, 100):
        share = sum(is_chosen(one, percent=percent) for one in numbers.values()) / len(numbers)
        # Four standard deviations of a binomial share.
        assert abs(share - percent / 100) <= 4 * (percent / 100 * (1 - percent / 100) / len(numbers)) ** 0.5
    assert not is_chosen(100, percent=1)
    assert is_chosen(99, percent=1)


def test_a_sample_is_audited_by_a_person_and_reported_when_late(clock: datetime) -> None:
    switched_on(now=clock, percent=100)
    ref = sent(now=clock)
    assert decided(ref, now=clock)
    late = clock + timedelta(days=30)
    assert sweeps.SWEEPS["escalate_samples"](now=clock) is False
    sweeps.SWEEPS["escalate_samples"](now=late)
    sweeps.SWEEPS["escalate_samples"](now=late)
    with database.reading() as session:
        letters = session.exec(select(Message).where(Message.effect == "notify.desk_sample_late")).all()
    assert len(letters) == 1
    with pytest.raises(Forbidden):
        sample_audits.audit(ref, "right", actor=actor_of(CLERK), now=late)
    with pytest.raises(InvalidInput):
        sample_audits.audit(ref, "faulty", actor=actor_of(APPROVER), now=late)
    sample_audits.audit(ref, "faulty", words="住所不存在", actor=actor_of(APPROVER), now=late)
    with database.reading() as session:
        row = session.exec(select(SampleAudit)).one()
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "sample:audit")).one()
    assert (row.verdict, row.audited_by) == ("faulty", f"staff:{APPROVER}")
    assert row.words.startswith("sealed:1:")
    assert line.data == {"ref": ref, "verdict": "faulty", "late": True}
    assert case_of(ref).state == "approved"


def test_a_chosen_share_is_kept_with_the_decision(clock: datetime) -> None:
    switched_on(now=clock, percent=1)
    ref = sent(now=clock)
    assert decided(ref, now=clock)
    attempt = attempt_on(ref)
    assert (attempt.drawn, attempt.sample_percent) == (drawn_for(ref), 1)
    with database.reading() as session:
        chosen = session.exec(select(SampleAudit)).one_or_none()
    assert (chosen is not None) == is_chosen(drawn_for(ref), percent=1)

"""Decisions that wait, on both databases: two clerks at once, a step from outside at once, undoing while it leaves."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from registration import database, outbox
from registration.errors import ActionRefused, Conflict, StaleVersion
from registration.models import Application, DelayedDecision, HistoryEntry
from registration.operations import undo
from registration.operations.act import act
from registration.operations.history import broken_at
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from registration.settings import Settings
from registration.settings import settings as current_settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.concurrently import concurrently

pytestmark = pytest.mark.both_engines

LIN, CLERK, WINDOW = "lin@example.cn", "0318", "0317"
OPINION = "符合法定形式"


@pytest.fixture
def claimed(office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HEYI_UNDO_SECONDS", "10")
    current_settings.cache_clear()
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    return ref


def approve(ref: str, clock: datetime) -> int:
    row = undo.decide(ref, "approve", actor=actor_of(CLERK), now=clock, opinion=OPINION)
    assert isinstance(row, DelayedDecision)
    return row.id


def case_of(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def tags(ref: str) -> list[str]:
    with database.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        assert broken_at(session, case.id) is None
        assert not list(differences(session, DaySpan(), counted=Counted()))
        return list(session.exec(select(HistoryEntry.tag).where(HistoryEntry.application_id == case.id)))


def test_it_leaves_when_it_is_due_and_no_sooner_also_past_a_clock_that_was_set_back(
    claimed: str, clock: datetime
) -> None:
    while others := outbox.claim(outbox.NOTIFY, now=clock):
        with database.transaction() as session:
            assert all(outbox.finish(session, other.id) for other in others)
    before = case_of(claimed)
    decision = approve(claimed, clock)
    after = case_of(claimed)
    kept = ("state", "version", "history_seq", "due_at", "holder_id", "updated_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    for seconds in (0, 5, 9):
        assert outbox.waiting(outbox.NOTIFY, now=clock + timedelta(seconds=seconds), most=5) == 0
    # A clock that is set back by an hour does not keep the decision for an hour.
    assert outbox.waiting(outbox.NOTIFY, now=clock - timedelta(hours=1), most=5) == 1
    assert outbox.waiting(outbox.NOTIFY, now=clock + timedelta(seconds=10), most=5) == 1
    later = clock + timedelta(seconds=11)
    assert undo.leave(decision, now=later)
    assert case_of(claimed).state == "approved"
    assert tags(claimed).count("application:approve") == 1
    with pytest.raises(Conflict) as refused:
        undo.undo(claimed, actor=actor_of(CLERK), now=later)
    assert refused.value.reason == "decision_has_left"


def test_two_decisions_at_once_are_one(claimed: str, clock: datetime) -> None:
    happened = concurrently([partial(approve, claimed, clock)] * 4)
    assert len(happened.done) == 1
    assert {type(one) for one in happened.refused} == {ActionRefused}


def test_undoing_while_it_leaves_is_one_or_the_other(claimed: str, clock: datetime) -> None:
    decision = approve(claimed, clock)
    leave = partial(undo.leave, decision, now=clock + timedelta(seconds=10))
    happened = concurrently([leave, partial(undo.undo, claimed, actor=actor_of(CLERK), now=clock), leave])
    left = happened.answers[0] is True or happened.answers[2] is True
    assert left is (len(happened.refused) == 1)
    assert case_of(claimed).state == ("approved" if left else "under_examination")
    assert tags(claimed).count("application:approve") == int(left)


def test_a_step_at_the_same_moment_ends_the_decision_or_is_refused(claimed: str, clock: datetime) -> None:
    """Also a step that reads the case without a lock and writes it if it is unchanged."""
    release = partial(act, claimed, "release", actor=actor_of(CLERK), now=clock)
    happened = concurrently([release, partial(approve, claimed, clock)])
    assert len(happened.done) == 1
    assert {type(one) for one in happened.refused} <= {ActionRefused, StaleVersion}
    assert case_of(claimed).decision_delayed is (happened.answers[1] in happened.done)

    if not case_of(claimed).decision_delayed:
        act(claimed, "take_over", actor=actor_of(CLERK), now=clock)
        approve(claimed, clock)
    with pytest.raises(ActionRefused):
        act(claimed, "release", actor=actor_of(CLERK), now=clock)
    act(claimed, "withdraw", actor=actor_of(LIN), now=clock)
    assert (case_of(claimed).state, case_of(claimed).decision_delayed) == ("withdrawn", False)


def test_a_decision_that_changes_beside_the_table_goes_back(claimed: str, clock: datetime) -> None:
    """What changes the case without a step, as a check that is overridden, makes it another case than was decided."""
    decision = approve(claimed, clock)
    with database.transaction() as session:
        session.exec(select(Application).where(Application.ref == claimed)).one().version += 1
    assert not undo.leave(decision, now=clock + timedelta(seconds=10))
    assert case_of(claimed).state == "under_examination"

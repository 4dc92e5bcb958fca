"""Sweeps do bounded batches and say whether more waits, so that a backlog of any length holds nothing up."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, func, select, update

from registration import database, outbox
from registration.models import Application, Message, PromiseAlert
from registration.operations import log, roots, sweeps
from registration.operations.act import act
from registration.operations.sweeps import SWEEPS
from registration.queries.log import size_of
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.licences import issued, sheets
from tests.fixtures.overdue import overdue

pytestmark = pytest.mark.both_engines

LIN, CLERK = "lin@example.cn", "0318"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def spoken() -> int:
    with database.reading() as session:
        told = select(func.count()).where(col(PromiseAlert.said_at).is_not(None), PromiseAlert.kind == "overdue")
        return session.exec(told).one()


def test_a_licence_comes_before_all_that_is_said_of_overdue_cases(office: Settings, clock: datetime) -> None:
    """Two and a half batches of broken promises: each round is one batch, and a licence overtakes every message."""
    now = overdue(2 * sweeps.BATCH + sweeps.BATCH // 2, now=clock)
    assert [SWEEPS["watch_promises"](now=now) for _ in range(3)] == [True, True, False]
    assert spoken() == 2 * sweeps.BATCH + sweeps.BATCH // 2
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合")
    first, *_papers = outbox.claim(outbox.ISSUE, now=now)
    assert first.effect == "issue.licence"
    assert outbox.waiting(outbox.NOTIFY, now=now, most=9999) >= 2 * sweeps.BATCH


@pytest.mark.thorough
@on_sqlite
def test_cases_are_worked_off_in_batches_of_seconds(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time at all, one step is taken; the next batch goes on behind it, and all have their turn."""
    monkeypatch.setattr(sweeps, "BATCH_SECONDS", 0.0)
    monkeypatch.setattr(sweeps, "TOGETHER", 1)
    refs = [issued(clock, named=False) for _ in range(3)]
    late = clock + timedelta(days=60)
    with database.transaction() as session:
        session.execute(update(Application).values(due_at=clock))
    assert [SWEEPS["archive"](now=late) for _ in refs] == [True, True, True]
    with database.reading() as session:
        assert set(session.exec(select(Application.state)).all()) == {"archived"}
    assert not SWEEPS["archive"](now=late)


@pytest.mark.thorough
@on_sqlite
def test_a_log_of_any_backlog_is_written_in_batches(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, of in ((log, "BATCH"), (sweeps, "ENTRIES")):
        monkeypatch.setattr(number, of, 2)
    count = sum(len(sheets(issued(clock, named=False))) for _ in range(3))
    rounds = 0
    while SWEEPS["write_log"](now=clock):
        rounds += 1
    assert rounds == count // 2
    with database.reading() as session:
        assert size_of(session) == count


@on_sqlite
def test_days_without_a_root_are_made_up_for_in_batches(office: Settings, clock: datetime) -> None:
    submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock)
    later = clock + timedelta(days=roots.GRACE.days + sweeps.DAYS + 5)
    assert [SWEEPS["seal_days"](now=later) for _ in range(2)] == [True, False]


def test_no_message_waits_for_a_sweep(office: Settings, clock: datetime) -> None:
    """Whatever the sweeps have to do, the relay only looks at the outbox."""
    with database.reading() as session:
        assert session.exec(select(Message)).first() is None
    for sweep in SWEEPS.values():
        assert sweep(now=clock) is False

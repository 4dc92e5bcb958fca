"""The relay rings for what waits, never more; the sweeper runs each sweep in one process at a time."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import pytest
import redis
from kombu.exceptions import OperationalError
from sqlalchemy import Engine

from registration import outbox
from registration.runtime import relay, sweeper
from registration.settings import Settings
from tests.fixtures.concurrently import concurrently
from tests.fixtures.messages import message, put

pytestmark = pytest.mark.both_engines

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Bells:
    """The queues of a broker that keeps what is rung; `take` is a worker that was rung."""

    def __init__(self) -> None:
        self.rings: Counter[str] = Counter()

    def fill(self, wanted: Mapping[str, int]) -> int:
        lacking = {queue: max(0, count - self.rings[queue]) for queue, count in wanted.items()}
        self.rings.update(lacking)
        return sum(lacking.values())

    def take(self, *, now: datetime) -> list[outbox.Work]:
        queue = next(queue for queue, count in self.rings.items() if count)
        self.rings[queue] -= 1
        return outbox.claim(queue, now=now)


def test_rings_never_outnumber_the_messages_that_wait(database: Engine, database_url: str, clock: datetime) -> None:
    """However long the messages wait, whoever relays: a ring that is still queued is not rung again."""
    put(7, now=clock)
    bells = Bells()
    for minute in range(30):
        relay.relay_once(now=clock + timedelta(minutes=minute), bells=bells)
        assert sum(bells.rings.values()) == 7
    done = [bells.take(now=clock + timedelta(minutes=30)) for _ in range(7)]
    assert len({work.id for works in done for work in works}) == 7
    assert relay.relay_once(now=clock + timedelta(minutes=30), bells=bells) == 0


def test_a_long_queue_is_rung_for_bit_by_bit(database: Engine, database_url: str, clock: datetime) -> None:
    put(120, now=clock)
    bells = Bells()
    assert relay.relay_once(now=clock, bells=bells) == relay.MOST_RINGS
    for _ in range(20):
        bells.take(now=clock)
    assert relay.relay_once(now=clock, bells=bells) == 20


def test_a_broker_that_lost_everything_is_rung_again_at_once(
    database: Engine, database_url: str, clock: datetime
) -> None:
    put(3, now=clock)
    assert relay.relay_once(now=clock, bells=Bells()) == 3
    assert relay.relay_once(now=clock, bells=Bells()) == 3


def test_a_broker_that_is_away_costs_no_attempt(database: Engine, database_url: str, clock: datetime) -> None:
    ids = put(5, now=clock)

    class Away:
        def fill(self, _wanted: Mapping[str, int]) -> int:
            raise OperationalError("away")

    with pytest.raises(relay.AWAY):
        relay.relay_once(now=clock, bells=Away())
    assert {message(one).attempts for one in ids} == {0}
    assert outbox.waiting(outbox.NOTIFY, now=clock, most=9) == 5


@on_sqlite
@pytest.mark.broker
def test_relays_of_several_machines_do_not_ring_twice(
    database: Engine, database_url: str, valkey: redis.Redis, settings: Settings, clock: datetime
) -> None:
    """On a real broker, whose queue is read again in each round."""
    from celery import current_app

    from registration.runtime.worker import celery_app

    celery_app.conf.broker_url = settings.broker_url
    put(30, now=clock)
    bells = [relay.CeleryBells(settings.broker_url) for _ in range(4)]
    try:
        for _ in range(3):
            concurrently([partial(relay.relay_once, now=clock, bells=one) for one in bells])
            assert valkey.llen(outbox.NOTIFY) <= 30
        relay.relay_once(now=clock, bells=bells[0])
        assert valkey.llen(outbox.NOTIFY) == 30
    finally:
        celery_app.pool.force_close_all()
        current_app.pool.force_close_all()


def noted_in(ran: list[datetime], *, more: bool = False) -> Callable[..., bool]:
    """A sweep that notes when it ran."""

    def sweep(*, now: datetime) -> bool:
        ran.append(now)
        return more

    return sweep


def test_sweepers_that_sweep_together_run_each_sweep_once(
    database: Engine, database_url: str, settings: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[datetime] = []
    monkeypatch.setattr(sweeper, "SWEEPS", {"counted": noted_in(ran)})
    monkeypatch.setattr(socket, "gethostname", lambda: str(threading.get_ident()))
    concurrently([partial(sweeper.sweep_once, now=clock)] * 6)
    assert ran == [clock]
    concurrently([partial(sweeper.sweep_once, now=clock + timedelta(seconds=settings.sweep_seconds))] * 6)
    assert len(ran) == 2
    concurrently([partial(sweeper.sweep_once, now=clock - timedelta(hours=2))] * 6)
    assert len(ran) == 3


@on_sqlite
def test_a_sweep_that_fails_leaves_the_others_their_turn(
    database: Engine, database_url: str, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[datetime] = []

    def broken(*, now: datetime) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(sweeper, "SWEEPS", {"broken": broken, "sound": noted_in(ran)})
    assert not sweeper.sweep_once(now=clock)
    assert ran == [clock]


@on_sqlite
def test_a_sweep_with_more_to_do_is_told(
    database: Engine, database_url: str, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a backlog is worked off at once, not one batch for each wait."""
    for more in (True, False):
        monkeypatch.setattr(sweeper, "SWEEPS", {"first": noted_in([], more=more), "last": noted_in([])})
        assert sweeper.sweep_once(now=clock) is more

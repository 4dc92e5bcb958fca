"""The relay: rings Celery for every due message, and runs the sweeps. The only process that talks to the broker first.

No request ever waits for the broker: a web page commits its message and is done, whether the broker lives or hangs.
"""

import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registration import clock, db, logs, outbox
from registration.models import Lease
from registration.operations.sweeps import SWEEPS
from registration.settings import settings
from registration.worker import handle, queue_of

log = structlog.get_logger(__name__)


def run(stop: threading.Event) -> None:
    """Relays and sweeps until `stop` is set. Any number may run at once, on any number of machines."""
    logs.configure()
    next_sweep = clock.now()
    while not stop.is_set():
        try:
            relay_once(now=clock.now())
            if clock.now() >= next_sweep:
                next_sweep = clock.now() + timedelta(seconds=settings().sweep_seconds)
                sweep_once(now=clock.now())
        except Exception:
            # The relay outlives a database that restarts; what it did not relay is still due.
            log.exception("relay.round_lost")
            stop.wait(settings().retry_seconds[0])
        stop.wait(settings().relay_seconds)


def relay_once(*, now: datetime, ring: Callable[[int, str], None] | None = None) -> int:
    """Rings for what is due now; returns how many. `ring(message_id, queue)` is Celery's unless given."""
    if not outbox.anything_due(now=now):
        return 0
    leased = outbox.lease_due(now=now)
    ring = ring or _ring
    for done, (message_id, effect) in enumerate(leased):
        try:
            ring(message_id, queue_of(effect))
        except (OperationalError, RedisError, OSError) as error:
            outbox.give_back([row[0] for row in leased[done:]], now=now)
            log.warning("relay.broker_away", error=type(error).__name__, waiting=len(leased) - done)
            return done
    return len(leased)


def sweep_once(*, now: datetime) -> None:
    """Runs each sweep if no other relay does; a sweep is idempotent and may have been off for a week."""
    for name, sweep in SWEEPS.items():
        if _take_lease(f"sweep:{name}", now=now):
            sweep(now=now)


def _ring(message_id: int, queue: str) -> None:
    handle.apply_async(args=[message_id], queue=queue)


def _take_lease(name: str, *, now: datetime) -> bool:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    try:
        with db.transaction() as session:
            return _hold_lease(session, name, holder=holder, now=now)
    except IntegrityError:
        # The very first time there is no row to wait for: another relay has just written it.
        return False


def _hold_lease(session: Session, name: str, *, holder: str, now: datetime) -> bool:
    until = now + timedelta(seconds=settings().sweep_seconds)
    lease = session.execute(select(Lease).where(Lease.name == name).with_for_update()).scalar_one_or_none()
    if lease is None:
        session.add(Lease(name=name, holder=holder, until=until))
        return True
    if lease.until > now and lease.holder != holder:
        return False
    session.execute(update(Lease).where(Lease.name == name).values(holder=holder, until=until))
    return True

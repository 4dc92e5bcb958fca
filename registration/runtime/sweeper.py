"""The sweeper: runs work that is due at a time, in a process of its own, so that no sweep delays the outbox.

A sweep does a bounded batch and returns whether there is more to do. One that has more is called again at once, after
all the others had their turn.
"""

import os
import socket
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration import clock, database, logs
from registration.models import Lease
from registration.operations.sweeps import SWEEPS
from registration.runtime import leases
from registration.runtime.stop_flag import StopFlag
from registration.settings import settings

log = structlog.get_logger(__name__)


def run(stop: StopFlag) -> None:
    """Sweeps until `stop` is set, or the process that started it is gone. Any number may run at once."""
    logs.configure()
    parent = os.getppid()
    while not stop.is_set() and os.getppid() == parent:
        begun = time.monotonic()
        more = sweep_once(now=clock.now(), stop=stop)
        # A monotonic clock, which is never set back.
        while not (more or stop.is_set() or os.getppid() != parent):
            left = begun + settings().sweep_seconds - time.monotonic()
            if left <= 0:
                break
            stop.wait(min(left, 1.0))


def sweep_once(*, now: datetime, stop: StopFlag | None = None) -> bool:
    """Runs a batch of each sweep that no other process runs; whether one of them has more to do.

    A sweep is idempotent and may have been off for a week. One that fails does not keep the others from their turn.
    """
    more = False
    for name, sweep in SWEEPS.items():
        if stop is not None and stop.is_set():
            return False
        try:
            if _take_lease(f"sweep:{name}", now=now):
                more |= sweep(now=now)
        except Exception:
            log.exception("sweep.failed", sweep=name)
    return more


def _take_lease(name: str, *, now: datetime) -> bool:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    try:
        with database.transaction() as session:
            return _hold_lease(session, name, holder=holder, now=now)
    except IntegrityError:
        # The very first time there is no row to wait for: another sweeper has just written it.
        return False


def _hold_lease(session: Session, name: str, *, holder: str, now: datetime) -> bool:
    length = timedelta(seconds=settings().sweep_seconds)
    lease = session.scalars(select(Lease).where(col(Lease.name) == name).with_for_update()).one_or_none()
    if lease is None:
        session.add(Lease(name=name, holder=holder, until=now + length))
        return True
    if lease.holder != holder and leases.holds(lease.until, now=now, length=length):
        return False
    session.execute(update(Lease).where(col(Lease.name) == name).values(holder=holder, until=now + length))
    return True

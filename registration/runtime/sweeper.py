"""The sweeper: runs work that is due at a time, in a process of its own, so that no sweep delays the outbox.

A sweep does a bounded batch and returns whether there is more to do. One that has more is called again at once, after
all the others had their turn.
"""

import os
import socket
import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, not_, or_, update

from registration import clock, database, logs
from registration.database.insert_if_absent import insert_if_absent
from registration.database.statements import Query
from registration.models import Lease
from registration.models.columns import table_of
from registration.operations.sweeps import SWEEPS
from registration.runtime import leases
from registration.runtime.stop_flag import StopFlag
from registration.settings import settings

_lease = table_of(Lease)
_TAKE = Query(
    update(_lease)
    .where(
        _lease.c.name == bindparam("of"),
        or_(
            _lease.c.holder == bindparam("by"),
            not_(leases.is_held(_lease.c.until, now=bindparam("now"), latest=bindparam("latest"))),
        ),
    )
    .values(holder=bindparam("by"), until=bindparam("to"))
    .returning(_lease.c.name)
)

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
    holder, length = f"{socket.gethostname()}:{os.getpid()}", timedelta(seconds=settings().sweep_seconds)
    latest = leases.latest(now=now, length=length)
    with database.writing_once() as session:
        if _TAKE.rows(session, of=name, by=holder, to=now + length, now=now, latest=latest):
            return True
    with database.transaction() as session:
        first = insert_if_absent(session, _lease).values(name=name, holder=holder, until=now + length)
        return bool(session.scalars(first.returning(_lease.c.name)).all())

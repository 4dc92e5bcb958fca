"""Leases of seconds: a process that works on something renews its lease; one that dies lets it run out.

A lease is an owner and a time in a row. It is only about who works now. Nothing is done twice because the transaction
that writes the result also compares the owner.
"""

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import BindParameter, ColumnElement, and_
from sqlalchemy.exc import SQLAlchemyError

from registration.errors import RegistrationError

# Clocks of several machines differ by less than this. A lease that ends later than its length and this from now was
# written by a clock that has been set back since, and holds nothing.
SKEW = timedelta(seconds=60)

log = structlog.get_logger(__name__)

_held: dict[str, Callable[[], object]] = {}
_changing = threading.Lock()
_any_held = threading.Event()
_thread: threading.Thread | None = None


def new_owner() -> str:
    """A name for one attempt, that no other attempt of any process has."""
    return uuid4().hex


def is_held(
    until: ColumnElement[datetime], *, now: BindParameter[datetime], latest: BindParameter[datetime]
) -> ColumnElement[bool]:
    """Whether the lease in this column still runs, as a condition whose values are `now` and `latest(now=...)`."""
    return and_(until > now, until <= latest)


def holds(until: datetime | None, *, now: datetime, length: timedelta) -> bool:
    """The same of a value."""
    return until is not None and now < until <= latest(now=now, length=length)


def latest(*, now: datetime, length: timedelta) -> datetime:
    """No lease that was taken by now ends later."""
    return now + length + SKEW


def hold(owner: str, renew: Callable[[], object], *, seconds: float) -> None:
    """Calls `renew` several times in each `seconds`, from a thread of this process, until `release(owner)`."""
    global _thread
    with _changing:
        _held[owner] = renew
        _any_held.set()
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_renew_all, args=(seconds / 4,), name="leases", daemon=True)
            _thread.start()


def release(owner: str) -> None:
    with _changing:
        _held.pop(owner, None)
        if not _held:
            _any_held.clear()


def _renew_all(pause: float) -> None:
    waiting = threading.Event()
    while True:
        _any_held.wait()
        waiting.wait(pause)
        for owner, renew in list(_held.items()):
            try:
                renew()
            except (SQLAlchemyError, RegistrationError, RuntimeError) as error:
                # The database is away; the next round tries again, and the result is compared with the owner anyway.
                log.warning("lease.not_renewed", owner=owner, error=type(error).__name__)


def _forget() -> None:
    """A forked child works on nothing yet, and has no thread but its first."""
    global _thread, _changing, _any_held
    _held.clear()
    _thread, _changing, _any_held = None, threading.Lock(), threading.Event()


os.register_at_fork(after_in_child=_forget)

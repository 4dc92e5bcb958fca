"""What every step needs and rarely changes: read from the database once in a while, for all threads of the process."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from registration import database

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Kind]):
    """The cached value, its database, and when it expires (monotonic clock)."""

    engine: Engine
    value: Kind
    until: float


class KnownForAWhile(Generic[Kind]):
    """A value that `read` gets from the database at most every `seconds`; `without` a database."""

    def __init__(self, read: Callable[[Connection], Kind], *, without: Kind, seconds: float) -> None:
        self._read, self._without, self._seconds = read, without, seconds
        self._lock = threading.Lock()
        self._kept: _Kept[Kind] | None = None

    def current(self) -> Kind:
        """While one thread reads it again, the others use the cached one, so that they do not wait."""
        try:
            engine = database.current_engine()
        except RuntimeError:
            return self._without
        kept = self._kept if self._kept is not None and self._kept.engine is engine else None
        if kept is not None and monotonic() < kept.until:
            return kept.value
        if not self._lock.acquire(blocking=kept is None):
            return kept.value if kept is not None else self._without
        try:
            return self._read_anew(engine)
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Reads it anew at the next call, after a change."""
        self._kept = None

    def _read_anew(self, engine: Engine) -> Kind:
        kept = self._kept
        if kept is None or kept.engine is not engine or monotonic() >= kept.until:
            kept = _Kept(engine, self._read_from(engine), monotonic() + self._seconds)
            self._kept = kept
        return kept.value

    def _read_from(self, engine: Engine) -> Kind:
        # Steps call this within their transaction: another connection of the same pool could wait for that transaction.
        own = _beside(engine)
        try:
            with own.execution_options(heyi_reading=True).connect() as connection:
                return self._read(connection)
        finally:
            own.dispose()


@lru_cache(maxsize=1)
def _beside(engine: Engine) -> Engine:
    """An engine that keeps no connection, and knows the server after the first."""
    return database.make_engine(engine.url.render_as_string(hide_password=False))

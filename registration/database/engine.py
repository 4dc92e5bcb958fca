"""The database: one engine for each process, `transaction()` to write (the only commit) and `reading()`."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from registration.database.connections import BUSY_SECONDS, READS, autocommit, make_engine
from registration.database.session import SHARED, QuickSession
from registration.database.sqlite_queue import WriteQueue
from registration.database.statements import RAW_CONNECTION
from registration.settings import Settings

_engine: Engine | None = None


def configure(settings: Settings) -> Engine:
    """Makes this process's engine. Call it after a fork, never before: connections cannot be shared with a child."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(settings.sqlalchemy_url)
    return _engine


def current_engine() -> Engine:
    if _engine is None:
        raise RuntimeError("the database is not configured in this process")
    return _engine


def dispose() -> None:
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = None


@contextmanager
def transaction(*, ends_unit: bool = False) -> Iterator[Session]:
    """A writing transaction: it commits, or after any error rolls back.

    Within a `Unit` it is a part: an error rolls back this part only, and the rest is committed with the unit. With
    `ends_unit` the caller keeps nothing of the unit after an error.
    """
    unit = _unit.get()
    if unit is not None:
        with unit.part(is_last=ends_unit) as part:
            yield part
        return
    with _shared_rests(), _writers_queue(), QuickSession(current_engine(), expire_on_commit=False) as session:
        yield session
        session.commit()


class Unit:
    """All writes of one thread from `begin` to `end`, as one transaction.

    It begins with the first write, so earlier reads lock nothing; later reads see what was written.
    """

    def __init__(self) -> None:
        self._stack, self._session = ExitStack(), None  # type: tuple[ExitStack, Session | None]

    def begin(self) -> None:
        _unit.set(self)

    def end(self, *, keep: bool) -> None:
        """Commits or rolls back. Raises the database's error if the commit fails. A second call does nothing."""
        if _unit.get() is self:
            _unit.set(None)
        if not keep:
            self._roll_back()
            return
        stack, self._stack, self._session = self._stack, ExitStack(), None
        stack.close()

    def _roll_back(self) -> None:
        stack, self._stack, self._session = self._stack, ExitStack(), None
        with suppress(_Dropped):
            stack.__exit__(_Dropped, _Dropped(), None)

    @contextmanager
    def part(self, *, is_last: bool) -> Iterator[Session]:
        """A savepoint, except where an error leaves nothing to keep: in the first part, and in one that is the last."""
        is_first = self._session is None
        if is_first:
            _unit.set(None)
            try:
                self._session = self._stack.enter_context(transaction())
            finally:
                _unit.set(self)
        whole = self._session
        assert whole is not None
        if not is_first and not is_last:
            session = QuickSession(whole.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint")
            with session, session.begin():
                yield session
            return
        is_done = False
        try:
            yield whole
            whole.flush()
            whole.expunge_all()
            whole.info.clear()
            is_done = True
        finally:
            if not is_done:
                self._roll_back()

    def connection(self) -> Connection | None:
        """The connection that sees the unit's writes; None before the first write."""
        return self._session.connection() if self._session is not None else None


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """All writes within it as one transaction, or none after an error; within a `Unit` as a part of that."""
    if _unit.get() is not None:
        yield
        return
    unit = Unit()
    unit.begin()
    try:
        yield
        unit.end(keep=True)
    finally:
        # After the commit there is nothing left to roll back.
        unit.end(keep=False)


class _Dropped(Exception):
    """Rolls a transaction back and closes it."""


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)
_shared: ContextVar["_Shared | None"] = ContextVar("shared_reading", default=None)


class _Shared:
    """The session that all reads of a thread use. Many pages read nothing, so that it is made for the first read."""

    session: Session | None = None

    def opened(self) -> Session:
        if self.session is None:
            self.session = _reader(shared=True)
        return self.session

    def rest(self) -> None:
        """Ends its transaction: the next read begins another, and nothing is known of this one."""
        if self.session is not None:
            self.session.close()
            self.session.info.clear()
            self.session.info[SHARED] = True


def holds_writes() -> bool:
    """Whether this thread is within a `Unit` that has written, so that others may wait for its locks."""
    unit = _unit.get()
    return unit is not None and unit.connection() is not None


def supports_autocommit() -> bool:
    """Whether one statement may be a transaction of its own.

    Not on SQLite, where a writer must take the lock before its first read; and not within a `Unit`.
    """
    return current_engine().name == "postgresql" and _unit.get() is None


@contextmanager
def autocommit_session() -> Iterator[Session]:
    """A session in which every statement is a transaction of its own: for a change of one statement without a lock.

    The statements do not share a snapshot, so the writing one must compare what was read. On SQLite it is for
    `writing_once` alone.
    """
    engine = _for_one_statement(current_engine())
    with _shared_rests(), _writers_queue(), engine.connect() as connection, autocommit(connection):
        session = QuickSession(connection, info={RAW_CONNECTION: connection})
        try:
            yield session
        finally:
            # Most of these sessions never use the ORM, and closing costs as much as a read.
            if session.in_transaction() or len(session.identity_map):
                session.close()


@contextmanager
def reading_once() -> Iterator[Session]:
    """As `reading`, for one prepared statement: where no transaction is open, none is begun around it."""
    alone = supports_autocommit() and _shared.get() is None
    with autocommit_session() if alone else reading() as session:
        yield session


@contextmanager
def writing_once() -> Iterator[Session]:
    """As `transaction`, for one prepared statement, which needs none around it."""
    with autocommit_session() if _unit.get() is None else transaction() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only transaction, on either database: a page that reads cannot write.

    Within a `Unit` that has written it uses the unit's connection, which can write. Between `share_reading` and
    `end_shared_reading` all blocks are one transaction.
    """
    unit = _unit.get()
    connection = unit.connection() if unit is not None else None
    if connection is not None:
        with QuickSession(connection, join_transaction_mode="rollback_only") as session:
            yield session
        return
    shared = _shared.get()
    if shared is None:
        with _reader() as session:
            yield session
        return
    whole = False
    try:
        yield shared.opened()
        whole = True
    finally:
        if not whole:
            # PostgreSQL refuses every further statement in a transaction that had an error.
            shared.rest()


def share_reading() -> None:
    """From now on `reading()` gives this thread one session, which stays open after each block.

    So what a page shows is read in one transaction, and only when it is used. A write ends that transaction; the next
    read begins another, which sees what was written. A second call changes nothing.
    """
    if _shared.get() is None:
        _shared.set(_Shared())


def end_shared_reading() -> None:
    """Gives the connection back. Without `share_reading` it does nothing."""
    shared = _shared.get()
    if shared is not None:
        _shared.set(None)
        shared.rest()


def stays_open(session: Session) -> bool:
    """Whether the session can be used after its block: what is read from it may wait until it is needed."""
    return bool(session.info.get(SHARED))


def _reader(*, shared: bool = False) -> Session:
    return QuickSession(_for_reading(current_engine()), autoflush=False, info={SHARED: shared})


@lru_cache(maxsize=1)
def _for_one_statement(engine: Engine) -> Engine:
    """On SQLite one with connections of its own, which always may write: one that pages read with, too, would be told
    each time what it may, and prepare every statement anew."""
    if engine.name != "sqlite":
        return engine
    beside = make_engine(str(engine.url))
    event.listen(engine, "engine_disposed", lambda _engine: beside.dispose())
    return beside


@lru_cache(maxsize=1)
def _for_reading(engine: Engine) -> Engine:
    """The same engine with the options of a read."""
    return engine.execution_options(postgresql_readonly=True, **{READS: True})


@contextmanager
def _shared_rests() -> Iterator[None]:
    """A thread that writes holds no second connection, and reads nothing that is older than its write."""
    shared = _shared.get()
    if shared is None:
        yield
        return
    shared.rest()
    try:
        yield
    finally:
        shared.rest()


def _writers_queue() -> AbstractContextManager[None]:
    """Writers to SQLite queue, because its own waiting is unfair. The queue's file is beside the database file."""
    url = current_engine().url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return nullcontext()
    return WriteQueue(Path(f"{url.database}-turns"), seconds=BUSY_SECONDS).exclusive()

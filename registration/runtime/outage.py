"""Recognizes errors of the machine, not of the program: the database is unavailable, the disk is full."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from registration.errors import RegistrationError, Unavailable

log = structlog.get_logger(__name__)

# https://www.sqlite.org/rescode.html: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL.
_SQLITE = frozenset({5, 6, 8, 10, 13, 14, 15})
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections, resources, an operator's intervention,
# the system, and a read-only server (25006: a write on a standby).
_POSTGRES = ("08", "53", "57", "58", "25006")
_FILES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO})


def outage_of(error: BaseException) -> Unavailable | None:
    """The refusal for an error that goes away without a change of the request or the program; else None."""
    if isinstance(error, Unavailable):
        return error
    return Unavailable() if _is_outage(error) else None


@contextmanager
def despite_outage(event: str) -> Iterator[None]:
    """For a secondary write beside an answer: an outage is logged as `event`, and the answer continues."""
    try:
        yield
    except (RegistrationError, SQLAlchemyError, OSError) as error:
        if outage_of(error) is None:
            raise
        log.warning(event, error=type(error).__name__)


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, NoConnection):
        return True
    if isinstance(error, OSError):
        return error.errno in _FILES
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    sqlite, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if sqlite is not None:
        # The upper bytes are a more specific code of the same kind.
        return sqlite & 0xFF in _SQLITE
    if state is not None:
        return str(state).startswith(_POSTGRES)
    # A connection that was refused or lost has no code of the server's.
    return error.connection_invalidated or isinstance(error, OperationalError)

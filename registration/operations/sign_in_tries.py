"""Delays sign-ins by the source of wrong passwords, never by account: a stranger cannot lock the owner out.

A try is counted for the pair of login and source before the password is checked, so that each counts, however many
processes work at once. A source is a device that signed in before, or else a network address. Logins that
do not exist are counted in the same way: the answer does not show whether a login exists.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlmodel import Session, col, select

from registration.database import transaction
from registration.database.insert_if_absent import insert_if_absent
from registration.errors import TooManyAttempts
from registration.keys import secret_key
from registration.models import SignInTry
from registration.models.columns import table_of
from registration.settings import settings

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def count_try(login: str, source: str, *, now: datetime) -> None:
    """Counts one more try. Raises TooManyAttempts("sign_in_waits") with the `seconds` to wait while the pair must."""
    with transaction() as session:
        if _is_first(session, login, source, now=now):
            return
        row = _row(session, login, source)
        if row.wait_until is not None and row.wait_until > now:
            raise TooManyAttempts("sign_in_waits", seconds=int((row.wait_until - now).total_seconds()) + 1)
        row.tries = 1 if now - row.tried_at > FORGOTTEN_AFTER else row.tries + 1
        row.tried_at, row.wait_until = now, _wait_after(row.tries, now)


def forgive(session: Session, login: str, source: str | None = None) -> None:
    """Deletes the tries of a source after a successful sign-in; without a source, those of every source."""
    chosen = delete(SignInTry).where(col(SignInTry.login_hash) == _hash(login))
    if source is not None:
        chosen = chosen.where(col(SignInTry.source_hash) == _hash(login, source))
    session.execute(chosen)


def _wait_after(tries: int, now: datetime) -> datetime | None:
    """Half a minute after the fifth try, and twice as long after each further one, up to a quarter of an hour."""
    if tries < FREE_TRIES:
        return None
    # Beyond the longest wait doubling has no effect: the bound keeps the exponent small.
    doubled: timedelta = FIRST_WAIT * 2 ** min(tries - FREE_TRIES, 10)
    return now + min(doubled, LONGEST_WAIT)


def _is_first(session: Session, login: str, source: str, *, now: datetime) -> bool:
    """Counts the first try of a pair. Concurrent inserts wait for each other in the database."""
    table = table_of(SignInTry)
    values = {"login_hash": _hash(login), "source_hash": _hash(login, source), "tries": 1, "tried_at": now}
    made = session.execute(insert_if_absent(session, table).values(values).returning(table.c.tries))
    return made.first() is not None


def _row(session: Session, login: str, source: str) -> SignInTry:
    """The locked row of the pair, which is there."""
    mine = (col(SignInTry.login_hash) == _hash(login), col(SignInTry.source_hash) == _hash(login, source))
    return session.exec(select(SignInTry).where(*mine).with_for_update()).one()


def _hash(*words: str) -> str:
    """A keyed hash: the table shows neither logins nor network addresses."""
    return hmac.new(secret_key(settings()), "\0".join(("sign-in", *words)).encode(), sha256).hexdigest()

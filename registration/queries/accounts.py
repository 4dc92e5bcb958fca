"""Reads accounts: by login, by session, by registrar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, or_, select

from registration.database import reading
from registration.errors import NotFound
from registration.keys.account_names import login_key
from registration.models import Account, Registrar, SignIn

MARK_LENGTH = 16


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it; `mark` names it without being its secret, `provider` is where it began."""

    mark: str
    kind: str
    agent: str
    created_at: datetime
    seen_at: datetime
    is_this: bool
    provider: str | None = None
    level: str | None = None


def secret_hash(secret: str) -> str:
    """The stored hash of the secret of a session or a sign-up: 256 random bits need no salt and no stretching."""
    return sha256(secret.encode()).hexdigest()


def account_by_login(login: str) -> Account | None:
    """The account for a staff number, an e-mail address or a mobile number as typed."""
    with reading() as session:
        return find_login(session, login)


def find_login(session: Session, login: str) -> Account | None:
    return next(iter(find_logins(session, [login])), None)


def find_logins(session: Session, logins: Iterable[str]) -> Sequence[Account]:
    """The accounts that sign in with one of these."""
    known = set()
    for login in logins:
        # A process of an earlier version writes the address as typed. Such a text is never a key, which begins with a
        # sign.
        typed = login.strip().casefold()
        known |= {login_key(login)} if typed.startswith(("@", "+")) else {login_key(login), typed}
    is_named = or_(col(Account.login).in_(known), col(Account.mobile_login).in_(known))
    return session.exec(select(Account).where(is_named)).all()


def find_staff(session: Session, number: str) -> Account:
    """The member of staff with this number. Raises NotFound."""
    account = find_login(session, number)
    if account is None or account.kind != "staff":
        raise NotFound(account=number)
    return account


def account_with(account_id: int) -> Account | None:
    with reading() as session:
        return session.get(Account, account_id)


def open_sessions_of(account_id: int, *, this: str, now: datetime) -> list[OpenSession]:
    """The active sessions, the last used first; `this` is the one that makes the request (`Actor.session_id`)."""
    query = select(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.expires_at) > now)
    with reading() as session:
        rows = session.exec(query.order_by(col(SignIn.seen_at).desc())).all()
        return [_open_session(row, this) for row in rows]


def staff(*, registrar_code: str | None = None) -> Sequence[Account]:
    query = select(Account).where(col(Account.kind) == "staff").order_by(col(Account.login))
    if registrar_code:
        query = query.where(col(Account.registrar_code) == registrar_code)
    with reading() as session:
        return session.exec(query).all()


def registrars() -> Sequence[Registrar]:
    with reading() as session:
        return session.exec(select(Registrar).order_by(col(Registrar.code))).all()


def _open_session(row: SignIn, this: str) -> OpenSession:
    return OpenSession(
        mark=row.secret_hash[:MARK_LENGTH],
        kind=row.kind,
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        is_this=row.secret_hash == this,
        provider=row.provider,
        level=row.level,
    )

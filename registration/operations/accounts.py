"""Accounts and their sessions: each operation is one transaction with its audit line."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from certificates.paper.characters import is_private, is_unseen
from registration.actor import Actor
from registration.database import reading_once, transaction
from registration.database.statements import Query
from registration.errors import Conflict, InvalidInput, NotFound, NotSignedIn
from registration.keys.account_names import address_of, login_key, login_keys, shown_login
from registration.models import Account, SignIn
from registration.operations.audit import note
from registration.operations.passwords import hashed, is_outdated, matches, password_problems
from registration.operations.sign_in_tries import count_try, forgive
from registration.queries.accounts import MARK_LENGTH, account_by_login, account_with, secret_hash
from registration.rules.languages import known, offered
from registration.rules.notice_preferences import preference_problems
from registration.rules.printing import text_problem
from registration.rules.problems import Problem
from registration.runtime.outage import despite_outage
from registration.settings import settings

SEEN_EVERY = timedelta(minutes=1)


class _Begun(NamedTuple):
    """What a request needs of the session it is sent in."""

    kind: str
    seen_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    provider: str | None


class _Account(NamedTuple):
    """What a request needs of the account of its session."""

    id: int
    kind: str
    login: str
    name: str
    roles: list[str]
    registrar_code: str | None
    agency: str | None
    password_given: bool
    disabled_at: datetime | None


_OF_SESSION = len(_Begun._fields)
_SESSION = Query(
    select(*(getattr(SignIn, name) for name in _Begun._fields), *(getattr(Account, name) for name in _Account._fields))
    .join(Account, col(SignIn.account_id) == col(Account.id))
    .where(col(SignIn.secret_hash) == bindparam("secret_hash"), col(SignIn.kind) == bindparam("session_kind"))
)


def sign_in(
    login: str,
    password: str,
    *,
    now: datetime,
    source: str = "",
    kind: str = "web",
    agent: str = "",
    previous: str = "",
) -> tuple[str, Account]:
    """Returns the new session's secret and its account. `kind` is `web` or `api`; `previous` is a session it replaces.

    `source` is where the attempt comes from. Raises TooManyAttempts("sign_in_waits") after wrong passwords from there,
    and NotSignedIn("wrong_credentials") alike for a wrong password, an unknown account and a disabled account.
    """
    key = login_key(login)
    count_try(key, source, now=now)
    found = account_by_login(login)
    right = matches(found.password_hash if found else None, password)
    # The password is hashed before the transaction begins: on SQLite every other writer waits for a transaction.
    fresh = hashed(password) if found and right and is_outdated(found.password_hash) else None
    with transaction() as session:
        account = locked_row(session, found.id) if found else None
        refusal = _refusal(account, right)
        note(session, "account:sign_in", subject=tag_of(account), now=now, **_result(refusal), kind=kind)
        if account is not None and refusal is None:
            account.password_hash = fresh or account.password_hash
            forgive(session, key, source)
            secret = open_in(session, account, now=now, kind=kind, agent=agent, previous=previous, confirmed_at=now)
    if account is None or refusal is not None:
        raise NotSignedIn("wrong_credentials")
    return secret, account


def sign_out(secret: str, *, now: datetime) -> str | None:
    """Deletes the session. An unknown secret is no error: there is no session to delete.

    Returns the key of the provider at which the session began.
    """
    with transaction() as session:
        row = session.get(SignIn, secret_hash(secret))
        if row is not None:
            note(session, "account:sign_out", subject=tag_of(session.get(Account, row.account_id)), now=now)
            session.delete(row)
    return row.provider if row is not None else None


def actor_for(secret: str, *, now: datetime, kind: str = "web", by_person: bool = True) -> Actor | None:
    """The actor of the session with this secret; None when it has ended or is of another kind.

    `by_person`: a person or program asks; else a page by itself, which does not keep the session from ending.
    """
    digest = secret_hash(secret)
    with reading_once() as session:
        found = _SESSION.rows(session, secret_hash=digest, session_kind=kind)
    if not found:
        return None
    begun, account = _Begun(*found[0][:_OF_SESSION]), _Account(*found[0][_OF_SESSION:])
    if not _runs(begun, account, now):
        return None
    if by_person and now - begun.seen_at >= SEEN_EVERY:
        _see(digest, now)
    # Who signed in at a provider has not used the password that an administrator gave.
    given = account.password_given and begun.provider is None
    return replace(actor_of(account, session_id=digest), confirmed_at=begun.confirmed_at, password_given=given)


def actor_of(account: Account | _Account, *, session_id: str = "") -> Actor:
    """An applicant acts in the one role `applicant`; staff in the roles of their account."""
    staff = account.kind == "staff"
    return Actor(
        account_id=account.id,
        name=account.name,
        roles=frozenset(account.roles) if staff else frozenset({"applicant"}),
        kind=account.kind,
        registrar_code=account.registrar_code,
        agency=account.agency,
        staff_no=account.login if staff else None,
        session_id=session_id,
        password_given=account.password_given,
    )


def change_password(actor: Actor, current: str, new: str, *, now: datetime) -> None:
    """Sets a new password and ends every other session. Wrong present passwords delay this session, as at a sign-in."""
    account = own_account(actor)
    problems = present_password_problems(actor, account, current, path="current", now=now)
    problems += own_password_problems(account, new, path="new")
    fresh = hashed(new) if not problems else ""
    with transaction() as session:
        row = locked_row(session, account.id)
        if not problems:
            row.password_hash, row.password_given = fresh, False
            end_sessions(session, row.id, but=actor.session_id)
        note(session, "account:change_password", subject=actor.tag, now=now, **_result(problems or None))
    if problems:
        raise InvalidInput(problems)


def must_confirm(actor: Actor, *, now: datetime) -> bool:
    """Whether the password was typed too long ago in this session for a step that needs it (OWASP ASVS 7.5.3)."""
    lasts = timedelta(minutes=settings().confirm_minutes)
    return actor.confirmed_at is None or now - actor.confirmed_at >= lasts


def confirm(actor: Actor, password: str, *, path: str, now: datetime) -> None:
    """Notes that the password was typed again. Raises InvalidInput at `path`, TooManyAttempts as at a sign-in."""
    problems = present_password_problems(actor, own_account(actor), password, path=path, now=now)
    with transaction() as session:
        if not problems:
            here = col(SignIn.secret_hash) == actor.session_id
            session.exec(update(SignIn).where(here).values(confirmed_at=now))
        note(session, "account:confirm", subject=actor.tag, now=now, **_result(problems or None))
    if problems:
        raise InvalidInput(problems)


def present_password_problems(
    actor: Actor, account: Account, password: str, *, path: str, now: datetime
) -> list[Problem]:
    """Whether the person at this session knows the password: asked before a change of what opens the account.

    Raises TooManyAttempts("sign_in_waits") after wrong ones in this session, as at a sign-in.
    """
    source = f"session:{actor.session_id}"
    count_try(account.login, source, now=now)
    if not matches(account.password_hash, password):
        return [Problem(path, "password.wrong")]
    with transaction() as session:
        forgive(session, account.login, source)
    return []


def change_locale(actor: Actor, locale: str) -> None:
    """The language of letters and notices to this account."""
    if locale not in offered():
        raise InvalidInput([Problem("locale", "choice.unknown")])
    with transaction() as session:
        locked_row(session, actor.account_id).locale = locale


def change_notices(actor: Actor, *, channel: str, off: Collection[str], now: datetime) -> None:
    """By which channel notices come, and which kinds do not (rules/notice_preferences.py). Raises InvalidInput."""
    if problems := preference_problems(channel, off):
        raise InvalidInput(problems)
    with transaction() as session:
        row = locked_row(session, actor.account_id)
        row.notice_channel, row.notices_off = channel, sorted({*off})
        note(session, "account:change_notices", subject=actor.tag, now=now, channel=channel, off=row.notices_off)


def end_session(actor: Actor, mark: str, *, now: datetime) -> None:
    """Ends one of the actor's own sessions, named by its `mark` in `open_sessions_of`."""
    with transaction() as session:
        mine = session.exec(select(SignIn).where(col(SignIn.account_id) == actor.account_id)).all()
        chosen = [row for row in mine if row.secret_hash[:MARK_LENGTH] == mark]
        if not chosen:
            raise NotFound
        for row in chosen:
            session.delete(row)
        note(session, "account:end_session", subject=actor.tag, now=now, mark=mark)


def locked_row(session: Session, account_id: int | None) -> Account:
    """The account's row, locked until this transaction ends."""
    return session.exec(select(Account).where(col(Account.id) == account_id).with_for_update()).one()


def own_account(actor: Actor) -> Account:
    """The account of the actor. Raises NotSignedIn."""
    account = account_with(actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise NotSignedIn
    return account


def _refusal(account: Account | None, right: bool) -> str | None:
    if account is None:
        return "unknown"
    if account.disabled_at is not None:
        return "disabled"
    return None if right else "wrong"


def open_in(
    session: Session,
    account: Account,
    *,
    now: datetime,
    kind: str = "web",
    agent: str,
    previous: str,
    confirmed_at: datetime | None = None,
    **by_provider: Any,
) -> str:
    """Begins a session in this transaction; `by_provider` are the columns of one that began at a provider."""
    session.exec(delete(SignIn).where(col(SignIn.account_id) == account.id, col(SignIn.expires_at) <= now))
    if previous:
        session.exec(delete(SignIn).where(col(SignIn.secret_hash) == secret_hash(previous)))
    secret, until = secrets.token_urlsafe(32), now + timedelta(hours=settings().session_hours)
    row = SignIn(
        secret_hash=secret_hash(secret),
        account_id=account.id,
        kind=kind,
        agent=agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=until,
        confirmed_at=confirmed_at,
        **by_provider,
    )
    session.add(row)
    return secret


def _runs(row: _Begun, account: _Account, now: datetime) -> bool:
    # A program may pause between its calls, so only a browser's session ends when it is idle.
    idle = timedelta(minutes=settings().session_idle_minutes)
    rested = row.kind == "web" and now - row.seen_at > idle
    return account.disabled_at is None and row.expires_at > now and not rested


def _see(digest: str, now: datetime) -> None:
    with despite_outage("session.not_seen"), transaction() as session:
        session.exec(update(SignIn).where(col(SignIn.secret_hash) == digest).values(seen_at=now))


def end_sessions(session: Session, account_id: int | None, *, but: str = "") -> None:
    session.exec(delete(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.secret_hash) != but))


def replace_password(session: Session, account: Account, fresh: str) -> None:
    """Sets this hash, and ends every session of the locked account and every wait after wrong tries."""
    account.password_hash = fresh
    for login in login_keys(account):
        forgive(session, login)
    end_sessions(session, account.id)


def tidy_locale(locale: str) -> str:
    return known(locale)


def insert_into(session: Session, account: Account) -> None:
    """Raises Conflict("login_taken")."""
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("login_taken") from error


def own_password_problems(account: Account, password: str, *, path: str = "password") -> list[Problem]:
    """The problems of a new password for this account."""
    login, email = shown_login(account), address_of(account)
    return password_problems(password, login=login, email=email, staff=account.kind == "staff", path=path)


def open_session(account: Account, *, now: datetime, agent: str = "", previous: str = "") -> str:
    """Begins a browser session without a password, for an owner who has just proved the address; returns its secret."""
    with transaction() as session:
        note(session, "account:sign_in", subject=tag_of(account), now=now, **_result(None), kind="web")
        return open_in(session, account, now=now, agent=agent, previous=previous)


def name_problems(name: str) -> list[Problem]:
    """The problems of an applicant's name, which is printed on the receipt and on every notice."""
    good = 0 < len(name) <= 50 and not any(is_unseen(one) or is_private(one) for one in name)
    if not good:
        return [Problem("name", "person_name.invalid")]
    problem = text_problem("name", name)
    return [problem] if problem else []


def tag_of(account: Account | None) -> str:
    return actor_of(account).tag if account is not None else "unknown"


def _result(refusal: object) -> dict[str, str]:
    if refusal is None:
        return {"result": "done"}
    return {"result": "refused", "reason": refusal if isinstance(refusal, str) else "invalid"}

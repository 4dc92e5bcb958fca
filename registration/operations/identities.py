"""Sign-in by a provider: the identities there that open an account, linked and unlinked by its owner.

A provider for staff opens accounts that exist, and gives neither accounts nor roles. An applicant's account is never
linked because an address is the same: its owner shows the password once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.keys.account_names import seal_address
from registration.keys.field_encryption import blind_index, subject_hash
from registration.models import Account, IdentityLink, SignIn
from registration.operations.accounts import (
    actor_of,
    locked_row,
    name_problems,
    open_in,
    own_account,
    sign_out,
    tag_of,
    tidy_locale,
)
from registration.operations.accounts import sign_in as sign_in_by_password
from registration.operations.audit import note
from registration.operations.sign_up import consent_problems, new_applicant
from registration.queries.accounts import find_login, secret_hash
from registration.queries.identities import link_with_subject
from registration.rules.problems import Problem
from registration.rules.sign_in_providers import Provider
from registration.rules.stated_identity import StatedIdentity
from registration.rules.tidy import typed_number


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a session begins: the browser's name, and the secret of the session that it replaces."""

    agent: str = ""
    previous: str = ""


def sign_in(stated: StatedIdentity, row: Provider, *, browser: Browser, now: datetime) -> tuple[str, Account] | None:
    """The new session's secret and its account; None for a citizen whose identity opens no account yet.

    Raises Forbidden: "identity_has_no_account" for staff without one, "identity_differs_from_number" where the number
    that is stated belongs to another person than at the last sign-in, "account_is_disabled".
    """
    with transaction() as session:
        account, link, refusal = _account_for(session, stated, row)
        if account is None and refusal is None:
            return None
        if account is None or refusal is not None:
            _note_sign_in(session, account, stated, now=now, result="refused", reason=refusal)
        else:
            _refresh(session, account, link, stated, now=now)
            secret = _open(session, account, stated, browser=browser, now=now)
    if account is None or refusal is not None:
        raise Forbidden(refusal)
    return secret, account


def create_account(
    stated: StatedIdentity, *, name: str, consent: str, locale: str, browser: Browser, now: datetime
) -> tuple[str, Account]:
    """A new applicant's account with the verified addresses, which no password opens, and its session.

    `name` counts where the provider states none. InvalidInput; Conflict("login_taken") if an address or the identity
    has an account by now.
    """
    name = stated.name or name.strip()
    problems = name_problems(name) + consent_problems(consent)
    if not (stated.email or stated.mobile):
        problems.append(Problem("", "identity.no_address"))
    if problems:
        raise InvalidInput(problems)
    with transaction() as session:
        account = new_applicant(
            session,
            email=stated.email,
            mobile=stated.mobile,
            name=name,
            password_hash="",
            locale=tidy_locale(locale),
            consent=consent,
            consented_at=now,
            now=now,
        )
        _refresh(session, account, None, stated, now=now)
        return _open(session, account, stated, browser=browser, now=now), account


def link_by_password(
    stated: StatedIdentity, login: str, password: str, *, source: str, browser: Browser, now: datetime
) -> tuple[str, Account]:
    """Signs in with the password of an applicant's account and links the identity to it. Raises as `accounts.sign_in`,
    and as `link`."""
    secret, account = sign_in_by_password(
        login, password, now=now, source=source, agent=browser.agent, previous=browser.previous
    )
    try:
        if account.kind != "applicant":
            raise Forbidden("identity_is_not_for_account")
        _link(actor_of(account, session_id=secret_hash(secret)), stated, now=now)
    except (Conflict, Forbidden):
        sign_out(secret, now=now)
        raise
    return secret, account


def link(actor: Actor, stated: StatedIdentity, row: Provider, *, now: datetime) -> None:
    """Adds the identity to the actor's account. Conflict: "identity_linked_elsewhere", "identity_is_second" where the
    account has another one there; Forbidden where the provider is not for such accounts or states another number of
    staff."""
    account = own_account(actor)
    if not row.is_for(account.kind):
        raise Forbidden("identity_is_not_for_account")
    if account.kind == "staff" and not _has_number(account, stated):
        raise Forbidden("identity_differs_from_number")
    _link(actor, stated, now=now)


def unlink(actor: Actor, ref: str, *, now: datetime) -> None:
    """Removes one of the actor's own identities and ends the other sessions that began with it.

    NotFound; Conflict("last_way_in") where nothing else opens the account.
    """
    with transaction() as session:
        account = locked_row(session, actor.account_id)
        own = session.exec(select(IdentityLink).where(col(IdentityLink.account_id) == account.id)).all()
        chosen = next((one for one in own if one.ref == ref), None)
        if chosen is None:
            raise NotFound
        if not account.password_hash and len(own) == 1:
            raise Conflict("last_way_in")
        mine = (col(SignIn.account_id) == account.id, col(SignIn.provider) == chosen.provider)
        session.exec(delete(SignIn).where(*mine, col(SignIn.secret_hash) != actor.session_id))
        session.exec(update(SignIn).where(*mine).values(level=None, identified_at=None, document_hash=None))
        session.delete(chosen)
        note(session, "account:unlink_identity", subject=actor.tag, now=now, provider=chosen.provider)


def confirm(actor: Actor, stated: StatedIdentity, *, now: datetime) -> None:
    """Notes that the person has signed in at the provider anew, as `accounts.confirm` does for a password.

    Forbidden("identity_of_another") where the identity does not open this account.
    """
    with transaction() as session:
        account = locked_row(session, actor.account_id)
        known = link_with_subject(session, stated)
        is_own = known is not None and known.account_id == account.id
        result = {"result": "done"} if is_own else {"result": "refused", "reason": "another"}
        note(session, "account:confirm", subject=actor.tag, now=now, **_about(stated), **result)
        if is_own:
            _refresh(session, account, known, stated, now=now)
            here = col(SignIn.secret_hash) == actor.session_id
            session.exec(update(SignIn).where(here).values(confirmed_at=now, **_columns(account, stated, now=now)))
    if not is_own:
        raise Forbidden("identity_of_another")


def _account_for(
    session: Session, stated: StatedIdentity, row: Provider
) -> tuple[Account | None, IdentityLink | None, str | None]:
    """Account, link and refusal; all None for a citizen without an account."""
    known = link_with_subject(session, stated)
    account = locked_row(session, known.account_id) if known else _staff(session, stated, row)
    if account is None:
        return None, None, None if row.is_for("applicant") else "identity_has_no_account"
    if account.disabled_at is not None:
        return account, known, "account_is_disabled"
    if not row.is_for(account.kind):
        return account, known, "identity_is_not_for_account"
    if account.kind == "applicant":
        return account, known, None
    # A number that passed to another person must not open what the first one had.
    is_new_person = known is None and _has_other(session, account, stated)
    if is_new_person or not _has_number(account, stated):
        return account, known, "identity_differs_from_number"
    return account, known, None


def _has_number(account: Account, stated: StatedIdentity) -> bool:
    """Whether the staff number that is stated is that of the account."""
    return stated.staff_number.casefold() == account.login


def _has_other(session: Session, account: Account, stated: StatedIdentity) -> bool:
    """Whether the account has an identity at this issuer."""
    query = select(IdentityLink.id).where(
        col(IdentityLink.account_id) == account.id, col(IdentityLink.issuer) == stated.issuer
    )
    return session.exec(query).first() is not None


def _staff(session: Session, stated: StatedIdentity, row: Provider) -> Account | None:
    if not row.is_for("staff") or not stated.staff_number:
        return None
    found = find_login(session, stated.staff_number)
    return locked_row(session, found.id) if found is not None and found.kind == "staff" else None


def _link(actor: Actor, stated: StatedIdentity, *, now: datetime) -> None:
    with transaction() as session:
        account = locked_row(session, actor.account_id)
        known = link_with_subject(session, stated)
        is_free = known is None or known.account_id == account.id
        if is_free:
            _refresh(session, account, known, stated, now=now)
            # A session that began at a provider keeps what was stated then.
            here = (col(SignIn.secret_hash) == actor.session_id, col(SignIn.provider).is_(None))
            session.exec(update(SignIn).where(*here).values(**_columns(account, stated, now=now)))
        else:
            note(
                session,
                "account:link_identity",
                subject=actor.tag,
                now=now,
                **_about(stated),
                result="refused",
                reason="linked_elsewhere",
            )
    if not is_free:
        raise Conflict("identity_linked_elsewhere")


def _refresh(
    session: Session, account: Account, known: IdentityLink | None, stated: StatedIdentity, *, now: datetime
) -> None:
    """Writes what is stated now; a new link has its audit line. Raises Conflict as `link`."""
    values: dict[str, Any] = {"provider": stated.provider, "level": stated.level, "used_at": now}
    if known is not None:
        known.sqlmodel_update(values)
        session.add(known)
        return
    if _has_other(session, account, stated):
        raise Conflict("identity_is_second")
    key = subject_hash(stated.issuer, stated.subject)
    session.add(
        IdentityLink(
            ref=secrets.token_hex(8),
            account_id=account.id,
            issuer=stated.issuer,
            subject_hash=key,
            linked_at=now,
            **values,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("identity_linked_elsewhere") from error
    note(session, "account:link_identity", subject=tag_of(account), now=now, **_about(stated))


def _open(session: Session, account: Account, stated: StatedIdentity, *, browser: Browser, now: datetime) -> str:
    """A session that is confirmed as of the sign-in at the provider, which may be older than this one."""
    _note_sign_in(session, account, stated, now=now)
    at = stated.signed_in_at
    return open_in(
        session,
        account,
        now=now,
        agent=browser.agent,
        previous=browser.previous,
        confirmed_at=min(at, now) if at else None,
        **_columns(account, stated, now=now),
    )


def _columns(account: Account, stated: StatedIdentity, *, now: datetime) -> dict[str, Any]:
    """What the session keeps of the statement."""
    return {
        "provider": stated.provider,
        "level": stated.level,
        "identified_at": now,
        "stated_name": seal_address(stated.name, ref=account.ref) if stated.name else None,
        "document_hash": blind_index(typed_number(stated.document)) if stated.document else None,
    }


def _note_sign_in(
    session: Session, account: Account | None, stated: StatedIdentity, *, now: datetime, **more: Any
) -> None:
    note(session, "account:sign_in", subject=tag_of(account), now=now, kind="web", **_about(stated), **more)


def _about(stated: StatedIdentity) -> dict[str, Any]:
    return {"provider": stated.provider, "level": stated.level}

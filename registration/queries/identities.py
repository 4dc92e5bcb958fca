"""Reads the identities at providers that open accounts, and what stands behind a session that began with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from registration.actor import Actor
from registration.database import reading
from registration.keys.account_names import unsealed_address
from registration.keys.field_encryption import subject_hash
from registration.models import Account, IdentityLink, SignIn
from registration.queries.accounts import find_login
from registration.rules.stated_identity import StatedIdentity


@dataclass(frozen=True, slots=True)
class SessionIdentity:
    """What the provider stated when this session began, or when it was confirmed there: of this session alone, so that
    a later statement of less assurance does not take part in an earlier one of more."""

    provider: str
    level: str | None
    at: datetime
    name: str
    document_hash: str | None


def links_of(account_id: int | None) -> Sequence[IdentityLink]:
    query = select(IdentityLink).where(col(IdentityLink.account_id) == account_id)
    with reading() as session:
        return session.exec(query.order_by(col(IdentityLink.id))).all()


def link_with_subject(session: Session, stated: StatedIdentity) -> IdentityLink | None:
    wanted = subject_hash(stated.issuer, stated.subject)
    return session.exec(select(IdentityLink).where(col(IdentityLink.subject_hash) == wanted)).one_or_none()


def account_at_address(stated: StatedIdentity) -> tuple[Account, str] | None:
    """The applicant's account that has a verified address of this person already, and that address."""
    with reading() as session:
        for address in (stated.email, stated.mobile):
            found = find_login(session, address) if address else None
            if found is not None and address and found.kind == "applicant":
                return found, address
    return None


def identity_of_session(session: Session, actor: Actor | None) -> SessionIdentity | None:
    """None for a session by password, and where the identity has been unlinked since."""
    if actor is None or not actor.session_id:
        return None
    query = select(SignIn, Account).where(
        col(SignIn.secret_hash) == actor.session_id, col(Account.id) == col(SignIn.account_id)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    row, account = found
    if row.provider is None or row.identified_at is None:
        return None
    name = unsealed_address(row.stated_name, ref=account.ref) if row.stated_name else ""
    return SessionIdentity(row.provider, row.level, row.identified_at, name, row.document_hash)

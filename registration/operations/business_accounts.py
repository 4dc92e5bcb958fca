"""Lets another account apply for a registered entity, and ends that. Both are audit lines."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.keys.account_names import login_key
from registration.models import Account, Entity, EntityAccount
from registration.operations import audit
from registration.queries.businesses import require_business
from registration.rules.problems import Problem


def let_in(code: str, address: str, *, actor: Actor, now: datetime) -> None:
    """The applicant's account with this e-mail address or mobile number may see the entity's file and apply for it."""
    with database.transaction() as session:
        entity = require_business(session, code, actor=actor)
        account = _applicant(session, address)
        if account.id == actor.account_id:
            raise InvalidInput([Problem("address", "business.own_account")])
        row = session.get(EntityAccount, (entity.id, account.id))
        if row is None:
            row = EntityAccount(entity_id=entity.id, account_id=account.id, given_by=actor.account_id, since_at=now)
        elif row.ended_at is not None:
            row.given_by, row.since_at, row.ended_at = actor.account_id, now, None
        session.add(row)
        _note(session, "business:let_in", entity, account, actor=actor, now=now)


def end(code: str, account_ref: str, *, actor: Actor, now: datetime) -> None:
    """That account may do so no more; what it has begun stays its own. The founder's account stays."""
    with database.transaction() as session:
        entity = require_business(session, code, actor=actor)
        account = session.scalars(select(Account).where(col(Account.ref) == account_ref)).one_or_none()
        row = session.get(EntityAccount, (entity.id, account.id)) if account else None
        if account is None or row is None or row.ended_at is not None:
            raise NotFound(account=account_ref)
        if row.given_by is None:
            raise InvalidInput([Problem("account", "business.founder_stays")])
        row.ended_at = now
        _note(session, "business:end", entity, account, actor=actor, now=now)


def _applicant(session: Session, address: str) -> Account:
    key = login_key(address.strip()) if address.strip() else ""
    query = select(Account).where((col(Account.login) == key) | (col(Account.mobile_login) == key))
    found = session.scalars(query.where(col(Account.kind) == "applicant", col(Account.disabled_at).is_(None))).first()
    if not key or found is None:
        raise InvalidInput([Problem("address", "business.unknown_account")])
    return found


def _note(session: Session, tag: str, entity: Entity, account: Account, *, actor: Actor, now: datetime) -> None:
    audit.note(session, tag, subject=actor.tag, now=now, code=entity.code, account=account.ref)

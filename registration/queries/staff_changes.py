"""Accounts of staff and their changes, as security administrators read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.models import Account, StaffChange
from registration.queries.accounts import find_staff

AT_ONCE = 50


@dataclass(frozen=True)
class StaffPage:
    """Accounts by number; `after` is the number with which the next page begins, None at the end."""

    rows: tuple[Account, ...]
    after: str | None


def staff_page(session: Session, *, actor: Actor, search: str = "", registrar: str = "", start: str = "") -> StaffPage:
    """Accounts of staff whose number or name contains `search`, at one registrar if one is given."""
    admit("account.manage", actor)
    query = select(Account).where(col(Account.kind) == "staff", col(Account.login) >= start)
    if words := search.strip():
        query = query.where(
            or_(col(Account.login).contains(words, autoescape=True), col(Account.name).contains(words, autoescape=True))
        )
    if registrar:
        query = query.where(col(Account.registrar_code) == registrar)
    rows = session.scalars(query.order_by(col(Account.login)).limit(AT_ONCE + 1)).all()
    return StaffPage(tuple(rows[:AT_ONCE]), rows[AT_ONCE].login if len(rows) > AT_ONCE else None)


def staff_account(session: Session, number: str, *, actor: Actor) -> Account:
    """The account with this number. Raises NotFound."""
    admit("account.manage", actor)
    return find_staff(session, number)


def open_changes(session: Session, *, actor: Actor) -> Sequence[StaffChange]:
    """Those that wait for a second person, the oldest first."""
    admit("account.manage", actor)
    query = select(StaffChange).where(col(StaffChange.status) == "open").order_by(col(StaffChange.id))
    return session.scalars(query).all()


def changes_of(session: Session, number: str, *, actor: Actor) -> Sequence[StaffChange]:
    """Every change of an account, the newest first."""
    admit("account.manage", actor)
    query = select(StaffChange).where(col(StaffChange.number) == number).order_by(col(StaffChange.id).desc())
    return session.scalars(query).all()


def waiting_count(actor: Actor) -> Select[int]:
    """How many changes this actor can decide."""
    return select(func.count(col(StaffChange.id))).where(
        col(StaffChange.status) == "open", col(StaffChange.proposed_by) != actor.tag
    )

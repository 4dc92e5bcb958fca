"""Changes of staff accounts by security administrators: what gives power takes two of them, what ends it takes one.

A new account, other roles and a return after an end are proposed by one and decided by another. An end and a given
password take effect at once. Each is kept with who, when, why, before and after, and has its audit line. Nobody
changes the own account. (Three separate administrators: GB/T 22239-2019, 8.1.5.)
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.keys.account_names import login_key
from registration.models import Account, StaffChange
from registration.operations.accounts import (
    end_sessions,
    insert_into,
    locked_row,
    name_problems,
    replace_password,
)
from registration.operations.audit import note
from registration.operations.passwords import hashed
from registration.operations.second_person import CONFIRM, DECISIONS, REFUSE, WITHDRAW, check_decider
from registration.operations.staff import staff_problems
from registration.queries.accounts import find_login, find_staff
from registration.rules.problems import Problem

ADD, CHANGE, ENABLE = ("add", "change", "enable")
END, PASSWORD = ("end", "password")
MOST_WORDS = 500


@dataclass(frozen=True)
class StaffData:
    """What an account is for: its owner's name and the roles, at a registrar, an agency there, or for the system."""

    name: str
    roles: tuple[str, ...]
    registrar_code: str | None = None
    agency: str | None = None


def data_of(account: Account) -> StaffData:
    return StaffData(account.name, tuple(account.roles), account.registrar_code, account.agency)


def propose(kind: str, number: str, data: StaffData, *, reason: str, actor: Actor, now: datetime) -> StaffChange:
    """Proposes a new account (`add`), other data of one (`change`), or its return (`enable`, `data` as it is).

    Raises InvalidInput, also where nothing would change or another change waits; NotFound for an unknown number;
    Forbidden("own_account").
    """
    admit("account.manage", actor)
    number = login_key(number)
    if problems := _problems(number, data, reason):
        raise InvalidInput(problems)
    with transaction() as session:
        account = _account(session, number, actor) if kind != ADD else None
        if kind == ADD and find_login(session, number) is not None:
            raise InvalidInput([Problem("number", "staff_number.taken")])
        change = _row(kind, number, account, _as_kept(data, active=True), reason=reason, actor=actor, now=now)
        if change.before == change.after:
            raise InvalidInput([Problem("reason", "staff_change.unchanged")])
        session.add(change)
        try:
            session.flush()
        except IntegrityError as error:
            raise InvalidInput([Problem("reason", "staff_change.open")]) from error
        _note(session, change, "account:propose", actor=actor, now=now)
        return change


def decide(ref: str, decision: str, *, words: str = "", actor: Actor, now: datetime) -> StaffChange:
    """Confirms or refuses the proposal of another person, or withdraws a proposal of the actor.

    Raises NotFound; Conflict("proposal_decided"); Forbidden("own_proposal" or "not_proposer"); InvalidInput where a
    refusal has no words, or where the account could not be made any more.
    """
    admit("account.manage", actor)
    if decision not in DECISIONS:
        raise NotFound(decision=decision)
    if decision == REFUSE and not words.strip():
        raise InvalidInput([Problem("words", "staff_change.reason_missing")])
    # Hashed before the transaction: on SQLite every other writer waits for one. Nobody knows this password.
    unusable = hashed(secrets.token_hex(32)) if decision == CONFIRM else ""
    with transaction() as session:
        change = session.scalars(select(StaffChange).where(col(StaffChange.ref) == ref).with_for_update()).one_or_none()
        if change is None:
            raise NotFound(change=ref)
        if change.status != "open":
            raise Conflict("proposal_decided")
        _refuse_decider(change, decision, actor)
        if decision == CONFIRM:
            _make(session, change, unusable, actor=actor, now=now)
        change.status = {CONFIRM: "done", REFUSE: "refused", WITHDRAW: "withdrawn"}[decision]
        change.decided_by, change.decided_at, change.decision = actor.tag, now, words.strip()[:MOST_WORDS]
        _note(session, change, f"account:{decision}", actor=actor, now=now)
        return change


def end(number: str, *, reason: str, actor: Actor, now: datetime) -> StaffChange:
    """Ends an account and its sessions at once. What its owner did stays recorded. Errors as for `propose`."""

    def stop(session: Session, account: Account) -> None:
        if account.disabled_at is not None:
            raise InvalidInput([Problem("reason", "staff_change.unchanged")])
        account.disabled_at = now
        end_sessions(session, account.id)

    return _alone(END, number, stop, active=False, reason=reason, actor=actor, now=now)


def give_password(number: str, *, reason: str, actor: Actor, now: datetime) -> str:
    """Sets a password that is told once, and that the owner must change at the next sign-in; returns it.

    Ends the account's sessions and every wait after wrong tries. Errors as for `propose`.
    """
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    fresh = hashed(password)

    def give(session: Session, account: Account) -> None:
        replace_password(session, account, fresh)
        account.password_given = True

    _alone(PASSWORD, number, give, active=None, reason=reason, actor=actor, now=now)
    return password


def _alone(
    kind: str,
    number: str,
    take: Callable[[Session, Account], None],
    *,
    active: bool | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> StaffChange:
    """A step that one person takes; `active` is the account's state after it, None for as before."""
    admit("account.manage", actor)
    if problems := _reason_problems(reason):
        raise InvalidInput(problems)
    with transaction() as session:
        account = _account(session, login_key(number), actor)
        is_active = account.disabled_at is None if active is None else active
        after = _as_kept(data_of(account), active=is_active)
        change = _row(kind, account.login, account, after, reason=reason, actor=actor, now=now)
        take(session, account)
        change.status, change.decided_by, change.decided_at = "done", actor.tag, now
        session.add(change)
        _note(session, change, f"account:{kind}", actor=actor, now=now)
        return change


def _make(session: Session, change: StaffChange, unusable: str, *, actor: Actor, now: datetime) -> None:
    told = {name: value for name, value in change.after.items() if name != "active"}
    data = StaffData(**told | {"roles": tuple(told["roles"])})
    # A role, registrar or agency may have gone since the proposal.
    if problems := staff_problems(change.number, list(data.roles), data.registrar_code, data.agency):
        raise InvalidInput(problems)
    columns = asdict(data) | {"roles": list(data.roles)}
    if change.kind == ADD:
        ref = secrets.token_hex(16)
        made = Account(kind="staff", ref=ref, login=change.number, password_hash=unusable, created_at=now, **columns)
        insert_into(session, made)
        return
    account = _account(session, change.number, actor)
    for name, value in columns.items():
        setattr(account, name, value)
    account.disabled_at = None if change.kind == ENABLE else account.disabled_at
    # Open pages of the account show what the earlier roles could see.
    end_sessions(session, account.id)


def _account(session: Session, number: str, actor: Actor) -> Account:
    found = find_staff(session, number)
    if found.id == actor.account_id:
        raise Forbidden("own_account")
    return locked_row(session, found.id)


def _refuse_decider(change: StaffChange, decision: str, actor: Actor) -> None:
    check_decider(decision, proposed_by=change.proposed_by, actor=actor)
    if change.number == actor.staff_no:
        raise Forbidden("own_account")


def _row(
    kind: str,
    number: str,
    account: Account | None,
    after: dict[str, Any],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> StaffChange:
    before = _as_kept(data_of(account), active=account.disabled_at is None) if account is not None else {}
    # Other data of an ended account leave it ended.
    kept = after | {"active": before["active"]} if kind == CHANGE else after
    return StaffChange(
        ref=secrets.token_hex(8),
        number=number,
        kind=kind,
        before=before,
        after=kept,
        reason=reason.strip()[:MOST_WORDS],
        proposed_by=actor.tag,
        proposed_at=now,
    )


def _as_kept(data: StaffData, *, active: bool) -> dict[str, Any]:
    return asdict(data) | {"roles": sorted(data.roles), "active": active}


def _problems(number: str, data: StaffData, reason: str) -> list[Problem]:
    found = staff_problems(number, list(data.roles), data.registrar_code, data.agency)
    return [*found, *name_problems(data.name.strip()), *_reason_problems(reason)]


def _reason_problems(reason: str) -> list[Problem]:
    return [] if reason.strip() else [Problem("reason", "staff_change.reason_missing")]


def _note(session: Session, change: StaffChange, tag: str, *, actor: Actor, now: datetime) -> None:
    told = {"number": change.number, "reason": change.reason, "kind": change.kind, "change": change.ref}
    note(session, tag, subject=actor.tag, now=now, **told, before=change.before, after=change.after)

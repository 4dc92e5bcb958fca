"""The e-mail address and the mobile number of an applicant's account: added, changed and removed by the owner.

Each needs the present password, and a new address the code that was sent there. As for a sign-up, the first step reads
no other account, so that its answer does not show whether an address has one: no code is right for such an address,
and the message there says so to its owner. Every address that the account had before is told of the change.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, delete

from registration import outbox
from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.account_names import address_of, addresses_of, login_key, mobile_of, seal_address, set_addresses
from registration.models import Account, AddressChange
from registration.operations import codes
from registration.operations.accounts import insert_into, locked_row, own_account, present_password_problems
from registration.operations.audit import note
from registration.queries.accounts import find_login
from registration.queries.address_changes import CHANGED, EFFECT
from registration.queries.sign_ups import pending_address
from registration.rules.account_address import account_address_problems, mobile_in
from registration.rules.problems import Problem
from registration.settings import settings

Kind = Literal["email", "mobile"]
KINDS: tuple[Kind, ...] = ("email", "mobile")


def begin(actor: Actor, address: str, password: str, *, now: datetime) -> str:
    """Orders the message with a code to the new address or number, and returns the secret for the second step.

    An address replaces the account's address, a number its number. Raises InvalidInput, NotFound for staff,
    TooManyAttempts("sign_in_waits") after wrong passwords, and TooManyAttempts("sign_up_mails") after too many codes.
    """
    account = changeable_account(actor)
    problems = account_address_problems(address, with_mobile=settings().sends_sms, path="address")
    if not problems and login_key(address) in {login_key(one) for one in addresses_of(account)}:
        problems = [Problem("address", "address.is_own")]
    problems += present_password_problems(actor, account, password, path="password", now=now)
    if problems:
        raise InvalidInput(problems)
    secret, columns = codes.requested(address, locale=account.locale, now=now)
    row = AddressChange(**columns, account_id=account.id)
    with transaction() as session:
        session.add(row)
        codes.order(session, row, EFFECT, now=now)
    return secret


def send_again(actor: Actor, secret: str, *, now: datetime) -> None:
    """Orders another message with the same code. Raises NotFound("sign_up_over"), TooManyAttempts("sign_up_mails")."""
    with transaction() as session:
        codes.order_again(session, _own_request(session, actor, secret, now=now), EFFECT, now=now)


def confirm(actor: Actor, secret: str, code: str, *, now: datetime) -> str:
    """Gives the account the new address, and returns it. A repeat finds nothing to do.

    Raises InvalidInput("code.wrong") with the number of tries `left`, NotFound("sign_up_over") if the code was used,
    has expired, was wrong five times, or belongs to another account.
    """
    with transaction() as session:
        row = _own_request(session, actor, secret, now=now)
        address, kind = pending_address(row), kind_of(pending_address(row))
        is_free = codes.is_right(row, code) and find_login(session, address) is None
        if is_free:
            _change(session, actor, kind, address, now=now)
            session.exec(delete(AddressChange).where(col(AddressChange.account_id) == actor.account_id))
        else:
            row.tries += 1
            _note(session, actor, kind, now=now, result="refused", reason="wrong_code")
    if not is_free:
        raise codes.wrong(row)
    return address


def remove(actor: Actor, kind: Kind, password: str, *, now: datetime) -> None:
    """Removes the address or the number. Raises NotFound without one, Conflict("last_address"), InvalidInput and
    TooManyAttempts("sign_in_waits") for a wrong password."""
    account = changeable_account(actor)
    if problems := present_password_problems(actor, account, password, path="password", now=now):
        with transaction() as session:
            _note(session, actor, kind, now=now, result="refused", reason="wrong_password")
        raise InvalidInput(problems)
    with transaction() as session:
        _change(session, actor, kind, None, now=now)


def changeable_account(actor: Actor) -> Account:
    """The actor's account. NotFound for staff, whose addresses the security administrator sets."""
    account = own_account(actor)
    if account.kind != "applicant":
        raise NotFound
    return account


def kind_of(address: str) -> Kind:
    return "mobile" if mobile_in(address) else "email"


def removal_refusal(account: Account, kind: Kind) -> NotFound | Conflict | None:
    """Why the account's address of this kind cannot be removed."""
    known = {kind_of(one) for one in addresses_of(account)}
    if kind not in known:
        return NotFound()
    return Conflict("last_address") if len(known) == 1 else None


def _own_request(session: Session, actor: Actor, secret: str, *, now: datetime) -> AddressChange:
    row = codes.locked(session, AddressChange, secret, now=now)
    if row.account_id != actor.account_id:
        raise NotFound("sign_up_over")
    return row


def _change(session: Session, actor: Actor, kind: Kind, address: str | None, *, now: datetime) -> None:
    """Raises Conflict("login_taken") if another account got the address at the same moment."""
    account = locked_row(session, actor.account_id)
    refusal = removal_refusal(account, kind) if address is None else None
    if refusal is not None:
        raise refusal
    before = addresses_of(account)
    chosen = {"email": address_of(account), "mobile": mobile_of(account), kind: address}
    set_addresses(account, email=chosen["email"], mobile=chosen["mobile"])
    insert_into(session, account)
    _note(session, actor, kind, now=now, change="remove" if address is None else "set")
    for told in before:
        outbox.put(session, CHANGED, now=now, account=account.id, told=seal_address(told, ref=account.ref))


def _note(session: Session, actor: Actor, kind: Kind, *, now: datetime, **data: str) -> None:
    note(session, "account:change_address", subject=actor.tag, now=now, kind=kind, **data)

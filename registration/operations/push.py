"""Switches pushes on and off for a device, and orders one message for each device of a notice."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col, delete

from registration import database, outbox
from registration.actor import Actor
from registration.database.statements import Query
from registration.errors import InvalidInput, NotFound
from registration.keys.account_names import seal_address
from registration.keys.push import public_key
from registration.models import Account, Application, PushSubscription
from registration.operations.accounts import locked_row
from registration.operations.addresses import changeable_account
from registration.operations.audit import note
from registration.operations.notify import finish
from registration.outbox import Work
from registration.queries.push import EFFECT, MARK_LENGTH, endpoint_hash
from registration.rules.notice_preferences import is_wanted
from registration.rules.problems import Problem
from registration.rules.push import MOST_DEVICES, subscription_problems
from registration.settings import settings

_IN_USE = Query(
    select(col(PushSubscription.id))
    .where(col(PushSubscription.account_id) == bindparam("of"), col(PushSubscription.key) == bindparam("key_now"))
    .order_by(col(PushSubscription.id))
)


def switch_on(actor: Actor, endpoint: str, point: str, secret: str, *, agent: str, now: datetime) -> None:
    """Sends the actor's notices to this browser too. It has one owner: who switches it on takes it over.

    Raises InvalidInput for a subscription that cannot be used and beyond `MOST_DEVICES`, NotFound for staff and where
    nothing is pushed.
    """
    account = changeable_account(actor)
    if not settings().pushes:
        raise NotFound
    chosen = settings()
    allowed: dict[str, Any] = {"services": chosen.push_services, "loopback": chosen.push_loopback}
    if problems := subscription_problems(endpoint, point, secret, **allowed):
        raise InvalidInput(problems)
    mark = endpoint_hash(endpoint)
    with database.transaction() as session:
        # The lock of the account makes the count of its devices right.
        locked_row(session, account.id)
        session.exec(delete(PushSubscription).where(col(PushSubscription.endpoint_hash) == mark))
        if len(_in_use(session, account.id)) >= MOST_DEVICES:
            raise InvalidInput([Problem("push", "push.too_many", {"most": MOST_DEVICES})])
        row = PushSubscription(
            account_id=account.id,
            endpoint_hash=mark,
            endpoint=seal_address(endpoint, ref=account.ref),
            public_key=point,
            secret=seal_address(secret, ref=account.ref),
            key=public_key(settings()),
            agent=agent[:200],
            created_at=now,
        )
        session.add(row)
        note(session, "account:push_on", subject=actor.tag, now=now, mark=mark[:MARK_LENGTH])


def switch_off(actor: Actor, mark: str, *, now: datetime) -> None:
    """Removes one of the actor's devices. Raises NotFound."""
    with database.transaction() as session:
        mine = col(PushSubscription.account_id) == actor.account_id
        rows = session.scalars(select(PushSubscription).where(mine)).all()
        chosen = [row for row in rows if row.endpoint_hash[:MARK_LENGTH] == mark]
        if not chosen:
            raise NotFound
        for row in chosen:
            session.delete(row)
        note(session, "account:push_off", subject=actor.tag, now=now, mark=mark)


def finish_notice(work: Work, *, now: datetime) -> bool:
    """Ends the message of a notice, and orders a push to each device of the applicant in the same transaction."""
    if not settings().pushes:
        return finish(work.id, now=now)
    with database.transaction() as session:
        if not outbox.finish(session, work.id):
            return False
        case = session.get_one(Application, work.application_id)
        _order(session, case.id, case.account_id, about=work.effect, now=now)
        return True


def finish_signing(work: Work, accounts: Iterable[int], *, about: str, now: datetime) -> None:
    """Ends the message that sent links, and orders a push to each device of the signers who have accounts."""
    with database.transaction() as session:
        if outbox.finish(session, work.id):
            for one in accounts:
                _order(session, work.application_id, one, about=about, now=now)


def _order(session: Session, case_id: int | None, account_id: int, *, about: str, now: datetime) -> None:
    devices = _in_use(session, account_id)
    if devices and is_wanted(about, off=session.get_one(Account, account_id).notices_off):
        for number in devices:
            told = {"device": number, "account": account_id, "about": about}
            outbox.put(session, EFFECT, now=now, application_id=case_id, **told)


def finish_push(work: Work, *, gone: bool) -> bool:
    """Ends the message; with it the subscription, if the push service says that there is none any more."""
    with database.transaction() as session:
        if gone:
            session.exec(delete(PushSubscription).where(col(PushSubscription.id) == work.payload["device"]))
        return outbox.finish(session, work.id)


def _in_use(session: Session, account_id: int) -> list[int]:
    return [number for (number,) in _IN_USE.rows(session, of=account_id, key_now=public_key(settings()))]

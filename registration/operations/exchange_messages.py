"""What agencies' programs say: receipts, numbers, objections and lists of what they received, each done once.

A program acts in the name of its agency, by an account that nobody can sign in with; the operations are those of the
agency's officers, with the same access rules, history and audit.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from certificates.numbers import clean
from registration import database, outbox
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import (
    Account,
    AgencyReceipt,
    Application,
    ExchangeDay,
    ExchangeDelivery,
    ExchangeMessage,
    Part,
    Registrar,
)
from registration.operations import receipts
from registration.operations.accounts import actor_of
from registration.operations.act import act
from registration.operations.audit import note
from registration.operations.exchange import order_turn, peer_locked
from registration.queries.exchange import with_channel
from registration.queries.exchange_mails import DIFFERS
from registration.rules.exchange import Acknowledgement, Message, NumberGiven, ObjectionMade, ReceivedList, Refusal
from registration.rules.languages import OF_PAPERS
from registration.rules.languages import said as in_language
from registration.rules.problems import Problem

KEPT = timedelta(days=30)
Answer = dict[str, Any]


def take(agency: str, message_id: str, message: Message, body: bytes, *, now: datetime) -> Answer:
    """Does what a message asks and returns the answer; the same message again gets the same and does nothing.

    Conflict("message_id_used") for another message with this id; otherwise as the operation refuses.
    """
    digest = sha256(body).hexdigest()
    with database.all_or_nothing():
        known = _known(agency, message_id)
        if known is not None and known.digest != digest:
            raise Conflict("message_id_used")
        if known is not None:
            return {**known.answer, "repeated": True}
        answer = _TAKERS[type(message)](agency, message, now)
        with database.transaction() as session:
            session.add(ExchangeMessage(agency=agency, message_id=message_id, digest=digest, answer=answer, at=now))
    return answer


def _known(agency: str, message_id: str) -> ExchangeMessage | None:
    """The message of this id, if it was taken before. Others of the agency wait until this one is done."""
    with database.transaction() as session:
        peer_locked(session, agency)
        query = select(ExchangeMessage).where(
            col(ExchangeMessage.agency) == agency, col(ExchangeMessage.message_id) == message_id
        )
        return session.scalars(query).one_or_none()


def forget(session: Session, *, now: datetime) -> None:
    """Deletes messages that are too old to be signed again."""
    session.execute(delete(ExchangeMessage).where(col(ExchangeMessage.at) < now - KEPT))


def _acknowledge(agency: str, said: Acknowledgement, now: datetime) -> Answer:
    row, receipt, actor = _delivery(agency, said.delivery, digest=said.digest, now=now)
    receipts.acknowledge(receipt, number=said.number, actor=actor, now=now)
    _set_status(row.ref, "acknowledged")
    return {"delivery": row.ref, "status": "acknowledged"}


def _refuse(agency: str, said: Refusal, now: datetime) -> Answer:
    row, receipt, actor = _delivery(agency, said.delivery, digest=said.digest, now=now)
    report = receipts.report(receipt, field=said.field, words=said.reason, actor=actor, now=now)
    _set_status(row.ref, "refused")
    return {"delivery": row.ref, "status": "refused", "report": report}


def _give_number(agency: str, said: NumberGiven, now: datetime) -> Answer:
    actor, part = _part(agency, said.reference, now=now)
    if part.state == "assigned" and clean(said.number) in ("", part.number):
        return {"reference": said.reference, "number": part.number}
    _claim(said.reference, part, actor, now=now)
    act(said.reference, "assign", actor=actor, now=now, part=part.key, number=said.number)
    return {"reference": said.reference, "number": _part(agency, said.reference, now=now)[1].number}


def _object(agency: str, said: ObjectionMade, now: datetime) -> Answer:
    actor, part = _part(agency, said.reference, now=now)
    if part.objection == said.reason.strip() and part.state == "objected":
        return {"reference": said.reference, "status": "objected"}
    _claim(said.reference, part, actor, now=now)
    items = [{"target": one.target, "problem": one.problem} for one in said.items]
    act(said.reference, "object", actor=actor, now=now, part=part.key, reason=said.reason, items=items)
    return {"reference": said.reference, "status": "objected"}


def _compare(agency: str, said: ReceivedList, now: datetime) -> Answer:
    """Compares the list of a day with what was sent; what is missing or differs is sent again."""
    if said.day > local_date(now):
        raise InvalidInput([Problem("day", "exchange.day")])
    given = {one.delivery: one.digest for one in said.deliveries}
    with database.transaction() as session:
        query = select(ExchangeDelivery).where(
            col(ExchangeDelivery.agency) == agency, col(ExchangeDelivery.day) == said.day
        )
        sent = {row.ref: row for row in session.scalars(query)}
        missing = [row for ref, row in sent.items() if ref not in given]
        differing = [row for ref, row in sent.items() if ref in given and given[ref] != row.digest]
        for row in (*missing, *differing):
            row.waits = True
        session.flush()
        figures = {
            "received": len(given),
            "missing": len(missing),
            "differs": len(differing),
            "unknown": len(given.keys() - sent.keys()),
        }
        _keep_day(session, agency, said.day, figures, now=now)
        if figures["missing"] or figures["differs"] or figures["unknown"]:
            outbox.put(session, DIFFERS, now=now, agency=agency, day=said.day.isoformat())
        order_turn(session, peer_locked(session, agency), now=now)
        note(session, "exchange:compare", subject=agency, now=now, day=said.day.isoformat(), figures=figures)
    return {"day": said.day.isoformat(), "sent": len(sent), **figures}


def _keep_day(session: Session, agency: str, day: date, figures: Mapping[str, int], *, now: datetime) -> None:
    query = select(ExchangeDay).where(col(ExchangeDay.agency) == agency, col(ExchangeDay.day) == day)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = ExchangeDay(agency=agency, day=day)
        session.add(row)
    # A second list, after a repair: what was wrong at first stays to be read.
    row.received, row.unknown, row.reported_at = figures["received"], figures["unknown"], now
    row.missing, row.differs = max(row.missing, figures["missing"]), max(row.differs, figures["differs"])


_TAKERS: Mapping[type, Callable[[str, Any, datetime], Answer]] = {
    Acknowledgement: _acknowledge,
    Refusal: _refuse,
    NumberGiven: _give_number,
    ObjectionMade: _object,
    ReceivedList: _compare,
}


def _delivery(agency: str, ref: str, *, digest: str, now: datetime) -> tuple[ExchangeDelivery, str, Actor]:
    """The delivery, its receipt, and who acts. NotFound for another agency's; InvalidInput for another content."""
    with database.transaction() as session:
        row = session.scalars(
            select(ExchangeDelivery).where(col(ExchangeDelivery.ref) == ref, col(ExchangeDelivery.agency) == agency)
        ).one_or_none()
        if row is None:
            raise NotFound(delivery=ref)
        if digest and digest != row.digest:
            raise InvalidInput([Problem("digest", "exchange.digest")])
        receipt = session.scalars(
            select(AgencyReceipt).where(
                col(AgencyReceipt.application_id) == row.application_id,
                col(AgencyReceipt.agency) == agency,
                col(AgencyReceipt.key) == row.key,
            )
        ).one()
        return row, receipt.ref, _program_of(session, agency, receipt.registrar_code, now=now)


def _set_status(ref: str, status: str) -> None:
    with database.transaction() as session:
        row = session.scalars(select(ExchangeDelivery).where(col(ExchangeDelivery.ref) == ref)).one()
        row.status = status


def _part(agency: str, reference: str, *, now: datetime) -> tuple[Actor, Part]:
    """Who acts, and the agency's part of the case; NotFound where it has none."""
    with database.transaction() as session:
        query = (
            select(Part, Application)
            .join(Application, col(Application.id) == col(Part.application_id))
            .where(col(Application.ref) == reference, col(Part.agency) == with_channel()[agency].key)
        )
        found = session.execute(query).one_or_none()
        if found is None:
            raise NotFound(reference=reference)
        part, case = found
        return _program_of(session, agency, case.registrar_code, now=now), part


def _claim(reference: str, part: Part, actor: Actor, *, now: datetime) -> None:
    """Takes the part in hand, unless an officer has: then the table refuses the step."""
    if part.holder_id is None:
        act(reference, "claim", actor=actor, now=now, part=part.key)


def _program_of(session: Session, agency: str, registrar_code: str, *, now: datetime) -> Actor:
    """The agency's program at a registrar: an account without a password, which is closed to sign-ins."""
    row, login = with_channel()[agency], f"{agency}-{registrar_code}"
    account = session.scalars(select(Account).where(col(Account.login) == login)).one_or_none()
    if account is None:
        session.get_one(Registrar, registrar_code, with_for_update=True)
        account = Account(
            kind="staff",
            ref=secrets.token_hex(16),
            login=login,
            name=in_language(row.name, OF_PAPERS),
            password_hash="",
            roles=[row.role],
            registrar_code=registrar_code,
            agency=row.key,
            disabled_at=now,
            created_at=now,
        )
        session.add(account)
        session.flush()
        note(session, "exchange:account", subject="system", now=now, account=account.ref, agency=agency)
    return actor_of(account)

"""Deliveries to agencies after a registration: that they were sent, confirmed, or reported as wrong, and the answer."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import AgencyReceipt, Application, Entity, ReceiptObjection
from registration.operations import audit
from registration.operations.case_store import locked
from registration.queries.object_facts import object_facts
from registration.queries.receipts import corrected_since, facts_of, fields_of
from registration.queries.sharing import delivery_key
from registration.rules.problems import Problem
from registration.rules.prose import prose

LONGEST = 1000
LONGEST_NUMBER = 60
SETTLEMENTS = ("corrected", "explained")


def record_sent(session: Session, case: Application, receipts: Mapping[str, str], *, now: datetime) -> None:
    """Records each agency's receipt of a delivery, once for each delivery."""
    entity = session.scalars(select(Entity).where(col(Entity.application_id) == case.id)).one_or_none()
    if entity is None:
        return
    key = delivery_key(entity.code)
    known = set(
        session.scalars(
            select(col(AgencyReceipt.agency)).where(
                col(AgencyReceipt.application_id) == case.id, col(AgencyReceipt.key) == key
            )
        )
    )
    session.add_all(
        AgencyReceipt(
            ref=token_urlsafe(12),
            application_id=case.id,
            agency=agency,
            registrar_code=case.registrar_code,
            key=key,
            receipt=receipt,
            sent_at=now,
        )
        for agency, receipt in receipts.items()
        if agency not in known
    )


def acknowledge(ref: str, *, number: str, actor: Actor, now: datetime) -> None:
    """The agency confirms a delivery, with its own number for the record if it has one; a repeat changes nothing.

    NotFound for another agency's delivery; InvalidInput for another number than the one confirmed, or one too long.
    """
    number = number.strip()
    if len(number) > LONGEST_NUMBER:
        raise InvalidInput([Problem("number", "text.too_long", {"most": LONGEST_NUMBER})])
    with database.transaction() as session:
        receipt = _own(session, ref, actor)
        if receipt.acknowledged_at is not None and number in ("", receipt.number):
            return
        if receipt.number:
            raise InvalidInput([Problem("number", "number.assigned_already", {"number": receipt.number})])
        receipt.number = number
        if receipt.acknowledged_at is None:
            receipt.acknowledged_at, receipt.acknowledged_by = now, actor.tag
        audit.note(session, "receipt:acknowledge", subject=actor.tag, now=now, receipt=ref, number=number)


def report(ref: str, *, field: str, words: str, actor: Actor, now: datetime) -> str:
    """The agency reports that a delivered record is wrong; returns the report. The same report is made once.

    InvalidInput for a field that the agency does not see, and without words.
    """
    with database.transaction() as session:
        receipt = _own(session, ref, actor)
        case = session.get_one(Application, receipt.application_id)
        said = prose("words", words, most=LONGEST, required=True)
        if field and field not in fields_of(session, case, receipt.agency):
            raise InvalidInput([Problem("field", "choice.unknown")])
        same = select(ReceiptObjection).where(
            col(ReceiptObjection.receipt_id) == receipt.id,
            col(ReceiptObjection.field) == field,
            col(ReceiptObjection.answered_at).is_(None),
        )
        for one in session.scalars(same):
            if decrypt(one.words, case=case.ref) == said:
                return one.ref
        made = ReceiptObjection(
            ref=token_urlsafe(12),
            receipt_id=receipt.id,
            application_id=case.id,
            registrar_code=case.registrar_code,
            field=field,
            words=encrypt(said, case=case.ref),
            made_by=actor.tag,
            made_at=now,
        )
        session.add(made)
        audit.note(session, "receipt:report", subject=actor.tag, now=now, receipt=ref, report=made.ref, field=field)
        return made.ref


def answer(ref: str, report_ref: str, *, settlement: str, words: str, actor: Actor, now: datetime) -> None:
    """The office settles a report: the licence was corrected in the ledger since, or the record is explained.

    NotFound for another office's case, Conflict for one that was settled already; InvalidInput without words, and for
    `corrected` without a correction of the licence since the report.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("receipt.answer", actor, object_facts(session, case, actor))
        one = session.scalars(
            select(ReceiptObjection).where(
                col(ReceiptObjection.ref) == report_ref, col(ReceiptObjection.application_id) == case.id
            )
        ).one_or_none()
        if one is None:
            raise NotFound(report=report_ref)
        if one.answered_at is not None:
            raise Conflict("receipt_is_settled", report=report_ref)
        said = prose("words", words, most=LONGEST, required=True)
        if settlement not in SETTLEMENTS:
            raise InvalidInput([Problem("settlement", "choice.unknown")])
        if settlement == "corrected" and not corrected_since(session, case, one.made_at):
            raise InvalidInput([Problem("settlement", "receipt.no_correction")])
        one.settlement, one.answer = settlement, encrypt(said, case=case.ref)
        one.answered_by, one.answered_at = actor.tag, now
        audit.note(
            session, "receipt:settle", subject=actor.tag, now=now, ref=ref, report=report_ref, settlement=settlement
        )


def _own(session: Session, ref: str, actor: Actor) -> AgencyReceipt:
    """The delivery, locked. NotFound where it is another agency's, or another office's."""
    found = session.scalars(select(AgencyReceipt).where(col(AgencyReceipt.ref) == ref).with_for_update()).one_or_none()
    if found is None:
        raise NotFound(receipt=ref)
    access.require("receipt.act", actor, facts_of(found))
    return found

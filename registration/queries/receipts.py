"""What was delivered to agencies after a registration: an agency's own list, and the reports to the office."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.keys.field_encryption import decrypt, decrypt_form
from registration.models import AgencyReceipt, Application, Entity, LicenceProposal, Message, ReceiptObjection
from registration.queries.case_rows import ENTITIES, of_case, read_ahead
from registration.queries.keyset import Order, Page, numbers_on_page
from registration.rules.city import Agency, city
from registration.rules.fields import sensitive_paths, still_visible_to
from registration.rules.masking import masked_form
from registration.rules.problems import Problem

VIEWS = ("sent", "reported", "confirmed", "all")
EFFECT = "share.registration"
_OF_CASE = of_case(AgencyReceipt, col(AgencyReceipt.id))
_REPORTED = of_case(ReceiptObjection, col(ReceiptObjection.id))
_NEWEST = Order("sent", col(AgencyReceipt.sent_at), col(AgencyReceipt.id), descending=True)


@dataclass(frozen=True)
class Report:
    """A report that a record is wrong; `answered_at` is None while it waits for the office."""

    ref: str
    agency: str
    field: str
    words: str
    made_at: datetime
    settlement: str | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class ReceiptRow:
    """A delivery with its case, the entity's code, and the reports about it, the oldest first."""

    receipt: AgencyReceipt
    case: Application
    code: str
    reports: tuple[Report, ...]

    @property
    def is_reported(self) -> bool:
        return any(one.answered_at is None for one in self.reports)


@dataclass(frozen=True)
class Failing:
    """A registration that could not be delivered yet; `parked`: it waits for a person of the office."""

    ref: str
    name: str
    attempts: int
    parked: bool
    since: datetime


def names_of(agency: str | None) -> frozenset[str]:
    """The names that deliveries to this agency have; none for one that gets no own envelope."""
    return frozenset(one.shared_as for one in city().agencies if one.key == agency and one.shared_as)


def receiving_agency(shared_as: str) -> Agency | None:
    return next((one for one in city().agencies if one.shared_as == shared_as), None)


def facts_of(receipt: AgencyReceipt) -> ObjectFacts:
    """For the access table: a delivery concerns one agency at one registrar."""
    keys = frozenset(one.key for one in city().agencies if one.shared_as == receipt.agency)
    return ObjectFacts(registrar_code=receipt.registrar_code, agencies=keys)


def receipts_for(
    session: Session, *, actor: Actor, view: str = "sent", cursor: str | None = None, limit: int = 20
) -> Page[ReceiptRow]:
    """The deliveries to the officer's agency, the newest first: `sent` (not confirmed), `reported` (a report waits for
    the office), `confirmed`, or `all`. InvalidInput for another view."""
    access.admit("receipt.read", actor)
    if view not in VIEWS:
        raise InvalidInput([Problem("view", "choice.unknown")])
    ids, after = numbers_on_page(
        session, select(AgencyReceipt), [_branch(view, actor)], _NEWEST, cursor=cursor, limit=limit
    )
    rows = _rows(session, col(AgencyReceipt.id).in_(ids))
    return Page(tuple(sorted(rows, key=lambda row: ids.index(row.receipt.id))), after)


def receipt_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many deliveries wait for a confirmation, and how many for the office's answer."""
    access.admit("receipt.read", actor)
    return {
        view: session.scalars(select(func.count(col(AgencyReceipt.id))).where(*_branch(view, actor))).one()
        for view in ("sent", "reported")
    }


def _branch(view: str, actor: Actor) -> list[ColumnElement[bool]]:
    at = col(AgencyReceipt.acknowledged_at)
    here: list[ColumnElement[bool]] = [
        col(AgencyReceipt.agency).in_(sorted(names_of(actor.agency))),
        col(AgencyReceipt.registrar_code) == actor.registrar_code,
    ]
    waits = exists().where(
        col(ReceiptObjection.receipt_id) == col(AgencyReceipt.id), col(ReceiptObjection.answered_at).is_(None)
    )
    here += [at.is_(None), ~waits] if view == "sent" else []
    here += [waits] if view == "reported" else []
    return [*here, at.is_not(None)] if view == "confirmed" else here


def receipt_of(session: Session, ref: str, *, actor: Actor) -> ReceiptRow:
    """One delivery to the officer's agency; NotFound for any other."""
    row = next(iter(_rows(session, col(AgencyReceipt.ref) == ref)), None)
    if row is None:
        raise NotFound(receipt=ref)
    access.require("receipt.act", actor, facts_of(row.receipt))
    return row


def receipts_on(session: Session, case: Application) -> tuple[ReceiptRow, ...]:
    """Every delivery of a case, for its office and, without the words of reports, for its applicant."""
    given = {"case_id": case.id}
    read_ahead(session, [(one, given) for one in (_OF_CASE, _REPORTED, ENTITIES)])
    receipts = _OF_CASE.all(session, **given)
    if not receipts:
        return ()
    reports = _reports(_REPORTED.all(session, **given), receipts, {case.id: case.ref})
    code = next((one.code for one in ENTITIES.all(session, **given)), "")
    return tuple(ReceiptRow(one, case, code, tuple(reports.get(one.id, ()))) for one in receipts)


def _rows(session: Session, chosen: ColumnElement[bool]) -> list[ReceiptRow]:
    query = (
        select(AgencyReceipt, Application, col(Entity.code))
        .join(Application, col(Application.id) == col(AgencyReceipt.application_id))
        .outerjoin(Entity, col(Entity.application_id) == col(Application.id))
        .where(chosen)
        .order_by(col(AgencyReceipt.id))
    )
    rows = session.execute(query).all()
    about = col(ReceiptObjection.receipt_id).in_([row[0].id for row in rows])
    reported = session.scalars(select(ReceiptObjection).where(about).order_by(col(ReceiptObjection.id)))
    reports = _reports(reported, [row[0] for row in rows], {row[1].id: row[1].ref for row in rows})
    return [ReceiptRow(receipt, case, code or "", tuple(reports.get(receipt.id, ()))) for receipt, case, code in rows]


def _reports(
    reported: Iterable[ReceiptObjection], receipts: Sequence[AgencyReceipt], refs: Mapping[int, str]
) -> dict[int, list[Report]]:
    agencies = {one.id: one.agency for one in receipts}
    found: dict[int, list[Report]] = {}
    for one in reported:
        ref = refs[one.application_id]
        report = Report(
            one.ref,
            agencies[one.receipt_id],
            one.field,
            decrypt(one.words, case=ref),
            one.made_at,
            one.settlement,
            decrypt(one.answer, case=ref) if one.answer else "",
            one.answered_at,
        )
        found.setdefault(one.receipt_id, []).append(report)
    return found


def record_of(session: Session, case: Application, shared_as: str) -> Mapping[str, Any]:
    """The public data of the registration as the agency may still see them, masked."""
    agency = receiving_agency(shared_as)
    if agency is None:
        return {}
    form = still_visible_to(agency, decrypt_form(case.form, case=case.ref))
    return masked_form(form, sensitive_paths(form))


def fields_of(session: Session, case: Application, shared_as: str) -> tuple[str, ...]:
    """What a report can be about: the sections of the record, and in each its fields."""
    found: list[str] = []
    for section, value in record_of(session, case, shared_as).items():
        found.append(section)
        found += [f"{section}.{name}" for name in value] if isinstance(value, Mapping) else []
    return tuple(found)


def failing_deliveries(session: Session, *, actor: Actor) -> list[Failing]:
    """Registrations of the registrar that did not reach the agencies at the first attempt and are tried again."""
    query = (
        select(Message, col(Application.ref), col(Application.name))
        .join(Application, col(Application.id) == col(Message.application_id))
        .where(col(Message.effect) == EFFECT, col(Message.attempts) > 0)
        .where(col(Application.registrar_code) == actor.registrar_code)
        .order_by(col(Message.created_at))
        .limit(50)
    )
    return [
        Failing(ref, name, one.attempts, one.parked_at is not None, one.created_at)
        for one, ref, name in session.execute(query)
    ]


def corrected_since(session: Session, case: Application, since: datetime) -> bool:
    """Whether a correction of the licence was confirmed in the ledger since then."""
    query = select(col(LicenceProposal.id)).where(
        col(LicenceProposal.application_id) == case.id,
        col(LicenceProposal.kind) == "correct",
        col(LicenceProposal.status) == "confirmed",
        col(LicenceProposal.decided_at) >= since,
    )
    return session.scalars(query).first() is not None


def reported_cases(actor: Actor) -> Select[int]:
    """The numbers of the registrar's cases with a report that waits for the office."""
    return select(col(ReceiptObjection.application_id)).where(
        col(ReceiptObjection.registrar_code) == actor.registrar_code, col(ReceiptObjection.answered_at).is_(None)
    )

"""Issues a licence: fixes the numbers and the particulars, and records the sheets when the worker has made them.

Numbers and particulars are fixed before anything is rendered, so that a worker that restarts makes the same sheets
again and takes no number twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from certificates.paper.design import Design, find
from certificates.paper.licence import refuse_unprintable
from certificates.particulars import FiveNumbers, Particulars
from registration import database, outbox
from registration.actor import SYSTEM, Actor
from registration.clock import local_date
from registration.keys.field_encryption import blind_index
from registration.models import Application, Entity, EntityOffice, Licence, LicenceCheck, Registrar
from registration.operations import ledger, numbers, register
from registration.operations.act import local_effect, perform, writes
from registration.operations.apply import freeze
from registration.operations.case_store import locked_by_ids
from registration.operations.papers import held_profile
from registration.queries.licences import ordered_in
from registration.queries.opened_form import opened_form
from registration.queries.outbox import parked_licence
from registration.queries.registrar_profiles import seal_picture
from registration.rules.addresses import address_key
from registration.rules.entity_types import type_row
from registration.rules.form import Form
from registration.rules.guards import is_delivered_electronically
from registration.rules.offices import offices_in, organizations_in
from registration.rules.official_types import uscc_class
from registration.rules.printing import printed_facts
from registration.settings import settings


@dataclass(frozen=True)
class Sheet:
    """A sheet to be made: its content and its storage key."""

    licence_id: int
    paper: str
    particulars: Mapping[str, Any]
    design: str
    registrar_code: str
    seal: bytes | None = None


@dataclass(frozen=True)
class MadeSheet:
    """A sheet that was made and stored, with its design and fonts."""

    licence_id: int
    sha256: str
    storage_key: str
    size: int
    signed_by: str
    design_hash: str
    fonts_hash: str


@dataclass(frozen=True)
class MadeEdition:
    """The made sheets of one case's edition, and the message that ends with their record."""

    message_id: int
    application_id: int
    sheets: Sequence[MadeSheet]


def prepare(application_id: int, *, edition: int = 1, now: datetime) -> list[Sheet]:
    """The sheets of the licence's edition that are still to be made; the same ones each time until `record`.

    The first call fixes the first edition; operations/editions.py orders the later ones.
    """
    return prepare_all([application_id], edition=edition, now=now)[application_id]


def prepare_all(applications: Collection[int], *, edition: int = 1, now: datetime) -> dict[int, list[Sheet]]:
    """The same for several cases in one transaction, by their ids: all of them, or none after an error."""
    with database.transaction() as session:
        cases = locked_by_ids(session, applications)
        sheets = ledger.sheets_by_case(session, cases)
        if new := [case for case in cases.values() if not sheets[case.id]]:
            sheets |= _fix(session, new, now=now)
        return {
            number: [
                sheet_to_make(session, case, one)
                for one in sheets[number]
                if one.status == "prepared" and one.edition == edition
            ]
            for number, case in cases.items()
        }


def sheet_to_make(session: Session, case: Application, sheet: Licence) -> Sheet:
    """What a worker needs to make a prepared sheet of this founding case."""
    seal = seal_picture(session, sheet.particulars.get("seal"))
    return Sheet(sheet.id, sheet.paper, sheet.particulars, sheet.design, case.registrar_code, seal)


def record(message_id: int, application_id: int, made: Sequence[MadeSheet], *, now: datetime) -> bool:
    """Records the sheets, in force from now on, in the transaction that ends the message.

    The first edition enters the entity in the register and moves the case to its next state; a later one supersedes
    earlier sheets and updates the register.
    False if another delivery of the same message was first: then nothing is written.
    """
    return bool(record_all([MadeEdition(message_id, application_id, made)], now=now))


def record_all(made: Sequence[MadeEdition], *, now: datetime) -> int:
    """The same for several cases in one transaction; how many messages it ended."""
    with database.transaction() as session:
        ended = outbox.finish_all(session, [one.message_id for one in made])
        mine = [one for one in made if one.message_id in ended]
        cases = locked_by_ids(session, [one.application_id for one in mine])
        known = ledger.sheets_by_case(session, cases)
        sheets = {one.application_id: [with_file(session, sheet, now=now) for sheet in one.sheets] for one in mine}
        ledger.enter_issues(session, known, sheets, by=SYSTEM.tag, now=now)
        entities = ledger.entities_by_case(session, cases)
        for number, case in cases.items():
            _register(session, case, entities[number], sheets[number], now=now)
        return len(mine)


def _register(session: Session, case: Application, entity: Entity, sheets: Sequence[Licence], *, now: datetime) -> None:
    if sheets[0].edition == 1:
        register.establish(session, case, entity, sheets[0], now=now)
        _move_on(session, case, now=now)
    else:
        register.follow(session, case, entity, sheets[0], now=now)
        ledger.note(session, case, "licence:issue_edition", actor=SYSTEM, now=now, sheets=len(sheets))


def with_file(session: Session, made: MadeSheet, *, now: datetime) -> Licence:
    """The sheet with its file, as it was stored."""
    sheet = session.get_one(Licence, made.licence_id)
    sheet.issued_at = now
    for name in ("sha256", "storage_key", "size", "signed_by", "design_hash", "fonts_hash"):
        setattr(sheet, name, getattr(made, name))
    return sheet


def _move_on(session: Session, case: Application, *, now: datetime) -> None:
    perform(session, case, "print", actor=SYSTEM, now=now)
    if is_delivered_electronically(case.form):
        perform(session, case, "issue", actor=SYSTEM, now=now)


@writes("send_back")
@writes("reject")
def _note_discarded(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Records that the serial of a licence that was never made is void; it is not given again."""
    sheets = _prepared(session, case)
    return {"code": sheets[0].code, "serial": sheets[0].serial} if sheets else {}


@local_effect("licence.discard")
def _discard(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Deletes the prepared sheets of a licence that could not be made or was stopped; none of them was given out.

    The case keeps its reserved numbers. The message is deleted, or a retry would make the licence of a case
    that is examined again. A revision of its own keeps the papers of the second decision apart from those of the first.
    """
    message = parked_licence(session, case.id)
    if message is not None:
        outbox.finish(session, message.id)
    sheets = [sheet.id for sheet in _prepared(session, case)]
    session.execute(update(LicenceCheck).where(col(LicenceCheck.licence_id).in_(sheets)).values(licence_id=None))
    session.execute(delete(Licence).where(col(Licence.id).in_(sheets)))
    prepared = select(col(Entity.id)).where(col(Entity.application_id) == case.id)
    session.execute(delete(EntityOffice).where(col(EntityOffice.entity_id).in_(prepared)))
    session.execute(delete(Entity).where(col(Entity.application_id) == case.id))
    freeze(session, case, now=now)


def _prepared(session: Session, case: Application) -> list[Licence]:
    """The sheets that wait to be made for this case, which founds an entity or has ordered another edition."""
    return list(session.scalars(select(Licence).where(ordered_in(case), col(Licence.status) == "prepared")))


def _fix(session: Session, cases: Sequence[Application], *, now: datetime) -> dict[int, list[Licence]]:
    """The first edition of each of these cases, with its numbers and its entity."""
    day = local_date(now)
    forms = {case.id: opened_form(session, case).answers for case in cases}
    heads = {case.id: printed_registrar(session, case, day) for case in cases}
    codes = _numbers_of(session, cases, forms, now=now)
    serials = numbers.serials(session, [case.registrar_code for case in cases], on=day)
    entities: dict[int, Entity] = {}
    sheets: dict[int, list[Licence]] = {}
    for case, serial in zip(cases, serials, strict=True):
        form = forms[case.id]
        facts = printed_facts(form, entity_type=case.entity_type, regime=case.regime)
        facts |= codes[case.id] | heads[case.id]
        # MR art. 21: the day on which the licence is issued is the day on which the entity is founded.
        entities[case.id] = _entity(case, facts, founded_on=day)
        facts |= {"founded_on": day, "issued_on": day, "serial": serial, "edition": 1}
        papers = [("original", 1), *(("duplicate", number) for number in range(1, form.copies + 1))]
        sheets[case.id] = [sheet_of(case, facts, paper=paper, copy_no=copy, now=now) for paper, copy in papers]
    session.add_all(entities.values())
    session.flush()
    session.add_all(office for number, entity in entities.items() for office in offices_of(entity, forms[number]))
    session.add_all(sheet for edition in sheets.values() for sheet in edition)
    session.flush()
    return sheets


def _numbers_of(
    session: Session, cases: Sequence[Application], forms: Mapping[int, Form], *, now: datetime
) -> dict[int, dict[str, Any]]:
    """What each licence prints of its numbers. The code of an entity is taken here, unless the case holds one."""
    held = numbers.held_by_each(session, [case.id for case in cases])
    found: dict[int, dict[str, Any]] = {}
    without: dict[str, dict[int, str]] = {}
    for case in cases:
        mine = held[case.id]
        if case.regime == "five_numbers_2015":
            five = {name: mine[name] for name in FiveNumbers.model_fields if name in mine}
            five.setdefault("statistics_number", mine["organization_code"])
            found[case.id] = {"style": "five_numbers", "five_numbers": five}
        elif "uscc" in mine:
            found[case.id] = {"style": "present", "uscc": mine["uscc"]}
        else:
            category = uscc_class(forms[case.id], entity_type=case.entity_type)
            without.setdefault(case.registrar_code, {})[case.id] = category
    for code, categories in sorted(without.items()):
        registrar = session.get_one(Registrar, code)
        for number, uscc in numbers.usccs(session, registrar, categories, held=held, now=now).items():
            found[number] = {"style": "present", "uscc": uscc}
    return found


def printed_registrar(session: Session, case: Application, day: date) -> dict[str, Any]:
    """The registrar's letterhead of the day. It is kept with the particulars and never changes on this licence."""
    head = held_profile(session, case, day)
    return {"registrar": head.name_zh, "seal_place": head.seal_place or None, "seal": head.seal}


def sheet_of(case: Application, facts: Mapping[str, Any], *, paper: str, copy_no: int, now: datetime) -> Licence:
    """A sheet to be made, with an address of its own. `facts` are shared by all sheets of the edition."""
    # 128 random bits: the QR code of one licence does not lead to any other.
    ref = token_urlsafe(16)
    own = settings().design_is_own and not settings().demo and not _design().manifest.sample
    particulars = Particulars.model_validate(
        {
            **facts,
            "copy_kind": paper,
            "copy_number": copy_no,
            "check_url": f"{settings().public_url}/v/{ref}",
            "check_host": _host(),
            "sample": not own,
        }
    )
    refuse_unprintable(particulars)
    return Licence(
        ref=ref,
        application_id=case.id,
        code=particulars.code,
        serial=particulars.serial,
        edition=particulars.edition,
        paper=paper,
        copy_no=copy_no,
        particulars=particulars.model_dump(mode="json", exclude_none=True),
        digest=particulars.digest(),
        design=settings().design,
        created_at=now,
    )


def _entity(case: Application, facts: Mapping[str, Any], *, founded_on: date) -> Entity:
    code = facts.get("uscc") or facts["five_numbers"]["registration_number"]
    capital = facts["capital"]
    public = {key: facts[key] for key in ("type_text", "representative", "domicile", "registrar")}
    return Entity(
        code=code,
        application_id=case.id,
        name=facts["name"] or "",
        entity_type=case.entity_type,
        registrar_code=case.registrar_code,
        founded_on=founded_on,
        address_key=address_key(facts["domicile"] or ""),
        facts=public | {"capital": str(capital) if capital is not None else None, "currency": facts.get("currency")},
    )


def offices_of(entity: Entity, form: Form) -> list[EntityOffice]:
    """Who holds which office: persons by the number of their document, organizations by their code."""
    kind = type_row(entity.entity_type)
    held = {(capacity, person.id_no) for person, capacities in offices_in(form, kind) for capacity in capacities}
    held |= set(organizations_in(form, kind))
    rows = {(capacity, blind_index(number)) for capacity, number in held}
    return [EntityOffice(entity_id=entity.id, capacity=one, number_hash=number) for one, number in sorted(rows)]


def _design() -> Design:
    return find(settings().design, own=settings().designs)


def _host() -> str:
    return f"{urlsplit(settings().public_url).netloc}/v"

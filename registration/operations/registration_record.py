"""Enters in the register what an approved case about an entity changes, and the edition of the licence that follows.

As with a first licence, the sheets are fixed before anything is rendered. Register, ledger and case change in the one
transaction that records them, so the register never shows new facts beside the old licence.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from certificates.canonical import digest
from registration import database, outbox
from registration.actor import SYSTEM, Actor
from registration.clock import local_date
from registration.keys.field_encryption import decrypt_form, encrypt_form
from registration.models import (
    Application,
    Entity,
    EntityForm,
    EntityOffice,
    Licence,
    RegisteredName,
)
from registration.operations import editions, ledger, numbers, public_notices, register
from registration.operations.act import perform, writes
from registration.operations.case_store import locked_by_id
from registration.operations.entity_cases import free_sections, locked_entity
from registration.operations.issue import MadeSheet, Sheet, offices_of, sheet_to_make, with_file
from registration.queries.changes import materials_now, revision_of
from registration.queries.founding_documents import texts_now
from registration.queries.names import registered_names
from registration.queries.registered_entities import founding_case, registered_form, with_opened
from registration.rules.check_people import persons_named
from registration.rules.fields import sensitive_paths
from registration.rules.form import DUPLICATES, OF_APPLICATION, Form, read
from registration.rules.printing import printed_facts
from registration.rules.reasons import licence_reasons
from registration.rules.registered_entity import PEOPLE, chosen_items, register_rows, sections_changed, type_after

# The action of every such table by which the system says that it is registered.
RECORD = "record"
# The kinds of documents with new articles or a new agreement, of any such matter.
AMENDMENTS = frozenset({"articles_amendment", "articles_amended"})


def prepare(application_id: int, *, now: datetime) -> list[Sheet]:
    """The sheets of the edition that the case leads to, still to be made; none where it leads to none.

    The first call orders them. Conflict while another edition of the entity is being made: the message is tried again.
    """
    with database.transaction() as session:
        case = locked_by_id(session, application_id)
        entity = locked_entity(session, case)
        founder = founding_case(session, entity, lock=True)
        case.entity_type = _type_after(case, entity)
        sheets = _ordered(session, case)
        if not sheets:
            sheets = _order(session, case, entity, founder, now=now)
        return [sheet_to_make(session, founder, one) for one in sheets]


def _ordered(session: Session, case: Application) -> list[Licence]:
    query = select(Licence).where(col(Licence.ordered_by) == case.id, col(Licence.status) == "prepared")
    return list(session.scalars(query.order_by(col(Licence.id))))


def _order(
    session: Session, case: Application, entity: Entity, founder: Application, *, now: datetime
) -> list[Licence]:
    rows = register_rows(case.matter)
    if rows is None or rows.edition == "never":
        return []
    changes = _printed_changes(session, case, entity)
    if rows.edition == "changed" and not changes:
        return []
    newest = editions.newest_of(session, founder)
    serial = numbers.serial(session, founder.registrar_code, on=local_date(now))
    copies = _wanted_copies(case)
    sheets = editions.next_sheets(session, founder, newest, serial=serial, copies=copies, changes=changes, now=now)
    for one in sheets:
        one.ordered_by = case.id
    session.add_all(sheets)
    session.flush()
    return sheets


def _wanted_copies(case: Application) -> int | None:
    """How many duplicates the case asks for; None for one that does not: as many as before."""
    if DUPLICATES not in sections_changed(case.matter, case.form):
        return None
    duplicates = _read(decrypt_form(case.form, case=case.ref), case).duplicates
    return duplicates.copies if duplicates else None


def _printed_changes(session: Session, case: Application, entity: Entity) -> dict[str, Any]:
    """Of what a licence prints of a form, the values that the case changes."""
    registered = registered_form(session, entity)
    before = _printed(registered, case, entity.entity_type)
    after = _printed(_new_form(case, registered), case, case.entity_type)
    return {name: value for name, value in after.items() if value != before[name]}


def _printed(form: Mapping[str, Any], case: Application, entity_type: str) -> dict[str, Any]:
    answers, _ = read(form, entity_type=entity_type, regime=case.regime)
    return printed_facts(answers, entity_type=entity_type, regime=case.regime)


def _read(form: Mapping[str, Any], case: Application) -> Form:
    return read(form, entity_type=case.entity_type, regime=case.regime)[0]


def _new_form(case: Application, registered: Mapping[str, Any]) -> dict[str, Any]:
    """Every section as it will be registered. Of the persons those stay whom a section names."""
    changed = sections_changed(case.matter, case.form)
    found = with_opened(registered, decrypt_form(case.form, case=case.ref), changed - OF_APPLICATION)
    if PEOPLE in changed:
        named = persons_named(_read(found, case))
        found[PEOPLE] = [one for one in found[PEOPLE] if one["key"] in named]
    return found


def _type_after(case: Application, entity: Entity) -> str:
    """Another case may have given the entity another type since this one began."""
    return type_after(case.matter, chosen_items(case.form), entity_type=entity.entity_type)


def record(message_id: int, application_id: int, made: Sequence[MadeSheet], *, now: datetime) -> bool:
    """Registers the case in the transaction that ends the message. False when another delivery was first."""
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = locked_by_id(session, application_id)
        entity = locked_entity(session, case)
        founder = founding_case(session, entity, lock=True)
        rows = register_rows(case.matter)
        assert rows is not None
        sheets = [with_file(session, one, now=now) for one in made]
        if sheets:
            ledger.enter_issue(session, founder, sheets, by=SYSTEM.tag, now=now)
        if rows.ends_as is not None:
            _end_licences(session, founder, state=rows.ends_as, now=now)
        form = _new_form(case, registered_form(session, entity))
        entity.entity_type = case.entity_type
        written = register.record(
            session,
            case,
            entity,
            _read(form, case),
            sheet=sheets[0] if sheets else None,
            articles=_new_articles(session, case),
            state=rows.ends_as,
            now=now,
        )
        _follow(session, case, entity, form, ends=rows.ends_as, now=now)
        recorded = {item: digest({"value": value}) for item, value in sorted(written.items())}
        edition = sheets[0].edition if sheets else None
        perform(session, case, RECORD, actor=SYSTEM, now=now, inputs={"recorded": recorded, "edition": edition})
        return True


def _end_licences(session: Session, founder: Application, *, state: str, now: datetime) -> None:
    """Every sheet that is in force is void with the registration; that of a revoked one is already."""
    reason = next((code for code, row in licence_reasons("end").items() if row["entity"] == state), None)
    sheets = [one for one in ledger.sheets_of(session, founder) if one.status == "issued"]
    ledger.enter(session, "revoke", sheets, by=SYSTEM.tag, now=now, reason_code=reason)


@writes(RECORD)
def _note_recorded(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """The checksum of each version that was written, so that the chain of the history covers the register."""
    return {"recorded": inputs["recorded"], **({"edition": inputs["edition"]} if inputs["edition"] else {})}


def _new_articles(session: Session, case: Application) -> str | None:
    """The digest of the approved submission, if the case has an amendment of the articles or the agreement."""
    kinds = [text.kind for text in texts_now(session, case)] + [one["kind"] for one in materials_now(session, case)]
    if AMENDMENTS.isdisjoint(kinds):
        return None
    approved = revision_of(session, case, case.revision)
    return approved.digest if approved else None


def _follow(
    session: Session, case: Application, entity: Entity, form: Mapping[str, Any], *, ends: str | None, now: datetime
) -> None:
    """What else follows the register: its form, the names, who holds which office, and the reservation of sections."""
    sealed = encrypt_form(form, sensitive_paths(form), case=entity.code)
    session.merge(EntityForm(entity_id=entity.id, application_id=case.id, form=sealed, at=now))
    _names(session, case, entity, ends=ends, now=now)
    session.execute(delete(EntityOffice).where(col(EntityOffice.entity_id) == entity.id))
    if ends is None:
        session.add_all(offices_of(entity, _read(form, case)))
    free_sections(session, case)
    if ends is None:
        public_notices.take_back(session, case, now=now)
    session.flush()


def _names(session: Session, case: Application, entity: Entity, *, ends: str | None, now: datetime) -> None:
    """NR 17(2): a name that is given up, and one of an entity that has ended, block others for a year from this day."""
    query = select(RegisteredName).where(
        col(RegisteredName.application_id) == case.id, col(RegisteredName.status) == "reserved"
    )
    new = session.scalars(query).one_or_none()
    if new is None and ends is None:
        return
    for one in registered_names(session, entity):
        one.status, one.since_on = "deregistered" if ends else "renamed", local_date(now)
    if new is not None:
        new.status, new.expires_on, new.since_on, new.uscc = "registered", None, local_date(now), entity.code

"""The status of issued sheets: issued, superseded, revoked, reinstated, declared void. Only this module writes it.

An event is written in the transaction that changes the status, and the log reads it later: two cases never
wait for each other, and a crash in between loses nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from registration import access, database
from registration.actor import Actor
from registration.errors import Conflict, NotFound
from registration.models import Application, Entity, Licence, LicenceEvent
from registration.operations import audit, history
from registration.operations.case_store import locked
from registration.queries.case_rows import ENTITIES, ENTITIES_OF, LICENCES, LICENCES_OF
from registration.queries.object_facts import object_facts
from registration.rules.ledger import STANDING, STATUS_AFTER


def enter(
    session: Session,
    kind: str,
    sheets: Iterable[Licence],
    *,
    by: str,
    now: datetime,
    reason_code: str | None = None,
    proposal_id: int | None = None,
) -> None:
    """Gives each sheet the status that `kind` leads to, and writes an event for each. The case must be locked."""
    rows = []
    for sheet in sheets:
        sheet.status = STATUS_AFTER[kind]
        row = {"licence_id": sheet.id, "kind": kind, "at": now, "by": by}
        rows.append(row | {"reason_code": reason_code, "proposal_id": proposal_id})
    if rows:
        session.flush()
        session.execute(insert(LicenceEvent), rows)


def enter_issue(session: Session, case: Application, sheets: Sequence[Licence], *, by: str, now: datetime) -> None:
    """Puts the new edition in force and supersedes the earlier ones, in the same transaction."""
    enter_issues(session, {case.id: sheets_of(session, case)}, {case.id: sheets}, by=by, now=now)


def enter_issues(
    session: Session,
    known: Mapping[int, Sequence[Licence]],
    new: Mapping[int, Sequence[Licence]],
    *,
    by: str,
    now: datetime,
) -> None:
    """The same for several cases, by their ids: all sheets that each has, and those of its new edition."""
    old = [
        one
        for case_id, sheets in new.items()
        for one in known[case_id]
        if one.status in STANDING and sheets and one.edition < sheets[0].edition
    ]
    enter(session, "supersede", old, by=by, now=now)
    enter(session, "issue", [one for sheets in new.values() for one in sheets], by=by, now=now)


def sheets_of(session: Session, case: Application, *, edition: int | None = None) -> list[Licence]:
    sheets = LICENCES.all(session, case_id=case.id)
    return [one for one in sheets if edition in (None, one.edition)]


def sheets_by_case(session: Session, cases: Collection[int]) -> dict[int, list[Licence]]:
    """The sheets of each of several cases."""
    found: dict[int, list[Licence]] = {case_id: [] for case_id in cases}
    for sheet in LICENCES_OF.all(session, cases=list(cases)):
        found[sheet.application_id].append(sheet)
    return found


def in_force(session: Session, case: Application) -> list[Licence]:
    """The sheets of the edition in force, also while they are declared void. Conflict if there is none."""
    found = [one for one in sheets_of(session, case) if one.status in STANDING]
    if not found:
        raise Conflict("licence_not_in_force", ref=case.ref)
    newest = max(one.edition for one in found)
    return [one for one in found if one.edition == newest]


def entity_of(session: Session, case: Application) -> Entity:
    """The entity in the register that belongs to the case's licence."""
    (entity,) = ENTITIES.all(session, case_id=case.id)
    return entity


def entities_by_case(session: Session, cases: Collection[int]) -> dict[int, Entity]:
    """The same of several cases, by their ids."""
    found = ENTITIES_OF.all(session, cases=list(cases))
    return {one.application_id: one for one in found if one.application_id is not None}


def case_for(session: Session, ref: str, rule: str, actor: Actor) -> Application:
    """The locked case, if the access rule allows the actor this; else NotFound or Forbidden."""
    case = locked(session, ref)
    access.require(rule, actor, object_facts(session, case, actor))
    return case


def note(session: Session, case: Application, tag: str, *, actor: Actor, now: datetime, **data: Any) -> None:
    """Writes an entry in the case's history and an audit line. The state of the case does not change."""
    history.note(session, case, tag, actor=actor, role=_role(actor), now=now, data=data)
    audit.note(session, tag, subject=actor.tag, now=now, ref=case.ref, **data)


def reprint(ref: str, licence: str, *, actor: Actor, now: datetime) -> Licence:
    """Counts one more print of the stored file of a sheet; returns the sheet."""
    with database.transaction() as session:
        case = case_for(session, ref, "licence.reprint", actor)
        sheet = next((one for one in sheets_of(session, case) if one.ref == licence and one.storage_key), None)
        if sheet is None:
            raise NotFound(licence=licence)
        if sheet.status != "issued":
            raise Conflict("licence_not_in_force", ref=ref)
        sheet.reprints += 1
        note(session, case, "licence:reprint", actor=actor, now=now, serial=sheet.serial, count=sheet.reprints)
        return sheet


def _role(actor: Actor) -> str:
    return min(actor.roles, default="system")

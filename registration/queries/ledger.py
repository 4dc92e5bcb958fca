"""The ledger of a case's licence for its office, and the proposals that wait for a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts, allows
from registration.actor import Actor
from registration.errors import NotFound
from registration.models import (
    Application,
    Entity,
    Licence,
    LicenceCheck,
    LicenceEvent,
    LicenceProposal,
    LogLeaf,
)
from registration.queries.entity_ties import GONE
from registration.queries.licences import ENDED
from registration.queries.object_facts import object_facts
from registration.queries.outbox import parked_edition
from registration.rules.ledger import STANDING

MOST_CHECKS = 20
# Operation on a licence -> its access rule.
RULES = {
    "reprint": "licence.reprint",
    "propose_revoke": "licence.propose",
    "propose_reinstate": "licence.propose",
    "propose_correct": "licence.propose",
    "decide": "licence.decide",
}


@dataclass(frozen=True)
class Happened:
    """An event of a sheet, and its position in the public log; None until it is written there."""

    event: LicenceEvent
    position: int | None


@dataclass(frozen=True)
class SheetView:
    sheet: Licence
    events: tuple[Happened, ...]
    checks: int


@dataclass(frozen=True)
class LedgerPage:
    """`blocked` has each operation on a licence: None if this person may do it now, else the code of the reason."""

    case: Application
    entity: Entity | None
    sheets: tuple[SheetView, ...]
    proposals: tuple[LicenceProposal, ...]
    checks: tuple[LicenceCheck, ...]
    blocked: Mapping[str, str | None]
    # The last error of a new edition that could not be made; None where none is parked.
    edition_fault: str | None = None

    @property
    def open(self) -> LicenceProposal | None:
        return next((one for one in self.proposals if one.status == "open"), None)

    @property
    def newest(self) -> tuple[Licence, ...]:
        """The sheets of the latest edition that was issued."""
        issued = [view.sheet for view in self.sheets if view.sheet.status != "prepared"]
        latest = max((one.edition for one in issued), default=0)
        return tuple(one for one in issued if one.edition == latest)


@dataclass(frozen=True)
class WaitingProposal:
    """A proposal that waits for a second person, with the firm that it is about."""

    proposal: LicenceProposal
    ref: str
    name: str
    own: bool


def open_proposal(session: Session, application_id: int | None) -> LicenceProposal | None:
    """The undecided proposal about this case."""
    query = select(LicenceProposal).where(col(LicenceProposal.application_id) == application_id)
    return session.scalars(query.where(col(LicenceProposal.status) == "open")).one_or_none()


def ledger_of(session: Session, ref: str, *, actor: Actor) -> LedgerPage:
    """The ledger of a case's licence; NotFound for an unrelated actor."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    facts = object_facts(session, case, actor)
    access.require("ledger.read", actor, facts)
    entity = session.scalars(select(Entity).where(col(Entity.application_id) == case.id)).one_or_none()
    sheets = _sheets(session, case)
    proposals = session.scalars(
        select(LicenceProposal)
        .where(col(LicenceProposal.application_id) == case.id)
        .order_by(col(LicenceProposal.id).desc())
    )
    listed = tuple(proposals)
    blocked = {deed: _blocked(deed, sheets, listed, entity, actor, facts) for deed in RULES}
    parked = parked_edition(session, case.id)
    fault = (parked.last_error or "") if parked is not None else None
    return LedgerPage(case, entity, sheets, listed, _checks(session, sheets), blocked, fault)


def proposals_for(session: Session, *, actor: Actor) -> list[WaitingProposal]:
    """The proposals at this person's office that wait for a second person, the oldest first."""
    query = (
        select(LicenceProposal, col(Application.ref), col(Entity.name))
        .join(Application, col(Application.id) == col(LicenceProposal.application_id))
        .join(Entity, col(Entity.application_id) == col(Application.id))
        .where(col(LicenceProposal.status) == "open", col(Application.registrar_code) == actor.registrar_code)
        .order_by(col(LicenceProposal.id))
    )
    rows = session.execute(query).all()
    return [WaitingProposal(row[0], row.ref, row.name, row[0].proposed_by == actor.tag) for row in rows]


def _sheets(session: Session, case: Application) -> tuple[SheetView, ...]:
    sheets = session.scalars(
        select(Licence)
        .where(col(Licence.application_id) == case.id)
        .order_by(col(Licence.edition).desc(), col(Licence.id))
    )
    found = list(sheets)
    ids = [one.id for one in found]
    events: dict[int, list[Happened]] = {}
    rows = session.execute(
        select(LicenceEvent, col(LogLeaf.position))
        .outerjoin(LogLeaf, col(LogLeaf.event_id) == col(LicenceEvent.id))
        .where(col(LicenceEvent.licence_id).in_(ids))
        .order_by(col(LicenceEvent.id))
    )
    for event, position in rows:
        events.setdefault(event.licence_id, []).append(Happened(event, position))
    counts = session.execute(
        select(col(LicenceCheck.licence_id), func.count())
        .where(col(LicenceCheck.licence_id).in_(ids))
        .group_by(col(LicenceCheck.licence_id))
    )
    checks: dict[int | None, int] = {row[0]: row[1] for row in counts}
    return tuple(SheetView(one, tuple(events.get(one.id, ())), checks.get(one.id, 0)) for one in found)


def _checks(session: Session, sheets: Sequence[SheetView]) -> tuple[LicenceCheck, ...]:
    query = select(LicenceCheck).where(col(LicenceCheck.licence_id).in_([view.sheet.id for view in sheets]))
    return tuple(session.scalars(query.order_by(col(LicenceCheck.id).desc()).limit(MOST_CHECKS)))


def _blocked(
    deed: str,
    sheets: Sequence[SheetView],
    proposals: Sequence[LicenceProposal],
    entity: Entity | None,
    actor: Actor,
    facts: ObjectFacts,
) -> str | None:
    """The code of the reason why this person cannot do it now; the operations refuse by the same codes."""
    waiting = next((one for one in proposals if one.status == "open"), None)
    if not allows(RULES[deed], actor, facts):
        return "forbidden"
    if deed == "decide":
        return "no_proposal" if waiting is None else "own_proposal" if waiting.proposed_by == actor.tag else None
    if not sheets:
        return "licence_not_issued"
    if deed == "reprint":
        return None if _has(sheets, "issued") else "licence_not_in_force"
    if deed == "propose_reinstate" and entity is not None and entity.status == GONE:
        return "entity_ended"
    if deed == "propose_reinstate" and not _is_revoked(sheets):
        return "licence_not_revoked"
    if _has(sheets, "prepared"):
        return "reissue_underway"
    if waiting is not None:
        return "proposal_open"
    if deed == "propose_correct":
        return "entity_ended" if entity is not None and entity.status in ENDED else None
    if deed == "propose_revoke" and not any(view.sheet.status in STANDING for view in sheets):
        return "licence_not_in_force"
    return None


def _is_revoked(sheets: Sequence[SheetView]) -> bool:
    """Whether the newest edition is revoked, whatever the status of earlier ones."""
    newest = sheets[0].sheet.edition
    return {view.sheet.status for view in sheets if view.sheet.edition == newest} == {"revoked"}


def _has(sheets: Sequence[SheetView], status: str) -> bool:
    return any(view.sheet.status == status for view in sheets)

"""Lost licences: an application for another one declares the sheets in force void, from its submission on.

Regulation art. 37(2): the declaration is published at once and needs no term. Should the application come to nothing
before the new edition, the sheets are in force again.
"""

from datetime import datetime

from sqlmodel import Session

from registration.actor import SYSTEM, Actor
from registration.models import Application, Licence
from registration.operations import ledger
from registration.operations.act import local_effect
from registration.queries.registered_entities import entity_of_case, founding_case
from registration.rules.registered_entity import chosen_items, items_of_type

# The public reason of the declaration, in reference/licence_reasons.yaml.
LOST = "L01"


@local_effect("licence.declare_void")
def _declare(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Declares the sheets in force void if such an item is chosen."""
    offered = items_of_type(case.matter, case.entity_type)
    chosen = chosen_items(case.form)
    founder = _founding_case(session, case)
    if founder is None or not any(offered[item].declares_void for item in chosen if item in offered):
        return
    sheets = [one for one in ledger.sheets_of(session, founder) if one.status == "issued"]
    for one in sheets:
        one.declared_by = case.id
    _enter(session, "declare_void", founder, case, sheets, now=now)


def take_back(session: Session, case: Application, *, now: datetime) -> None:
    """Ends what this case has declared, in the transaction that ends the case. Idempotent."""
    founder = _founding_case(session, case)
    if founder is None:
        return
    declared = [one for one in ledger.sheets_of(session, founder) if one.declared_by == case.id]
    for one in declared:
        one.declared_by = None
    _enter(session, "restore", founder, case, [one for one in declared if one.status == "declared_void"], now=now)


def _founding_case(session: Session, case: Application) -> Application | None:
    """The case whose sheets are the entity's, locked; None for a case about no registered entity."""
    entity = entity_of_case(session, case)
    return founding_case(session, entity, lock=True) if entity else None


def _enter(
    session: Session, kind: str, founder: Application, case: Application, sheets: list[Licence], *, now: datetime
) -> None:
    if not sheets:
        return
    ledger.enter(session, kind, sheets, by=SYSTEM.tag, now=now, reason_code=LOST)
    details = {"reason_code": LOST, "edition": sheets[0].edition, "application": case.ref}
    ledger.note(session, founder, f"licence:{kind}", actor=SYSTEM, now=now, **details)

"""Decisions that can still be taken back, and those that did not leave the office after all."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlmodel import Session, col

from registration.access import OFFICE
from registration.actor import Actor
from registration.keys.field_encryption import decrypt
from registration.models import Application, DelayedDecision
from registration.queries.case_rows import of_case
from workflows.engine import Offer
from workflows.errors import Blocker

UNDONE, REFUSED, READ = "undone", "refused", "read"
# How long what was typed stays with a decision that did not leave.
_ENDED = of_case(
    DelayedDecision,
    col(DelayedDecision.id).desc(),
    col(DelayedDecision.account_id) == bindparam("account_id"),
    col(DelayedDecision.ended_at).is_not(None),
)
STAYS = timedelta(days=14)


@dataclass(frozen=True)
class OwnDecision:
    """A decision of the reader: it waits until `row.leaves_at`, or did not leave for `reasons`."""

    case: Application
    row: DelayedDecision
    reasons: tuple[Blocker, ...]

    @property
    def waits(self) -> bool:
        return self.row.ended_at is None


def waiting_decision(session: Session, case: Application) -> DelayedDecision | None:
    """The decision on this case that has not left yet."""
    query = select(DelayedDecision).where(
        col(DelayedDecision.application_id) == case.id, col(DelayedDecision.ended_at).is_(None)
    )
    return session.scalars(query).one_or_none() if case.decision_delayed else None


def own_count(actor: Actor) -> Select[int]:
    """How many decisions of the actor wait or were refused, also long ago."""
    return select(func.count(col(DelayedDecision.id))).where(
        col(DelayedDecision.account_id) == actor.account_id,
        or_(col(DelayedDecision.ended_at).is_(None), col(DelayedDecision.outcome) == REFUSED),
    )


def own_decisions(session: Session, *, actor: Actor, now: datetime) -> list[OwnDecision]:
    """The actor's decisions that wait, and those that were refused lately, the newest first."""
    ended = col(DelayedDecision.ended_at)
    query = (
        select(DelayedDecision, Application)
        .join(Application, col(Application.id) == col(DelayedDecision.application_id))
        .where(col(DelayedDecision.account_id) == actor.account_id)
        .where(or_(ended.is_(None), (ended > now - STAYS) & (col(DelayedDecision.outcome) == REFUSED)))
        .where(col(Application.registrar_code) == actor.registrar_code)
        .order_by(col(DelayedDecision.id).desc())
    )
    return [OwnDecision(case, row, reasons_of(row, case)) for row, case in session.execute(query)]


def ended_decision(session: Session, case: Application, *, actor: Actor) -> DelayedDecision | None:
    """The actor's newest decision on this case that did not leave."""
    return _ENDED.first(session, case_id=case.id, account_id=actor.account_id)


def inputs_of(row: DelayedDecision, case: Application) -> dict[str, Any]:
    """What was typed for the decision, by the name of the input."""
    found: dict[str, Any] = json.loads(decrypt(row.inputs, case=case.ref))
    return found


def reasons_of(row: DelayedDecision, case: Application) -> tuple[Blocker, ...]:
    listed: list[Mapping[str, Any]] = json.loads(decrypt(row.reasons, case=case.ref)) if row.reasons else []
    return tuple(Blocker(one["code"], one["data"]) for one in listed)


def blockers_while_delayed(case: Application, actor: Actor) -> tuple[Blocker, ...]:
    """What stops the office while a decision on the case can be taken back; it stops nobody else."""
    stopped = case.decision_delayed and actor.is_staff and actor.agency is None
    return (Blocker("decision_is_delayed"),) if stopped else ()


def while_delayed(case: Application, actor: Actor, offers: Iterable[Offer]) -> list[Offer]:
    """The offers with this obstacle in each that the office takes."""
    blockers = blockers_while_delayed(case, actor)
    return [
        replace(one, allowed=False, blockers=(*blockers, *one.blockers)) if blockers and OFFICE & {*one.row.by} else one
        for one in offers
    ]

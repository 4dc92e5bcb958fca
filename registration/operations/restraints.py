"""Orders of courts that bind an entity (Implementing Rules 79): entered and lifted by a director, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import Entity, Restraint
from registration.operations import audit
from registration.queries.register import entity_with
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose, prose_of
from registration.rules.restraints import RESTRAINABLE

LONGEST_COURT, LONGEST_PAPER, LONGEST_REASON = 100, 100, 1000
_TEXTS = (
    ("court", LONGEST_COURT, pair("作出文书的机关", "the authority that gave it")),
    ("paper_number", LONGEST_PAPER, pair("文书的编号", "the number of the paper")),
    ("reason", LONGEST_REASON, pair("理由", "the reason")),
)


@dataclass(frozen=True)
class RestraintData:
    """An order as it was typed; `items` are keys of the register, none for every change; days as `2026-12-01`."""

    code: str
    court: str
    paper_number: str
    reason: str
    from_on: str
    until_on: str = ""
    items: Sequence[str] = ()


def enter(data: RestraintData, *, actor: Actor, now: datetime) -> str:
    """Enters an order about an entity of the own registrar; returns its reference. InvalidInput with every fault."""
    problems: list[Problem] = []
    texts = prose_of(problems, data, _TEXTS)
    first, last = _day("from_on", data.from_on, problems), _day("until_on", data.until_on, problems)
    if not data.from_on.strip():
        problems.append(Problem("from_on", "field.missing"))
    if first and last and last < first:
        problems.append(Problem("until_on", "restraint.days_turned"))
    if unknown := [item for item in data.items if item not in RESTRAINABLE]:
        problems.append(Problem("items", "choice.unknown", {"item": unknown[0]}))
    with database.transaction() as session:
        entity = _own(session, data.code, actor)
        if entity is None:
            problems.append(Problem("code", "restraint.no_entity"))
        if problems or entity is None or first is None:
            raise InvalidInput(problems)
        ref = token_urlsafe(12)
        row = Restraint(
            ref=ref,
            entity_id=entity.id,
            registrar_code=entity.registrar_code,
            items=list(data.items),
            court=texts["court"],
            paper_number=texts["paper_number"],
            from_on=first,
            until_on=last,
            reason=encrypt(texts["reason"], case=ref),
            entered_by=actor.tag,
            entered_at=now,
        )
        session.add(row)
        _note(session, "enter", row, entity, actor=actor, now=now)
        return ref


def lift(ref: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Lifts an order of the own registrar. NotFound, Conflict("restraint_is_lifted"), InvalidInput at `reason`."""
    with database.transaction() as session:
        row = session.scalars(select(Restraint).where(col(Restraint.ref) == ref).with_for_update()).one_or_none()
        if row is None:
            raise NotFound(restraint=ref)
        access.require("restraint.change", actor, ObjectFacts(registrar_code=row.registrar_code))
        if row.lifted_at is not None:
            raise Conflict("restraint_is_lifted")
        text = prose("lifting", reason, most=LONGEST_REASON, required=True, label=_TEXTS[2][2])
        row.lifted_by, row.lifted_at, row.lifted_reason = actor.tag, now, encrypt(text, case=ref)
        _note(session, "lift", row, session.get_one(Entity, row.entity_id), actor=actor, now=now)


def _own(session: Session, code: str, actor: Actor) -> Entity | None:
    """The entity with this code, if it is the own registrar's; locked, so that no decision overtakes the order."""
    found = entity_with(session, code.strip().upper())
    if found is None or found.registrar_code != actor.registrar_code:
        return None
    access.require("restraint.change", actor, ObjectFacts(registrar_code=found.registrar_code))
    return session.get_one(Entity, found.id, with_for_update=True)


def _day(name: str, typed: str, problems: list[Problem]) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        problems.append(Problem(name, "register.day_malformed"))
        return None


def _note(session: Session, what: str, row: Restraint, entity: Entity, *, actor: Actor, now: datetime) -> None:
    """The audit has paper and items before and after, and no reason."""
    session.flush()
    told: dict[str, Any] = {
        "restraint": row.ref,
        "code": entity.code,
        "paper": row.paper_number,
        "items": list(row.items),
    }
    before, after = ("in_force", "lifted") if what == "lift" else ("", "in_force")
    audit.note(session, f"restraint:{what}", subject=actor.tag, now=now, **told, before=before, after=after)

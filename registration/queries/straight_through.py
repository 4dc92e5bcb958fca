"""Decisions at once, as the office reads them: the switches of a registrar, what came of each case, and the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.clock import local_date
from registration.models import Application, DecisionAttempt, Registrar, StraightThroughChange
from registration.queries.case_rows import of_case
from registration.queries.dashboard.at_once import Figures, figures
from registration.queries.dashboard.selection import Selection
from registration.queries.straight_through_switch import Switch, switch_of
from registration.rules.entity_types import entity_type_keys
from registration.rules.periods import Period

_ATTEMPTS = of_case(DecisionAttempt, col(DecisionAttempt.id).desc())
MOST_CHANGES = 50
DAYS = 30


@dataclass(frozen=True)
class SwitchLine:
    """One type of entity: what is in force today, and what is confirmed for a later day."""

    entity_type: str
    now: Switch | None
    coming: StraightThroughChange | None


@dataclass(frozen=True)
class Overview:
    """`declares`: the registrar takes a declaration for the proof of a domicile; else documents are uploaded."""

    lines: tuple[SwitchLine, ...]
    open: Sequence[StraightThroughChange]
    past: Sequence[StraightThroughChange]
    figures: Figures
    declares: bool


def overview(session: Session, *, actor: Actor, now: datetime) -> Overview:
    """All of the actor's registrar. NotFound for an actor without access."""
    code, today = actor.registrar_code or "", local_date(now)
    access.require("straight_through.decide", actor, ObjectFacts(registrar_code=code))
    own = select(StraightThroughChange).where(col(StraightThroughChange.registrar_code) == code)
    is_open = col(StraightThroughChange.status) == "open"
    newest = col(StraightThroughChange.id).desc()
    return Overview(
        lines=tuple(_line(session, code, key, today=today) for key in entity_type_keys()),
        open=session.scalars(own.where(is_open).order_by(newest)).all(),
        past=session.scalars(own.where(~is_open).order_by(newest).limit(MOST_CHANGES)).all(),
        figures=figures(session, Selection(code, Period(today - timedelta(days=DAYS - 1), today))),
        declares=session.get_one(Registrar, code).declared_domicile,
    )


def _line(session: Session, code: str, entity_type: str, *, today: date) -> SwitchLine:
    later = (
        select(StraightThroughChange)
        .where(
            col(StraightThroughChange.registrar_code) == code,
            col(StraightThroughChange.entity_type) == entity_type,
            col(StraightThroughChange.status) == "done",
            col(StraightThroughChange.valid_from) > today,
        )
        .order_by(col(StraightThroughChange.valid_from), col(StraightThroughChange.id).desc())
        .limit(1)
    )
    coming = session.scalars(later).one_or_none()
    return SwitchLine(entity_type, switch_of(session, code, entity_type, on=today), coming)


def waiting_count(actor: Actor) -> Select[int]:
    """How many changes of the switch this actor may decide."""
    return select(func.count(col(StraightThroughChange.id))).where(
        col(StraightThroughChange.registrar_code) == actor.registrar_code,
        col(StraightThroughChange.status) == "open",
        col(StraightThroughChange.proposed_by) != actor.tag,
    )


def last_attempt(session: Session, case: Application) -> DecisionAttempt | None:
    """What came of the last attempt to decide the case at once; None where none was made."""
    return _ATTEMPTS.first(session, case_id=case.id)


def decided_at_once(session: Session, case: Application) -> DecisionAttempt | None:
    """The system's decision on the case; None where a person decided, or the decision was withdrawn since."""
    found = last_attempt(session, case)
    return found if found is not None and found.decided and found.revision == case.revision else None

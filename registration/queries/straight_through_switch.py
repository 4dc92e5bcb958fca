"""Whether a registrar lets the system decide cases of a type at once, on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration.database.statements import Query
from registration.models import StraightThroughChange

_IN_FORCE = Query(
    select(col(StraightThroughChange.is_on), col(StraightThroughChange.sample_percent))
    .where(
        col(StraightThroughChange.registrar_code) == bindparam("registrar"),
        col(StraightThroughChange.entity_type) == bindparam("entity_type"),
        col(StraightThroughChange.status) == bindparam("status"),
        col(StraightThroughChange.valid_from) <= bindparam("today"),
    )
    .order_by(
        col(StraightThroughChange.valid_from).desc(),
        col(StraightThroughChange.decided_at).desc(),
        col(StraightThroughChange.id).desc(),
    )
)


@dataclass(frozen=True)
class Switch:
    """`sample_percent` of the decisions are looked at by a person afterwards."""

    is_on: bool
    sample_percent: int


def switch_of(session: Session, registrar: str, entity_type: str, *, on: date) -> Switch | None:
    """What is in force on the day; None where nothing was ever confirmed."""
    rows = _IN_FORCE.rows(session, registrar=registrar, entity_type=entity_type, status="done", today=on)
    return Switch(bool(rows[0][0]), rows[0][1]) if rows else None


def switch_on(session: Session, registrar: str, entity_type: str, *, on: date) -> Switch | None:
    """The same, only if it is on."""
    found = switch_of(session, registrar, entity_type, on=on)
    return found if found is not None and found.is_on else None

"""Tables in use, and those whose file has changed since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from registration.matters import definition_of
from registration.models import Application, DefinitionChecksum, DefinitionMove, MovedCase, Registrar
from workflows.errors import DefinitionError


@dataclass(frozen=True)
class RecordedDefinition:
    """A table under which cases were opened; `found` is the checksum of its file today, None without a valid table."""

    key: str
    content_hash: str
    found: str | None
    first_used_at: datetime

    @property
    def edited(self) -> bool:
        return self.found != self.content_hash


def recorded_definitions(session: Session) -> list[RecordedDefinition]:
    """Every table in use, by its key."""
    pins = session.exec(select(DefinitionChecksum).order_by(col(DefinitionChecksum.key)))
    chosen = {key for keys in session.exec(select(col(Registrar.definitions))) for key in keys.values()}
    return [
        RecordedDefinition(pin.key, pin.content_hash, _hash_of(pin.key), pin.first_used_at)
        for pin in pins
        if pin.key in chosen or _is_used(session, pin.key)
    ]


def _is_used(session: Session, key: str) -> bool:
    """Whether a case is under the table, or took steps under it and was moved away.

    A table that was only used by a reverted move may be deleted: no step of any case was taken under it.
    """
    of_cases = select(col(Application.id)).where(col(Application.definition) == key)
    of_moves = (
        select(col(MovedCase.application_id))
        .join(DefinitionMove, col(DefinitionMove.id) == col(MovedCase.move_id))
        .where(
            or_(col(DefinitionMove.source) == key, col(DefinitionMove.target) == key),
            col(MovedCase.reverted_at).is_(None),
        )
    )
    return any(session.exec(query.limit(1)).first() is not None for query in (of_cases, of_moves))


def _hash_of(key: str) -> str | None:
    try:
        return definition_of(key).content_hash
    except (KeyError, DefinitionError):
        return None

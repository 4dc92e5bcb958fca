"""Which tables were used, and which of them say something else today."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from registration.matters import definition_of
from registration.models import DefinitionPin
from workflows.errors import DefinitionError


@dataclass(frozen=True)
class Pinned:
    """A table that cases were opened under; `found` is what its file holds today, None where it holds no table."""

    key: str
    content_hash: str
    found: str | None
    first_used_at: datetime

    @property
    def edited(self) -> bool:
        return self.found != self.content_hash


def pinned(session: Session) -> list[Pinned]:
    """Every table in use, by its key."""
    pins = session.exec(select(DefinitionPin).order_by(DefinitionPin.key))
    return [Pinned(pin.key, pin.content_hash, _hash_of(pin.key), pin.first_used_at) for pin in pins]


def _hash_of(key: str) -> str | None:
    try:
        return definition_of(key).content_hash
    except (KeyError, DefinitionError):
        return None

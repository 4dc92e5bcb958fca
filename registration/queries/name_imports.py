"""How far large files of names are."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Message, NameImport, SettingChange

EFFECT = "names.part"
READING, READ, WRONG, LOADING, DONE, DROPPED = ("reading", "read", "wrong", "loading", "done", "dropped")


def imports_of(session: Session, changes: Sequence[SettingChange]) -> Mapping[int, NameImport]:
    """Those of these changes that are large files, by the number of the change."""
    query = select(NameImport).where(col(NameImport.change_id).in_([one.id for one in changes]))
    return {one.change_id: one for one in session.scalars(query)}


def parked_imports(session: Session) -> frozenset[int]:
    """The numbers of the imports that wait for a person: their message failed for good."""
    query = select(col(Message.payload)).where(col(Message.effect) == EFFECT, col(Message.parked_at).is_not(None))
    return frozenset(int(payload["name_import"]) for payload in session.scalars(query))

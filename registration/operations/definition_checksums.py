"""Stores the checksum of a table with its first case: the table may not be edited for any case that uses it."""

from datetime import datetime

from sqlmodel import Session

from registration.database.insert_if_absent import insert_if_absent
from registration.errors import Unavailable
from registration.matters import definition_of
from registration.models import DefinitionChecksum
from registration.models.columns import table_of

_table = table_of(DefinitionChecksum)


def record(session: Session, key: str, *, now: datetime) -> None:
    """Stores or checks the checksum. Call it in the transaction that gives a case this table. Unavailable if edited."""
    content_hash = definition_of(key).content_hash
    known = session.get(DefinitionChecksum, key)
    if known is None:
        values = {"key": key, "content_hash": content_hash, "first_used_at": now}
        session.execute(insert_if_absent(session, _table).values(values))
        known = session.get_one(DefinitionChecksum, key)
    if known.content_hash != content_hash:
        raise Unavailable("table_edited", table=key)

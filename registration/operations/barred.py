"""Loads a list of persons whom the law bars from offices. A file is loaded whole or not at all."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from registration.database import transaction
from registration.errors import InvalidInput
from registration.keys.field_encryption import blind_index
from registration.models import BarredLoad, BarredPerson
from registration.operations.audit import note
from registration.queries.barred import name_hash
from registration.rules.barred import ListedPerson, read_list
from registration.rules.problems import InvalidForm

Entry = tuple[str, str, str, str, date, date | None, str]


@dataclass(frozen=True)
class Loaded:
    """How many entries are new, no longer on the list, and the same as before."""

    added: int
    ended: int
    kept: int


def load(content: bytes, *, list_name: str, by: str, now: datetime) -> Loaded:
    """Replaces the list of this name by the file: what it no longer has is ended, and counts no more.

    Raises InvalidInput with every wrong line. Only keyed hashes of names and numbers are stored; audit line and log
    have figures and the SHA-256 of the file.
    """
    try:
        people = read_list(content)
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    wanted = {_entry(one) for one in people}
    with transaction() as session:
        living = {_stored(row): row for row in _living(session, list_name)}
        fresh = wanted - living.keys()
        gone = living.keys() - wanted
        for entry in gone:
            living[entry].ended_at = now
        session.flush()
        found = Loaded(len(fresh), len(gone), len(living) - len(gone))
        digest = sha256(content).hexdigest()
        row = BarredLoad(list_name=list_name, loaded_by=by, loaded_at=now, sha256=digest, **vars(found))
        session.add(row)
        session.flush()
        session.add_all(_row(entry, list_name=list_name, load_id=row.id) for entry in sorted(fresh, key=str))
        note(session, "barred:load", subject=by, now=now, list=list_name, sha256=digest, **vars(found))
    return found


def _living(session: Session, list_name: str) -> list[BarredPerson]:
    of_list = col(BarredPerson.list_name) == list_name, col(BarredPerson.ended_at).is_(None)
    return list(session.scalars(select(BarredPerson).where(*of_list)))


def _entry(one: ListedPerson) -> Entry:
    hashes = blind_index(one.id_no), name_hash(one.name)
    return (*hashes, one.id_type, one.ground, one.from_on, one.until_on, one.source)


def _stored(row: BarredPerson) -> Entry:
    return (row.number_hash, row.name_hash, row.id_type, row.ground, row.from_on, row.until_on, row.source)


def _row(entry: Entry, *, list_name: str, load_id: int) -> BarredPerson:
    number, name, id_type, ground, since, until, source = entry
    return BarredPerson(
        list_name=list_name,
        number_hash=number,
        name_hash=name,
        id_type=id_type,
        ground=ground,
        from_on=since,
        until_on=until,
        source=source,
        load_id=load_id,
    )

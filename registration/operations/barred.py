"""Loads a list of persons whom the law bars from offices. A file is loaded whole or not at all."""

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.keys.field_encryption import blind_index
from registration.models import BarredLoad, BarredPerson, SettingChange
from registration.operations.audit import note
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries.barred import name_hash
from registration.queries.setting_changes import BARRED
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
    wanted = _read(content)
    with transaction() as session:
        return _replace(session, wanted, list_name=list_name, digest=sha256(content).hexdigest(), by=by, now=now)


def propose(content: bytes, *, name: str, reason: str, actor: Actor, now: datetime) -> SettingChange:
    """Proposes that the file replaces the list of this name of the actor's office; another head decides.

    The proposal has figures, and in place of names and numbers their keyed hashes. InvalidInput with every wrong line,
    and as `begin` does.
    """
    admit("barred.load", actor)
    wanted, digest = _read(content), sha256(content).hexdigest()
    list_name = f"{actor.registrar_code} {name}"
    with transaction() as session:
        figures = _figures(wanted, {_stored(row) for row in _living(session, list_name)})
        told = {"list": list_name, "sha256": digest, **vars(figures)}
        asked = Proposal(BARRED, list_name, {}, told, reason, _packed(wanted), actor.registrar_code)
        return begin(session, asked, actor=actor, now=now)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Replaces the list as proposed. InvalidInput where it was loaded otherwise since."""
    told, wanted = change.after, _unpacked(change.content or b"")
    proposed = Loaded(told["added"], told["ended"], told["kept"])
    if proposed != _figures(wanted, {_stored(row) for row in _living(session, told["list"])}):
        raise changed_since()
    _replace(session, wanted, list_name=told["list"], digest=told["sha256"], by=change.proposed_by, now=now)


def _read(content: bytes) -> set[Entry]:
    try:
        return {_entry(one) for one in read_list(content)}
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None


def _figures(wanted: set[Entry], living: set[Entry]) -> Loaded:
    return Loaded(len(wanted - living), len(living - wanted), len(living & wanted))


def _replace(session: Session, wanted: set[Entry], *, list_name: str, digest: str, by: str, now: datetime) -> Loaded:
    living = {_stored(row): row for row in _living(session, list_name)}
    for entry in living.keys() - wanted:
        living[entry].ended_at = now
    session.flush()
    found = _figures(wanted, {*living})
    row = BarredLoad(list_name=list_name, loaded_by=by, loaded_at=now, sha256=digest, **vars(found))
    session.add(row)
    session.flush()
    fresh = sorted(wanted - living.keys(), key=str)
    session.add_all(_row(entry, list_name=list_name, load_id=row.id) for entry in fresh)
    note(session, "barred:load", subject=by, now=now, list=list_name, sha256=digest, **vars(found))
    return found


def _packed(entries: set[Entry]) -> bytes:
    lines = [[str(value) if value is not None else None for value in entry] for entry in sorted(entries, key=str)]
    return zlib.compress(json.dumps(lines, ensure_ascii=False).encode())


def _unpacked(content: bytes) -> set[Entry]:
    found = set()
    for number, name, kind, ground, since, until, source in json.loads(zlib.decompress(content)):
        last = date.fromisoformat(until) if until else None
        found.add((number, name, kind, ground, date.fromisoformat(since), last, source))
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

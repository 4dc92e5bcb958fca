"""Imports names from another register: each is entered once with its parts, which a later import updates.

A file with more names than a request can take is kept in parts, which workers read and load
(`operations/name_import_parts.py`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from registration import outbox
from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.models import NameImport, NameImportPart, RegisteredName, SettingChange
from registration.operations.audit import note
from registration.operations.names import parts_stored, record, write_parts
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries.name_imports import DROPPED, EFFECT, LOADING, READ, WRONG
from registration.queries.setting_changes import NAMES
from registration.rules import names as rules
from registration.rules.city import city
from registration.rules.name_register import FilePart, divided, read_register
from registration.rules.problems import InvalidForm, Problem

# A request takes a file of so many lines in some seconds.
MOST_AT_ONCE = 5000
# A part is loaded in one transaction, for which other writers of SQLite wait.
LINES_OF_A_PART = 500


def look(content: bytes, *, file_name: str, reason: str, actor: Actor, now: datetime) -> SettingChange:
    """Keeps a file of names with what loading it would do. Nothing is loaded before it is confirmed.

    Workers read a large file after this. Raises InvalidInput with every wrong line, and as `begin` does.
    """
    admit("system.manage", actor)
    digest = sha256(content).hexdigest()
    told: dict[str, Any] = {"file": file_name, "sha256": digest}
    in_parts = content.count(b"\n") > MOST_AT_ONCE
    try:
        register = () if in_parts else read_register(content)
        parts = divided(content, size=LINES_OF_A_PART) if in_parts else ()
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    with transaction() as session:
        if in_parts:
            told["names"] = sum(one.names for one in parts)
            change = begin(session, Proposal(NAMES, digest[:16], {}, told, reason), actor=actor, now=now)
            _keep(session, change, parts, now=now)
            return change
        told |= figures_of(session, register)
        return begin(session, Proposal(NAMES, digest[:16], {}, told, reason, content), actor=actor, now=now)


def _keep(session: Session, change: SettingChange, parts: Sequence[FilePart], *, now: datetime) -> None:
    """Stores the parts of a large file, and orders that they are read."""
    run = NameImport(change_id=change.id, names=change.after["names"], parts=len(parts))
    session.add(run)
    session.flush()
    session.add_all(
        NameImportPart(import_id=run.id, position=at, first_line=one.first_line, content=one.content)
        for at, one in enumerate(parts)
    )
    outbox.put(session, EFFECT, now=now, name_import=run.id)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Loads a file of names, or orders that a large one is loaded.

    InvalidInput where it would no longer do what was shown, and for a large file that is not read yet or has wrong
    lines. A large file loads what is new when each part is loaded, because others go on meanwhile.
    """
    run = _run_of(session, change)
    if run is not None:
        _begin_loading(session, run, now=now)
        return
    register = read_register(change.content or b"")
    figures = figures_of(session, register)
    if any(change.after[key] != value for key, value in figures.items()):
        raise changed_since()
    new, mended = bring_in(session, register, prefecture=city().about.prefecture)
    told = {"file": change.after["file"], "sha256": change.after["sha256"]}
    note(session, "names:load", subject=actor.tag, now=now, **told, new=new, mended=mended)


def _begin_loading(session: Session, run: NameImport, *, now: datetime) -> None:
    if run.stage != READ:
        raise InvalidInput([Problem("file", "register.has_faults" if run.stage == WRONG else "register.not_read_yet")])
    run.stage, run.position, run.added, run.mended, run.unchanged = LOADING, 0, 0, 0, 0
    outbox.put(session, EFFECT, now=now, name_import=run.id)


def drop(session: Session, change: SettingChange) -> None:
    """Deletes what was kept of a large file that is not loaded."""
    run = _run_of(session, change)
    if run is not None:
        run.stage = DROPPED
        session.execute(delete(NameImportPart).where(col(NameImportPart.import_id) == run.id))


def _run_of(session: Session, change: SettingChange) -> NameImport | None:
    query = select(NameImport).where(col(NameImport.change_id) == change.id)
    return session.scalars(query.with_for_update()).one_or_none()


def figures_of(session: Session, register: Sequence[rules.ComparedName]) -> dict[str, int]:
    """How many names are new, how many get other parts, and how many stay as they are."""
    new = mended = 0
    for one in register:
        row = _living(session, one.name, prefecture=city().about.prefecture)
        new += row is None
        mended += row is not None and one.parts is not None and one.parts != parts_stored(row)
    return {"new": new, "mended": mended, "unchanged": len(register) - new - mended}


def bring_in(session: Session, register: Iterable[rules.ComparedName], *, prefecture: str) -> tuple[int, int]:
    """Enters the names of a register; returns how many are new, and of how many the parts were updated.

    A name that exists keeps its status: only parts that are given and differ are overwritten.
    """
    new = mended = 0
    for one in register:
        row = _living(session, one.name, prefecture=prefecture)
        if row is None:
            record(session, one.name, prefecture=prefecture, status=one.status, since_on=one.since_on, parts=one.parts)
            new += 1
        elif one.parts is not None and one.parts != parts_stored(row):
            write_parts(session, row, one.parts, given=True)
            mended += 1
    return new, mended


def _living(session: Session, name: str, *, prefecture: str) -> RegisteredName | None:
    query = select(RegisteredName).where(
        col(RegisteredName.prefecture) == prefecture,
        col(RegisteredName.identity_key) == rules.normalise(name),
        col(RegisteredName.status) != "released",
    )
    return session.scalars(query.order_by(col(RegisteredName.id).desc()).limit(1)).one_or_none()

"""Imports names from another register: each is entered once with its parts, which a later import updates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.models import RegisteredName, SettingChange
from registration.operations.audit import note
from registration.operations.names import parts_stored, record, write_parts
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries.setting_changes import NAMES
from registration.rules import names as rules
from registration.rules.city import city
from registration.rules.name_register import read_register
from registration.rules.problems import InvalidForm, Problem

# A request takes a file of this size in some seconds; a larger register is loaded from the command line.
MOST_BY_PAGE = 5000


def look(content: bytes, *, file_name: str, reason: str, actor: Actor, now: datetime) -> SettingChange:
    """Keeps a file of names with what loading it would do. Nothing is loaded before it is confirmed.

    Raises InvalidInput with every wrong line, for too many names, and as `begin` does.
    """
    admit("system.manage", actor)
    try:
        register = read_register(content)
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    if len(register) > MOST_BY_PAGE:
        raise InvalidInput([Problem("file", "register.too_many", {"most": MOST_BY_PAGE, "found": len(register)})])
    with transaction() as session:
        figures = _figures(session, register)
        digest = sha256(content).hexdigest()
        told = {"file": file_name, "sha256": digest, **figures}
        return begin(session, Proposal(NAMES, digest[:16], {}, told, reason, content), actor=actor, now=now)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Loads a file of names. InvalidInput where it would no longer do what was shown."""
    register = read_register(change.content or b"")
    figures = _figures(session, register)
    if any(change.after[key] != value for key, value in figures.items()):
        raise changed_since()
    new, mended = bring_in(session, register, prefecture=city().about.prefecture)
    told = {"file": change.after["file"], "sha256": change.after["sha256"]}
    note(session, "names:load", subject=actor.tag, now=now, **told, new=new, mended=mended)


def _figures(session: Session, register: Sequence[rules.ComparedName]) -> dict[str, int]:
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

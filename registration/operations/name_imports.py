"""Imports names from another register: each is entered once with its parts, which a later import updates."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import RegisteredName
from registration.operations.names import parts_stored, record, write_parts
from registration.rules import names as rules


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

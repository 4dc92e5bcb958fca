"""Daily roots: each binds all history entries of a registrar's cases on a day, and the root of the day before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration import database
from registration.clock import local_date
from registration.models import Application, DayHead, DayRoot, Registrar
from registration.models.applications import CHAIN_START
from registration.queries.history import entries_of_day
from registration.rules.chain import root_of
from registration.rules.merkle import Tree

log = structlog.get_logger(__name__)

# An action's time is that of its request; one that began before midnight has ended by then.
GRACE = timedelta(minutes=15)


@dataclass(frozen=True)
class MadeRoot:
    """A root that was made in this run."""

    registrar: str
    day: date
    entries: int
    root: str


def seal_days(*, now: datetime, most: int | None = None) -> list[MadeRoot]:
    """Makes every root that is due, or `most` of them, for all past days without one.

    Idempotent.
    """
    last = last_due(now)
    made: list[MadeRoot] = []
    for registrar, root, day in _behind(last):
        while day <= last:
            sealed = _seal(registrar, day, previous_root=root, now=now)
            if sealed is None:
                break
            made.append(sealed)
            if len(made) == most:
                return made
            root, day = sealed.root, day + timedelta(days=1)
    return made


def overdue(*, now: datetime) -> dict[str, date]:
    """Registrar -> the first day whose root is overdue."""
    last = last_due(now) - timedelta(days=1)
    return {registrar: day for registrar, _, day in _behind(last) if day <= last}


def last_due(now: datetime) -> date:
    """The latest day whose root can be made."""
    return local_date(now - GRACE) - timedelta(days=1)


def _behind(last: date) -> list[tuple[str, str, date]]:
    """Registrars without the root of the day `last`: the code, the previous root, the first day to make."""
    with database.reading() as session:
        has_it = exists().where(col(DayRoot.registrar_code) == col(Registrar.code), col(DayRoot.day) == last)
        codes = session.scalars(select(col(Registrar.code)).where(~has_it).order_by(col(Registrar.code)))
        found = [(code, *_goes_on(session, code)) for code in codes]
    return [(code, root, day) for code, root, day in found if day is not None]


def _goes_on(session: Session, registrar: str) -> tuple[str, date | None]:
    newest = session.scalars(
        select(DayRoot).where(col(DayRoot.registrar_code) == registrar).order_by(col(DayRoot.day).desc()).limit(1)
    ).one_or_none()
    if newest is not None:
        return newest.root, newest.day + timedelta(days=1)
    first = session.scalars(
        select(func.min(col(Application.created_at))).where(col(Application.registrar_code) == registrar)
    ).one()
    return CHAIN_START, local_date(first) if first else None


def _seal(registrar: str, day: date, *, previous_root: str, now: datetime) -> MadeRoot | None:
    """Makes the root of one day; None if another process made it, or it cannot be made."""
    # The day is over, so it is read without a lock; only the result needs a writing transaction.
    tree, heads = _read(registrar, day)
    root = root_of(registrar=registrar, day=day, entries=tree.size, tree=tree.root.hex(), previous_root=previous_root)
    row = {"entries": tree.size, "tree": tree.root.hex(), "previous_root": previous_root, "root": root, "made_at": now}
    try:
        with database.transaction() as session:
            session.execute(insert(DayRoot).values(registrar_code=registrar, day=day, **row))
            if heads:
                session.execute(insert(DayHead), heads)
    except IntegrityError:
        log.warning("roots.not_made", registrar=registrar, day=day.isoformat())
        return None
    return MadeRoot(registrar, day, tree.size, root)


def _read(registrar: str, day: date) -> tuple[Tree, list[dict[str, object]]]:
    tree = Tree()
    with database.reading() as session:
        heads = list(_heads(session, registrar, day, tree))
    return tree, heads


def _heads(session: Session, registrar: str, day: date, tree: Tree) -> Iterator[dict[str, object]]:
    """Fills the tree, and yields the last entry of the day for each case."""
    head: dict[str, object] = {}
    number = 0
    for row in entries_of_day(session, registrar, day):
        tree.add(row.hash.encode())
        if head and head["application_id"] != row.application_id:
            yield head
            number = 0
        number += 1
        entry = {"application_id": row.application_id, "ref": row.ref, "seq": row.seq, "hash": row.hash}
        head = {"registrar_code": registrar, "day": day, "entries": number, **entry}
    if head:
        yield head

"""The companies of a registrar that have to shorten their terms of payment, and those that have done so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session, col

from registration.models import CapitalTerm, Entity, EntityKey, Message
from registration.queries.keyset import Order, numbers_on_page
from registration.rules.search_keys import plain
from registration.rules.tidy import typed_number

NOTICE = "notify.capital_terms"
NOTIFY_ALL = "capital_terms.notify"
# Nobody is notified again within this time.
AGAIN_AFTER = timedelta(days=30)
LIVING = ("active", "restored")
_ORDER = Order("capital_terms", col(CapitalTerm.code), col(CapitalTerm.entity_id))
_LAST = "\U0010ffff"
_BATCH = 500


@dataclass(frozen=True)
class TermRow:
    """A company on the list."""

    term: CapitalTerm
    entity: Entity


@dataclass(frozen=True)
class TermCounts:
    """Companies that must still act, those notified in the last thirty days among them, and those that have done it."""

    open: int
    notified: int
    done: int
    running: bool


def terms_at(
    session: Session, registrar: str, *, done: bool, sought: str = "", cursor: str | None = None, limit: int = 50
) -> tuple[list[TermRow], str | None]:
    """One page by code; `sought` is a code or the beginning of a name. InvalidInput for a foreign cursor."""
    branch = [*_of(registrar, done=done), *([_found_by(sought)] if sought else [])]
    numbers, after = numbers_on_page(session, _rows(), [branch], _ORDER, cursor=cursor, limit=limit)
    query = select(CapitalTerm, Entity).join(Entity, col(Entity.id) == col(CapitalTerm.entity_id))
    found = {term.entity_id: TermRow(term, one) for term, one in session.execute(query.where(_is_one_of(numbers)))}
    return [found[number] for number in numbers], after


def every_term(session: Session, registrar: str, *, done: bool) -> Iterator[TermRow]:
    """The whole list, page by page."""
    cursor = None
    while True:
        rows, cursor = terms_at(session, registrar, done=done, cursor=cursor, limit=_BATCH)
        yield from rows
        if cursor is None:
            return


def term_counts(session: Session, registrar: str, *, now: datetime) -> TermCounts:
    def count(*conditions: ColumnElement[bool]) -> int:
        query = _rows().with_only_columns(func.count()).where(*conditions)
        return session.scalars(query).one()

    told = col(CapitalTerm.notified_at) > now - AGAIN_AFTER
    still = _of(registrar, done=False)
    return TermCounts(
        count(*still), count(*still, told), count(*_of(registrar, done=True)), is_running(session, registrar)
    )


def term_of(session: Session, entity_id: int) -> CapitalTerm | None:
    """The row of a company that must still shorten its terms; None for every other entity."""
    row = session.get(CapitalTerm, entity_id)
    return row if row is not None and not row.is_done else None


def was_notified(row: CapitalTerm, *, now: datetime) -> bool:
    return row.notified_at is not None and row.notified_at > now - AGAIN_AFTER


def due_for_notice(registrar: str, *, now: datetime) -> Select[CapitalTerm]:
    """The rows of a registrar that were not notified lately."""
    long_ago = or_(col(CapitalTerm.notified_at).is_(None), col(CapitalTerm.notified_at) <= now - AGAIN_AFTER)
    living = select(col(Entity.id)).where(col(Entity.id) == col(CapitalTerm.entity_id), col(Entity.status).in_(LIVING))
    return select(CapitalTerm).where(
        col(CapitalTerm.registrar_code) == registrar, col(CapitalTerm.is_done).is_(False), long_ago, living.exists()
    )


def is_running(session: Session, registrar: str) -> bool:
    """Whether an order to notify all is being worked off."""
    query = select(col(Message.payload)).where(col(Message.effect) == NOTIFY_ALL)
    return any(payload.get("registrar") == registrar for payload in session.scalars(query))


def _rows() -> Select[CapitalTerm]:
    return select(CapitalTerm).join(Entity, col(Entity.id) == col(CapitalTerm.entity_id))


def _of(registrar: str, *, done: bool) -> list[ColumnElement[bool]]:
    return [
        col(CapitalTerm.registrar_code) == registrar,
        col(CapitalTerm.is_done).is_(done),
        col(Entity.status).in_(LIVING),
    ]


def _is_one_of(numbers: list[int]) -> ColumnElement[bool]:
    return col(CapitalTerm.entity_id).in_(numbers)


def _found_by(sought: str) -> ColumnElement[bool]:
    text = plain(sought)
    key = col(EntityKey.key)
    named = select(col(EntityKey.entity_id)).where(col(EntityKey.kind) == "name", key >= text, key < text + _LAST)
    return or_(col(CapitalTerm.code) == typed_number(sought), col(CapitalTerm.entity_id).in_(named))

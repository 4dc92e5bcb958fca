"""Fills the list of companies that have to shorten their terms of payment from the newest versions of the register."""

import sqlalchemy as sa

from registration.models.columns import JsonDoc
from registration.rules.capital_terms import NEW_LAW_ON, last_payment, term_limit

_ENTITY = sa.table(
    "entity", *(sa.column(name) for name in ("id", "code", "registrar_code", "entity_type", "founded_on"))
)
_FACT = sa.table(
    "entity_fact", *(sa.column(name) for name in ("entity_id", "item", "version")), sa.column("value", JsonDoc)
)
_TERM = sa.table(
    "capital_term", *(sa.column(name) for name in ("entity_id", "code", "registrar_code", "last_on", "is_done"))
)
_BATCH = 1000


def fill(bind: sa.Connection) -> None:
    """A row for each company whose contributions are due after the transition; in batches by number."""
    after = 0
    while rows := bind.execute(_old_ones(after)).all():
        after = rows[-1].id
        values = [found for row in rows if (found := _row(bind, row)) is not None]
        if values:
            bind.execute(sa.insert(_TERM), values)


def _old_ones(after: int) -> sa.Select[tuple[object, ...]]:
    founded = sa.type_coerce(_ENTITY.c.founded_on, sa.Date)
    columns = [column for column in _ENTITY.c if column.name != "founded_on"]
    query = sa.select(*columns, founded.label("founded")).where(founded < NEW_LAW_ON, _ENTITY.c.id > after)
    return query.order_by(_ENTITY.c.id).limit(_BATCH)


def _row(bind: sa.Connection, entity: sa.Row[tuple[object, ...]]) -> dict[str, object] | None:
    limit = term_limit(entity.founded, entity_type=entity.entity_type)
    if limit is None:
        return None
    newest = (
        sa.select(_FACT.c.value)
        .where(_FACT.c.entity_id == entity.id, _FACT.c.item == "contributions")
        .order_by(_FACT.c.version.desc())
        .limit(1)
    )
    last_on = last_payment(bind.execute(newest).scalar())
    if last_on is None or last_on <= limit:
        return None
    same = {"entity_id": entity.id, "code": entity.code, "registrar_code": entity.registrar_code}
    return {**same, "last_on": last_on, "is_done": False}

"""The rows of open data, a bounded batch at a time, and the extracts that were published."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.clock import local_date
from registration.models import Application, Entity, EntityFact, OpenDataExtract, OpenDataPart
from registration.queries import open_figures
from registration.queries.power_list import Edge, listed_matters, power_item
from registration.queries.register import opened
from registration.rules.city import city
from registration.rules.negative_list import negative_list
from registration.rules.open_data import CHANGES, Row, item_columns
from registration.rules.open_figures import PERIODS, FigureRow, OpenFigures
from registration.rules.power_items import PowerItem, written
from registration.rules.tree_heads import moment
from workflows.definition.values import Text

# The message that makes the next part of an extract, or its manifest.
EFFECT = "open_data.part"
# Entities, or versions of items, of one part: ranges of their numbers, so that a part whose rows stay as they are stays
# the same file.
ENTITIES, VERSIONS = 1000, 5000
# A version is published when every transaction that was open beside it has ended, so that no lower number comes later.
SETTLED = timedelta(minutes=2)


@dataclass(frozen=True)
class Batch:
    """Rows of a dataset; `position` is where the next batch begins, None at the end."""

    rows: Sequence[Row]
    position: int | None


def batch_of(session: Session, dataset: str, position: int, *, now: datetime) -> Batch:
    return _BATCHES[dataset](session, position, now)


def changes_after(session: Session, after: int, *, now: datetime, most: int, until: int | None = None) -> list[Row]:
    """Versions of public items whose number is greater than `after`, in the order of numbers; up to `until`, too."""
    query = (
        select(EntityFact, col(Entity.code), col(Application.ref))
        .join(Entity, col(Entity.id) == col(EntityFact.entity_id))
        .join(Application, col(Application.id) == col(EntityFact.application_id))
        .where(col(EntityFact.id) > after, col(EntityFact.item).in_(list(item_columns())))
        .order_by(col(EntityFact.id))
        .limit(most)
    )
    if until is not None:
        query = query.where(col(EntityFact.id) <= until)
    found = takewhile(lambda row: row[0].valid_from <= now - SETTLED, session.execute(query))
    return [_change(fact, code, ref) for fact, code, ref in found]


def published(session: Session) -> OpenDataExtract | None:
    """The newest extract that was published."""
    query = select(OpenDataExtract).where(col(OpenDataExtract.signed).is_not(None))
    return session.scalars(query.order_by(col(OpenDataExtract.day).desc()).limit(1)).first()


def latest_day(session: Session) -> date | None:
    """The day of the newest extract, published or not."""
    return session.scalars(select(func.max(col(OpenDataExtract.day)))).one()


def parts_of(session: Session, extract: OpenDataExtract, dataset: str) -> Sequence[OpenDataPart]:
    """The parts of a dataset in their order."""
    query = select(OpenDataPart).where(col(OpenDataPart.extract_id) == extract.id, col(OpenDataPart.dataset) == dataset)
    return session.scalars(query.order_by(col(OpenDataPart.position))).all()


def _entities(session: Session, position: int, now: datetime) -> Batch:
    end, today = position + ENTITIES, local_date(now)
    number = col(Entity.id)
    entities = session.scalars(select(Entity).where(number > position, number <= end).order_by(number)).all()
    query = (
        select(EntityFact, col(Application.ref))
        .join(Application, col(Application.id) == col(EntityFact.application_id))
        .where(col(EntityFact.entity_id) > position, col(EntityFact.entity_id) <= end)
        .where(col(EntityFact.item).in_(list(item_columns())), col(EntityFact.valid_on) <= today)
        .order_by(col(EntityFact.id))
    )
    values: dict[int, dict[str, Any]] = {}
    for fact, ref in session.execute(query):
        values.setdefault(fact.entity_id, {})[fact.item] = opened(fact, case=ref)
    rows = [{**_entity(one), **values[one.id]} for one in entities if one.id in values]
    return Batch(rows, _next(session, Entity, end, ENTITIES))


def _entity(one: Entity) -> Row:
    return {
        "code": one.code,
        "entity_type": one.entity_type,
        "registrar": one.registrar_code,
        "founded_on": one.founded_on.isoformat(),
    }


def _versions(session: Session, position: int, now: datetime) -> Batch:
    end = position + VERSIONS
    rows = changes_after(session, position, now=now, most=VERSIONS, until=end)
    return Batch(rows, _next(session, EntityFact, end, VERSIONS))


def _next(session: Session, model: type[Entity] | type[EntityFact], end: int, size: int) -> int | None:
    """The beginning of the next range that has a row."""
    number = session.scalars(select(func.min(col(model.id))).where(col(model.id) > end)).one()
    return None if number is None else (number - 1) // size * size


def _change(fact: EntityFact, code: str, ref: str) -> Row:
    return {
        "cursor": fact.id,
        "code": code,
        "item": fact.item,
        "version": fact.version,
        "valid_on": fact.valid_on.isoformat(),
        "recorded_at": moment(fact.valid_from),
        "cause": fact.cause,
        "value": opened(fact, case=ref),
    }


def _figures(session: Session, _position: int, _now: datetime) -> Batch:
    found = open_figures.count(session)
    groups = (("city", (found.city,)), ("district", found.districts), ("matter", found.matters))
    return Batch([line for group, rows in groups for row in rows for line in _figure_lines(group, row, found)], None)


def _figure_lines(group: str, row: FigureRow, found: OpenFigures) -> Iterator[Row]:
    # The city itself by its six digits, as its districts.
    key = city().about.prefecture if group == "city" else row.key
    same = {"group": group, "key": key, "name": dict(row.name), "made_at": moment(found.made_at)}
    for period in PERIODS:
        yield {**same, "period": period, **written(getattr(row, period))}
    yield {**same, "period": "now", "waiting": row.waiting}


def _powers(session: Session, _position: int, now: datetime) -> Batch:
    # Addresses of pages and names of papers are the edge's; no column has them.
    edge = Edge(address=lambda _endpoint, **_values: "", paper_name=lambda _kind: Text())
    items = (power_item(session, matter, edge, today=local_date(now)) for matter in listed_matters())
    return Batch([_power(item) for item in items], None)


def _power(item: PowerItem) -> Row:
    """The limits are those of the newest law, as the lists name them first."""
    row = written(item)
    return {
        **row,
        "bodies": [one["name"] for one in row["body"]],
        "law": [one["text"] for one in row["basis"]],
        "legal": row["limits"][0]["legal"],
        "promised": row["limits"][0]["promised"],
    }


def _negative(_session: Session, _position: int, now: datetime) -> Batch:
    rows = map(written, negative_list(local_date(now)).items)
    return Batch([{**row, **_permit(row["permit"])} for row in rows], None)


def _permit(permit: Mapping[str, Any] | None) -> Row:
    if permit is None:
        return {}
    return {"permit": permit["name"], "authority": permit["authority"], "law": permit["law"]}


_BATCHES: Mapping[str, Callable[[Session, int, datetime], Batch]] = {
    "register": _entities,
    CHANGES: _versions,
    "statistics": _figures,
    "powers": _powers,
    "negative-list": _negative,
}

"""The negative list: what nobody may do, what needs a permit before or after registration, and the foreign part.

Zhejiang's programme of 2014 (负面清单). Made from the tables by which applications are checked: `layer_of` decides what
an application may name and must bring, `foreign_access` what an investor from abroad may do.
"""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from pydantic import Field

from registration.rules.entity_types import entity_types
from registration.rules.foreign_measures import Access, foreign_access, measures, measures_of
from registration.rules.languages import OF_PAPERS, by_language, in_offered, offered, said
from registration.rules.norms import articles
from registration.rules.power_items import Record
from registration.rules.reference import texts
from registration.rules.scope import Layer, Permit, ScopeItem, catalogue, layer_of, permit_of, prohibitions
from workflows.definition.values import Text

_FILE = "reference/negative_list.yaml"


class ListedPermit(Record):
    """The permit of an item: who grants it, under which articles, and where to apply."""

    key: str
    name: Text
    authority: Text
    where: Text
    law: tuple[Text, ...]


class ListedItem(Record):
    """An item of the scope; `foreign` says what an investor from abroad may do, `measures` by which numbers."""

    code: str
    name: Text
    industry: str
    layer: Layer
    permit: ListedPermit | None
    foreign: Access
    measures: tuple[int, ...]


class ListedLayer(Record):
    """A layer, and how many items of the scope are in it."""

    key: Layer
    name: Text
    text: Text
    law: tuple[Text, ...]
    items: int


class ListedProhibition(Record):
    """A word of what nobody may do, and why."""

    word: str
    why: Text


class ListedMeasure(Record):
    """A measure on foreign investment; `items` are codes that it covers, `partly` those that it covers in part."""

    number: int
    kind: str
    text: Text
    items: tuple[str, ...]
    partly: tuple[str, ...]


class ForeignPart(Record):
    """For investors from abroad alone; `closed_types` are the entity types that they cannot found."""

    name: Text
    text: Text
    law: tuple[Text, ...]
    measures: tuple[ListedMeasure, ...]
    closed_types: tuple[Text, ...]


class ListVersion(Record):
    """A version of the list: the day from which it counts, its SHA-256 and what it changed."""

    version: int
    since: date = Field(alias="from")
    checksum: str
    changes: tuple[Text, ...]


class NegativeList(Record):
    """The whole list; `version` is None where the tables are others than those of the newest version."""

    version: int | None
    since: date | None = Field(alias="from")
    checksum: str
    layers: tuple[ListedLayer, ...]
    prohibited: tuple[ListedProhibition, ...]
    items: tuple[ListedItem, ...]
    foreign: ForeignPart


def negative_list(day: date) -> NegativeList:
    """The list with the law that is in force on the day."""
    return _made(day, offered())


def entry_of(item: ScopeItem, day: date) -> ListedItem:
    """The entry of one item."""
    permit = permit_of(item)
    return ListedItem(
        code=item.code,
        name=Text(**by_language(item)),
        industry=item.gb4754,
        layer=layer_of(item),
        permit=_permit(permit, day) if permit is not None and item.permit != "-" else None,
        foreign=foreign_access(item),
        measures=tuple(one.number for one in measures_of(item)),
    )


@lru_cache(maxsize=4)
def _made(day: date, _languages: tuple[str, ...]) -> NegativeList:
    version, words = version_in_use(), texts(_FILE)
    rows = {code: entry_of(item, day) for code, item in catalogue().items()}
    return NegativeList(
        version=version.version if version else None,
        since=version.since if version else None,
        checksum=content_checksum(),
        layers=tuple(_layer(key, row, rows.values(), day) for key, row in words["layers"].items()),
        prohibited=tuple(ListedProhibition(word=one.word, why=Text(**by_language(one))) for one in prohibitions()),
        items=tuple(rows.values()),
        foreign=_foreign(words["foreign"], day),
    )


@cache
def content_checksum() -> str:
    """SHA-256 of what the list means: prohibited words, layer and permit of each item, measures."""
    meaning = {
        "prohibited": [one.word for one in prohibitions()],
        "items": [[one.code, said(one, OF_PAPERS), layer_of(one), one.permit_key] for one in catalogue().values()],
        "permits": sorted({(one.key, one.level, one.law) for one in map(permit_of, catalogue().values()) if one}),
        "foreign": [[one.number, one.kind, one.items, one.partly] for one in measures()],
    }
    return sha256(json.dumps(meaning, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@cache
def list_versions() -> tuple[ListVersion, ...]:
    """Every version that was published, the newest first."""
    return tuple(ListVersion.model_validate(row) for row in texts(_FILE)["versions"])


def version_in_use() -> ListVersion | None:
    """The version that the tables are; None for tables of an office's own."""
    return next((one for one in list_versions() if one.checksum == content_checksum()), None)


def _layer(key: Layer, row: dict[str, Any], items: Iterable[ListedItem], day: date) -> ListedLayer:
    number = sum(one.layer == key for one in items)
    return ListedLayer(key=key, name=row["name"], text=row["text"], law=articles(row["law"], day), items=number)


def _permit(permit: Permit, day: date) -> ListedPermit:
    template = texts(_FILE)["where"][permit.level]
    return ListedPermit(
        key=permit.key,
        name=Text(**permit.name),
        authority=Text(**permit.authority),
        where=Text(**in_offered(lambda lang: said(template, lang).format(authority=said(permit.authority, lang)))),
        law=articles(permit.citations, day),
    )


def _foreign(row: dict[str, Any], day: date) -> ForeignPart:
    return ForeignPart(
        name=row["name"],
        text=row["text"],
        law=articles(row["law"], day),
        measures=tuple(
            ListedMeasure(
                number=one.number,
                kind=one.kind,
                text=Text(**by_language(one)),
                items=one.items,
                partly=one.partly,
            )
            for one in measures()
        ),
        closed_types=tuple(one.name for one in entity_types() if not one.may_be_foreign_invested),
    )

"""The guide to a matter on a registered entity: its item of the power list, arranged by what one can choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from registration.http.context import lang_here, say
from registration.rules.languages import joined
from registration.rules.power_items import ListedItem, ListedMaterial, ListedType, PowerItem


@dataclass(frozen=True, slots=True)
class Paper:
    """A document; `types` names the entity types that have it, empty where all that are shown do."""

    material: ListedMaterial
    types: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen, with its documents; `types` as of a paper."""

    item: ListedItem
    types: str
    papers: tuple[Paper, ...]


def types_shown(record: PowerItem, entity_type: str) -> tuple[ListedType, ...]:
    """The type that was chosen; all for none, and for one that the matter does not have."""
    chosen = tuple(one for one in record.applies_to if one.key == entity_type)
    return chosen or record.applies_to


def choices(record: PowerItem, types: Sequence[ListedType]) -> list[Choice]:
    """The items of these types in the order of the table."""
    found = []
    for item in record.items:
        able = [one for one in types if one.key in item.types]
        if able:
            found.append(Choice(item, _named(able, types), papers(able, item.key)))
    return found


def papers(types: Sequence[ListedType], item: str = "") -> tuple[Paper, ...]:
    """The documents that these types need for an item; without one those of every application."""
    found: dict[tuple[str, bool], tuple[ListedMaterial, list[ListedType]]] = {}
    for one in types:
        for material in one.materials:
            if item in material.items or not (item or material.items):
                found.setdefault((material.kind, material.made), (material, []))[1].append(one)
    return tuple(Paper(material, _named(able, types)) for material, able in found.values())


def _named(able: Sequence[ListedType], types: Sequence[ListedType]) -> str:
    return "" if len(able) == len(types) else joined("list", lang_here(), (say(one.name) for one in able))

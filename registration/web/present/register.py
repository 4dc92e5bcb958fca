"""An entity of the public register in words: its items, and the history of changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from registration.http.context import lang_here, say
from registration.models import Entity
from registration.queries.register import Registered, Version, cause_of
from registration.rules.register_items import STATE
from registration.rules.register_words import item_label, value_lines
from registration.web.present.licence_words import entity_state_tag


@dataclass(frozen=True)
class ItemText:
    """One item: label, lines, and since when."""

    label: str
    lines: Sequence[str]
    since: date


@dataclass(frozen=True)
class ChangeText:
    """What one act changed on a day: (label, lines before, lines after) of each item; none for the foundation."""

    on: date
    cause: str
    changes: Sequence[tuple[str, Sequence[str], Sequence[str]]]


def called(entity: Entity) -> str:
    """The name; an individual business may have none, and is then called by its type."""
    return entity.name or str(entity.facts["type_text"])


def state_on(found: Registered) -> tuple[str, str]:
    return entity_state_tag((found.value(STATE) or {"state": found.entity.status})["state"])


def _items_of(found: Registered, kind: str) -> list[ItemText]:
    """The items of one kind: registered or filed."""
    return [
        ItemText(
            item_label(one.item, entity_type=found.entity_type, lang=lang_here()),
            value_lines(one.item, one.value, lang_here()),
            one.valid_on,
        )
        for one in found.versions
        if one.row.kind == kind
    ]


def items_by_kind(found: Registered) -> dict[str, list[ItemText]]:
    """What is registered, and what is filed."""
    return {kind: _items_of(found, kind) for kind in ("registered", "filed")}


def changes_of(found: Registered) -> Iterator[ChangeText]:
    """Every act up to the day, the newest first."""
    by_number = {(one.item, one.number): one for one in found.history}
    for (on, cause, _ref), versions in groupby(found.history, key=lambda one: (one.valid_on, one.cause, one.ref)):
        rows = [_change(found, one, by_number.get((one.item, one.number - 1))) for one in versions]
        yield ChangeText(on, say(cause_of(cause)), [] if cause == "establish" else rows)


def _change(found: Registered, after: Version, before: Version | None) -> tuple[str, Sequence[str], Sequence[str]]:
    label = item_label(after.item, entity_type=found.entity_type, lang=lang_here())
    earlier = value_lines(after.item, before.value if before else None, lang_here())
    return label, earlier, value_lines(after.item, after.value, lang_here())

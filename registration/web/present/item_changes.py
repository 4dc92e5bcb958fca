"""What an application about a registered entity asks for and changes, in words: each item before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

from registration import database
from registration.clock import local_date, now
from registration.http.context import lang_here, say
from registration.models import Application
from registration.queries.register_changes import NOT_SHOWN, changes_of
from registration.queries.registered_entities import entity_of_case
from registration.rules.register_words import item_label, value_lines
from registration.rules.registered_entity import (
    Lateness,
    chosen_items,
    has_deadline,
    items_of_type,
    lateness,
    register_rows,
)


@dataclass(frozen=True)
class ItemChangeText:
    """One item: its label, and the lines of its value before and after."""

    label: str
    before: Sequence[str]
    after: Sequence[str]


def item_changes(case: Application) -> list[ItemChangeText]:
    """Empty for a case that founds an entity, and where nothing differs yet."""
    if register_rows(case.matter) is None:
        return []
    with database.reading() as session:
        found = changes_of(session, case)
    return [
        ItemChangeText(
            item_label(one.item, entity_type=case.entity_type, lang=lang_here()),
            value_lines(one.item, one.before, lang_here()),
            value_lines(one.item, one.after, lang_here()),
        )
        for one in found
        if one.item not in NOT_SHOWN
    ]


def kept_limit(case: Application) -> Lateness | None:
    """How the case keeps the limit of its items, a draft until today; None without a limit or a day of the event."""
    if not has_deadline(case.matter):
        return None
    return lateness(case.matter, case.form, on=local_date(case.submitted_at or now()))


def items_asked(case: Application) -> list[tuple[str, str]]:
    """Words and hint of each item that is chosen; empty for a case that founds an entity."""
    offered = items_of_type(case.matter, case.entity_type)
    rows = (offered[item] for item in chosen_items(case.form) if item in offered)
    return [(say(row.words), say(row.hint) if row.hint else "") for row in rows]


def business_of(case: Application) -> str:
    """The code of the registered entity that the case is about; empty for a case that founds one."""
    if register_rows(case.matter) is None:
        return ""
    with database.reading() as session:
        entity = entity_of_case(session, case)
        return entity.code if entity else ""

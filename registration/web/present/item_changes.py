"""What an application about a registered entity asks for and changes, in words: each item before and after."""

from registration import database
from registration.clock import local_date, now
from registration.http.context import lang_here, say
from registration.models import Application
from registration.queries.casefile import CaseFile
from registration.queries.register_changes import ItemChangeText, shown_changes
from registration.rules.registered_entity import (
    Lateness,
    chosen_items,
    has_deadline,
    items_of_type,
    lateness,
)


def item_changes(file: CaseFile) -> list[ItemChangeText]:
    """Empty for a case that founds an entity, and where nothing differs yet."""
    entity, registered = file.facts.entity, file.facts.registered_now
    if entity is None:
        return []
    with database.reading() as session:
        return shown_changes(session, file.case, lang_here(), entity=entity, registered=registered)


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

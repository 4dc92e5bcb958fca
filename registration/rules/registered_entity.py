"""What a matter on a registered entity opens of its form, and who signs it, by the matter's register.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registration.rules.entity_types import type_row
from registration.rules.form import CHOSEN, NAMING_PERSONS, Form
from registration.rules.form.chosen import Chosen
from registration.rules.matter_folders import matter_data, matter_keys
from registration.rules.problems import Problem
from registration.rules.register_shapes import ItemRow, RegisterRows

PEOPLE = "people"


def register_rows(matter: str) -> RegisterRows | None:
    """None for a matter that is not about a registered entity."""
    return matter_data(matter).register


def items_of_type(matter: str, entity_type: str) -> Mapping[str, ItemRow]:
    """What an entity of this type can choose in the matter, by key."""
    rows, kind = register_rows(matter), type_row(entity_type)
    return {key: row for key, row in rows.items.items() if kind.answers_to(row.named)} if rows else {}


def is_for(matter: str, entity_type: str) -> bool:
    """Whether an entity of this type can apply for the matter once it is registered."""
    rows = register_rows(matter)
    if rows is None or not type_row(entity_type).answers_to(rows.named):
        return False
    return not rows.items or bool(items_of_type(matter, entity_type))


def chosen_items(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the items in a raw form."""
    chosen = form.get(CHOSEN)
    return tuple(chosen.get("items") or ()) if isinstance(chosen, Mapping) else ()


def choice_problems(items: tuple[str, ...], *, matter: str, entity_type: str) -> list[Problem]:
    """Why this cannot be chosen: nothing at all, or an item that the matter does not have for the type."""
    offered = items_of_type(matter, entity_type)
    if offered and not items:
        return [Problem(f"{CHOSEN}.items", "chosen.nothing")]
    return [Problem(f"{CHOSEN}.items", "choice.unknown") for item in items if item not in offered][:1]


def is_announced(matter: str, entity_type: str) -> bool:
    """Whether the matter publishes a notice about an entity of this type."""
    rows = register_rows(matter)
    if rows is None or rows.notice is None:
        return False
    return not (rows.unannounced and type_row(entity_type).answers_to(rows.unannounced))


def states_of_open_cases() -> frozenset[str]:
    """The states that a registration has only while a case is open."""
    rows = (matter_data(matter).register for matter in matter_keys())
    return frozenset(one.meanwhile for one in rows if one is not None and one.meanwhile is not None)


def later_sections(matter: str, state: str | None = None) -> frozenset[str]:
    """The sections that are filled in after the draft: those of the state, or of all states for None."""
    rows = register_rows(matter)
    if rows is None:
        return frozenset()
    states = rows.later if state is None else {state} & rows.later.keys()
    return frozenset(section for one in states for section in rows.later[one])


def opened_sections(matter: str, items: tuple[str, ...]) -> frozenset[str] | None:
    """The sections that such an application fills in; None where it fills in all. Persons open with whom they name."""
    rows = register_rows(matter)
    if rows is None:
        return None
    opened = {
        *rows.sections,
        *(section for item in items if item in rows.items for section in rows.items[item].sections),
    }
    return frozenset(opened | ({PEOPLE} if opened & NAMING_PERSONS else set()))


def sections_changed(matter: str, form: Mapping[str, Any]) -> frozenset[str]:
    """The sections that a raw form changes of a registered entity; none for one that founds an entity."""
    return opened_sections(matter, chosen_items(form)) or frozenset()


def type_after(matter: str, items: tuple[str, ...], *, entity_type: str) -> str:
    """The type that an entity of this type has once the chosen items are registered."""
    offered = items_of_type(matter, entity_type)
    found = (offered[item].becomes.get(entity_type) for item in items if item in offered)
    return next((one for one in found if one), entity_type)


def majority_of(matter: str, items: tuple[str, ...]) -> str:
    """The majority that a meeting needs: half where each item is content with it, else two thirds."""
    rows = register_rows(matter)
    found = {row.majority for key, row in (rows.items if rows else {}).items() if key in items}
    return "half" if found == {"half"} else "two_thirds"


@dataclass(frozen=True, slots=True)
class Lateness:
    """Filed `late` days after the last day of the limit, zero within it; `passed` days after the event."""

    event_on: date
    last_on: date
    passed: int
    late: int


def deadline_of(matter: str, items: tuple[str, ...]) -> int | None:
    """Within how many days of the event the items must be applied for: the shortest of theirs."""
    rows = register_rows(matter)
    found = [row.deadline for key, row in (rows.items if rows else {}).items() if key in items and row.deadline]
    return min(found, default=None)


def has_deadline(matter: str) -> bool:
    """Whether the day of the event is asked for: some item has a limit that counts from it."""
    rows = register_rows(matter)
    return rows is not None and any(row.deadline for row in rows.items.values())


def lateness(matter: str, form: Mapping[str, Any], *, on: date) -> Lateness | None:
    """How a raw form filed `on` this day keeps the limit (Regulation 29); None without a limit or a day of the event.

    The day of the event does not count. Being late is no ground to refuse: it is only recorded.
    """
    days, event_on = deadline_of(matter, chosen_items(form)), event_day(form)
    if days is None or event_on is None:
        return None
    last_on = event_on + timedelta(days=days)
    return Lateness(event_on, last_on, (on - event_on).days, max(0, (on - last_on).days))


def event_day(form: Mapping[str, Any]) -> date | None:
    """The day of the event in a raw form, where one is given."""
    given = (form.get(CHOSEN) or {}).get("event_on")
    return date.fromisoformat(given) if given else None


def is_shut(matter: str, form: Mapping[str, Any], target: str) -> bool:
    """Whether `section.<key>` is a section that an application about a registered entity has not chosen to change."""
    chapter, _, section = target.partition(".")
    opened = opened_sections(matter, chosen_items(form))
    return chapter == "section" and opened is not None and section not in opened - later_sections(matter)


def signing_capacities(form: Form) -> frozenset[str] | None:
    """The capacities whose holders sign; None where all of the type's do, as at an establishment."""
    chosen: Chosen | None = form.chosen
    rows = register_rows(chosen.matter) if chosen else None
    if chosen is None or rows is None:
        return None
    return frozenset(
        {*rows.signers, *(one for item in chosen.items if item in rows.items for one in rows.items[item].signers)}
    )

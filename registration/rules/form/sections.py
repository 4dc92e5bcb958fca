"""The sections of a matter's form, by entity type and regime, and the group of the task list for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from registration.rules.entity_types import EntityType, type_row
from registration.rules.form.contributions import Shareholders
from registration.rules.form.firm import Capital, Domicile, Name, Scope
from registration.rules.form.investor import Investor
from registration.rules.form.owners import Owners
from registration.rules.form.partners import Partners
from registration.rules.form.persons import Contacts, LegalRep, Officers, Operator, People
from registration.rules.form.tax_and_social import Addons, Five, Social, Tax
from registration.rules.kinds import Regime
from registration.rules.reference import texts_of_matter

# The matter that every registrar has, and the default for a form without a matter.
ESTABLISHMENT = "establishment"


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the task list with its Chinese number and, where it has one, a note in brackets."""

    key: str
    number: str
    label: Mapping[str, str]
    note: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form."""

    key: str
    group: str
    optional: bool
    label: Mapping[str, str]


MODELS: dict[str, type[BaseModel]] = {
    "name": Name,
    "domicile": Domicile,
    "scope": Scope,
    "capital": Capital,
    "people": People,
    "shareholders": Shareholders,
    "officers": Officers,
    "legal_rep": LegalRep,
    "operator": Operator,
    "investor": Investor,
    "partners": Partners,
    "contacts": Contacts,
    "owners": Owners,
    "tax": Tax,
    "social": Social,
    "five": Five,
    "addons": Addons,
}


# A correction of one of these may need another person.
NAMING_PERSONS = frozenset(
    {"shareholders", "officers", "legal_rep", "operator", "investor", "partners", "contacts", "owners"}
)


@cache
def groups_of(matter: str) -> tuple[Group, ...]:
    """The headings of the matter's task list; those without sections are for documents and for the last step."""
    groups = texts_of_matter(matter, "form").get("groups", {})
    return tuple(_group(key, row) for key, row in groups.items())


def _group(key: str, row: Mapping[str, Any]) -> Group:
    label = {lang: words for lang, words in row.items() if lang not in ("number", "note")}
    return Group(key, row["number"], label, row.get("note"))


@cache
def sections_for(entity_type: str, regime: str, matter: str = ESTABLISHMENT) -> tuple[Section, ...]:
    """The sections in the order of the form. ValueError for an unknown type or regime."""
    kind, law = type_row(entity_type), Regime(regime)
    rows = texts_of_matter(matter, "form").get("sections", ())
    return tuple(_section(row, law) for row in rows if _applies(row, kind, law))


def _applies(row: Mapping[str, Any], entity_type: EntityType, regime: Regime) -> bool:
    return ("for" not in row or entity_type.answers_to(row["for"])) and regime in row.get("under", Regime)


def _section(row: Mapping[str, Any], regime: Regime) -> Section:
    optional = row.get("optional", False)
    is_optional = optional if isinstance(optional, bool) else regime in optional
    return Section(row["key"], row["group"], is_optional, row["label"])

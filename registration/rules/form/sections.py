"""The sections of a matter's form, by entity type and regime, and the group of the task list for each."""

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from registration.rules.entity_types import type_row
from registration.rules.form.chosen import Chosen
from registration.rules.form.closing import Closing
from registration.rules.form.contributions import Shareholders
from registration.rules.form.documents import Documents
from registration.rules.form.duplicates import Duplicates
from registration.rules.form.firm import Capital, Domicile, Name, Scope
from registration.rules.form.foreign import Foreign
from registration.rules.form.investor import Investor
from registration.rules.form.liquidation import Dissolution, Settlement
from registration.rules.form.meeting import Meeting
from registration.rules.form.members import Council, Members
from registration.rules.form.owners import Owners
from registration.rules.form.parent import Parent, Responsible
from registration.rules.form.partners import Partners
from registration.rules.form.persons import Contacts, LegalRep, Officers, Operator, People
from registration.rules.form.reduction import Reduction
from registration.rules.form.tax_and_social import Addons, Five, Social, Tax
from registration.rules.kinds import Regime
from registration.rules.matter_folders import Matter, matter_data
from workflows.definition.values import Text

# The matter that every registrar has, and the default for a form without a matter.
ESTABLISHMENT = "establishment"
# The section with the choice of an application about a registered entity.
CHOSEN = "chosen"
# The section with the number of duplicates of another edition.
DUPLICATES = "duplicates"
# What an application about a registered entity says about itself: nothing of it is registered of the entity.
OF_APPLICATION = frozenset(("meeting", "reduction", "closing", "dissolution", "settlement"))
# Sections that no form of an establishment has.
OF_REGISTERED = OF_APPLICATION | {CHOSEN, DUPLICATES}


# The groups of a task list for more than sections: the documents, and the step that ends the draft.
DOCUMENTS, LAST_STEP = "materials", "signing"


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the task list with its Chinese number and, where it has one, a note in brackets."""

    key: str
    number: str
    label: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form; one with a condition (`when`) is shown, and needed, only where it holds. One that is
    optional may be shown only where a condition holds (`offered_when`)."""

    key: str
    group: str
    optional: bool
    label: Text
    when: str | None = None
    offered_when: str | None = None

    @property
    def is_for_all(self) -> bool:
        return not (self.when or self.offered_when)


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
    "parent": Parent,
    "responsible": Responsible,
    "members": Members,
    "council": Council,
    "contacts": Contacts,
    "owners": Owners,
    "foreign": Foreign,
    "meeting": Meeting,
    "reduction": Reduction,
    "tax": Tax,
    "social": Social,
    "five": Five,
    "addons": Addons,
    "documents": Documents,
    CHOSEN: Chosen,
    "closing": Closing,
    "dissolution": Dissolution,
    "settlement": Settlement,
    DUPLICATES: Duplicates,
}


# A correction of one of these may need another person.
NAMING_PERSONS = frozenset(
    (
        *("shareholders", "officers", "legal_rep", "operator", "investor", "partners"),
        *("responsible", "members", "council", "contacts", "owners", "dissolution"),
    )
)


def groups_of(matter: str) -> tuple[Group, ...]:
    """The headings of the matter's task list; those without sections are for documents and for the last step."""
    rows = matter_data(matter).form.groups
    return tuple(Group(key, row.number, row.words, row.note) for key, row in rows.items())


def sections_for(entity_type: str, regime: str, matter: str = ESTABLISHMENT) -> tuple[Section, ...]:
    """The sections in the order of the form. ValueError for an unknown type or regime."""
    own = matter_data(matter)
    sections = _sections_of(own, entity_type, Regime(regime))
    if own.form.like is None:
        return sections
    others = sections_for(entity_type, regime, own.form.like)
    return sections + tuple(one for one in others if one.key not in own.form.without)


@cache
def _sections_of(matter: Matter, entity_type: str, regime: Regime) -> tuple[Section, ...]:
    kind = type_row(entity_type)
    rows = [row for row in matter.form.sections if kind.answers_to(row.named)]
    return tuple(
        Section(
            row.key,
            row.group,
            regime in row.optional,
            kind.pages.labels.get(row.key, row.label),
            row.when,
            row.offered_when,
        )
        for row in rows
        if regime in row.under
    )

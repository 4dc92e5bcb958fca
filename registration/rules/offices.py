"""Who holds an office in an entity, by the form: persons and organizations with the capacities of its type."""

from collections.abc import Iterator

from registration.rules.case import as_far_as_read
from registration.rules.entity_types import EntityType
from registration.rules.form import Form
from registration.rules.form.parent import PARENT
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.signers import HOLDERS

# A senior manager (Company Law art. 265), whom a form names among the contacts.
FINANCE = "finance"


def offices_in(form: Form, kind: EntityType) -> Iterator[tuple[NaturalPerson, tuple[str, ...]]]:
    """Each natural person with a number and an office, and the capacities in the order of the type's row."""
    held: dict[str, list[str]] = {}
    for capacity, key in as_far_as_read(_held(form, kind)):
        held.setdefault(key, []).append(capacity)
    for person in form.persons:
        capacities = tuple(dict.fromkeys(held.get(person.key, ()))) if person.has("key") else ()
        if capacities and isinstance(person, NaturalPerson) and person.has("id_no"):
            yield person, capacities


def _held(form: Form, kind: EntityType) -> Iterator[tuple[str, str]]:
    for capacity in kind.capacities:
        yield from ((capacity, key) for key in as_far_as_read(iter(HOLDERS[capacity](form))))
    finance = form.contacts.finance if form.contacts else None
    if finance and finance.person:
        yield FINANCE, finance.person


def organizations_in(form: Form, kind: EntityType) -> Iterator[tuple[str, str]]:
    """(capacity, code) of each organization of the mainland that holds one: the parent, a shareholder, a partner."""
    for capacity in kind.capacities:
        for key in as_far_as_read(iter(HOLDERS[capacity](form))):
            if key == PARENT:
                if form.parent and form.parent.has("uscc"):
                    yield capacity, form.parent.uscc
                continue
            person = form.person(key)
            if isinstance(person, LegalPerson) and person.has("uscc") and person.uscc:
                yield capacity, person.uscc

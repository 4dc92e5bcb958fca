"""Rules on the filer, the liaison, and the proof of identity (Regulation arts. 9, 18; its Rules art. 16)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.problems import Problem
from registration.rules.signers import HOLDERS
from registration.rules.uscc import is_uscc


def identified(case: Case) -> Iterator[Problem]:
    """Liaison and senior managers prove identity (Implementing Rules art. 16), so they are persons of the form."""
    contacts = case.form.contacts
    if contacts is None or not case.needs_real_names:
        return
    for name, contact in (("liaison", contacts.liaison), ("finance", contacts.finance)):
        if contact is not None and contact.person is None:
            yield Problem(f"contacts.{name}.person", "contacts.not_identified")


def filer(case: Case) -> Iterator[Problem]:
    contacts = case.form.contacts
    if contacts is None:
        return
    filer = contacts.filer
    if filer is None:
        if case.needs_real_names:
            yield Problem("contacts.filer.person", "filer.missing")
        return
    if filer.role == "party" and filer.person not in set(participants(case)):
        yield Problem("contacts.filer.person", "filer.takes_no_part")
    if (filer.firm is None) != (filer.firm_uscc is None):
        missing = "firm" if filer.firm is None else "firm_uscc"
        yield Problem(f"contacts.filer.{missing}", "filer.firm_incomplete")
    if filer.firm_uscc is not None and not is_uscc(filer.firm_uscc):
        yield Problem("contacts.filer.firm_uscc", "uscc.malformed")


def participants(case: Case) -> Iterator[str]:
    """The keys of persons who may file without an agent: holders of a capacity, liaison, finance officer, guardians,
    the representative of a branch's parent."""
    form = case.form
    for capacity in case.entity_type.capacities:
        yield from HOLDERS[capacity](form)
    if form.contacts:
        yield from (one.person for one in (form.contacts.liaison, form.contacts.finance) if one and one.person)
    if form.parent and form.parent.has("representative_id_no"):
        number = form.parent.representative_id_no
        yield from (person.key for person in form.persons if getattr(person, "id_no", None) == number)
    yield from (guardian for person in form.persons if (guardian := getattr(person, "guardian", None)))


RULES: tuple[Rule, ...] = (identified, filer)

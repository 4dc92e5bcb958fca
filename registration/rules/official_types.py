"""The official type of an enterprise, which follows from its owners: the SAMR code and the text on the licence."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from registration.rules.entity_types import Holder, OfficialCode, OfficialCodes, entity_types, type_row
from registration.rules.foreign_investment import investors, owners_key
from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.uscc import AUTHORITY
from workflows.definition.values import ENGLISH


def official_type(form: Form, *, entity_type: str) -> OfficialCode:
    """The code for the owners of the enterprise. Persons not yet filled in count as natural ones."""
    official = type_row(entity_type).official
    abroad = _foreign(form, official)
    if abroad is not None:
        return abroad
    first = next(iter(official.codes.values()))
    return official.codes.get(_HOLDER[official.by](form), first)


def uscc_class(form: Form, *, entity_type: str) -> str:
    """The class digit of the USCC (GB 32100-2015); a branch has that of its parent."""
    return official_type(form, entity_type=entity_type).uscc_class or type_row(entity_type).numbers.uscc_class


def code_printed_as(printed: str) -> str | None:
    """The SAMR code of the type that a licence prints as this text; None for an unknown one."""
    codes = (code for row in entity_types() for code in row.official.every)
    return next((code.code for code in codes if code.printed == printed), None)


def english_name(printed: str) -> str | None:
    """The English name of the type whose licence prints this text; None where there is none."""
    rows = ((row.name[ENGLISH], row.official.every) for row in entity_types())
    return next((name for name, codes in rows if printed in {code.printed for code in codes}), None)


def _foreign(form: Form, official: OfficialCodes) -> OfficialCode | None:
    """The code of a foreign-invested enterprise: by origin and kind of a sole investor, else by all origins."""
    key: Any = owners_key(form)
    owners = [person for _place, person in investors(form)]
    alone: Any = f"{key}_{owners[0].kind}" if len(owners) == 1 else key
    return official.foreign.get(alone) or official.foreign.get(key)


def _parent(form: Form) -> str:
    return form.parent.type_code if form.parent else ""


def _type_alone(_: Form) -> Holder:
    return "natural"


def _owner(form: Form) -> Holder:
    """The kind of the only investor: an organization counts by its own owners."""
    owner = form.person(form.holders[0].person) if form.holders else None
    if not isinstance(owner, LegalPerson):
        return "natural"
    return "other" if owner.held_by == "natural" and not _is_of_state(owner) else "state"


def _majority(form: Form) -> Holder:
    """The owners of more than half of the shares: natural persons, the state, or neither."""
    if not form.holders:
        return "natural"
    natural = {person.key for person in form.persons if isinstance(person, NaturalPerson)}
    state = {person.key for person in form.persons if isinstance(person, LegalPerson) and _is_of_state(person)}
    half = sum((row.subscribed_wan for row in form.holders), Decimal(0)) / 2
    if _share(form, natural) > half:
        return "natural"
    return "state" if _share(form, state) > half else "other"


def _is_of_state(person: LegalPerson) -> bool:
    """State-owned by choice, or an authority by its code (GB 32100-2015: department 1, class 1)."""
    return person.held_by == "state" or person.code.startswith(AUTHORITY)


def _share(form: Form, keys: set[str]) -> Decimal:
    return sum((row.subscribed_wan for row in form.holders if row.person in keys), Decimal(0))


_HOLDER: Mapping[str, Callable[[Form], str]] = {
    "majority": _majority,
    "owner": _owner,
    "type": _type_alone,
    "parent": _parent,
}

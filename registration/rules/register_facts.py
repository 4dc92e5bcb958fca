"""The values of the register's items (reference/register_items.yaml), as JSON: of a licence, and of a form.

What is printed is taken from the licence, so that register and licence say the same. Names of persons are in the
values; numbers of documents, telephones and e-mail addresses are in none.
"""

from collections.abc import Callable, Mapping
from typing import Any

from registration.rules.entity_types import type_row
from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.signers import HOLDERS

Value = Any
# Those whose homes are registered items (Implementing Rules 6(3), (4), (7)).
_AT_HOME = ("investor", "general_partner", "limited_partner", "operator")


def printed_values(particulars: Mapping[str, Any]) -> dict[str, Value]:
    """Item -> value, of the particulars of a licence as they are stored. Items that the licence lacks are left out."""
    capital = particulars.get("capital")
    scope = {kind: list(particulars.get(f"{kind}_items") or ()) for kind in ("general", "licensed")}
    found = {
        "name": particulars.get("name"),
        "type": particulars.get("type_text"),
        "representative": particulars.get("representative"),
        "delegate": particulars.get("delegate"),
        "composition": particulars.get("composition"),
        "capital": {"amount": str(capital), "currency": particulars.get("currency") or "CNY"} if capital else None,
        "domicile": particulars.get("domicile"),
        "scope": scope if any(scope.values()) else None,
    }
    return {item: value for item, value in found.items() if value}


def form_values(form: Form, *, entity_type: str, digest: str) -> dict[str, Value]:
    """Item -> value, of the items that no licence prints. `digest` is that of the form and documents that were
    approved, among which the articles are. Items that the type does not have are left out."""
    found = {item: value(form) for item, value in _OF_FORM.items()}
    row = type_row(entity_type)
    found["articles"] = {"digest": digest} if row.owners or form.partners or form.members else None
    # A senior manager of a company (Company Law 265); other types file none.
    found["finance_officer"] = _contact(form, "finance") if row.owners else None
    return {item: value for item, value in found.items() if value}


def state_value(state: str, *, reason_code: str | None = None) -> dict[str, Value]:
    """The value of the item `state`; `reason_code` is of reference/licence_reasons.yaml."""
    return {"state": state, **({"reason_code": reason_code} if reason_code else {})}


def _investors(form: Form) -> list[dict[str, Value]]:
    rows: dict[str, dict[str, Value]] = {row.person: _party(form, row.person) for row in form.holders}
    for row in form.partner_rows:
        rows[row.person] = _party(form, row.person) | {"liability": row.liability}
    return list(rows.values())


def _party(form: Form, key: str) -> dict[str, Value]:
    """Name and kind; of an organization also the number under which it is registered, which is public."""
    person = form.person(key)
    number = {"code": person.number} if isinstance(person, LegalPerson) and person.number else {}
    return {"name": person.name if person else "", "kind": person.kind if person else "natural", **number}


def _contributions(form: Form) -> list[dict[str, Value]]:
    """One row for each line of a shareholder or partner; amounts in ten thousand units of `currency`."""
    of_holders = [
        {"name": _name(form, row.person), **line.model_dump(mode="json", exclude_none=True)}
        for row in form.holders
        for line in row.lines
    ]
    of_partners = [
        {"name": _name(form, row.person)}
        | row.model_dump(mode="json", exclude_none=True, include={"amount_wan", "method", "due_on", "paid"})
        for row in form.partner_rows
    ]
    return [{**row, "currency": form.currency} for row in of_holders + of_partners]


def _residences(form: Form) -> list[dict[str, Value]]:
    keys = dict.fromkeys(key for capacity in _AT_HOME for key in HOLDERS[capacity](form))
    persons = (form.person(key) for key in keys)
    return [
        {"name": one.name, "address": one.address} for one in persons if isinstance(one, NaturalPerson) and one.address
    ]


def _term(form: Form) -> dict[str, Value] | None:
    chapter = form.capital or form.partners
    if chapter is None:
        return None
    return {"until": chapter.term_until_on.isoformat() if chapter.term_until_on else None}


def _officers(form: Form) -> list[dict[str, Value]]:
    if form.officers is None:
        return []
    posts: list[tuple[str, str]] = [(row.person, row.post) for row in form.officers.directors]
    chair = form.officers.supervisor_chair
    posts += [(key, "supervisor_chair" if key == chair else "supervisor") for key in form.officers.supervisors]
    posts += [(key, "manager") for key in form.officers.managers]
    return [{"name": _name(form, key), "post": post} for key, post in posts]


def _members(form: Form) -> list[dict[str, Value]]:
    rows = form.members.listed if form.members else ()
    return [
        _party(form, row.person) | row.model_dump(mode="json", include={"kind", "amount_wan", "method"}) for row in rows
    ]


def _contact(form: Form, which: str) -> dict[str, Value] | None:
    contact = getattr(form.contacts, which) if form.contacts else None
    if contact is None:
        return None
    name = _name(form, contact.person) if contact.person else contact.name
    return {"name": name} if name else None


def _name(form: Form, key: str | None) -> str:
    person = form.person(key)
    return person.name if person else ""


_OF_FORM: Mapping[str, Callable[[Form], Value]] = {
    "investors": _investors,
    "residences": _residences,
    "term": _term,
    "contributions": _contributions,
    "officers": _officers,
    "members": _members,
    "family": lambda form: list(form.operator.family) if form.operator else None,
    "liaison": lambda form: _contact(form, "liaison"),
    "recipient": lambda form: {"name": form.foreign.recipient} if form.foreign else None,
    "beneficial_owners": lambda form: {"basis": form.owners.basis} if form.owners else None,
}

"""Whether an enterprise is foreign-invested, and by whom: investors from abroad, and from Hong Kong, Macao or Taiwan.

Foreign Investment Law art. 2; its Implementing Regulation art. 48 (investors of Hong Kong, Macao and Taiwan are treated
likewise). The document tells where a natural person is from, the seat where an organization is.
"""

from collections.abc import Iterator
from typing import Literal

from registration.rules.form import Form
from registration.rules.form.persons import HONG_KONG_MACAO_TAIWAN_SEATS, LegalPerson, NaturalPerson
from registration.rules.form.values import Unread
from registration.rules.identity import FOREIGNERS, HONG_KONG_MACAO_TAIWAN

Origin = Literal["foreign", "hmt", "mainland"]
# The first digit of the SAMR code of a foreign-invested parent: foreign, or of Hong Kong, Macao and Taiwan.
FOREIGN_INVESTED_CODES = ("5", "6")


def origin_of(person: NaturalPerson | LegalPerson) -> Origin:
    """Where an investor is from. Unread where the document or the seat is."""
    if isinstance(person, NaturalPerson):
        if person.id_type in FOREIGNERS:
            return "foreign"
        return "hmt" if person.id_type in HONG_KONG_MACAO_TAIWAN else "mainland"
    if person.seat in HONG_KONG_MACAO_TAIWAN_SEATS:
        return "hmt"
    return "mainland" if person.seat == "mainland" else "foreign"


def investors(form: Form) -> Iterator[tuple[int, NaturalPerson | LegalPerson]]:
    """Position among the people, and person, of every shareholder and partner."""
    holders = {row.person for row in form.holders if row.has("person")}
    partners = {row.person for row in form.partner_rows if row.has("person")}
    keys = holders | partners
    for place, person in enumerate(form.persons):
        if person.has("key") and person.key in keys:
            yield place, person


def investors_from_abroad(form: Form) -> Iterator[tuple[int, NaturalPerson | LegalPerson]]:
    """Those from abroad, Hong Kong, Macao or Taiwan, as far as that can be read."""
    for place, person in investors(form):
        try:
            if origin_of(person) != "mainland":
                yield place, person
        except Unread:
            continue


def is_foreign_invested(form: Form) -> bool:
    """Whether an investor is from abroad, Hong Kong, Macao or Taiwan; a branch is if its parent is."""
    if form.parent is not None and form.parent.has("type_code"):
        return form.parent.type_code.startswith(FOREIGN_INVESTED_CODES)
    return next(investors_from_abroad(form), None) is not None


def owners_key(form: Form) -> str:
    """The origins of all investors in alphabetical order: `foreign`, `foreign_mainland`; `mainland` for none."""
    found = {origin_of(person) for _place, person in investors(form)}
    return "_".join(sorted(found)) or "mainland"

"""Rules on who runs an individual business (Regulation arts. 8-9; Regulation on Individual Businesses arts. 2, 36)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.form.persons import NaturalPerson
from registration.rules.identity import FOREIGNERS, HONG_KONG_MACAO_TAIWAN
from registration.rules.problems import Problem


def operator(case: Case) -> Iterator[Problem]:
    operator = case.form.operator
    if operator is None:
        return
    person = case.form.person(operator.person)
    if isinstance(person, NaturalPerson):
        yield from _operator_is_whole(case, person)
    if operator.composition == "family" and not operator.family:
        yield Problem("operator.family", "operator.family_missing")
    if operator.composition == "personal" and operator.family:
        yield Problem("operator.family", "operator.family_not_wanted")


def _operator_is_whole(case: Case, person: NaturalPerson) -> Iterator[Problem]:
    """A citizen with any residence; the home address is a registered item (Regulation art. 8, its Rules art. 6(7))."""
    place = case.form.persons.index(person)
    if person.id_type in FOREIGNERS:
        yield Problem("operator.person", "operator.not_citizen")
    if person.address is None and case.needs_real_names:
        yield Problem(f"people.{place}.address", "operator.address_missing")


def to_look_at(case: Case) -> Iterator[Problem]:
    """Residents of Hong Kong, Macao and Taiwan may, under the state's rules on their scope of business."""
    operator = case.form.operator
    person = case.form.person(operator.person) if operator else None
    if isinstance(person, NaturalPerson) and person.id_type in HONG_KONG_MACAO_TAIWAN:
        yield Problem("operator.person", "flag.operator_hmt")
    if isinstance(person, NaturalPerson) and person.id_type == "chinese_passport":
        yield Problem("operator.person", "flag.operator_overseas")


RULES: tuple[Rule, ...] = (operator,)

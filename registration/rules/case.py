"""What the rules across sections judge: a form, for whom, under which law, on which day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from registration.rules.form import Form
from registration.rules.form.persons import NaturalPerson
from registration.rules.identity import age_on, birth_date
from registration.rules.kinds import EntityType, Regime, is_company, is_new_company_law, is_under_regulation
from registration.rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Case:
    """The rules only read it."""

    form: Form
    entity_type: EntityType
    regime: Regime
    today: date
    registrar_regions: frozenset[str] = frozenset()
    may_declare_domicile: bool = False

    @property
    def is_company(self) -> bool:
        return is_company(self.entity_type)

    @property
    def is_new_law(self) -> bool:
        """Whether the Company Law of 2023 applies."""
        return is_new_company_law(self.regime)

    @property
    def needs_real_names(self) -> bool:
        """Whether art. 16 of the Implementing Rules applies."""
        return is_under_regulation(self.regime)

    def age_of(self, person: NaturalPerson) -> int | None:
        born_on = birth_date(person.id_no, kind=person.id_type) or person.born_on
        return age_on(self.today, born_on=born_on) if born_on else None


Rule = Callable[[Case], Iterator[Problem]]


def years_after(day: date, *, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def repeated(values: Iterable[object]) -> list[int]:
    """The places of values that stood before."""
    listed = list(values)
    return [place for place, value in enumerate(listed) if value in listed[:place]]

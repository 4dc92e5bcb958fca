"""What the rules across sections judge: a form, for whom, under which law, on which day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registration.rules.entity_types import EntityType
from registration.rules.form import Form
from registration.rules.form.persons import NaturalPerson
from registration.rules.form.values import Unread
from registration.rules.identity import MalformedId, age_on, birth_date
from registration.rules.kinds import Regime, is_new_company_law, is_under_regulation
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
    def is_new_law(self) -> bool:
        """Whether the Company Law of 2023 applies."""
        return is_new_company_law(self.regime)

    @property
    def needs_real_names(self) -> bool:
        """Whether art. 16 of the Implementing Rules applies."""
        return is_under_regulation(self.regime)

    def age_of(self, person: NaturalPerson) -> int | None:
        """Full years on the day of the case; None where the birth is not known, or cannot be read yet."""
        try:
            born_on = birth_date(person.id_no, kind=person.id_type) or person.born_on
        except (MalformedId, Unread):
            return None
        return age_on(self.today, born_on=born_on) if born_on else None


Place = TypeVar("Place")
Row = TypeVar("Row")
Found = TypeVar("Found")
Rule = Callable[[Case], Iterator[Problem]]


def years_after(day: date, *, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def repeated(values: Iterable[object]) -> list[int]:
    """The places of values that stood before; None stands for one that is not known."""
    listed = list(values)
    return [place for place, value in enumerate(listed) if value is not None and value in listed[:place]]


def where_read(judge: Callable[[Row], Found], rows: Iterable[Row]) -> list[Found | None]:
    """What `judge` says of each row; None for a row of which it needs something that could not be read."""
    return [_if_read(judge, row) for row in rows]


def _if_read(judge: Callable[[Row], Found], row: Row) -> Found | None:
    try:
        return judge(row)
    except Unread:
        return None


def each(judge: Callable[[Place, Row], Iterator[Problem]], rows: Iterable[tuple[Place, Row]]) -> Iterator[Problem]:
    """The problems of each row, given with its place, by itself: one that could not be read whole hides no other."""
    for place, row in rows:
        yield from as_far_as_read(judge(place, row))


def as_far_as_read(found: Iterator[Found]) -> Iterator[Found]:
    """What is found before something is asked for that could not be read."""
    try:
        yield from found
    except Unread:
        return

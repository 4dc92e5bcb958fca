"""The input of the rules across sections: a form, the entity type, the law and the day."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from registration.rules.entity_types import EntityType
from registration.rules.form import Form
from registration.rules.form.persons import NaturalPerson
from registration.rules.form.values import Unread
from registration.rules.identity import MalformedId, age_on, birth_date
from registration.rules.kinds import Regime, is_new_company_law, is_under_regulation
from registration.rules.problems import Problem
from registration.rules.registered_parent import RegisteredParent


@dataclass(frozen=True, slots=True)
class Case:
    """Read-only for the rules. `registrar` is its code; empty if it is not known yet.

    `registered`: by code, the organizations of the form that are registered here. `before`: what is registered of the
    entity that the case is about, and the day on which it was `founded_on`; None for one that founds an entity.
    """

    form: Form
    entity_type: EntityType
    regime: Regime
    today: date
    registrar_regions: frozenset[str] = frozenset()
    may_declare_domicile: bool = False
    registrar: str = ""
    registered: Mapping[str, RegisteredParent] = field(default_factory=dict)
    before: Form | None = None
    founded_on: date | None = None

    @property
    def registered_parent(self) -> RegisteredParent | None:
        """The parent of a branch, if it is registered here."""
        parent = self.form.parent
        return self.registered.get(parent.uscc) if parent and parent.has("uscc") else None

    @property
    def is_new_law(self) -> bool:
        """Whether the Company Law of 2023 applies."""
        return is_new_company_law(self.regime)

    @property
    def needs_real_names(self) -> bool:
        """Whether art. 16 of the Implementing Rules applies."""
        return is_under_regulation(self.regime)

    def age_of(self, person: NaturalPerson) -> int | None:
        """Full years on the day of the case; None if the day of birth is unknown or unreadable."""
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
    """The same day some years later; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def repeated(values: Iterable[object]) -> list[int]:
    """The positions of values that occurred before; None is an unknown value."""
    listed = list(values)
    return [place for place, value in enumerate(listed) if value is not None and value in listed[:place]]


def where_read(judge: Callable[[Row], Found], rows: Iterable[Row]) -> list[Found | None]:
    """The result of `judge` for each row; None for a row with an unread field that it needs."""
    return [_if_read(judge, row) for row in rows]


def _if_read(judge: Callable[[Row], Found], row: Row) -> Found | None:
    try:
        return judge(row)
    except Unread:
        return None


def each(judge: Callable[[Place, Row], Iterator[Problem]], rows: Iterable[tuple[Place, Row]]) -> Iterator[Problem]:
    """The problems of each row, judged separately with its position: an unread row hides no other."""
    for place, row in rows:
        yield from as_far_as_read(judge(place, row))


def as_far_as_read(found: Iterator[Found]) -> Iterator[Found]:
    """The problems found before a rule needs an unread field."""
    try:
        yield from found
    except Unread:
        return

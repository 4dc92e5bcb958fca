"""The entity types: one row of data each, read from `entity_types/<key>.yaml`. Nothing else names a type.

Code asks a row for a trait ("has a finance officer", "bears its parent's name"), never which type it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from registration.rules.kinds import Regime
from registration.rules.reference import Said, texts

_STRICT = ConfigDict(extra="forbid")
_FOLDER = "entity_types"

PersonKind = Literal["natural", "legal"]
Holder = Literal["natural", "state", "other"]
ForeignOwners = Literal[
    "foreign", "hmt", "foreign_hmt", "foreign_mainland", "hmt_mainland", "foreign_hmt_mainland",
    "foreign_natural", "foreign_legal", "hmt_natural", "hmt_legal",
]  # fmt: skip
Supervision = Literal["supervisors", "none_agreed", "audit_committee"]
# Four digits of the SAMR list of types.
TypeCode = Annotated[str, Field(pattern="^[0-9]{4}$")]
# Words of a licence and the pages that differ by type.
Word = Literal["representative", "capital", "founded", "place"]


class EntityTypeError(Exception):
    """An invalid row; the message names the file, and the faulty key if there is one."""


@dataclass(frozen=True, config=_STRICT)
class Numbers:
    """The class digit of the USCC (GB 32100-2015, department 9) and the pool of registration numbers (GS15-2006)."""

    uscc_class: Literal["1", "2", "3"]
    registration_pool: str


@dataclass(frozen=True, config=_STRICT)
class OfficialCode:
    """A code of the SAMR list of types (four digits), and the text that the licence prints.

    `uscc_class`: the class digit of the USCC, where it is not that of the row.
    """

    code: str
    printed: str
    uscc_class: Literal["1", "2", "3"] | None = None


@dataclass(frozen=True, config=_STRICT)
class OfficialCodes:
    """The codes by the kind of owner, and how it is decided.

    `foreign`: the codes of a foreign-invested enterprise, by the origins of all investors (`foreign_mainland`) or,
    where one is alone, by origin and kind (`foreign_natural`); none for a type that cannot be foreign-invested.

    `by`: `majority`, the owners of more than half of the contributions; `owner`, the only investor; `type`: the
    only code is that of `natural`; `parent`: the code of the parent's type, whose codes are the keys. Until a parent is
    filled in, the first code counts.
    """

    by: Literal["majority", "owner", "type", "parent"]
    codes: Annotated[Mapping[Holder | TypeCode, OfficialCode], Field(min_length=1)]
    foreign: Mapping[ForeignOwners, OfficialCode] = field(default_factory=dict)

    @property
    def every(self) -> tuple[OfficialCode, ...]:
        """All codes that an enterprise of the type may have."""
        return (*self.codes.values(), *self.foreign.values())


@dataclass(frozen=True, config=_STRICT)
class Capacity:
    """How many persons may have a capacity, and whether organizations may. Every person with a capacity signs.

    `of_state`: only an authority that holds shares for the state. `half_resident`: at least half of them have
    a domicile on the mainland (Company Law 92). `guardian`: a guardian signs for a minor who has
    it. `too_few`, `too_many`: codes of the refusals; without them the section of the capacity has its own limits.
    """

    least: int
    kinds: tuple[PersonKind, ...]
    most: int | None = None
    guardian: bool = False
    of_state: bool = False
    half_resident: bool = False
    too_few: str | None = None
    too_many: str | None = None


@dataclass(frozen=True, config=_STRICT)
class Board:
    """What a company's officers must be, beyond the rules for every company (Company Law 2023 chapters 3-5, 7).

    `required`: it has a board of directors; `employee_director`: the employees have a director, whatever their
    number; `supervision`: the kinds that it may choose; `audit_committee_least`: members of an audit committee.
    """

    required: bool = False
    employee_director: bool = False
    supervision: tuple[Supervision, ...] = ("supervisors", "none_agreed", "audit_committee")
    audit_committee_least: int = 1


@dataclass(frozen=True, config=_STRICT)
class Naming:
    """The rules for a name of this type (Name Regulation 6-13); the legal forms are in `reference/name_forms.csv`.

    `names_county`: its region is a county or district (N17); `may_name_township`: without a check by a person (N18);
    `of_parent`: it is the parent's whole name followed by a form; `forbidden`: words that it may not contain (N16).
    """

    required: bool
    names_county: bool
    may_name_township: bool
    of_parent: bool
    forbidden: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Comparison:
    """The words of the type in the comparison of all: the owners that it fits, liability, capital, tax, whether
    investors may be from abroad, and the law.

    Persons, documents and registrar are not among them: they follow from the other keys and the matter's rows.
    """

    fits: Said
    liability: Said
    capital: Said
    tax: Said
    abroad: Said
    law: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, config=_STRICT)
class PageTexts:
    """Texts of pages that differ for this type, by section: introduction, hint in the task list, title, label."""

    intros: Mapping[str, Said]
    hints: Mapping[str, Said]
    titles: Mapping[str, Said] = field(default_factory=dict)
    labels: Mapping[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class EntityType:
    """One row. `order`: position on the start page; `hint`: its text on the start page.

    `family` is the group of types that law, sections and documents refer to (`for: [company]`); `application` the title
    of the application document. `regimes`: since when each applies, the oldest first; `by_setting`: regimes that a
    registrar can be set to. `capacities` are in the order of a signer's list; `representative` is the one
    whose holder the licence prints. `finance_officer`: one must be named. `online_place`: the place may be on a
    platform (Regulation 11). `city_level`: a registrar of a city or above registers it (Implementing Rules 4).
    `paid_before_founding`: contributions are paid in before it is founded (Company Law 98). `foreign_currency`: a
    foreign-invested one may state its capital in another currency than CNY (Implementing Rules 13). `rules`: the
    groups of rules that check this type beside those for all (rules/check.py). `suits`: the answers of the guide that
    lead to it, by question (rules/guide.py).
    """

    order: int
    name: Said
    hint: Said
    family: str
    application: str
    regimes: Annotated[Mapping[Regime, date], Field(min_length=1)]
    by_setting: tuple[Regime, ...]
    numbers: Numbers
    official: OfficialCodes
    capacities: Mapping[str, Capacity]
    representative: str
    words: Mapping[Word, Said]
    naming: Naming
    finance_officer: bool
    online_place: bool
    rules: tuple[str, ...]
    pages: PageTexts
    suits: Mapping[str, tuple[str, ...]]
    compare: Comparison
    city_level: bool = False
    paid_before_founding: bool = False
    foreign_currency: bool = False
    board: Board = Board()
    key: str = field(default="", kw_only=True)

    @property
    def has_firms(self) -> bool:
        """Whether an organization may hold any capacity."""
        return any("legal" in one.kinds for one in self.capacities.values())

    @property
    def may_be_foreign_invested(self) -> bool:
        """Whether an investor may be from abroad; a branch may be of such an enterprise."""
        return bool(self.official.foreign) or self.official.by == "parent"

    @property
    def owners(self) -> Capacity | None:
        """The capacity of those who hold the shares of a company."""
        return self.capacities.get("shareholder") or self.capacities.get("promoter")

    @property
    def has_guardians(self) -> bool:
        """Whether a minor may hold any capacity; a guardian signs for the minor."""
        return any(one.guardian for one in self.capacities.values())

    @property
    def known_regimes(self) -> tuple[Regime, ...]:
        """The present regime, then those that a registrar can be set to."""
        return (list(self.regimes)[-1], *self.by_setting)

    def answers_to(self, names: Sequence[str]) -> bool:
        """Whether a row of data is for this type: it names the key or the family, or no type at all."""
        return not names or self.key in names or self.family in names


def read_entity_type(key: str, row: Any) -> EntityType:
    """A row from YAML data. EntityTypeError for a key that is unknown, missing or wrong."""
    place = f"{_FOLDER}/{key}.yaml"
    if not isinstance(row, Mapping) or "key" in row:
        raise EntityTypeError(f"{place}: a mapping without `key`, which is the name of the file")
    try:
        found = TypeAdapter(EntityType).validate_python({**row, "key": key})
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False))
        raise EntityTypeError(f"{place}: {'; '.join(faults)}") from None
    _refuse_contradictions(found, place)
    return found


def _refuse_contradictions(row: EntityType, place: str) -> None:
    """Checks keys of a row that depend on each other, and the order of its regimes."""
    asked: list[tuple[str, str, Collection[str]]] = [
        ("representative", row.representative, row.capacities),
        *([("official.codes", "natural", row.official.codes)] if row.official.by != "parent" else []),
        *(("words", word, row.words) for word in get_args(Word)),
    ]
    for key, named, known in asked:
        if named not in known:
            raise EntityTypeError(f"{place}: {key}: {named} is missing")
    if list(row.regimes.values()) != sorted(row.regimes.values()):
        raise EntityTypeError(f"{place}: regimes: the oldest stands first")


@cache
def entity_types() -> tuple[EntityType, ...]:
    """Every type that can be established, in the order of the start page."""
    folder = files("registration").joinpath(_FOLDER)
    keys = sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))
    rows = (read_entity_type(key, texts(f"{_FOLDER}/{key}.yaml")) for key in keys)
    return tuple(sorted(rows, key=lambda row: row.order))


@cache
def _by_key() -> Mapping[str, EntityType]:
    return {row.key: row for row in entity_types()}


def entity_type_keys() -> tuple[str, ...]:
    return tuple(_by_key())


def type_row(key: str) -> EntityType:
    """The row of a type; ValueError for one that cannot be established here."""
    found = _by_key().get(key)
    if found is None:
        raise ValueError(f"no entity type {key!r}")
    return found


def regime_on(day: date, *, entity_type: str, five_numbers: bool = False) -> Regime:
    """The regime of an application submitted on `day`; before all of them, the oldest.

    `five_numbers` is the registrar's setting: such a registrar works by the model of 2015 for the types that have
    it, whatever the day, so that the model can be shown and studied today.
    """
    row = type_row(entity_type)
    if five_numbers and Regime.FIVE_NUMBERS_2015 in row.by_setting:
        return Regime.FIVE_NUMBERS_2015
    begun = [regime for regime, since in row.regimes.items() if since <= day]
    return begun[-1] if begun else next(iter(row.regimes))

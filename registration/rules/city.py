"""The city of this process: its name, registrars, agencies and words, read from one folder (docs/adopt.md)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from registration.rules.channels import Exchange
from registration.rules.city_files import CityError, CityReader
from registration.rules.folder_files import Closed
from registration.rules.kinds import Regime
from registration.rules.reference import Said

CITIES = Path(__file__).parents[1] / "cities"
APP_ICON, APP_ICON_SIDE = "app-icon.png", 512
PACKAGED, BLANK = CITIES / "jinhua", CITIES / "blank"


def _flat(value: Any) -> Any:
    """Flattens nested lists: a folder names a group of fields once and uses it for several agencies."""
    if not isinstance(value, list):
        return value
    return [one for item in value for one in (_flat(item) if isinstance(item, list) else [item])]


Filled = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Role = Annotated[str, Field(pattern=r"^agency_[a-z0-9_]+$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Keys = Annotated[tuple[Filled, ...], BeforeValidator(_flat)]


class Persons(Closed):
    """The persons whose data an agency sees: `only` those that these keys of the form name, or all `without` those
    named only by these."""

    only: tuple[Filled, ...] = ()
    without: tuple[Filled, ...] = ()


class Agency(Closed):
    """A row of agencies.yaml. `sees` are keys of the form, a shorter one for all below it, `documents` their kinds.

    Without `exchange` its records are files below the home (gateways/agencies.py).
    """

    key: Key
    name: Said
    role: Role
    officer: Said
    number: str | None = None
    shared_as: Key | None = None
    sees: Keys
    persons: Persons = Persons()
    documents: tuple[Filled, ...] = ()
    exchange: Exchange | None = None


class SharedAddress(Closed):
    """An address that many entities share with the bureau's consent (集群注册、住所托管), with a limit of its own."""

    name: Said
    address: Filled
    most: Annotated[int, Field(ge=1)]


class DomicileLimit(Closed):
    """How many active entities one address may have; `source` names the local rule (Regulation art. 11)."""

    most: Annotated[int, Field(ge=1)]
    source: Said
    shared: tuple[SharedAddress, ...] = ()


class CityRegistrar(Closed):
    """A row of registrars.yaml; the table `Registrar` describes the fields.

    `level`: of a county or district, or of the city itself, which registers more types (Implementing Rules art. 4).
    `foreign_invested`: whether SAMR has authorised it to register foreign-invested enterprises (art. 4(3)).
    `domicile_limit` is applied where applications are checked; without it an address has none.
    """

    code: Code
    name: Said
    regions: Annotated[tuple[Code, ...], Field(min_length=1)]
    regime: Regime = Regime.COMPANY_LAW_2024
    approval: Literal["one_person", "two_person"] = "one_person"
    declared_domicile: bool = False
    foreign_invested: bool = False
    level: Literal["county", "city"] = "county"
    domicile_limit: DomicileLimit | None = None


class Palette(Closed):
    brand: Colour
    band: Colour
    tint: Colour


class Colours(Closed):
    light: Palette
    dark: Palette


class Examples(Closed):
    """Examples for hints and messages: a firm's name, a place of branches, a telephone, a paper's prefix."""

    name: Filled
    branch_place: Filled
    phone: Filled
    number_prefix: Filled


class PageNotes(Closed):
    """A paragraph of the city's own on a page of the public part, such as who is responsible for personal data."""

    home: Said | None = None
    help: Said | None = None
    privacy: Said | None = None
    accessibility: Said | None = None


class Service(Closed):
    """The city's own terms: `complaint_answer` in working days, `rating_change` in days for the applicant.

    `sample_audit`: in so many working days a person looks at a decision of the system that was chosen for it.
    `claim_hours`: after so many working hours a file that nobody works on goes back to the list.
    `voice_answer`: in so many working days a complaint or question without an account is answered; `voice_report` more
    working days later the director must act.
    """

    complaint_answer: Annotated[int, Field(ge=1, le=15)] = 5
    sample_audit: Annotated[int, Field(ge=1, le=30)] = 5
    rating_change: Annotated[int, Field(ge=1, le=30)] = 10
    claim_hours: Annotated[int, Field(ge=1, le=400)] = 16
    voice_answer: Annotated[int, Field(ge=1, le=15)] = 5
    voice_report: Annotated[int, Field(ge=1, le=15)] = 2


class SeparateRegistration(Closed):
    """One registration of those that a founder once made one after the other: papers received, visits, working days."""

    name: Said
    certificates: Annotated[int, Field(ge=0, le=20)]
    visits: Annotated[int, Field(ge=0, le=50)]
    days: Annotated[int, Field(ge=0, le=365)]


class Comparison(Closed):
    """What the city assumes about registering separately; `visits` are those that one application needs today."""

    separate: Annotated[tuple[SeparateRegistration, ...], Field(min_length=1)]
    visits: Annotated[int, Field(ge=0, le=50)] = 0
    source: Said


class About(Closed):
    """city.yaml. `item_codes`: matter -> code of the item in the province's list of powers.

    `open311`: whether programs of the city's hotline file and follow voices by Open311 GeoReport v2.
    """

    name: Said
    title: Said
    short_title: Said
    prefecture: Code
    hotline: Filled
    hours: Said
    design: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")]
    colours: Colours
    examples: Examples
    notes: PageNotes = PageNotes()
    service: Service = Service()
    comparison: Comparison | None = None
    item_codes: Mapping[Key, Filled] = {}
    open311: bool = False


class NextStep(Closed):
    """A row of next_steps.yaml: what follows the licence. `for`: types or families (none: all).

    `agency` is the row whose part or receipt shows the state, `asked` a field of the form that asks for the step,
    `days` a term from the licence.
    """

    key: Key
    title: Said
    named: tuple[Filled, ...] = Field(default=(), alias="for")
    agency: Key | None = None
    asked: Filled | None = None
    where: Said
    when: Said
    days: Annotated[int, Field(ge=1, le=365)] | None = None
    bring: tuple[Said, ...] = ()


class CityOpinion(Closed):
    """A row of opinions.yaml: an opinion to choose for an action; `registrars` limits it to these."""

    key: Key
    action: Key
    registrars: tuple[Code, ...] = ()
    text: Said


class GeneralIdea(Closed):
    """A row of scope_general.yaml: what is answered to phrases that name no trade.

    `trades` are divisions of GB/T 4754 (two digits), each with examples.
    """

    key: Key
    words: Annotated[tuple[Filled, ...], Field(min_length=1)]
    text: Said
    trades: Annotated[Mapping[Annotated[str, Field(pattern="^[0-9]{2}$")], Said], Field(min_length=1)]


class SampleProfile(Closed):
    """The letterhead of a registrar of the demonstration."""

    number_prefix: Filled
    officer: Filled
    address: Filled
    phone: Filled
    government: Filled
    court: Filled


class SampleOfficers(Closed):
    registrar: Code
    first: Annotated[int, Field(ge=1, le=9000)]


class SampleLicence(Closed):
    firm: Filled
    domicile: Filled


class SampleName(Closed):
    name: Filled
    status: Literal["registered", "reserved", "deregistered", "renamed"]
    since: date | None = None


class Samples(Closed):
    """samples.yaml: invented data for a demonstration. `desks` maps a registrar to its first staff number."""

    desks: Mapping[Code, Annotated[int, Field(ge=1, le=9000)]]
    officers: SampleOfficers | None = None
    profiles: Mapping[Code, SampleProfile]
    licence: SampleLicence
    names: tuple[SampleName, ...] = ()


@dataclass(frozen=True, eq=False)
class City:
    """The content of one folder.

    `regions` are rows of regions.csv, `scope_words` everyday words for the scope, `scope_general` phrases that name no
    trade, `next_steps` what follows a licence, `opinions` the bureau's own to choose from,
    `mark` and `icon` drawings.
    """

    folder: Path
    about: About
    agencies: tuple[Agency, ...]
    registrars: tuple[CityRegistrar, ...]
    samples: Samples
    regions: tuple[Mapping[str, str], ...]
    townships: frozenset[str]
    scope_words: tuple[Mapping[str, str], ...]
    scope_general: tuple[GeneralIdea, ...]
    mark: str
    icon: str
    next_steps: tuple[NextStep, ...] = ()
    opinions: tuple[CityOpinion, ...] = ()

    @property
    def app_icon(self) -> bytes | None:
        """The picture of the installed pages, PNG, if the folder has one (`heyi city icon` draws it)."""
        own = self.folder / APP_ICON
        return own.read_bytes() if own.is_file() else None

    @property
    def designs(self) -> Path | None:
        """The folder of the city's own designs, if it has one."""
        own = self.folder / "designs"
        return own if own.is_dir() else None

    def agency(self, key: str) -> Agency:
        """The row of an agency; KeyError for an unknown one."""
        for one in self.agencies:
            if one.key == key:
                return one
        raise KeyError(key)


def city() -> City:
    """The city of the folder that HEYI_CITY names, else the packaged one. Raises CityError with every fault.

    Like the tables of reference/ the folder is data of the whole process, so that the rules can read it.
    """
    return read(folder_in_use())


def folder_in_use() -> Path:
    """The folder of this process's city, valid or not."""
    return _folder(os.environ.get("HEYI_CITY"))


@cache
def _folder(named: str | None) -> Path:
    # Every text asks for it, and making a path takes longer than looking a text up.
    return Path(named or PACKAGED)


def officer_roles() -> frozenset[str]:
    """The roles of the agencies' officers."""
    return frozenset(agency.role for agency in city().agencies)


@cache
def read(folder: Path) -> City:
    """The city in a folder. Raises CityError with every fault of its files."""
    reader = CityReader(folder)
    found = City(
        folder,
        about=reader.model(About, "city.yaml"),
        agencies=reader.rows(Agency, "agencies.yaml", key="key"),
        registrars=reader.rows(CityRegistrar, "registrars.yaml", key="code"),
        samples=reader.model(Samples, "samples.yaml"),
        regions=reader.table("regions.csv"),
        townships=reader.words("townships.txt"),
        scope_words=reader.scope_words("scope_words.csv"),
        scope_general=reader.optional_rows(GeneralIdea, "scope_general.yaml", key="key"),
        mark=reader.drawing("mark.svg"),
        icon=reader.drawing("icon.svg"),
        next_steps=reader.optional_rows(NextStep, "next_steps.yaml", key="key"),
        opinions=reader.optional_rows(CityOpinion, "opinions.yaml", key="key"),
    )
    if reader.faults:
        raise CityError(folder, tuple(reader.faults))
    return found

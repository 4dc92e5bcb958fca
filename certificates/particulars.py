"""The particulars of a licence: the facts of one business, and how each is printed."""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_serializer, model_validator

from certificates import chinese, numbers
from certificates.canonical import canonical, digest
from certificates.errors import InvalidParticulars

EntityType = Literal[
    "llc", "llc_single", "llc_state", "jsc", "sole_prop", "gp", "sgp", "lp", "coop", "individual", "branch"
]
Style = Literal["present", "five_numbers"]
CopyKind = Literal["original", "duplicate"]
Currency = Literal["USD", "EUR", "HKD", "GBP", "JPY", "KRW", "MOP", "TWD", "SGD", "AUD", "CAD", "CHF"]

# The limit of each text in characters, for form and document; a character is about one em wide at most.
LENGTHS = {
    "name": 60,
    "type_text": 40,
    "representative": 60,
    "delegate": 40,
    "domicile": 100,
    "registrar": 40,
    "serial": 24,
    "seal_place": 20,
    "seal": 64,
    "check_url": 150,
    "check_host": 60,
}
SCOPE_LENGTH = 20_000
PAYLOADS = {"copy_kind", "copy_number", "check_url", "check_host", "sample", "seal_place", "seal"}


class FiveNumbers(BaseModel):
    """The numbers of a licence of 2015; the organization code without its hyphen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    registration_number: str
    organization_code: str
    tax_number: str
    social_insurance_number: str
    statistics_number: str

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Social insurance and statistics numbers follow local schemes, so only their characters are checked."""
        numbers.check_registration_number(self.registration_number)
        numbers.check_organization_code(self.organization_code)
        numbers.check_tax_number(self.tax_number)
        for field in ("social_insurance_number", "statistics_number"):
            chinese.refuse_unprintable(getattr(self, field), field=field)
            chinese.refuse_long(getattr(self, field), field=field, maximum=20)
        return self


class Particulars(BaseModel):
    """Everything that a licence prints and nothing else. Frozen: an edition is a new object.

    `capital` is in 元, or in units of `currency` where there is one; `domicile` is also the place of an individual
    business, `founded_on` also its day of registration. `serial` is the licence's own number, `edition` counts the
    licences of one business from 1. `seal_place` is the text in the empty place of a sample's seal, `seal` the
    SHA-256 of the picture of an electronic one; neither is a fact of the business.
    `check_url` is the full address in the QR code, `check_host` the part printed for people. `sample` is True
    unless the deployment signs with its own key. Raises InvalidParticulars or InvalidNumber.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity_type: EntityType
    style: Style = "present"
    name: str | None = None
    type_text: str
    representative: str
    delegate: str | None = None
    capital: Decimal | None = None
    currency: Currency | None = None
    composition: Literal["personal", "family"] | None = None
    domicile: str
    general_items: tuple[str, ...] = ()
    licensed_items: tuple[str, ...] = ()
    founded_on: date
    issued_on: date
    term_until: date | None = None
    registrar: str
    uscc: str | None = None
    five_numbers: FiveNumbers | None = None
    serial: str
    edition: int = 1
    copy_kind: CopyKind = "duplicate"
    copy_number: int = 1
    check_url: str
    check_host: str
    sample: bool = True
    seal_place: str | None = None
    seal: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_texts()
        self._check_numbers()
        if not self.general_items and not self.licensed_items:
            raise InvalidParticulars("item.missing", {"field": "scope"})
        if self.name is None and self.entity_type != "individual":
            raise InvalidParticulars("item.missing", {"field": "name"})
        if self.capital is not None:
            chinese.capital(self.capital, currency=self.currency)
        elif self.currency is not None:
            raise InvalidParticulars("item.unexpected", {"field": "currency"})
        for field in ("edition", "copy_number"):
            if not 1 <= getattr(self, field) <= 999:
                raise InvalidParticulars("item.range", {"field": field, "minimum": 1, "maximum": 999})
        return self

    def _check_texts(self) -> None:
        for field, maximum in LENGTHS.items():
            text = getattr(self, field)
            if text is not None:
                chinese.refuse_unprintable(text, field=field)
                chinese.refuse_long(text, field=field, maximum=maximum)
                if not text.strip():
                    raise InvalidParticulars("item.missing", {"field": field})
        for item in (*self.general_items, *self.licensed_items):
            chinese.refuse_unprintable(item, field="scope")
        chinese.refuse_long(self.scope, field="scope", maximum=SCOPE_LENGTH)

    def _check_numbers(self) -> None:
        wanted = "uscc" if self.style == "present" else "five_numbers"
        for field in ("uscc", "five_numbers"):
            if (getattr(self, field) is None) == (field == wanted):
                raise InvalidParticulars("item.missing" if field == wanted else "item.unexpected", {"field": field})
        if self.uscc is not None:
            numbers.check_uscc(self.uscc)

    @field_serializer("capital")
    def _two_decimals(self, capital: Decimal | None) -> str | None:
        """Two decimals: 5000000 and 5000000.00 are one fact and must have one digest."""
        return None if capital is None else f"{capital:.2f}"

    @property
    def scope(self) -> str:
        """The printed business scope."""
        return "".join(self.scope_parts())

    def scope_parts(self) -> list[str]:
        """The business scope, item by item with its sign."""
        write = chinese.scope_parts if self.style == "present" else chinese.scope_parts_of_2015
        return list(write(self.general_items, self.licensed_items))

    @property
    def code(self) -> str:
        """The number by which this licence is looked up: the USCC, or the registration number of 2015."""
        if self.five_numbers is not None:
            return self.five_numbers.registration_number
        return self.uscc or ""

    def digest(self) -> str:
        """SHA-256 of the facts: equal for original and duplicate, and for a sample and the licence made from it."""
        return digest(self.model_dump(mode="json", exclude=PAYLOADS, exclude_none=True))

    def to_json(self) -> bytes:
        """Canonical JSON of all particulars, as attached to the PDF."""
        return canonical(self.model_dump(mode="json", exclude_none=True))

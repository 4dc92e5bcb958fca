"""Blocks of official numbers: what the code centre gave to a registrar, from its first number to its last."""

from dataclasses import dataclass

from certificates import numbers
from certificates.errors import InvalidNumber
from registration.rules.entity_types import entity_types
from registration.rules.kinds import Regime
from registration.rules.problems import InvalidForm, Problem

ORGANIZATION, SOCIAL = "organization_code", "social_insurance_number"
# The first digit of the sequence in a registration number (GS15-2006): individual businesses, and domestic enterprises.
_KINDS = {"registration_individual": "6789"}
_DOMESTIC = "0123"


@dataclass(frozen=True, slots=True)
class Block:
    """A range of one scheme: a pool has `prefix` and the sequence from `first` to `last`.

    `low` and `high` are the numbers without their check digit, as texts of one length: one lies in the block if it lies
    between them in the order of the alphabet, which is that of the sequence.
    """

    scheme: str
    prefix: str
    first: int
    last: int
    low: str
    high: str

    def meets(self, other: "Block") -> bool:
        """Whether a number is in both; those of different standards never are."""
        return family(self.scheme) == family(other.scheme) and self.low <= other.high and other.low <= self.high


def schemes() -> tuple[str, ...]:
    """Every scheme that takes its numbers from a block."""
    return (ORGANIZATION, *sorted({row.numbers.registration_pool for row in entity_types()}), SOCIAL)


def schemes_needed(regime: str) -> tuple[str, ...]:
    """The schemes that a registrar with this setting of the regime cannot do without."""
    if regime != Regime.FIVE_NUMBERS_2015:
        return (ORGANIZATION,)
    pools = {row.numbers.registration_pool for row in entity_types() if Regime.FIVE_NUMBERS_2015 in row.by_setting}
    return (ORGANIZATION, *sorted(pools), SOCIAL)


def family(scheme: str) -> str:
    """The standard of a scheme: all pools of registration numbers share one."""
    return "registration_number" if scheme.startswith("registration_") else scheme


def stored_block(scheme: str, *, prefix: str, first: int, last: int, region: str) -> Block:
    """The block of a pool in the database; `region` begins its registration or insurance numbers."""
    if scheme == ORGANIZATION:
        low, high = (numbers.organization_body(one, prefix=prefix) for one in (first, last))
    else:
        low, high = (f"{region}{one:08d}" for one in (first, last))
    return Block(scheme, prefix, first, last, low, high)


def read_block(scheme: str, first: str, last: str, *, region: str) -> Block:
    """A block from its first and its last official number, with their check digits. InvalidForm with every fault."""
    cleaned = {"first": numbers.clean(first), "last": numbers.clean(last)}
    problems = [problem for path, code in cleaned.items() for problem in _faults(path, code, scheme, region)]
    if not problems and cleaned["first"] > cleaned["last"]:
        problems = [Problem("last", "numbers.order", {"first": first, "last": last})]
    if problems:
        raise InvalidForm(problems)
    ends = cleaned["first"], cleaned["last"]
    if scheme == ORGANIZATION:
        low, high = (code[:8] for code in ends)
        # At least one place is left for the sequence.
        length = next((at for at in range(7) if low[at] != high[at]), 7)
        prefix = low[:length]
        begin, end = _base31(low[length:]), _base31(high[length:])
        return Block(scheme, prefix, begin, end, low, high)
    low, high = (code[:14] for code in ends)
    return Block(scheme, "", int(low[6:]), int(high[6:]), low, high)


def _faults(path: str, code: str, scheme: str, region: str) -> list[Problem]:
    standard = family(scheme)
    try:
        numbers.CHECKS[standard](code)
    except InvalidNumber as wrong:
        found = {"reason": wrong.code, "number": code, "scheme": standard}
        if wrong.code == "number.check_digit":
            return [Problem(path, "numbers.check_digit", found)]
        return [Problem(path, "numbers.malformed", found)]
    if scheme == ORGANIZATION:
        strange = [one for one in code[:8] if one not in numbers.USCC_CHARACTERS]
        return [Problem(path, "numbers.letter", {"number": code, "letter": strange[0]})] if strange else []
    if code[:6] != region:
        return [Problem(path, "numbers.region", {"number": code, "region": region})]
    kinds = _KINDS.get(scheme, _DOMESTIC)
    if standard != SOCIAL and code[6] not in kinds:
        return [Problem(path, "numbers.kind", {"number": code, "kinds": "、".join(kinds)})]
    return []


def _base31(digits: str) -> int:
    value = 0
    for one in digits:
        value = value * 31 + numbers.USCC_CHARACTERS.index(one)
    return value

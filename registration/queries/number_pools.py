"""The pools of numbers of the registrars: how many are left, and which pool is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from certificates import numbers
from registration.models import Application, IssuedNumber, NumberPool, Registrar
from registration.rules.number_blocks import Block, schemes, schemes_needed, stored_block
from registration.settings import settings

# A pool with fewer numbers than this is nearly empty.
LOW = 500
# A further block of a scheme has the scheme's name with its place, such as `organization_code#2`.
FURTHER = "#"
PoolState = Literal["enough", "low", "empty", "missing"]


@dataclass(frozen=True, slots=True)
class Pool:
    """One block of a registrar with its next number's place and the count of those left."""

    registrar: str
    block: Block
    next: int

    @property
    def left(self) -> int:
        return self.block.last + 1 - self.next


@dataclass(frozen=True, slots=True)
class Supply:
    """All blocks of one scheme at one registrar; none where the pool is missing."""

    registrar: str
    scheme: str
    pools: tuple[Pool, ...]

    @property
    def left(self) -> int:
        return sum(pool.left for pool in self.pools)

    @property
    def percent_used(self) -> int:
        """How much of the blocks that still have numbers is used: blocks of years ago say nothing about the supply."""
        open_ = [pool for pool in self.pools if pool.left]
        size = sum(pool.block.last - pool.block.first + 1 for pool in open_)
        return 100 * (size - sum(pool.left for pool in open_)) // size if size else 100

    def state(self, *, below: int = LOW, percent: int | None = None) -> PoolState:
        """`low` where fewer than `below` are left, or `percent` are used: without it, as the setting says."""
        if not self.pools:
            return "missing"
        if not self.left:
            return "empty"
        most = settings().pool_warning_percent if percent is None else percent
        return "low" if self.left < below or self.percent_used >= most else "enough"


def pools(session: Session) -> list[Pool]:
    """Every block of every registrar, in the order in which they are used; not the counters of papers and serials."""
    registrars = {one.code: one for one in session.exec(select(Registrar))}
    rows = session.exec(select(NumberPool).order_by(col(NumberPool.registrar_code), col(NumberPool.scheme)))
    return [_pool(row, registrars[row.registrar_code]) for row in rows if scheme_of(row.scheme) in schemes()]


def supplies(session: Session) -> Iterator[Supply]:
    """For each registrar the schemes that it has, and those that it needs and does not have."""
    found = pools(session)
    for registrar in session.exec(select(Registrar).order_by(col(Registrar.code))):
        own = [pool for pool in found if pool.registrar == registrar.code]
        held = {pool.block.scheme for pool in own}
        for scheme in schemes():
            if scheme in held or scheme in schemes_needed(registrar.regime or ""):
                of_scheme = tuple(pool for pool in own if pool.block.scheme == scheme)
                yield Supply(registrar.code, scheme, of_scheme)


def number_of_agency(scheme: str, *, region: str, held: Mapping[str, str], prefix: str = "", sequence: int = 0) -> str:
    """The number of an agency in the model of 2015. `held` has the case's own numbers: a tax number and that of the
    statistics office follow from the organization code, the others from the next of their pool."""
    if scheme == "organization_code":
        return numbers.make_organization_code(numbers.organization_body(sequence, prefix=prefix))
    if scheme == "social_insurance_number":
        return numbers.make_social_insurance_number(sequence, region=region)
    if scheme == "tax_number":
        return numbers.make_tax_number(held["organization_code"], region=region)
    return numbers.make_statistics_number(held["organization_code"])


POOLED = ("organization_code", "social_insurance_number")


def next_number(session: Session, case: Application, scheme: str) -> str | None:
    """What the system would give a case's agency now: the case's own number, or the next of the scheme; None if the
    pool is empty. Another case may take it first: only the step itself reserves a number."""
    rows = session.exec(
        select(IssuedNumber.scheme, IssuedNumber.value).where(
            col(IssuedNumber.application_id) == case.id, col(IssuedNumber.status) != "void"
        )
    )
    held = dict(rows.all())
    if scheme in held:
        return held[scheme]
    prefix, sequence = "", 0
    if scheme in POOLED:
        blocks = session.exec(select(NumberPool).where(NumberPool.registrar_code == case.registrar_code))
        own = sorted((one for one in blocks if scheme_of(one.scheme) == scheme), key=lambda one: one.scheme)
        pool = next((one for one in own if one.next <= one.last), None)
        if pool is None:
            return None
        prefix, sequence = pool.prefix, pool.next
    elif "organization_code" not in held:
        return None
    return number_of_agency(scheme, region=case.registrar_code, held=held, prefix=prefix, sequence=sequence)


def scheme_of(key: str) -> str:
    """The scheme of a row of the table of pools."""
    return key.partition(FURTHER)[0]


def region_of(registrar: Registrar, scheme: str) -> str:
    """The region in the registrar's numbers: a registration number carries the city itself, where the credit code and
    the insurance number carry its municipal districts."""
    is_citys = scheme.startswith("registration_") and registrar.code == f"{registrar.prefecture[:4]}01"
    return registrar.prefecture if is_citys else registrar.code


def _pool(row: NumberPool, registrar: Registrar) -> Pool:
    scheme = scheme_of(row.scheme)
    region = region_of(registrar, scheme)
    block = stored_block(scheme, prefix=row.prefix, first=row.first, last=row.last, region=region)
    return Pool(row.registrar_code, block, row.next)

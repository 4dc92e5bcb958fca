"""How the numbers of each block were used, and until when a supply lasts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.clock import local_date
from registration.models import IssuedNumber
from registration.queries.number_pools import Pool, Supply, supplies
from registration.rules.number_blocks import family

COUNTED_DAYS = 90
# The pace of three months says nothing about a time further off.
FORESEEN_DAYS = 10 * 365


@dataclass(frozen=True)
class PoolUse:
    """A block: numbers given to cases (`used`), and those among them that are `void` for ever."""

    pool: Pool
    used: int
    void: int


@dataclass(frozen=True)
class SupplyUse:
    """The blocks of a scheme at a registrar; `taken` numbers in the last 90 days, and the day on which the last one
    would be taken at that pace, None where none was taken or it is too far off."""

    supply: Supply
    pools: tuple[PoolUse, ...]
    taken: int
    lasts_until: date | None


def supply_uses(session: Session, *, actor: Actor, now: datetime) -> list[SupplyUse]:
    admit("system.manage", actor)
    return [_use(session, one, now=now) for one in supplies(session)]


def _use(session: Session, supply: Supply, *, now: datetime) -> SupplyUse:
    found = [_counts(session, pool, since=now - timedelta(days=COUNTED_DAYS)) for pool in supply.pools]
    taken = sum(count for _, count in found)
    return SupplyUse(supply, tuple(use for use, _ in found), taken, _until(supply.left, taken, now=now))


def _counts(session: Session, pool: Pool, *, since: datetime) -> tuple[PoolUse, int]:
    number = IssuedNumber
    void, fresh = (func.count(case((one, 1))) for one in (col(number.status) == "void", col(number.at) >= since))
    # A number is a text of the block, followed by its check digit if it has one.
    within = col(number.value).between(pool.block.low, f"{pool.block.high}X")
    query = select(void, fresh).where(col(number.scheme) == family(pool.block.scheme), within)
    voids, latest = session.execute(query).one()
    return PoolUse(pool, pool.next - pool.block.first, voids), latest


def _until(left: int, taken: int, *, now: datetime) -> date | None:
    days = left * COUNTED_DAYS // taken if taken else None
    return local_date(now) + timedelta(days=days) if days is not None and days < FORESEEN_DAYS else None

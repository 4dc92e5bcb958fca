"""Adds blocks of official numbers to the pools from which a registrar's numbers are taken."""

from datetime import datetime

from sqlmodel import Session, col, select

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput
from registration.models import IssuedNumber, NumberPool, Registrar, SettingChange
from registration.operations.audit import note
from registration.operations.samples import POOL_PREFIX
from registration.operations.setting_changes import Proposal, begin, changed_since
from registration.queries.number_pools import FURTHER, Pool, pools, region_of
from registration.queries.setting_changes import NUMBERS
from registration.rules.number_blocks import ORGANIZATION, Block, family, read_block, schemes
from registration.rules.problems import InvalidForm, Problem
from registration.settings import settings


def add(registrar_code: str, scheme: str, first: str, last: str, *, by: str, now: datetime) -> Pool:
    """Gives a registrar the numbers from `first` to `last`, after those that it has. InvalidInput with every fault.

    A block that shares a number with another pool or with a number that was ever issued is refused.
    """
    with transaction() as session:
        pool = _add(session, registrar_code, scheme, first, last)
        note(
            session, "numbers:add", subject=by, now=now, registrar=registrar_code, scheme=scheme, first=first, last=last
        )
    return pool


def propose(
    registrar_code: str, scheme: str, first: str, last: str, *, reason: str, actor: Actor, now: datetime
) -> SettingChange:
    """Proposes a block to a second person. Raises InvalidInput for what `add` refuses, and as `begin` does."""
    admit("system.manage", actor)
    with transaction() as session:
        block, held = _judged(session, registrar_code, scheme, first, last)
        own = [pool for pool in held if pool.registrar == registrar_code and pool.block.scheme == scheme]
        before = {"blocks": [[pool.block.low, pool.block.high] for pool in own], "left": sum(pool.left for pool in own)}
        size = block.last - block.first + 1
        after = {"registrar": registrar_code, "scheme": scheme, "first": first.strip(), "last": last.strip()}
        subject = f"{registrar_code} {scheme}"
        asked = Proposal(NUMBERS, subject, before, after | {"numbers": size}, reason)
        return begin(session, asked, actor=actor, now=now)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Adds the block of a proposal. InvalidInput where it could not be added any more."""
    told = change.after
    try:
        _add(session, told["registrar"], told["scheme"], told["first"], told["last"])
    except InvalidInput:
        raise changed_since() from None
    block = {name: told[name] for name in ("registrar", "scheme", "first", "last")}
    note(session, "numbers:add", subject=change.proposed_by, now=now, **block)


def _add(session: Session, registrar_code: str, scheme: str, first: str, last: str) -> Pool:
    block, held = _judged(session, registrar_code, scheme, first, last)
    number = 1 + sum(pool.registrar == registrar_code and pool.block.scheme == scheme for pool in held)
    key = scheme if number == 1 else f"{scheme}{FURTHER}{number:03d}"
    session.add(
        NumberPool(
            registrar_code=registrar_code,
            scheme=key,
            prefix=block.prefix,
            first=block.first,
            last=block.last,
            next=block.first,
        )
    )
    return Pool(registrar_code, block, block.first)


def _judged(session: Session, registrar_code: str, scheme: str, first: str, last: str) -> tuple[Block, list[Pool]]:
    """The block, and every block that exists. InvalidInput with every fault."""
    if scheme not in schemes():
        raise InvalidInput([Problem("scheme", "choice.unknown")])
    # Every registrar, since a block must not meet one of another's: two operators add one after the other.
    locked = select(Registrar).order_by(col(Registrar.code)).with_for_update()
    registrar = next((one for one in session.exec(locked) if one.code == registrar_code), None)
    if registrar is None:
        raise InvalidInput([Problem("registrar", "registrar.unknown")])
    try:
        block = read_block(scheme, first, last, region=region_of(registrar, scheme))
    except InvalidForm as wrong:
        raise InvalidInput(wrong.problems) from None
    held = pools(session)
    if problems := [*_sample(block), *_overlaps(block, held), *_issued(session, block)]:
        raise InvalidInput(problems)
    return block, held


def _sample(block: Block) -> list[Problem]:
    is_sample = block.scheme == ORGANIZATION and block.low.startswith(POOL_PREFIX)
    return [Problem("first", "numbers.sample", {"prefix": POOL_PREFIX})] if is_sample and not settings().demo else []


def _overlaps(block: Block, held: list[Pool]) -> list[Problem]:
    met = [pool for pool in held if pool.block.meets(block)]
    return [
        Problem("first", "numbers.overlap", {"registrar": one.registrar, "low": one.block.low, "high": one.block.high})
        for one in met[:1]
    ]


def _issued(session: Session, block: Block) -> list[Problem]:
    """A number of the block that was issued: one of the block's texts, followed by its check digit if it has one."""
    query = (
        select(col(IssuedNumber.value))
        .where(
            col(IssuedNumber.scheme) == family(block.scheme),
            col(IssuedNumber.value).between(block.low, f"{block.high}X"),
        )
        .order_by(col(IssuedNumber.value))
        .limit(1)
    )
    return [Problem("first", "numbers.issued", {"number": value}) for value in session.exec(query)]

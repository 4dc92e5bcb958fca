"""Allocates numbers: each once, in the transaction that needs it, and never again.

A pool's row is locked while its next number is taken, and the value is unique in the table of issued numbers: two
independent reasons why no number is given twice. A number of a case that ended without a licence stays void.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from certificates import numbers
from registration.actor import Actor
from registration.database.insert_if_absent import insert_if_absent
from registration.database.statements import Query
from registration.errors import Conflict, Unavailable
from registration.models import Application, IssuedNumber, NumberPool, Registrar
from registration.models.columns import table_of
from registration.operations.act import local_effect
from registration.queries.number_pools import FURTHER, POOLED, number_of_agency, region_of
from registration.rules.entity_types import type_row

_pool = table_of(NumberPool)
_issued = table_of(IssuedNumber)
_TAKE = Query(
    update(_pool)
    .where(_pool.c.registrar_code == bindparam("registrar"), _pool.c.scheme == bindparam("of"))
    .where(_pool.c.next + bindparam("count") - 1 <= _pool.c.last)
    .values(next=_pool.c.next + bindparam("count"))
    .returning(_pool.c.prefix, _pool.c.next)
)
_HELD = Query(
    select(_issued.c.application_id, _issued.c.scheme, _issued.c.value).where(
        _issued.c.application_id.in_(bindparam("cases", expanding=True)), _issued.c.status != "void"
    )
)
_SETTLE = Query(
    update(_issued)
    .where(_issued.c.application_id == bindparam("case_id"), _issued.c.status == "reserved")
    .values(status=bindparam("new_status"))
    .returning(_issued.c.id)
)
# The numbers of each of several cases, by their ids: scheme -> number.
HeldNumbers = Mapping[int, Mapping[str, str]]


def usccs(
    session: Session, registrar: Registrar, classes: Mapping[int, str], *, held: HeldNumbers, now: datetime
) -> dict[int, str]:
    """The unified social credit codes (GB 32100-2015) of cases, by their ids, over organization codes.

    `classes` has the class of each case's entity, `held` the numbers that the cases have already.
    """
    codes = _organization_codes(session, registrar, classes, held=held, now=now)
    made = {
        case_id: numbers.make_uscc(codes[case_id], region=registrar.code, category=category)
        for case_id, category in classes.items()
    }
    return _keep_all(session, "uscc", made, registrar=registrar, now=now)


def organization_code(session: Session, registrar: Registrar, *, application_id: int, now: datetime) -> str:
    """Nine characters with the check character (GB 11714-1997); the case's own number if it has one already."""
    held = held_by_each(session, [application_id])
    return _organization_codes(session, registrar, [application_id], held=held, now=now)[application_id]


def _organization_codes(
    session: Session, registrar: Registrar, cases: Collection[int], *, held: HeldNumbers, now: datetime
) -> dict[int, str]:
    known = {one: held[one]["organization_code"] for one in cases if "organization_code" in held[one]}
    without = [one for one in cases if one not in known]
    taken = _next_some(session, registrar.code, "organization_code", len(without))
    new = {
        case_id: numbers.make_organization_code(numbers.organization_body(sequence, prefix=prefix))
        for case_id, (prefix, sequence) in zip(without, taken, strict=True)
    }
    return known | _keep_all(session, "organization_code", new, registrar=registrar, now=now)


def registration_number(
    session: Session, registrar: Registrar, *, entity_type: str, application_id: int, now: datetime
) -> str:
    """The fifteen digits of GS15-2006. The first of the sequence depends on the kind of entity: each has its pool."""
    _, sequence = _next(session, registrar.code, type_row(entity_type).numbers.registration_pool)
    region = region_of(registrar, "registration_number")
    code = numbers.make_registration_number(sequence, region=region)
    return keep(session, "registration_number", code, registrar=registrar, application_id=application_id, now=now)


def made_for_agency(session: Session, registrar: Registrar, scheme: str, *, application_id: int, now: datetime) -> str:
    """The number that an agency assigns in the model of 2015, by the scheme of this deployment."""
    if scheme == "organization_code":
        return organization_code(session, registrar, application_id=application_id, now=now)
    prefix, sequence = _next(session, registrar.code, scheme) if scheme in POOLED else ("", 0)
    held = held_by(session, application_id)
    code = number_of_agency(scheme, region=registrar.code, held=held, prefix=prefix, sequence=sequence)
    return keep(session, scheme, code, registrar=registrar, application_id=application_id, now=now)


def keep(session: Session, scheme: str, value: str, *, registrar: Registrar, application_id: int, now: datetime) -> str:
    """Reserves a number for the case. Conflict if it was given before to any case."""
    return _keep_all(session, scheme, {application_id: value}, registrar=registrar, now=now)[application_id]


def _keep_all(
    session: Session, scheme: str, values: Mapping[int, str], *, registrar: Registrar, now: datetime
) -> dict[int, str]:
    """The same for a number of each case."""
    same = {"scheme": scheme, "registrar_code": registrar.code, "status": "reserved", "at": now}
    rows = [{**same, "application_id": case_id, "value": value} for case_id, value in values.items()]
    if rows:
        kept = insert_if_absent(session, _issued).values(rows).returning(_issued.c.id)
        if len(session.scalars(kept).all()) < len(rows):
            raise Conflict("number_taken", scheme=scheme)
    return dict(values)


def serial(session: Session, registrar_code: str, *, on: date) -> str:
    """A licence's serial: region, day, and a number that restarts each day."""
    return serials(session, [registrar_code], on=on)[0]


def serials(session: Session, registrars: Sequence[str], *, on: date) -> list[str]:
    """One for a licence of each of these registrars."""
    taken = _counted(session, [(code, f"serial:{on:%Y%m%d}") for code in registrars])
    return [f"{code}{on:%Y%m%d}{value:04d}" for code, value in zip(registrars, taken, strict=True)]


def paper_number(session: Session, registrar_code: str, *, kind: str, on: date) -> str:
    """The number of a paper within its registrar, kind and year, such as 2026-0017."""
    return paper_numbers(session, [(registrar_code, kind)], on=on)[0]


def paper_numbers(session: Session, papers: Sequence[tuple[str, str]], *, on: date) -> list[str]:
    """One for each registrar and kind of paper."""
    taken = _counted(session, [(code, f"paper:{kind}:{on.year}") for code, kind in papers])
    return [f"{on.year}-{value:04d}" for value in taken]


def held_by(session: Session, application_id: int) -> dict[str, str]:
    """Scheme -> number of this case, void ones left out."""
    return held_by_each(session, [application_id])[application_id]


def held_by_each(session: Session, cases: Sequence[int]) -> dict[int, dict[str, str]]:
    """The same of several cases, by their ids."""
    held: dict[int, dict[str, str]] = {case_id: {} for case_id in cases}
    for case_id, scheme, value in _HELD.rows(session, cases=cases):
        held[case_id][scheme] = value
    return held


def settle(session: Session, application_id: int, *, status: str) -> None:
    """Marks the case's reserved numbers as `used`, or as `void` if the case ended without a licence."""
    _SETTLE.rows(session, case_id=application_id, new_status=status)


@local_effect("numbers.use")
def _use(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    settle(session, case.id, status="used")


@local_effect("numbers.void")
def _void(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    settle(session, case.id, status="void")


def _counted(session: Session, wanted: Sequence[tuple[str, str]]) -> list[int]:
    """The next number of each registrar's series. A series begins with its first number.

    Series are taken from in one order, so that two such transactions do not wait for each other.
    """
    taken: dict[tuple[str, str], Iterator[int]] = {}
    for one, count in sorted(Counter(wanted).items()):
        found = _take(session, *one, count)
        if not found:
            _open_pool(session, *one)
        taken[one] = iter([value for _, value in found or _next_some(session, *one, count)])
    return [next(taken[one]) for one in wanted]


def _next_some(session: Session, registrar_code: str, scheme: str, count: int) -> list[tuple[str, int]]:
    """The next numbers, together from one block or, where that has not as many, one after the other."""
    taken = _take(session, registrar_code, scheme, count) if count > 1 else []
    return taken or [_next(session, registrar_code, scheme) for _ in range(count)]


def _next(session: Session, registrar_code: str, scheme: str) -> tuple[str, int]:
    """The prefix and sequence of the next number, from the first block of the scheme that has one."""
    taken = _take(session, registrar_code, scheme, 1)
    for block in () if taken else _further_blocks(session, registrar_code, scheme):
        taken = taken or _take(session, registrar_code, block, 1)
    if not taken:
        raise Unavailable("number_pool_empty", scheme=scheme, registrar=registrar_code)
    return taken[0]


def _take(session: Session, registrar_code: str, key: str, count: int) -> list[tuple[str, int]]:
    """As many numbers of one block; none where it has fewer."""
    found = _TAKE.rows(session, registrar=registrar_code, of=key, count=count)
    return [(prefix, value) for prefix, after in found for value in range(after - count, after)]


def _further_blocks(session: Session, registrar_code: str, scheme: str) -> list[str]:
    """The keys of the blocks that were added after the first, in their order."""
    keys = select(_pool.c.scheme).where(
        _pool.c.registrar_code == registrar_code, _pool.c.scheme.startswith(f"{scheme}{FURTHER}", autoescape=True)
    )
    return sorted(session.scalars(keys))


def _open_pool(session: Session, registrar_code: str, scheme: str) -> None:
    values = {"registrar_code": registrar_code, "scheme": scheme, "prefix": "", "first": 1, "last": 999999, "next": 1}
    session.execute(insert_if_absent(session, _pool).values(values))

"""Allocates numbers: each once, in the transaction that needs it, and never again.

A pool's row is locked while its next number is taken, and the value is unique in the table of issued numbers: two
independent reasons why no number is given twice. A number of a case that ended without a licence stays void.
"""

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
    .where(_pool.c.next <= _pool.c.last)
    .values(next=_pool.c.next + 1)
    .returning(_pool.c.prefix, _pool.c.next)
)
_HELD = Query(
    select(_issued.c.scheme, _issued.c.value).where(
        _issued.c.application_id == bindparam("case_id"), _issued.c.status != "void"
    )
)


def uscc(session: Session, registrar: Registrar, *, uscc_class: str, application_id: int, now: datetime) -> str:
    """The unified social credit code (GB 32100-2015) over an organization code from the registrar's pool."""
    body = organization_code(session, registrar, application_id=application_id, now=now)
    code = numbers.make_uscc(body, region=registrar.code, category=uscc_class)
    return keep(session, "uscc", code, registrar=registrar, application_id=application_id, now=now)


def organization_code(session: Session, registrar: Registrar, *, application_id: int, now: datetime) -> str:
    """Nine characters with the check character (GB 11714-1997); the case's own number if it has one already."""
    held = held_by(session, application_id).get("organization_code")
    if held is not None:
        return held
    prefix, sequence = _next(session, registrar.code, "organization_code")
    code = numbers.make_organization_code(numbers.organization_body(sequence, prefix=prefix))
    return keep(session, "organization_code", code, registrar=registrar, application_id=application_id, now=now)


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
    row = {
        "scheme": scheme,
        "value": value,
        "registrar_code": registrar.code,
        "application_id": application_id,
        "status": "reserved",
        "at": now,
    }
    if not session.scalars(insert_if_absent(session, _issued).values(**row).returning(_issued.c.id)).all():
        raise Conflict("number_taken", scheme=scheme)
    return value


def serial(session: Session, registrar_code: str, *, on: date) -> str:
    """A licence's serial: region, day, and a number that restarts each day."""
    scheme = f"serial:{on:%Y%m%d}"
    if session.get(NumberPool, (registrar_code, scheme)) is None:
        _open_pool(session, registrar_code, scheme)
    _, value = _next(session, registrar_code, scheme)
    return f"{registrar_code}{on:%Y%m%d}{value:04d}"


def paper_number(session: Session, registrar_code: str, *, kind: str, on: date) -> str:
    """The number of a paper within its registrar, kind and year, such as 2026-0017."""
    scheme = f"paper:{kind}:{on.year}"
    if session.get(NumberPool, (registrar_code, scheme)) is None:
        _open_pool(session, registrar_code, scheme)
    _, value = _next(session, registrar_code, scheme)
    return f"{on.year}-{value:04d}"


def held_by(session: Session, application_id: int) -> dict[str, str]:
    """Scheme -> number of this case, void ones left out."""
    return dict(_HELD.rows(session, case_id=application_id))


def settle(session: Session, application_id: int, *, status: str) -> None:
    """Marks the case's reserved numbers as `used`, or as `void` if the case ended without a licence."""
    session.execute(
        update(_issued)
        .where(_issued.c.application_id == application_id, _issued.c.status == "reserved")
        .values(status=status)
    )


@local_effect("numbers.use")
def _use(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    settle(session, case.id, status="used")


@local_effect("numbers.void")
def _void(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    settle(session, case.id, status="void")


def _next(session: Session, registrar_code: str, scheme: str) -> tuple[str, int]:
    """The prefix and sequence of the next number, from the first block of the scheme that has one."""
    taken = _take(session, registrar_code, scheme)
    for block in () if taken else _further_blocks(session, registrar_code, scheme):
        taken = taken or _take(session, registrar_code, block)
    if taken is None:
        raise Unavailable("number_pool_empty", scheme=scheme, registrar=registrar_code)
    return taken


def _take(session: Session, registrar_code: str, key: str) -> tuple[str, int] | None:
    for prefix, after in _TAKE.rows(session, registrar=registrar_code, of=key):
        return prefix, after - 1
    return None


def _further_blocks(session: Session, registrar_code: str, scheme: str) -> list[str]:
    """The keys of the blocks that were added after the first, in their order."""
    keys = select(_pool.c.scheme).where(
        _pool.c.registrar_code == registrar_code, _pool.c.scheme.startswith(f"{scheme}{FURTHER}", autoescape=True)
    )
    return sorted(session.scalars(keys))


def _open_pool(session: Session, registrar_code: str, scheme: str) -> None:
    values = {"registrar_code": registrar_code, "scheme": scheme, "prefix": "", "first": 1, "last": 999999, "next": 1}
    session.execute(insert_if_absent(session, _pool).values(values))

"""Holders of offices in a file who hold offices in other active entities of the register."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration.keys.field_encryption import blind_index
from registration.models import Application, Entity, EntityOffice
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.new_offices import new_offices
from registration.queries.same_domicile import other_active
from registration.rules.automatic_checks import Check, OfficeLimit, Registered, check, check_rules
from registration.rules.entity_types import EntityType, type_row
from registration.rules.form import Form
from registration.rules.languages import in_offered, joined, said
from registration.rules.norms import in_force
from registration.rules.signers import CAPACITIES

LISTED = 5
RULE = "person_elsewhere"
# An office of a person in another application or entity: capacity, type of entity, number of the row, name and code.
Office = tuple[str, str, int, str, str]
Found = Mapping[str, Sequence[Office]]
_HELD = PageQuery(
    select(
        *(col(EntityOffice.number_hash), col(EntityOffice.capacity), col(Entity.entity_type)),
        *(col(Entity.id), col(Entity.name), col(Entity.code)),
    )
    .join(Entity, col(Entity.id) == col(EntityOffice.entity_id))
    .where(col(EntityOffice.number_hash).in_(bindparam("numbers", expanding=True)), *other_active()),
    order=[col(Entity.id)],
)


def elsewhere_ahead(session: Session, case: Application, form: Form) -> list[Ahead]:
    """What `elsewhere_checks` asks."""
    numbers = [blind_index(person.id_no) for person, _ in new_offices(session, case, form)]
    return [(_HELD, {"case_id": case.id, "numbers": numbers})]


def elsewhere_checks(session: Session, case: Application, form: Form, *, law_day: date) -> list[Check]:
    """One for each person: to look at where law limits offices, otherwise for information. Never a case's data."""
    kind = type_row(case.entity_type)
    offices = new_offices(session, case, form)
    held = {person.key: (blind_index(person.id_no), person, posts) for person, posts in offices}
    there = _offices(session, case, [number for number, _, _ in held.values()])
    found: list[Check] = []
    for number, person, posts in held.values():
        limits = list(_limits(kind, posts, law_day))
        for limit in (*limits, None):
            wanted = _wanted(there, number, posts, limit, kind)
            if wanted:
                made = _check(wanted, limit, kind)
                data = {**made.data, "name": person.name, "posts": _words(wanted)}
                found.append(replace(made, data=data, subject=person.key))
                break
    return found or [check(RULE, "ok", kind=kind)]


def _limits(kind: EntityType, posts: Sequence[str], law_day: date) -> Iterator[OfficeLimit]:
    for limit in check_rules()[RULE].limits:
        concerns = kind.answers_to(limit.named) and set(posts) & set(limit.capacities)
        if concerns and any(in_force(one, law_day) for one in limit.law):
            yield limit


def _offices(session: Session, case: Application, numbers: Sequence[str]) -> Found:
    """By the hash of the number, the entity that was registered first before the others."""
    found = defaultdict(list)
    for number, *office in _HELD.rows(session, case_id=case.id, numbers=numbers):
        found[number].append((*office,))
    return found


def _wanted(
    there: Found, number: str, posts: Sequence[str], limit: OfficeLimit | None, kind: EntityType
) -> tuple[Office, ...]:
    """The offices elsewhere that the file's capacities are compared with."""
    of_limit = set(posts) & set(limit.capacities) if limit else set(posts)
    return tuple(
        office
        for office in there.get(number, ())
        for capacity, entity_type, *_entity in [office]
        if (capacity in of_limit or (limit is not None and limit.anywhere))
        and not (limit is not None and limit.same_type and entity_type != kind.key)
    )


def _check(wanted: Sequence[Office], limit: OfficeLimit | None, kind: EntityType) -> Check:
    """How many entities there are and the first of them; who it is, the caller adds."""
    entities = {number: Registered(name, code) for _capacity, _type, number, name, code in wanted}
    return check(
        RULE,
        "warn" if limit else "info",
        kind=kind,
        data={"count": len(entities)},
        entities=tuple(islice(entities.values(), LISTED)),
        law=limit.law if limit else (),
    )


def _words(wanted: Sequence[Office]) -> dict[str, str]:
    capacities = tuple(sorted({capacity for capacity, *_entity in wanted}))
    return in_offered(lambda lang: joined("list", lang, [said(CAPACITIES[one], lang) for one in capacities]))

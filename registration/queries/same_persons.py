"""Holders of offices in a file who hold offices in other active entities of the register."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from registration.keys.field_encryption import blind_index
from registration.models import Application, Entity, EntityOffice
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
Found = Mapping[str, Sequence[Row[*tuple[Any, ...]]]]


def elsewhere_checks(session: Session, case: Application, form: Form, *, law_day: date) -> list[Check]:
    """One for each person: to look at where law limits offices, otherwise for information. Never a case's data."""
    kind = type_row(case.entity_type)
    offices = new_offices(session, case, form)
    held = {person.key: (blind_index(person.id_no), person, posts) for person, posts in offices}
    there = _counts(session, case, [number for number, _, _ in held.values()])
    found: list[Check] = []
    for number, person, posts in held.values():
        limits = list(_limits(kind, posts, law_day))
        for limit in (*limits, None):
            wanted = _wanted(there, number, posts, limit, kind)
            if wanted:
                made = _check(session, case, number, wanted, limit, kind)
                data = {**made.data, "name": person.name, "posts": _words(wanted)}
                found.append(replace(made, data=data, subject=person.key))
                break
    return found or [check(RULE, "ok", kind=kind)]


def _limits(kind: EntityType, posts: Sequence[str], law_day: date) -> Iterator[OfficeLimit]:
    for limit in check_rules()[RULE].limits:
        concerns = kind.answers_to(limit.named) and set(posts) & set(limit.capacities)
        if concerns and any(in_force(one, law_day) for one in limit.law):
            yield limit


def _counts(session: Session, case: Application, numbers: Sequence[str]) -> Found:
    """By the hash of the number: capacity, type of entity, and how many."""
    query = (
        select(col(EntityOffice.number_hash), col(EntityOffice.capacity), col(Entity.entity_type), func.count())
        .join(Entity, col(Entity.id) == col(EntityOffice.entity_id))
        .where(col(EntityOffice.number_hash).in_(numbers), *other_active(case))
        .group_by(col(EntityOffice.number_hash), col(EntityOffice.capacity), col(Entity.entity_type))
    )
    found = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(row)
    return found


def _wanted(
    there: Found, number: str, posts: Sequence[str], limit: OfficeLimit | None, kind: EntityType
) -> tuple[tuple[str, str], ...]:
    """The (capacity, type of entity) elsewhere that the file's capacities are compared with."""
    of_limit = set(posts) & set(limit.capacities) if limit else set(posts)
    return tuple(
        (capacity, entity_type)
        for _, capacity, entity_type, _count in there.get(number, ())
        if (capacity in of_limit or (limit is not None and limit.anywhere))
        and not (limit is not None and limit.same_type and entity_type != kind.key)
    )


def _check(
    session: Session,
    case: Application,
    number: str,
    wanted: Sequence[tuple[str, str]],
    limit: OfficeLimit | None,
    kind: EntityType,
) -> Check:
    """How many there are and the first of them; who it is, the caller adds."""
    capacities, types = {one for one, _ in wanted}, {one for _, one in wanted}
    holds = select(col(EntityOffice.entity_id)).where(
        col(EntityOffice.number_hash) == number, col(EntityOffice.capacity).in_(capacities)
    )
    of_entities = (col(Entity.id).in_(holds), col(Entity.entity_type).in_(types), *other_active(case))
    count = session.scalars(select(func.count()).select_from(Entity).where(*of_entities)).one()
    first = session.scalars(select(Entity).where(*of_entities).order_by(col(Entity.id)).limit(LISTED))
    return check(
        RULE,
        "warn" if limit else "info",
        kind=kind,
        data={"count": count},
        entities=tuple(Registered(one.name, one.code) for one in first),
        law=limit.law if limit else (),
    )


def _words(wanted: Sequence[tuple[str, str]]) -> dict[str, str]:
    capacities = tuple(dict.fromkeys(one for one, _ in wanted))
    return in_offered(lambda lang: joined("list", lang, [said(CAPACITIES[one], lang) for one in capacities]))

"""Checks a proposed name against the register."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlmodel import Session, col

from registration.database.statements import Query
from registration.matters import definition_of
from registration.models import Application, Entity, NameKey, RegisteredName, Registrar
from registration.queries.name_words import known_lists
from registration.queries.opened_form import opened_form
from registration.queries.registered_entities import entity_of_case, is_of_entity
from registration.queries.state_filters import is_underway
from registration.rules import name_word_lists
from registration.rules import names as rules
from registration.rules.form.firm import Name
from registration.rules.names import NameParts, NameVerdict, keys_for

# Each process that checks names against the register has the office's own words, too.
name_word_lists.read_from(known_lists)


def verdict_in(session: Session, name: Name, *, case: Application, registrar: Registrar, today: date) -> NameVerdict:
    """The verdict on the name that a case proposes.

    Names held by the case itself do not conflict, nor those that the applicant holds for a case that is not with
    the office: an abandoned draft does not block its own owner.
    """
    return verdict_on(
        session,
        rules.parts_of(name),
        entity_type=case.entity_type,
        region6=_region_of(session, case, registrar),
        prefecture=registrar.prefecture,
        today=today,
        own=held_by_owner(session, case) + names_of_entity(session, case),
        investors=_investors(session, case),
        acquired=(name.acquired,) if name.acquired else (),
    )


def verdict_on(
    session: Session,
    proposed: NameParts | str,
    *,
    entity_type: str,
    region6: str,
    prefecture: str,
    today: date,
    own: Collection[int] = (),
    investors: Collection[str] = (),
    acquired: Collection[str] = (),
) -> NameVerdict:
    """The verdict on any name against the prefecture's register. The keys limit the names that are compared.

    `own` are the ids of reservations that do not conflict. The parts are compared as they are stored.
    """
    keys = keys_for(proposed)
    asked: dict[str, Any] = {"prefecture": prefecture, "sought": sorted(keys.sought)}
    if keys.industries is None:
        rows = _LIKE.rows(session, **asked)
    else:
        rows = _LIKE_OF_INDUSTRY.rows(session, **asked, industries=sorted(keys.industries))
    return rules.check_name(
        proposed,
        entity_type=entity_type,
        region6=region6,
        candidates=[_taken(row) for row in rows if row[0] not in own],
        today=today,
        investors=investors,
        acquired=acquired,
    )


def _like(*of_key: ColumnElement[bool]) -> Query:
    """The names with one of the keys sought, each once."""
    named = select(col(NameKey.name_id)).where(
        col(NameKey.prefecture) == bindparam("prefecture"),
        col(NameKey.key).in_(bindparam("sought", expanding=True)),
        *of_key,
    )
    return Query(
        select(
            col(RegisteredName.id),
            col(RegisteredName.name),
            col(RegisteredName.status),
            col(RegisteredName.since_on),
            col(RegisteredName.region),
            col(RegisteredName.trade),
            col(RegisteredName.industry),
            col(RegisteredName.form),
            col(RegisteredName.region_place),
        ).where(col(RegisteredName.id).in_(named), col(RegisteredName.status) != "released")
    )


_LIKE, _LIKE_OF_INDUSTRY = _like(), _like(col(NameKey.industry).in_(bindparam("industries", expanding=True)))


def _taken(row: tuple[Any, ...]) -> rules.ComparedName:
    """A name with its stored parts; they are parsed from the name if an older process wrote the row without parts."""
    parts = NameParts(*row[4:])
    return rules.ComparedName(row[1], row[2], row[3], parts=parts if parts.trade else None)


def held_by_owner(session: Session, case: Application) -> tuple[int, ...]:
    """The reservations of the case and those of the applicant's other cases that are drafts or have ended."""
    rows = session.execute(
        select(col(RegisteredName.id), col(Application.id), col(Application.definition), col(Application.state))
        .join(Application, col(Application.id) == col(RegisteredName.application_id))
        .where(col(RegisteredName.status) == "reserved", col(Application.account_id) == case.account_id)
    ).all()
    return tuple(
        held
        for held, of_case, table, state in rows
        if of_case == case.id or not is_underway(definition_of(table), state)
    )


def names_of_entity(session: Session, case: Application) -> tuple[int, ...]:
    """The names that the entity of the case has or gave up: its next one may be like them, or one of them again.

    The year in which a given up name is blocked (Name Regulation art. 17(2)) keeps it from others.
    """
    entity = entity_of_case(session, case)
    return tuple(one.id for one in _names_with(session, entity, "registered", "renamed")) if entity else ()


def registered_names(session: Session, entity: Entity) -> list[RegisteredName]:
    """The names under which this entity is registered: one, or none."""
    return _names_with(session, entity, "registered")


def _names_with(session: Session, entity: Entity, *statuses: str) -> list[RegisteredName]:
    query = select(RegisteredName).where(
        is_of_entity(col(RegisteredName.application_id), entity), col(RegisteredName.status).in_(statuses)
    )
    return list(session.scalars(query))


def _region_of(session: Session, case: Application, registrar: Registrar) -> str:
    domicile = opened_form(session, case).form.get("domicile") or {}
    return str(domicile.get("region") or registrar.regions[0])


def _investors(session: Session, case: Application) -> tuple[str, ...]:
    """The organizations among the shareholders: their own trade names may be used (Name Regulation art. 17)."""
    people = opened_form(session, case).form.get("people") or []
    return tuple(one["name"] for one in people if one.get("kind") == "legal" and one.get("name"))

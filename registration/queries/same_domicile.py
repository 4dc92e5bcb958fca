"""Active entities at one address, as many as there are."""

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlmodel import Session, col

from registration.models import Application, Entity, EntityCase
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.opened_form import opened_form
from registration.rules.addresses import domicile_key, room_at
from registration.rules.automatic_checks import Check, Registered, Verdict, check
from registration.rules.entity_types import type_row

LISTED = 5


def other_active() -> tuple[ColumnElement[bool], ...]:
    """Active entities but that of the case `case_id` itself, which it founds or is about."""
    about = select(col(EntityCase.entity_id)).where(col(EntityCase.application_id) == bindparam("case_id"))
    founds = func.coalesce(col(Entity.application_id), 0) == bindparam("case_id")
    return (col(Entity.status) == "active", ~founds, col(Entity.id).not_in(about))


# Name, code and how many there are in all; of the first of them.
_THERE = PageQuery(
    select(col(Entity.name), col(Entity.code), func.count().over())
    .where(col(Entity.address_key) == bindparam("address"), *other_active())
    .limit(LISTED),
    order=[col(Entity.id)],
)


def domicile_ahead(session: Session, case: Application) -> list[Ahead]:
    """What `domicile_check` asks."""
    key = domicile_key(opened_form(session, case).form.get("domicile"))
    return [(_THERE, {"case_id": case.id, "address": key})] if key else []


def domicile_check(session: Session, case: Application) -> Check | None:
    """Who else is at the address of a case, whichever registrar it is at; None where the case has no address.

    The limit is that of the case's registrar: with the case itself, one more than are there.
    """
    key = domicile_key(opened_form(session, case).form.get("domicile"))
    if not key:
        return None
    kind, room = type_row(case.entity_type), room_at(key, registrar=case.registrar_code)
    first = _THERE.rows(session, case_id=case.id, address=key)
    if not first:
        return check("domicile_shared", "ok", kind=kind)
    count = first[0][2]
    entities = tuple(Registered(name, code) for name, code, _count in first)
    if room is None:
        return check("domicile_shared", "warn", kind=kind, data={"count": count}, entities=entities)
    data = {"count": count, "most": room.most, "source": room.source, "name": room.shared.name if room.shared else ""}
    verdict: Verdict = "bad" if count >= room.most else "info" if room.shared else "warn"
    return check("domicile_shared", verdict, kind=kind, data=data, entities=entities)

"""The data sent to each agency when an entity is registered: its whitelist of fields only (PIPL art. 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, IssuedNumber
from registration.queries.case_rows import ENTITIES
from registration.queries.public_notices import open_notice
from registration.queries.registered_entities import entity_of_case
from registration.rules.city import city
from registration.rules.fields import visible_to
from registration.rules.registered_entity import sections_changed


@dataclass(frozen=True)
class AgencyEnvelope:
    agency: str
    key: str
    content: Mapping[str, Any]


def delivery_key(code: str) -> str:
    """Code, event and edition, so that an agency recognizes a repeat."""
    return f"{code}|established|1"


def envelopes_of_state(application_id: int) -> list[AgencyEnvelope]:
    """One for each agency: the entity's state after the case, its running notice, and the changed fields that the
    agency may see. A repeat has the same keys.
    """
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        entity = entity_of_case(session, case)
        if entity is None:
            return []
        content: dict[str, Any] = {
            "event": case.matter,
            "code": entity.code,
            "name": entity.name,
            "state": entity.status,
            "registrar": case.registrar_code,
        }
        notice = open_notice(session, case)
        if notice is not None:
            days = {"first_on": notice.first_on.isoformat(), "last_on": notice.last_on.isoformat()}
            content["notice"] = {"ref": notice.ref, "kind": notice.kind, **days}
        key = f"{entity.code}|{case.ref}|{notice.ref if notice else entity.status}"
        form = decrypt_form(case.form, case=case.ref)
        changed = {key: form[key] for key in sorted(sections_changed(case.matter, form)) if key in form}
        shared = ((one.shared_as, visible_to(one, changed)) for one in city().agencies if one.shared_as)
        return [AgencyEnvelope(name, key, content | ({"form": seen} if seen else {})) for name, seen in shared]


def envelopes_for(application_id: int) -> list[AgencyEnvelope]:
    """One envelope for each agency; a repeat has the same key."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        (entity,) = ENTITIES.all(session, case_id=application_id)
        rows = session.execute(
            select(col(IssuedNumber.scheme), col(IssuedNumber.value)).where(
                col(IssuedNumber.application_id) == application_id, col(IssuedNumber.status) != "void"
            )
        )
        numbers = {row.scheme: row.value for row in rows}
        form = decrypt_form(case.form, case=case.ref)
        head = {
            "event": "established",
            "code": entity.code,
            "numbers": numbers,
            "founded_on": entity.founded_on.isoformat(),
            "registrar": case.registrar_code,
            "entity_type": case.entity_type,
        }
        return [
            AgencyEnvelope(agency.shared_as, delivery_key(entity.code), head | {"form": visible_to(agency, form)})
            for agency in city().agencies
            if agency.shared_as
        ]

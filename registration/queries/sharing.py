"""The data sent to each agency when an entity is registered: its whitelist of fields only (PIPL art. 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, Entity, IssuedNumber
from registration.rules.city import city
from registration.rules.fields import visible_to


@dataclass(frozen=True)
class AgencyEnvelope:
    agency: str
    key: str
    content: Mapping[str, Any]


def delivery_key(code: str) -> str:
    """Code, event and edition, so that an agency recognizes a repeat."""
    return f"{code}|established|1"


def envelopes_for(application_id: int) -> list[AgencyEnvelope]:
    """One envelope for each agency; a repeat has the same key."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        entity = session.scalars(select(Entity).where(col(Entity.application_id) == application_id)).one()
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

"""Begins a draft again with a registrar that may register it, with the answers that it has.

The registrar of a case is never changed: the roots of a day bind the histories of one registrar.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from registration import access, database
from registration.actor import Actor
from registration.errors import ActionRefused, InvalidInput, NotFound
from registration.keys.field_encryption import decrypt_form
from registration.matters import definition_of
from registration.models import Application
from registration.operations import apply
from registration.queries.object_facts import object_facts
from workflows.errors import Blocker


def start_elsewhere(ref: str, *, registrar_code: str, actor: Actor, now: datetime) -> str:
    """Opens a draft of the same type with another registrar and returns its reference. Only a draft can begin again.

    The answers are taken along, files are not. The name passes to the new draft if it can be had; the old draft stays
    until the applicant withdraws it.
    """
    with database.reading() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
        if case is None:
            raise NotFound(ref=ref)
        access.require("application.edit", actor, object_facts(session, case, actor))
        if definition_of(case.definition).states[case.state].kind != "start":
            raise ActionRefused([Blocker("not_editable", {"target": "registrar", "state": case.state})], ref=ref)
        form = decrypt_form(case.form, case=ref)
    kind = {"entity_type": case.entity_type, "matter": case.matter}
    new = apply.start(registrar_code=registrar_code, actor=actor, now=now, **kind)
    for section, raw in form.items():
        # A section that the other registrar's law does not have is left out; of a name the faults are shown there.
        with suppress(InvalidInput):
            save = apply.save_section if section == "name" else apply.keep_typed
            save(new, section, raw, actor=actor, now=now)
    return new

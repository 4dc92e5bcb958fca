"""Writes an internal note about a case. It changes nothing else, and the public history does not mention it."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from registration import access, database
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import encrypt
from registration.models import Application, CaseNote
from registration.queries.object_facts import object_facts
from registration.rules.languages import pair
from registration.rules.prose import prose

LONGEST_NOTE = 2000
_LABEL = pair("备注", "the note")


def write_note(ref: str, *, words: str, actor: Actor, now: datetime) -> None:
    """NotFound or Forbidden for everyone who is not of the office; InvalidInput at `words`."""
    with database.transaction() as session:
        case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
        if case is None:
            raise NotFound(ref=ref)
        access.require("note.write", actor, object_facts(session, case, actor))
        text = prose("words", words, most=LONGEST_NOTE, required=True, label=_LABEL)
        session.add(
            CaseNote(application_id=case.id, author=actor.tag, words=encrypt(text, case=case.ref), written_at=now)
        )

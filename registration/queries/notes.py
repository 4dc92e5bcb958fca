"""The internal notes about a case: for the office alone, never for the applicant or an agency."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.statements import Query
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Application, CaseNote
from registration.queries.object_facts import object_facts

_COUNTS = Query(
    select(col(CaseNote.application_id), func.count(col(CaseNote.id)))
    .where(col(CaseNote.application_id).in_(bindparam("ids", expanding=True)))
    .group_by(col(CaseNote.application_id))
)


@dataclass(frozen=True)
class NoteRow:
    """A note in the clear."""

    staff_no: str
    words: str
    written_at: datetime


def notes_of(session: Session, ref: str, *, actor: Actor) -> tuple[NoteRow, ...]:
    """The oldest first. NotFound or Forbidden for everyone who is not of the office."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("note.read", actor, object_facts(session, case, actor))
    rows = session.scalars(
        select(CaseNote).where(col(CaseNote.application_id) == case.id).order_by(col(CaseNote.id))
    ).all()
    return tuple(
        NoteRow(row.author.partition(":")[2], decrypt(row.words, case=case.ref), row.written_at) for row in rows
    )


def note_counts(session: Session, ids: Collection[int | None]) -> dict[int, int]:
    """How many notes each of these cases has; those without one are left out."""
    return dict(_COUNTS.rows(session, ids=list(ids)))

"""The internal notes about a case: for the office alone, never for the applicant or an agency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.statements import Query
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Application, CaseNote
from registration.queries.case_rows import has_any
from registration.queries.object_facts import object_facts


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


def note_count() -> ScalarSelect[int]:
    """Of an application: how many notes it has."""
    return _count(col(Application.id)).correlate(Application).scalar_subquery()


def notes_on(session: Session, case: Application) -> int:
    """How many notes the case has."""
    if not has_any(session, case.id, CaseNote):
        return 0
    ((count,),) = _OF_CASE.rows(session, case_id=case.id)
    return int(count)


def _count(case_id: Any) -> Select[int]:
    return select(func.count(col(CaseNote.id))).where(col(CaseNote.application_id) == case_id)


_OF_CASE = Query(_count(bindparam("case_id")))

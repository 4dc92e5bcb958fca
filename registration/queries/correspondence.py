"""The messages about a case, as those read them who may see it, and where some wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.statements import Query
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.matters import definition_of
from registration.models import Application, CaseMessage, CaseMessageFile
from registration.queries.case_rows import has_any
from registration.queries.object_facts import object_facts


def _is_unanswered() -> ColumnElement[bool]:
    return col(CaseMessage.from_office).is_(False) & col(CaseMessage.answered_at).is_(None)


_OF_CASE = col(CaseMessage.application_id) == bindparam("case_id")
_WAITING = Query(select(func.count(col(CaseMessage.id))).where(_OF_CASE, _is_unanswered()))
_NEWEST = Query(select(col(CaseMessage.from_office)).where(_OF_CASE).order_by(col(CaseMessage.id).desc()).limit(1))


@dataclass(frozen=True)
class MessageRow:
    """A message in the clear. `waits`: it is the applicant's and not answered."""

    ref: str
    from_office: bool
    author: str
    words: str
    written_at: datetime
    waits: bool
    files: tuple[CaseMessageFile, ...]


@dataclass(frozen=True)
class Correspondence:
    """The messages of a case, the oldest first. `closed`: the case has ended, and nothing more is written."""

    case: Application
    messages: tuple[MessageRow, ...]
    closed: bool

    @property
    def waiting(self) -> int:
        return sum(one.waits for one in self.messages)


def correspondence_of(session: Session, ref: str, *, actor: Actor) -> Correspondence:
    """Raises NotFound or Forbidden for an actor without access, and NotFound for a case that was not submitted."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("message.read", actor, object_facts(session, case, actor))
    if case.submitted_at is None:
        raise NotFound(ref=ref)
    wanted = select(CaseMessage).where(col(CaseMessage.application_id) == case.id).order_by(col(CaseMessage.id))
    rows = session.scalars(wanted).all()
    files = _files(session, [row.id for row in rows])
    return Correspondence(case, tuple(_row(case, row, files) for row in rows), is_closed(case))


def file_of_message(session: Session, file_ref: str, *, actor: Actor, case: str = "") -> CaseMessageFile:
    """A file of a message that the actor may read, of this case where one is named; NotFound for any other."""
    query = (
        select(CaseMessageFile, Application)
        .join(CaseMessage, col(CaseMessage.id) == col(CaseMessageFile.message_id))
        .join(Application, col(Application.id) == col(CaseMessage.application_id))
        .where(col(CaseMessageFile.ref) == file_ref)
    )
    found = session.execute(query).one_or_none()
    if found is None or found[1].ref != (case or found[1].ref):
        raise NotFound(file=file_ref)
    file, its_case = found
    access.require("message.read", actor, object_facts(session, its_case, actor))
    return CaseMessageFile.model_validate(file)


def is_closed(case: Application) -> bool:
    return definition_of(case.definition).states[case.state].kind == "final"


def unanswered(session: Session, case: Application) -> Sequence[CaseMessage]:
    """The applicant's messages that the office has not answered, oldest first."""
    wanted = (col(CaseMessage.application_id) == case.id, _is_unanswered())
    return session.scalars(select(CaseMessage).where(*wanted).order_by(col(CaseMessage.id))).all()


def unanswered_count(session: Session, case: Application) -> int:
    if not has_any(session, case.id, CaseMessage):
        return 0
    ((count,),) = _WAITING.rows(session, case_id=case.id)
    return int(count)


def office_wrote_last(session: Session, case: Application) -> bool:
    return has_any(session, case.id, CaseMessage) and any(one for (one,) in _NEWEST.rows(session, case_id=case.id))


def _files(session: Session, ids: Sequence[int]) -> dict[int, list[CaseMessageFile]]:
    found: dict[int, list[CaseMessageFile]] = {}
    query = select(CaseMessageFile).where(col(CaseMessageFile.message_id).in_(ids)).order_by(col(CaseMessageFile.id))
    for file in session.scalars(query):
        found.setdefault(file.message_id, []).append(file)
    return found


def _row(case: Application, row: CaseMessage, files: dict[int, list[CaseMessageFile]]) -> MessageRow:
    waits = not row.from_office and row.answered_at is None
    words = decrypt(row.words, case=case.ref)
    return MessageRow(row.ref, row.from_office, row.author, words, row.written_at, waits, tuple(files.get(row.id, ())))

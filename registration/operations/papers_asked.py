"""Orders a paper that no action makes: its text is fixed now, and a worker makes the sheet."""

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, outbox
from registration.actor import Actor
from registration.clock import local_date
from registration.database import transaction
from registration.errors import Conflict, NotFound
from registration.models import Application, Paper
from registration.operations.case_store import locked
from registration.operations.papers import write
from registration.queries.application_document import DOCUMENTS
from registration.queries.object_facts import object_facts
from registration.queries.papers import words_of
from registration.queries.papers_asked import ASKED, Moment, may_be_asked


def ask(ref: str, kind: str, *, actor: Actor, now: datetime) -> Paper:
    """Orders the paper of this kind, or returns an existing one with the same text. Concurrent calls make one paper.

    Raises NotFound (also for an unrelated actor), Conflict if the case has nothing to print on it.
    """
    if kind not in ASKED:
        raise NotFound("paper_unknown", kind=kind)
    with transaction() as session:
        case = locked(session, ref)
        access.require("paper.ask", actor, object_facts(session, case, actor))
        if kind not in may_be_asked(session, case):
            raise Conflict("paper_has_nothing", kind=kind)
        last = _last(session, case, kind)
        if last is not None and kind not in DOCUMENTS and _says_it(session, case, last, on=local_date(now)):
            return last
        following = last.revision + 1 if last else 1
        revision = case.revision if kind in DOCUMENTS else following
        paper = write(session, case, kind, revision=revision, due_at=None, now=now)
        message = {"action": "ask", "revision": paper.revision, "due_at": None}
        outbox.put(session, f"paper.{kind}", now=now, application_id=case.id, **message)
        return paper


def _last(session: Session, case: Application, kind: str) -> Paper | None:
    query = select(Paper).where(col(Paper.application_id) == case.id, col(Paper.kind) == kind)
    return session.scalars(query.order_by(col(Paper.revision).desc()).limit(1)).one_or_none()


def _says_it(session: Session, case: Application, paper: Paper, *, on: date) -> bool:
    before, rows, after = words_of(session, case, paper.kind, moment=Moment(on))
    said = paper.content
    return [list(before), [list(row) for row in rows], list(after)] == [said["before"], said["rows"], said["after"]]

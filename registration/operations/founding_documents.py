"""Makes the documents of the answers: fixes the signed sheet for the worker, and orders a draft to print."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.actor import Actor
from registration.clock import local_date
from registration.models import Application, Message, Paper
from registration.operations.case_store import locked
from registration.operations.papers import PreparedPaper, opened, sealed, written
from registration.queries.document_sheets import draft_sheet, signed_sheet
from registration.queries.founding_documents import readable_text, texts_now
from registration.queries.object_facts import object_facts

DRAFT = "paper.founding_draft"


def prepared(session: Session, case: Application, kind: str, *, revision: int, now: datetime) -> PreparedPaper:
    """The paper of this document for this revision of a locked case; a repeated call returns the same one."""
    found = written(session, case, kind, revision=revision)
    paper = found or _write(session, case, kind, revision=revision, now=now)
    return PreparedPaper(paper.id, opened(paper.content, case=case.ref))


def _write(session: Session, case: Application, kind: str, *, revision: int, now: datetime) -> Paper:
    ref = token_urlsafe(16)
    sheet = signed_sheet(session, case, kind, revision=revision, ref=ref, on=local_date(now))
    paper = Paper(
        ref=ref,
        application_id=case.id,
        kind=kind,
        number=f"{case.registrar_code}:{kind}:{sheet.number}",
        revision=revision,
        # An agreement names the home addresses of natural persons.
        content=sealed(sheet.model_dump(mode="json"), case=case.ref),
        created_at=now,
    )
    session.add(paper)
    session.flush()
    return paper


def order_draft(ref: str, kind: str, *, actor: Actor, now: datetime) -> None:
    """Orders a PDF of the present text, unless one is waiting to be made of this document. NotFound for an unrelated
    actor, or a document that is not made."""
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("application.edit", actor, object_facts(session, case, actor))
        readable_text(session, case, kind, actor=actor)
        if kind not in _waiting(session, case):
            outbox.put(session, DRAFT, now=now, application_id=case.id, document=kind)


def _waiting(session: Session, case: Application) -> set[str]:
    """The documents of which a draft is waiting to be made."""
    query = select(Message).where(col(Message.application_id) == case.id, col(Message.effect) == DRAFT)
    return {str(one.payload["document"]) for one in session.scalars(query)}


def drafted(application_id: int, kind: str) -> Mapping[str, Any] | None:
    """The present text of a document as a draft; None if it is not made any more."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        text = next((one for one in texts_now(session, case) if one.kind == kind), None)
        return draft_sheet(session, case, text).model_dump(mode="json") if text else None

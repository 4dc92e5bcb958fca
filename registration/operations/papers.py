"""Makes papers: fixes the number and the text, and records the sheet when the worker has made it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database, outbox
from registration.clock import local_date
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import Application, Paper, Registrar
from registration.operations import numbers
from registration.queries.application_document import DOCUMENTS, PERSONS
from registration.queries.papers import content_of, noticed
from registration.queries.registrar_profiles import profile_on, seal_picture


@dataclass(frozen=True)
class PreparedPaper:
    paper_id: int
    content: Mapping[str, Any]
    seal: bytes | None = None


def prepare(application_id: int, kind: str, *, revision: int, due_at: datetime | None, now: datetime) -> PreparedPaper:
    """The paper of this kind for this revision; a repeated call returns the same number and text."""
    with database.transaction() as session:
        case = session.get_one(Application, application_id, with_for_update=True)
        paper = written(session, case, kind, revision=revision)
        if paper is None:
            paper = write(session, case, kind, revision=revision, due_at=due_at, now=now)
        content = opened(paper.content, case=case.ref)
        return PreparedPaper(paper.id, content, seal_picture(session, content.get("seal")))


def written(session: Session, case: Application, kind: str, *, revision: int) -> Paper | None:
    """The paper of this kind for this revision; None before it is written."""
    query = select(Paper).where(
        col(Paper.application_id) == case.id, col(Paper.kind) == kind, col(Paper.revision) == revision
    )
    return session.scalars(query).one_or_none()


def write(
    session: Session, case: Application, kind: str, *, revision: int, due_at: datetime | None, now: datetime
) -> Paper:
    """Creates the row of a new paper of a locked case, with its number and its final text."""
    # A shared lock, so that no new letterhead takes effect for this day while a paper is written.
    registrar = session.get_one(Registrar, case.registrar_code, with_for_update={"read": True})
    ref, day = token_urlsafe(16), local_date(now)
    number = _number(session, case, kind, revision=revision, day=day)
    head = profile_on(session, registrar, on=day)
    paper = content_of(session, case, kind, head=head, number=number, ref=ref, on=day, due_at=due_at, revision=revision)
    content = paper.model_dump(mode="json")
    row = Paper(
        ref=ref,
        application_id=case.id,
        kind=kind,
        number=f"{registrar.code}:{kind}:{number}",
        revision=revision,
        content=sealed(content, case=case.ref) if kind == PERSONS else content,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def sealed(content: Mapping[str, Any], *, case: str) -> dict[str, Any]:
    """The text of a paper with personal data as it is stored: encrypted with the field key."""
    return {"number": content["number"], "sealed": encrypt(json.dumps(content, ensure_ascii=False), case=case)}


def opened(content: Mapping[str, Any], *, case: str) -> Mapping[str, Any]:
    """The decrypted text of any paper."""
    found: Mapping[str, Any] = json.loads(decrypt(content["sealed"], case=case)) if "sealed" in content else content
    return found


def _number(session: Session, case: Application, kind: str, *, revision: int, day: date) -> str:
    """The number of a paper. A notice has one already; an applicant's own paper bears the application's number."""
    if kind in DOCUMENTS:
        return f"{case.ref}-{revision}"
    taken = noticed(session, case) if kind == "correction" else None
    return taken or numbers.paper_number(session, case.registrar_code, kind=kind, on=day)


def record(message_id: int, paper_id: int, *, storage_key: str, sha256: str) -> bool:
    """Records the sheet in the transaction that ends the message; False when another delivery was first."""
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        paper = session.get_one(Paper, paper_id)
        paper.storage_key, paper.sha256 = storage_key, sha256
        return True

"""Makes papers: fixes the number and the text, and records the sheet when the worker has made it.

Papers that are ordered together are fixed in one transaction, which reads their case once, and recorded in another.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import database, outbox
from registration.clock import local_date
from registration.database.statements import Query, Rows, execute, prepare_update
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import Application, Paper, Registrar
from registration.models.columns import table_of
from registration.operations import numbers
from registration.queries.application_document import DOCUMENTS, PERSONS
from registration.queries.case_rows import REGISTRAR
from registration.queries.papers import content_of, noticed
from registration.queries.registrar_profiles import PrintedProfile, profile_on, seal_picture

_WRITTEN: Rows[Paper] = Rows(
    Paper,
    col(Paper.application_id) == bindparam("case_id"),
    col(Paper.kind) == bindparam("kind"),
    col(Paper.revision) == bindparam("revision"),
)
_MADE = prepare_update(table_of(Paper), "storage_key", "sha256")
# A shared lock, so that no new letterhead takes effect for a day while a paper of that day is written.
_HOLD_REGISTRAR = Query(
    select(col(Registrar.code)).where(col(Registrar.code) == bindparam("code")).with_for_update(read=True)
)


@dataclass(frozen=True)
class PreparedPaper:
    paper_id: int
    content: Mapping[str, Any]
    seal: bytes | None = None


@dataclass(frozen=True)
class MadePaper:
    """A paper that was made and stored for a message."""

    message_id: int
    paper_id: int
    storage_key: str
    sha256: str


def prepared(
    session: Session, case: Application, kind: str, *, revision: int, due_at: datetime | None, now: datetime
) -> PreparedPaper:
    """The paper of this kind for this revision of a locked case; a repeat returns the same number and text."""
    paper = written(session, case, kind, revision=revision)
    if paper is None:
        paper = write(session, case, kind, revision=revision, due_at=due_at, now=now)
    content = opened(paper.content, case=case.ref)
    return PreparedPaper(paper.id, content, seal_picture(session, content.get("seal")))


def written(session: Session, case: Application, kind: str, *, revision: int) -> Paper | None:
    """The paper of this kind for this revision; None before it is written."""
    return _WRITTEN.first(session, case_id=case.id, kind=kind, revision=revision)


def write(
    session: Session, case: Application, kind: str, *, revision: int, due_at: datetime | None, now: datetime
) -> Paper:
    """Creates the row of a new paper of a locked case, with its number and its final text."""
    ref, day = token_urlsafe(16), local_date(now)
    head = held_profile(session, case, day)
    number = _number(session, case, kind, revision=revision, day=day)
    paper = content_of(session, case, kind, head=head, number=number, ref=ref, on=day, due_at=due_at, revision=revision)
    content = paper.model_dump(mode="json")
    row = Paper(
        ref=ref,
        application_id=case.id,
        kind=kind,
        number=f"{case.registrar_code}:{kind}:{number}",
        revision=revision,
        content=sealed(content, case=case.ref) if kind == PERSONS else content,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def held_profile(session: Session, case: Application, day: date) -> PrintedProfile:
    """The letterhead of the day, which stays until this transaction ends. Read once in it."""
    read: dict[tuple[str, date], PrintedProfile] = session.info.setdefault("held_profiles", {})
    key = case.registrar_code, day
    if key not in read:
        _HOLD_REGISTRAR.rows(session, code=case.registrar_code)
        (registrar,) = REGISTRAR.all(session, code=case.registrar_code)
        read[key] = profile_on(session, registrar, on=day)
    return read[key]


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


def record(made: Sequence[MadePaper]) -> None:
    """Records the sheets in the transaction that ends their messages; not one whose message another delivery ended."""
    with database.transaction() as session:
        mine = [one for one in made if outbox.finish(session, one.message_id)]
        execute(
            session,
            [(_MADE, {"row_id": one.paper_id, "storage_key": one.storage_key, "sha256": one.sha256}) for one in mine],
        )

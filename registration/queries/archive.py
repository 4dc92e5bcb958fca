"""Registration archives: what is due, what is archived, and the contents of a file, each part by its digest.

(Measures for the Management of Registration Archives of Market Entities: each file is closed, kept whole and consulted
for a stated purpose.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from registration import database
from registration.access import admit
from registration.actor import Actor
from registration.errors import NotFound
from registration.models import Application, HistoryEntry, Licence, Material, Paper, Revision, SearchKey
from registration.queries.licences import ordered_in
from registration.queries.state_filters import stands
from registration.queries.watch import WITHOUT_FORM
from registration.rules.search_keys import plain, read_aloud
from workflows.definition import Definition

# The action of the table that closes a file.
ARCHIVE = "archive"
AT_ONCE = 50
_BY = ("ref", "name", "pinyin")
# No text of a key has a character after this one.
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class ArchiveSearch:
    """`words` begin a reference, a name or its reading; the file was closed from `since` on, before `until`."""

    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class ArchivePage:
    """The newest files first; `before` is the number under which the next page begins, None at the end."""

    rows: tuple[Application, ...]
    before: int | None


def due_for_archive(session: Session, *, actor: Actor) -> Sequence[Application]:
    """Files of the own registrar that the table lets be closed, now or when their time in the office is over."""
    admit("archive.read", actor)
    query = select(Application).where(*_here(actor), stands(_can_be_closed))
    order = (col(Application.due_at).is_not(None), col(Application.due_at), col(Application.id))
    return session.scalars(query.order_by(*order).options(WITHOUT_FORM).limit(AT_ONCE)).all()


def archived_page(session: Session, search: ArchiveSearch, *, actor: Actor, before: int | None = None) -> ArchivePage:
    """Closed files of the own registrar."""
    admit("archive.read", actor)
    query = select(Application).where(*_here(actor), stands(_is_closed))
    if words := plain(search.words):
        query = query.where(_found_by(words, read_aloud(search.words), actor))
    if before is not None:
        query = query.where(col(Application.id) < before)
    if search.since is not None:
        query = query.where(col(Application.updated_at) >= search.since)
    if search.until is not None:
        query = query.where(col(Application.updated_at) < search.until)
    found = query.order_by(col(Application.id).desc()).options(WITHOUT_FORM).limit(AT_ONCE + 1)
    rows = session.scalars(found).all()
    return ArchivePage(tuple(rows[:AT_ONCE]), rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None)


def archived_case(session: Session, ref: str, *, actor: Actor) -> Application:
    """A closed file of the own registrar. Raises NotFound for any other."""
    admit("archive.read", actor)
    query = select(Application).where(*_here(actor), stands(_is_closed), col(Application.ref) == ref)
    case = session.scalars(query).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    return case


def manifest_of(application_id: int) -> dict[str, Any]:
    with database.reading() as session:
        return manifest(session, session.get_one(Application, application_id))


def manifest(session: Session, case: Application) -> dict[str, Any]:
    """The contents of a file as they are bound when it is closed: JSON values."""
    of_case = case.id
    revisions = session.scalars(select(Revision).where(col(Revision.application_id) == of_case))
    materials = session.scalars(select(Material).where(col(Material.application_id) == of_case))
    papers = session.scalars(select(Paper).where(col(Paper.application_id) == of_case))
    licences = session.scalars(select(Licence).where(ordered_in(case)))
    last = session.execute(
        select(col(HistoryEntry.seq), col(HistoryEntry.hash))
        .where(col(HistoryEntry.application_id) == of_case)
        .order_by(col(HistoryEntry.seq).desc())
        .limit(1)
    ).one()
    return {
        "application": case.ref,
        "definition": case.definition,
        "history": {"entries": last.seq, "head": last.hash},
        "revisions": {str(one.number): one.digest for one in revisions},
        "materials": [{"ref": one.ref, "kind": one.kind, "sha256": one.sha256} for one in materials],
        "papers": [
            {"kind": one.kind, "number": one.number, "revision": one.revision, "sha256": one.sha256} for one in papers
        ],
        "licences": [
            {"serial": one.serial, "paper": one.paper, "copy": one.copy_no, "sha256": one.sha256} for one in licences
        ],
    }


def _here(actor: Actor) -> list[ColumnElement[bool]]:
    return [col(Application.registrar_code) == actor.registrar_code, col(Application.submitted_at).is_not(None)]


def _can_be_closed(table: Definition, state: str) -> bool:
    return any(row.action == ARCHIVE and state in row.sources for row in table.rows)


def _is_closed(table: Definition, state: str) -> bool:
    return any(row.action == ARCHIVE and row.to == state for row in table.rows)


def _found_by(words: str, read: str, actor: Actor) -> ColumnElement[bool]:
    key = col(SearchKey.key)
    keys = or_(key.between(words, words + _LAST), key.between(read, read + _LAST))
    found = select(col(SearchKey.application_id)).where(
        col(SearchKey.registrar_code) == actor.registrar_code, keys, col(SearchKey.kind).in_(_BY)
    )
    return col(Application.id).in_(found)
